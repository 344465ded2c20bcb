//! What a plain scalar is.

use crate::{Kind, Text};

/// Reads a plain scalar as YAML 1.2's core schema does, but for what looks like an identifier: a number that begins
/// with a needless zero or a plus (`00123`, `+44201`), a hexadecimal or octal one, and one that no number of ours can
/// hold stay text.
pub(crate) fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        ".inf" | ".Inf" | ".INF" => return Kind::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Kind::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Kind::Float(f64::NAN),
        _ => {}
    }
    number(text).unwrap_or_else(|| Kind::Text(Text::literal(text)))
}

fn number(text: &str) -> Option<Kind> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = split_digits(digits);
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    if rest.is_empty() && text != "-0" {
        return text.parse().ok().map(Kind::Integer);
    }
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => split_digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent_fits = match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let (digits, rest) = split_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
            !digits.is_empty() && rest.is_empty()
        }
        None => rest.is_empty(),
    };
    let number: f64 = if exponent_fits { text.parse().ok()? } else { return None };
    number.is_finite().then_some(Kind::Float(number))
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Kind {
        plain(text)
    }

    fn is_text(text: &str) -> bool {
        matches!(read(text), Kind::Text(_))
    }

    #[test]
    fn the_core_schema_is_kept() {
        assert_eq!(read("12"), Kind::Integer(12));
        assert_eq!(read("-7"), Kind::Integer(-7));
        assert_eq!(read("0"), Kind::Integer(0));
        assert_eq!(read("1.5"), Kind::Float(1.5));
        assert_eq!(read(".5"), Kind::Float(0.5));
        assert_eq!(read("5."), Kind::Float(5.0));
        assert_eq!(read("1e3"), Kind::Float(1000.0));
        assert_eq!(read("-2.5E-1"), Kind::Float(-0.25));
        assert_eq!(read("-.inf"), Kind::Float(f64::NEG_INFINITY));
        assert_eq!(read("True"), Kind::Bool(true));
        assert_eq!(read("~"), Kind::Null);
        assert_eq!(read(""), Kind::Null);
    }

    #[test]
    fn minus_zero_is_a_float_as_in_flattened_bodies() {
        assert!(matches!(read("-0"), Kind::Float(zero) if zero == 0.0 && zero.is_sign_negative()));
    }

    #[test]
    fn words_of_older_yaml_are_text() {
        for word in ["yes", "no", "on", "off", "y", "n", "1_000", "12:30:45", "2024-01-01", "nan"] {
            assert!(is_text(word), "{word}");
        }
    }

    #[test]
    fn what_looks_like_an_identifier_is_text() {
        for word in ["00123", "-007", "007.5", "0x1F", "0o17", "+49301234", "1e999", "12e", "1.2.3", ".", "-", "e5"] {
            assert!(is_text(word), "{word}");
        }
    }

    #[test]
    fn an_integer_that_does_not_fit_is_text() {
        assert_eq!(read("9223372036854775807"), Kind::Integer(i64::MAX));
        assert_eq!(read("-9223372036854775808"), Kind::Integer(i64::MIN));
        assert!(is_text("9223372036854775808"));
    }
}
