//! One response body, parsed once.

use bytes::Bytes;

use crate::parse::{DEEPEST, Failure, Parsed, parse};
use crate::path::Path;
use crate::shape::{NodeId, Shape, most_paths};
use crate::tape::{self, Entry, Span, Token};
use crate::unparsed::{BYTE_ORDER_MARK, Unparsed, place};

/// A JSON document: the body, and where its values stand in it.
///
/// It keeps every number as it was sent. Cheap to query, and cheap to flatten.
#[derive(Debug)]
pub struct Document {
    body: Bytes,
    tape: Vec<Entry>,
    shape: Shape,
    unescaped: String,
}

/// What stands at a path of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing: there is no such path.
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it was sent.
    Number(&'a str),
    /// A text, without quotes and escapes.
    Text(&'a str),
    /// An object, and the count of its fields.
    Object(usize),
    /// An array, and the count of its elements.
    Array(usize),
}

impl<'a> Value<'a> {
    /// The text form of a scalar: a text as it is, a number as it was sent, `true` or `false`. `None` for anything
    /// else.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Boolean(true) => Some("true"),
            Self::Boolean(false) => Some("false"),
            Self::Number(text) | Self::Text(text) => Some(text),
            Self::Absent | Self::Null | Self::Object(_) | Self::Array(_) => None,
        }
    }
}

impl Document {
    /// Parses a body. A byte order mark is skipped.
    ///
    /// # Errors
    /// The body is empty, is not UTF-8 or not JSON, repeats a key in one object, is deeper than 128 containers, has
    /// more than `max_columns` columns or many times as many paths, or has 4 GiB or more.
    pub fn parse(body: Bytes, max_columns: usize) -> Result<Self, Unparsed> {
        match read(&body, max_columns) {
            Ok(parsed) => Ok(Self { body, tape: parsed.tape, shape: parsed.shape, unescaped: parsed.unescaped }),
            Err(reason) => Err(Unparsed { reason, bytes: body }),
        }
    }

    /// The body, as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Gives the document up: its body becomes a row that says why.
    pub fn into_unparsed(self, reason: impl Into<String>) -> Unparsed {
        Unparsed { reason: reason.into(), bytes: self.body }
    }

    /// How many records the envelope yields: the length of an array; 1 for an object or a scalar; 0 for `null` and for
    /// an absent path. Without an envelope the whole document is looked at.
    pub fn records(&self, envelope: Option<&Path>) -> u64 {
        let Some(place) = self.find(envelope) else { return 0 };
        match self.tape[place].token {
            Token::Null => 0,
            Token::Array { length, .. } => u64::from(length),
            _ => 1,
        }
    }

    /// The whole body.
    pub fn whole(&self) -> Value<'_> {
        self.value(self.find(None))
    }

    /// What stands at a path.
    pub fn get(&self, path: &Path) -> Value<'_> {
        self.value(self.find(Some(path)))
    }

    fn value(&self, place: Option<usize>) -> Value<'_> {
        let Some(place) = place else { return Value::Absent };
        match self.tape[place].token {
            Token::Null => Value::Null,
            Token::Boolean(boolean) => Value::Boolean(boolean),
            Token::Integer(span) | Token::Float(span) => Value::Number(self.in_body(span)),
            Token::Text(span) => Value::Text(self.in_body(span)),
            Token::Unescaped(span) => Value::Text(&self.unescaped[span.start as usize..span.end as usize]),
            Token::Object { .. } => Value::Object(self.members(place).count()),
            Token::Array { length, .. } => Value::Array(length as usize),
        }
    }

    pub(crate) fn tape(&self) -> &[Entry] {
        &self.tape
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The bytes of a number, or of a text without escapes.
    #[inline]
    pub(crate) fn sent(&self, span: Span) -> &[u8] {
        span.of(&self.body)
    }

    /// The bytes of a text that had escapes.
    pub(crate) fn unescaped(&self, span: Span) -> &[u8] {
        span.of(self.unescaped.as_bytes())
    }

    /// A part of the body that is UTF-8, since the body is and the part is cut at ASCII characters.
    fn in_body(&self, span: Span) -> &str {
        std::str::from_utf8(self.sent(span)).unwrap_or_default()
    }

    /// The place on the tape of the value at a path, or of the whole document.
    pub(crate) fn find(&self, path: Option<&Path>) -> Option<usize> {
        let mut place = 0;
        for key in path.map(Path::keys).unwrap_or_default() {
            place = self.members(place).find(|&member| self.shape.key(self.path_of(member)) == Some(key))?;
        }
        Some(place)
    }

    /// The node of the path of a value; of an array too, whose entry bears the node of its numbers.
    pub(crate) fn path_of(&self, place: usize) -> NodeId {
        let entry = self.tape[place];
        match entry.token {
            Token::Array { .. } => self.shape.parent(entry.node),
            _ => entry.node,
        }
    }

    /// The places of an object's values; none for anything else.
    fn members(&self, object: usize) -> impl Iterator<Item = usize> {
        let end = match self.tape[object].token {
            Token::Object { end } => end as usize,
            _ => object,
        };
        let first = Some(object + 1).filter(|&first| first < end);
        std::iter::successors(first, move |&member| Some(tape::after(&self.tape, member)).filter(|&next| next < end))
    }
}

/// What a body parses into, or why it does not.
fn read(body: &[u8], max_columns: usize) -> Result<Parsed, String> {
    if u32::try_from(body.len()).is_err() {
        return Err("a body of 4 GiB or more is not parsed".to_owned());
    }
    let whole = std::str::from_utf8(body).map_err(|error| format!("not UTF-8 at byte {}", error.valid_up_to()))?;
    let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
    if text.is_empty() {
        return Err("empty body".to_owned());
    }
    let start = whole.len() - text.len();
    parse(whole, start, max_columns).map_err(|failure| match failure {
        Failure::Broken(broken) => {
            format!("broken JSON at {}: {}", place(text, broken.at - start), broken.what)
        }
        Failure::Repeated { at, key } => {
            format!("the key `{key}` is repeated at {}", place(text, at - start))
        }
        Failure::Deep => format!("deeper than {DEEPEST} levels"),
        Failure::Wide => format!("wider than {max_columns} columns"),
        Failure::Branched => format!("more than {} paths", most_paths(max_columns)),
    })
}
