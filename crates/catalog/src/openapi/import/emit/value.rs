//! Values of a catalog: on one line where they fit, else below each other.

use std::fmt::Write as _;

use serde_json::{Number, Value};

use super::WIDTH;

/// Writes a key and its value.
pub(super) fn put(out: &mut String, name: &str, value: &Value, indent: usize) {
    let name = key(name);
    let _ = write!(out, "{:indent$}{name}:", "");
    after(out, value, indent, indent + name.chars().count() + 1);
}

/// What stands behind a colon or a dash, with what is below it; so many columns are taken already.
fn after(out: &mut String, value: &Value, indent: usize, taken: usize) {
    let mut line = String::new();
    if flow(&mut line, value, WIDTH.saturating_sub(taken + 1)) {
        let _ = writeln!(out, " {line}");
        return;
    }
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            out.push('\n');
            for (name, value) in fields {
                put(out, name, value, indent + 2);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                put_item(out, item, indent + 2);
            }
        }
        Value::String(text) if can_fold(text) => {
            out.push_str(" >-\n");
            let indent = indent + 2;
            for line in wrapped(&escaped(text), WIDTH.saturating_sub(indent).max(40)) {
                let _ = writeln!(out, "{:indent$}{line}", "");
            }
        }
        scalar => {
            let _ = writeln!(out, " {}", single(scalar, false));
        }
    }
}

/// Writes an item of a list: what is nested begins behind its dash.
fn put_item(out: &mut String, item: &Value, indent: usize) {
    let mut line = String::new();
    if let (Value::Object(fields), false) = (item, flow(&mut line, item, WIDTH.saturating_sub(indent + 2))) {
        let mut nested = String::new();
        for (name, value) in fields {
            put(&mut nested, name, value, indent + 2);
        }
        let _ = write!(out, "{:indent$}- {}", "", nested.trim_start());
        return;
    }
    let _ = write!(out, "{:indent$}-", "");
    after(out, item, indent, indent + 1);
}

/// Writes a value on one line, if it fits.
fn flow(line: &mut String, value: &Value, width: usize) -> bool {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            line.push_str("{ ");
            for (number, (name, value)) in fields.iter().enumerate() {
                if number > 0 {
                    line.push_str(", ");
                }
                let _ = write!(line, "{}: ", key(name));
                if line.len() > width.saturating_mul(4) || !flow_in(line, value, width) {
                    return false;
                }
            }
            line.push_str(" }");
        }
        Value::Array(items) if !items.is_empty() => {
            line.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    line.push_str(", ");
                }
                if line.len() > width.saturating_mul(4) || !flow_in(line, item, width) {
                    return false;
                }
            }
            line.push(']');
        }
        scalar => line.push_str(&single(scalar, false)),
    }
    line.chars().count() <= width
}

fn flow_in(line: &mut String, value: &Value, width: usize) -> bool {
    match value {
        Value::Object(fields) if !fields.is_empty() => flow(line, value, width),
        Value::Array(items) if !items.is_empty() => flow(line, value, width),
        scalar => {
            line.push_str(&single(scalar, true));
            true
        }
    }
}

/// What is not made of other values.
fn single(value: &Value, is_in_flow: bool) -> String {
    match value {
        Value::Null => "~".to_owned(),
        Value::String(text) if is_plain(text, is_in_flow) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Number(number) => self::number(number),
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        Value::Bool(truth) => truth.to_string(),
    }
}

/// An integer beyond 64 bits would be read as text.
fn number(number: &Number) -> String {
    let float = number.as_f64().filter(|_| number.is_u64() && !number.is_i64());
    float.and_then(Number::from_f64).map_or_else(|| number.to_string(), |float| float.to_string())
}

/// A key, in quotes where it could be taken for something else.
pub(super) fn key(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || "_$".contains(first))
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.$".contains(letter));
    let is_status = name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_digit());
    if (plain && !is_word(name) && !name.contains("${")) || is_status { name.to_owned() } else { quoted(name) }
}

fn is_word(text: &str) -> bool {
    ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str())
}

/// Whether a text can stand without quotes and is read as the same text.
fn is_plain(text: &str, is_in_flow: bool) -> bool {
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/');
    let fits = |letter: char| {
        letter.is_alphanumeric()
            || " _-./+@()=;'\"*&!?~^<>".contains(letter)
            || (":#".contains(letter))
            || (!is_in_flow && ",[]{}`%|$".contains(letter))
            || (is_in_flow && "`%|$".contains(letter))
    };
    begins
        && text.chars().all(fits)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains("${")
        && !text.ends_with([':', ' '])
        && !(is_in_flow && text.contains(':') && text.contains(['"', '\'']))
        && !is_word(text)
}

/// A text in quotes, with everything escaped that YAML does not allow or a catalog would take for a reference.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.replace("${", "$${").chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if is_unseen(letter) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether nobody would see a letter, or a terminal would obey it.
fn is_unseen(letter: char) -> bool {
    let turns = matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    turns || letter.is_control()
}

fn escaped(text: &str) -> String {
    text.replace("${", "$${")
}

/// Whether a text is the same after it was folded: it is of words with single blanks between them.
fn can_fold(text: &str) -> bool {
    let is_odd = |letter: char| letter != ' ' && (letter.is_whitespace() || is_unseen(letter));
    text.contains(' ') && !text.contains("  ") && text.trim() == text && !text.contains(is_odd)
}

/// The lines of a text with single blanks.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
