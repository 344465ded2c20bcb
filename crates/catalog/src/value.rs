//! Whether a value fits its parameter.

use std::fmt;

use jiff::Timestamp;

use crate::{Effect, Endpoint, ListForm, Location, Parameter, Selector, ValueKind};

/// Why a value does not fit its parameter.
///
/// It prints itself in one line, with what to do behind a `;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What is wrong, to be read after the parameter's name.
    pub why: String,
    /// What to do, if the value tells.
    pub help: Option<String>,
}

impl From<String> for Unfit {
    fn from(why: String) -> Self {
        Self { why, help: None }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.why)?;
        self.help.iter().try_for_each(|help| write!(formatter, "; {help}"))
    }
}

impl Endpoint {
    /// Why a value does not fit one of the endpoint's parameters; nothing, if it fits. `shown` is told in its place, so that
    /// nothing is told of a value that must not be shown.
    ///
    /// A selector that says what is written must name it ([`Selector::parse_for`]).
    pub fn unfit(&self, parameter: &Parameter, value: &str, shown: &str) -> Option<Unfit> {
        parameter.unfit(value, shown, self.effect)
    }
}

impl Parameter {
    /// What is wrong with a value that is given to a read, to be read after the parameter's name; nothing, if it fits.
    pub fn misfit(&self, value: &str) -> Option<String> {
        self.unfit(value, value, Effect::Read).map(|unfit| unfit.why)
    }

    fn unfit(&self, value: &str, shown: &str, effect: Effect) -> Option<Unfit> {
        if let Some(misfit) = self.location.misfit(value, self.kind) {
            return Some(misfit.into());
        }
        if let Some(separator) = self.list.and_then(ListForm::separator).filter(|between| value.contains(*between)) {
            return Some(
                format!("must not hold `{separator}`, which stands between its values, in one of them").into(),
            );
        }
        if self.kind == ValueKind::Selector
            && let Err(fault) = Selector::parse_for(effect, value)
        {
            let is_one = Selector::parse(value).is_ok();
            let what = if is_one { "must tell exactly what is written" } else { "is no selector of a graph" };
            // Of one that must not be shown, only the place is told.
            return Some(if shown == value {
                Unfit { why: format!("{what}: {fault}"), help: fault.help }
            } else {
                format!("{what}: character {}", fault.position).into()
            });
        }
        if let Some(wanted) = self.kind.wants(value) {
            return Some(format!("must be {wanted}, not `{shown}`").into());
        }
        if self.refused.iter().any(|one| one == value) {
            return Some(format!("must not be `{shown}`, which means something else to the system").into());
        }
        if !self.allowed.is_empty() && !self.allowed.iter().any(|one| one == value) {
            let listed: Vec<_> = self.allowed.iter().map(|one| format!("`{one}`")).collect();
            return Some(format!("must be one of {}, not `{shown}`", listed.join(", ")).into());
        }
        None
    }
}

impl Location {
    /// What would change where a path leads, or how many headers there are. Between the quotes of a selector, dots do not.
    fn misfit(self, value: &str, kind: ValueKind) -> Option<String> {
        match self {
            Self::Path if value.is_empty() => Some("must not be empty in a path".to_owned()),
            Self::Path if kind != ValueKind::SelectorText && matches!(value, "." | "..") => {
                Some(format!("must not be `{value}` in a path"))
            }
            Self::QueryKey if value.is_empty() => Some("must not be empty as a name in the query".to_owned()),
            Self::Header if value.contains(['\r', '\n']) => Some("must not hold a line break in a header".to_owned()),
            Self::Path | Self::Query | Self::QueryKey | Self::Header => None,
        }
    }
}

impl ValueKind {
    /// What values of this kind are, in words, if the value is none of them.
    pub(crate) fn wants(self, value: &str) -> Option<String> {
        match self {
            Self::Text | Self::SelectorText => None,
            Self::Selector => (Selector::parse(value).is_err()).then(|| "a selector of a graph".to_owned()),
            Self::Integer { minimum, maximum } => {
                let fits = integer(value).is_some_and(|number| {
                    minimum.is_none_or(|least| number >= least) && maximum.is_none_or(|greatest| number <= greatest)
                });
                (!fits).then(|| match (minimum, maximum) {
                    (None, None) => "a whole number".to_owned(),
                    (Some(least), None) => format!("a whole number of at least {least}"),
                    (None, Some(greatest)) => format!("a whole number of at most {greatest}"),
                    (Some(least), Some(greatest)) => format!("a whole number from {least} to {greatest}"),
                })
            }
            Self::Number => (!is_number(value)).then(|| "a number".to_owned()),
            Self::Boolean => (!matches!(value, "true" | "false")).then(|| "`true` or `false`".to_owned()),
            Self::Time => (value.parse::<Timestamp>().is_err()).then(|| "a time as in RFC 3339".to_owned()),
        }
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
    use super::*;
    use crate::Trust;

    fn parameter(kind: ValueKind, allowed: &[&str]) -> Parameter {
        Parameter {
            name: "p".to_owned(),
            location: Location::Query,
            kind,
            required: false,
            allowed: allowed.iter().map(|&one| one.to_owned()).collect(),
            refused: Vec::new(),
            suggested: Vec::new(),
            list: None,
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
                assert_eq!(parameter.misfit(value), None, "{kind:?} {value}");
            }
            for value in bad {
                assert!(parameter.misfit(value).is_some(), "{kind:?} {value}");
            }
        }
    }

    #[test]
    fn a_value_of_a_list_does_not_hold_what_stands_between_them() {
        let list = |form| Parameter { list: Some(form), ..parameter(ValueKind::Text, &[]) };
        for (form, bad) in [(ListForm::Comma, "a,b"), (ListForm::Space, "a b"), (ListForm::Pipe, "a|b")] {
            assert!(list(form).misfit(bad).is_some(), "{bad}");
            assert_eq!(list(form).misfit("a-b"), None);
            assert_eq!(list(ListForm::Repeated).misfit(bad), None);
        }
        let said = list(ListForm::Comma).misfit("a,b").unwrap();
        assert_eq!(said, "must not hold `,`, which stands between its values, in one of them");
    }

    #[test]
    fn a_selector_is_one_and_what_is_wrong_with_it_has_its_place() {
        let selector = parameter(ValueKind::Selector, &[]);
        assert_eq!(selector.misfit("License[@id='1']/~ManyToOne/LicensedItem{i=0,r=5}?/~ManyToOne/LicenseModel"), None);
        let said = selector.misfit("License[@id='secret'").unwrap();
        assert!(said.starts_with("is no selector of a graph: character 21: "), "{said}");
        let hidden = selector.unfit("License[@id='secret'", "***", Effect::Read).unwrap();
        assert_eq!(hidden.to_string(), "is no selector of a graph: character 21");
    }

    #[test]
    fn a_selector_that_writes_names_what_it_writes_with_each_quote_closed() {
        let selector = parameter(ValueKind::Selector, &[]);
        let told = |value: &str| {
            assert_eq!(selector.unfit(value, value, Effect::Read), None, "a read takes {value}");
            selector.unfit(value, value, Effect::Write).map(|unfit| unfit.to_string()).unwrap_or_default()
        };
        for good in ["License[@id='1']", "Profile[@id='1']/Assignment[@reservationType=x, @id='2']", "License[@id=7]"] {
            assert_eq!(told(good), "");
        }
        let which = |position: usize, name: &str| {
            format!(
                "must tell exactly what is written: character {position}: nothing tells which `{name}` is meant; \
                 name it by what it equals, such as `{name}[@id='..']`"
            )
        };
        for bad in [
            "License",
            "License[]",
            "License[@id]",
            "License[@id!=null]",
            "License[@id=null]",
            "License[@id='']",
            "License[@id='4*']",
            "License[@id*='4']",
            "License[@id~'4']",
            "License[@id>0]",
            "License[@active=true]",
        ] {
            assert_eq!(told(bad), which(1, "License"), "{bad}");
        }
        assert_eq!(told("License[@id='1']/~OneToMany/Assignment"), which(29, "Assignment"));
        for (open, place) in [
            ("License[@id='1]", "13: the `'` that closes the value of this one is missing"),
            ("Organization[@name='O'Hara']", "23: `]` is missing before `H`"),
            ("Profile[@id='1]/Assignment[@id='2']", "33: `]` is missing before `2`"),
        ] {
            let wanted = format!(
                "must tell exactly what is written: character {place}; \
                 close each quote, and write a `'` in a value twice"
            );
            assert_eq!(told(open), wanted, "{open}");
        }
        let hidden = selector.unfit("License", "***", Effect::Write).unwrap();
        assert_eq!(hidden.to_string(), "must tell exactly what is written: character 1");
    }

    #[test]
    fn a_name_in_the_query_is_not_empty() {
        let key = Parameter { location: Location::QueryKey, ..parameter(ValueKind::Text, &[]) };
        assert_eq!(key.misfit("").unwrap(), "must not be empty as a name in the query");
        assert_eq!(key.misfit("DemoItem1"), None);
    }

    #[test]
    fn dots_between_quotes_lead_nowhere_else() {
        let text = Parameter { location: Location::Path, ..parameter(ValueKind::SelectorText, &[]) };
        assert_eq!((text.misfit(".."), text.misfit("O'Hara Inc.")), (None, None));
        assert!(text.misfit("").is_some());
    }

    #[test]
    fn the_message_says_what_is_wanted() {
        let bounded = parameter(ValueKind::Integer { minimum: Some(1), maximum: Some(500) }, &[]);
        assert_eq!(bounded.misfit("0").unwrap(), "must be a whole number from 1 to 500, not `0`");
        let chosen = parameter(ValueKind::Text, &["active", "inactive"]);
        assert_eq!(chosen.misfit("Active").unwrap(), "must be one of `active`, `inactive`, not `Active`");
        assert_eq!(chosen.misfit("active"), None);
        let hidden = chosen.unfit("hunter2", "***", Effect::Read).unwrap();
        assert_eq!(hidden.to_string(), "must be one of `active`, `inactive`, not `***`");
    }
}
