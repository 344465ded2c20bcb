//! JSON whose scalars stay as they were sent.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::IgnoredAny;

/// No deeper document is read.
const DEEPEST: usize = 128;

/// A value.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    /// A text with its quotes and escapes, a number, `true`, `false` or `null`, as it was sent.
    Scalar(&'a str),
    Array(Vec<Node<'a>>),
    Object(Vec<Field<'a>>),
}

/// A field of an object.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    /// Its name, without quotes and escapes.
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: Node<'a>,
}

/// A document on its way.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Node<'a> {
    /// What stands for nothing.
    pub(crate) const NULL: Self = Self::Scalar("null");

    /// Reads a body; nothing, if it is not JSON, too deep, or repeats a key in one object.
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // From here on it is JSON, also in those parts that are not kept.
        serde_json::from_str::<IgnoredAny>(text).ok()?;
        Reader { rest: text, depth: 0 }.value()
    }

    /// What stands here, if it is a text.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Scalar(scalar) => serde_json::from_str(scalar).ok(),
            Self::Array(_) | Self::Object(_) => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Scalar("null"))
    }
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Option<Node<'a>> {
        match self.next()? {
            '{' => self.object().map(Node::Object),
            '[' => self.array().map(Node::Array),
            _ => Some(Node::Scalar(self.scalar())),
        }
    }

    fn object(&mut self) -> Option<Vec<Field<'a>>> {
        self.enter('{')?;
        let mut fields = Vec::new();
        let mut names = HashSet::new();
        while self.next()? != '}' {
            let name: Cow<'a, str> = match self.scalar() {
                plain if !plain.contains('\\') => Cow::Borrowed(plain.get(1..plain.len() - 1)?),
                escaped => Cow::Owned(serde_json::from_str(escaped).ok()?),
            };
            if !names.insert(name.clone()) {
                return None;
            }
            self.take(':');
            let value = self.value()?;
            fields.push(Field { name, value });
            self.take(',');
        }
        self.leave('}');
        Some(fields)
    }

    fn array(&mut self) -> Option<Vec<Node<'a>>> {
        self.enter('[')?;
        let mut items = Vec::new();
        while self.next()? != ']' {
            items.push(self.value()?);
            self.take(',');
        }
        self.leave(']');
        Some(items)
    }

    /// The scalar that begins here.
    fn scalar(&mut self) -> &'a str {
        let length = if self.rest.starts_with('"') { self.text_length() } else { self.plain_length() };
        let (scalar, rest) = self.rest.split_at(length);
        self.rest = rest;
        scalar
    }

    fn text_length(&self) -> usize {
        let mut is_escaped = false;
        let is_end = |(_, byte): &(usize, u8)| {
            let ends = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            ends
        };
        self.rest.bytes().enumerate().skip(1).find(is_end).map_or(self.rest.len(), |(place, _)| place + 1)
    }

    fn plain_length(&self) -> usize {
        let is_end = |letter: char| matches!(letter, ',' | ']' | '}') || letter.is_ascii_whitespace();
        self.rest.find(is_end).unwrap_or(self.rest.len())
    }

    /// The first character behind what is white.
    fn next(&mut self) -> Option<char> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.chars().next()
    }

    /// Goes past a sign, if it is there.
    fn take(&mut self, sign: char) {
        let rest = self.rest.trim_ascii_start();
        self.rest = rest.strip_prefix(sign).unwrap_or(rest);
    }

    fn enter(&mut self, sign: char) -> Option<()> {
        self.take(sign);
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    fn leave(&mut self, sign: char) {
        self.take(sign);
        self.depth -= 1;
    }
}

impl fmt::Display for Node<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => formatter.write_str(scalar),
            Self::Array(items) => {
                formatter.write_str("[")?;
                for (place, item) in items.iter().enumerate() {
                    let sign = if place == 0 { "" } else { "," };
                    write!(formatter, "{sign}{item}")?;
                }
                formatter.write_str("]")
            }
            Self::Object(fields) => {
                formatter.write_str("{")?;
                for (place, Field { name, value }) in fields.iter().enumerate() {
                    let sign = if place == 0 { "" } else { "," };
                    let name = serde_json::Value::from(name.as_ref());
                    write!(formatter, "{sign}{name}:{value}")?;
                }
                formatter.write_str("}")
            }
        }
    }
}
