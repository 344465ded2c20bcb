//! From the text form of a value to JSON.

use bytes::Bytes;
use seatflow_catalog::Kinds;
use seatflow_flatten::Document;
use serde_json::Value;

use super::super::answer::MOST_COLUMNS;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    /// `true` and `false`.
    Boolean,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Float,
    /// Text, and whatever is written as text.
    Text,
}

/// The JSON value of a text, of one of the kinds; or, if it is none of them, what it should be.
///
/// Of several kinds the column's own is preferred, then text. Where any kind will do, the column's own is taken.
pub(super) fn convert(text: &str, native: Native, kinds: Kinds) -> Result<Value, &'static str> {
    let ways = [
        (Kinds::INTEGER, "a whole number", integer as fn(&str) -> Option<Value>),
        (Kinds::NUMBER, "a number", number),
        (Kinds::BOOLEAN, "`true` or `false`", boolean),
        (Kinds::MAP, "a map in JSON", |text| json(text).ok().filter(Value::is_object)),
        (Kinds::LIST, "a list in JSON", |text| json(text).ok().filter(Value::is_array)),
    ];
    let own = match native {
        Native::Boolean => boolean(text),
        Native::Integer => integer(text),
        Native::Float => number(text),
        Native::Text => None,
    };
    let own = own.filter(|value| kinds.has(if value.is_boolean() { Kinds::BOOLEAN } else { number_kind(value) }));
    if let Some(own) = own {
        return Ok(own);
    }
    let asked: Vec<_> = ways.into_iter().filter(|(kind, ..)| kinds.has(*kind)).collect();
    if kinds.has(Kinds::TEXT) || asked.is_empty() {
        return Ok(text.into());
    }
    let found = asked.iter().find_map(|(_, _, read)| read(text));
    // A number is asked for as a whole one too: the last of those before another kind says it best.
    let is_number = kinds.has(Kinds::NUMBER);
    let wanted = asked.iter().find(|(kind, ..)| !(is_number && *kind == Kinds::INTEGER));
    found.ok_or_else(|| match wanted {
        Some((Kinds::INTEGER, ..)) if is_too_long(text) => "a whole number of at most 64 bits",
        wanted => wanted.map_or("text", |(_, wanted, _)| *wanted),
    })
}

/// Whether it is a whole number as JSON writes it, but of more than 64 bits.
fn is_too_long(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() > 18 && digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0')
}

fn number_kind(value: &Value) -> Kinds {
    if value.is_f64() { Kinds::NUMBER } else { Kinds::INTEGER }
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Digits as JSON writes them, of at most 64 bits.
fn integer(text: &str) -> Option<Value> {
    number(text).filter(|value| !value.is_f64())
}

/// A number as JSON writes it: no `+`, no needless zero before it, no space around it. One of digits alone that does
/// not fit into 64 bits is none, since it would lose some of them.
fn number(text: &str) -> Option<Value> {
    let is_token = text.ends_with(|last: char| last.is_ascii_digit()) && !text.starts_with(char::is_whitespace);
    let value: Value = is_token.then(|| serde_json::from_str(text).ok())??;
    let is_whole = !text.contains(['.', 'e', 'E']) && text != "-0";
    (value.is_number() && !(is_whole && value.is_f64())).then_some(value)
}

/// JSON as it stands in a column, or why it is none.
pub(super) fn json(text: &str) -> Result<Value, String> {
    let document = Document::parse(Bytes::copy_from_slice(text.as_bytes()), MOST_COLUMNS);
    document.map_err(|unparsed| unparsed.reason)?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(text: &str, kinds: Kinds) -> Result<Value, &'static str> {
        convert(text, Native::Text, kinds)
    }

    #[test]
    fn texts_become_what_is_asked_for() {
        for (kinds, given, expected) in [
            (Kinds::INTEGER, "12", json!(12)),
            (Kinds::INTEGER, "-7", json!(-7)),
            (Kinds::INTEGER, "18446744073709551615", json!(u64::MAX)),
            (Kinds::NUMBER, "1.50", json!(1.5)),
            (Kinds::NUMBER, "1e3", json!(1000.0)),
            (Kinds::NUMBER, "3", json!(3)),
            (Kinds::BOOLEAN, "false", json!(false)),
            (Kinds::TEXT, "00123", json!("00123")),
            (Kinds::TEXT, "", json!("")),
            (Kinds::ANY, "5", json!("5")),
            (Kinds::NULL, "5", json!("5")),
            (Kinds::LIST, r#" [1, "a"] "#, json!([1, "a"])),
            (Kinds::MAP, r#"{"b": 1, "a": null}"#, json!({ "b": 1, "a": null })),
        ] {
            assert_eq!(text(given, kinds), Ok(expected), "{given} {kinds:?}");
        }
    }

    #[test]
    fn what_does_not_become_it_is_refused() {
        for (kinds, refused, wanted) in [
            (Kinds::INTEGER, "two 2.0 007 +1 1e3 - 1_000 0x1 00018446744073709551616", "a whole number"),
            (Kinds::NUMBER, "x 1. .5 +1.5 1e999 NaN inf 01.5 99999999999999999999", "a number"),
            (Kinds::BOOLEAN, "True 1 yes", "`true` or `false`"),
            (Kinds::LIST, r#"{} 5 [1 [{"a":1,"a":2}]"#, "a list in JSON"),
            (Kinds::MAP, "[] null x", "a map in JSON"),
        ] {
            for given in refused.split(' ').chain([""]) {
                assert_eq!(text(given, kinds), Err(wanted), "{given:?} {kinds:?}");
            }
        }
        assert_eq!(text(" 1", Kinds::INTEGER), Err("a whole number"));
        for given in ["18446744073709551616", "-9223372036854775809"] {
            assert_eq!(text(given, Kinds::INTEGER), Err("a whole number of at most 64 bits"));
        }
        assert_eq!(text("1 ", Kinds::INTEGER), Err("a whole number"));
    }

    #[test]
    fn a_column_keeps_its_own_type_where_that_will_do() {
        assert_eq!(convert("5", Native::Integer, Kinds::ANY), Ok(json!(5)));
        assert_eq!(convert("5", Native::Integer, Kinds::TEXT), Ok(json!("5")));
        assert_eq!(convert("5", Native::Integer, Kinds::NUMBER), Ok(json!(5)));
        assert_eq!(convert("0.5", Native::Float, Kinds::ANY), Ok(json!(0.5)));
        assert_eq!(convert("0.5", Native::Float, Kinds::INTEGER), Err("a whole number"));
        assert_eq!(convert("true", Native::Boolean, Kinds::ANY), Ok(json!(true)));
        assert_eq!(convert("true", Native::Boolean, Kinds::INTEGER), Err("a whole number"));
    }
}
