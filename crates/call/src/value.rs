//! Whether a value fits its parameter.

use jiff::Timestamp;
use seatflow_catalog::{Location, Parameter, ValueKind};

/// What is wrong with a value, to be read after the parameter's name; nothing, if it fits.
pub fn misfit(parameter: &Parameter, value: &str) -> Option<String> {
    if let Some(misfit) = misfit_of_location(parameter.location, value) {
        return Some(misfit);
    }
    if let Some(wanted) = misfit_of_kind(parameter.kind, value) {
        return Some(format!("must be {wanted}, not `{value}`"));
    }
    let allowed = &parameter.allowed;
    if !allowed.is_empty() && !allowed.iter().any(|one| one == value) {
        let listed: Vec<_> = allowed.iter().map(|one| format!("`{one}`")).collect();
        return Some(format!("must be one of {}, not `{value}`", listed.join(", ")));
    }
    None
}

/// What would change where a path leads, or how many headers there are.
fn misfit_of_location(location: Location, value: &str) -> Option<String> {
    match location {
        Location::Path if value.is_empty() => Some("must not be empty in a path".to_owned()),
        Location::Path if matches!(value, "." | "..") => Some(format!("must not be `{value}` in a path")),
        Location::Header if value.contains(['\r', '\n']) => Some("must not hold a line break in a header".to_owned()),
        Location::Path | Location::Query | Location::Header => None,
    }
}

/// What the kind wants, if the value is not of it.
fn misfit_of_kind(kind: ValueKind, value: &str) -> Option<String> {
    match kind {
        ValueKind::Text => None,
        ValueKind::Integer { minimum, maximum } => {
            let fits = integer(value).is_some_and(|number| {
                minimum.is_none_or(|least| number >= least) && maximum.is_none_or(|greatest| number <= greatest)
            });
            (!fits).then(|| match (minimum, maximum) {
                (None, None) => "a whole number".to_owned(),
                (Some(least), None) => format!("a whole number of at least {least}"),
                (None, Some(greatest)) => format!("a whole number of at most {greatest}"),
                (Some(least), Some(greatest)) => {
                    format!("a whole number from {least} to {greatest}")
                }
            })
        }
        ValueKind::Number => (!is_number(value)).then(|| "a number".to_owned()),
        ValueKind::Boolean => (!matches!(value, "true" | "false")).then(|| "`true` or `false`".to_owned()),
        ValueKind::Time => (value.parse::<Timestamp>().is_err()).then(|| "a time as in RFC 3339".to_owned()),
    }
}

/// Digits with an optional `-`; `+1` and ` 1` are not sent as numbers.
fn integer(value: &str) -> Option<i64> {
    (!value.starts_with('+')).then(|| value.parse().ok()).flatten()
}

/// A finite number in digits; `inf` and `nan`, which the parser takes too, are none.
fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    digits.starts_with(|first: char| first.is_ascii_digit()) && value.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use seatflow_catalog::Trust;

    use super::*;

    fn parameter(kind: ValueKind, allowed: &[&str]) -> Parameter {
        Parameter {
            name: "p".to_owned(),
            location: Location::Query,
            kind,
            required: false,
            allowed: allowed.iter().map(|&one| one.to_owned()).collect(),
            default: None,
            description: String::new(),
            source: Trust::Assumed,
        }
    }

    #[test]
    fn values_fit_their_kinds() {
        let integer = ValueKind::Integer { minimum: Some(1), maximum: Some(500) };
        let any_integer = ValueKind::Integer { minimum: None, maximum: None };
        for (kind, good, bad) in [
            (integer, vec!["1", "500"], vec!["0", "501", "1.0", "", "+1", "x", " 1"]),
            (any_integer, vec!["-9", "007"], vec!["9223372036854775808"]),
            (ValueKind::Number, vec!["1", "-1.5", "1e3"], vec!["inf", "NaN", "", "1e999", "-"]),
            (ValueKind::Boolean, vec!["true", "false"], vec!["True", "1", ""]),
            (
                ValueKind::Time,
                vec!["2023-03-08T08:00:00.000+00:00", "2023-03-08T08:00:00Z"],
                vec!["2023-03-08", "yesterday"],
            ),
            (ValueKind::Text, vec!["", "anything"], vec![]),
        ] {
            let parameter = parameter(kind, &[]);
            for value in good {
                assert_eq!(misfit(&parameter, value), None, "{kind:?} {value}");
            }
            for value in bad {
                assert!(misfit(&parameter, value).is_some(), "{kind:?} {value}");
            }
        }
    }

    #[test]
    fn the_message_says_what_is_wanted() {
        let bounded = parameter(ValueKind::Integer { minimum: Some(1), maximum: Some(500) }, &[]);
        assert_eq!(misfit(&bounded, "0").unwrap(), "must be a whole number from 1 to 500, not `0`");
        let chosen = parameter(ValueKind::Text, &["active", "inactive"]);
        assert_eq!(misfit(&chosen, "Active").unwrap(), "must be one of `active`, `inactive`, not `Active`");
        assert_eq!(misfit(&chosen, "active"), None);
    }
}
