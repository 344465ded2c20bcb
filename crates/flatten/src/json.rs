//! JSON values, to be written.

use std::fmt::{self, Display, Write};

use crate::text;

/// A JSON value. Its `Display` is compact JSON text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer, written as its digits.
    Integer(i64),
    /// A float, written as RFC 8785 writes it; `null` if it is not finite.
    Float(f64),
    /// A text.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object: its keys are different.
    Object(Vec<(String, Json)>),
}

impl Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Boolean(boolean) => out.write_str(text::of_boolean(*boolean)),
            Self::Integer(integer) => write!(out, "{integer}"),
            Self::Float(float) if !float.is_finite() => out.write_str("null"),
            Self::Float(float) => out.write_str(text::of_float(*float, &mut ryu_js::Buffer::new())),
            Self::Text(text) => quoted(text, out),
            Self::Array(elements) => separated('[', elements, ']', out, Display::fmt),
            Self::Object(fields) => separated('{', fields, '}', out, |(key, value), out| {
                quoted(key, out)?;
                out.write_char(':')?;
                value.fmt(out)
            }),
        }
    }
}

fn separated<T>(
    open: char,
    items: &[T],
    close: char,
    out: &mut fmt::Formatter<'_>,
    write: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    out.write_char(open)?;
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.write_char(',')?;
        }
        write(item, out)?;
    }
    out.write_char(close)
}

/// Writes a text in quotes, with the escapes that RFC 8785 asks for.
fn quoted(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.find(|character: char| character < ' ' || matches!(character, '"' | '\\')) {
        out.write_str(&rest[..at])?;
        match rest.as_bytes()[at] {
            b'"' => out.write_str("\\\"")?,
            b'\\' => out.write_str("\\\\")?,
            0x08 => out.write_str("\\b")?,
            b'\t' => out.write_str("\\t")?,
            b'\n' => out.write_str("\\n")?,
            0x0c => out.write_str("\\f")?,
            b'\r' => out.write_str("\\r")?,
            control => write!(out, "\\u{control:04x}")?,
        }
        rest = &rest[at + 1..];
    }
    out.write_str(rest)?;
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_compactly() {
        let json = Json::Object(vec![
            ("a".to_owned(), Json::Array(vec![Json::Null, Json::Boolean(true), Json::Integer(-7)])),
            ("b".to_owned(), Json::Object(Vec::new())),
            ("c".to_owned(), Json::Float(1e21)),
            ("d".to_owned(), Json::Float(-0.0)),
        ]);
        assert_eq!(json.to_string(), r#"{"a":[null,true,-7],"b":{},"c":1e+21,"d":0}"#);
    }

    #[test]
    fn texts_are_escaped() {
        let json = Json::Text("\"\\\u{8}\t\n\u{c}\r\u{1}é/\u{7f}".to_owned());
        assert_eq!(json.to_string(), "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001é/\u{7f}\"");
    }
}
