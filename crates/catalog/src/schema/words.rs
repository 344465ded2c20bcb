//! The rules of JSON Schema in plain words.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Failed};
use jsonschema::types::JsonType;
use serde_json::Value;

use super::kinds::Kinds;

/// A longer value is told by its length: a part of it could be a part of a secret.
const SHOWN: usize = 200;

/// So many values are listed; of more, the first.
const LISTED: usize = 16;
const LISTED_FIRST: usize = 12;

/// What is told of a secret.
const HIDDEN: &str = "`***`";

/// A value that a message speaks of.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) value: &'a Value,
    /// Whether nothing of it is told.
    pub(super) is_secret: bool,
}

impl Subject<'_> {
    fn shown(self) -> String {
        if self.is_secret { HIDDEN.to_owned() } else { shown_value(self.value) }
    }

    /// How many characters, items or fields it has, if that may be told.
    pub(super) fn count(self) -> Option<usize> {
        let count = match self.value {
            Value::String(text) => text.chars().count(),
            Value::Array(items) => items.len(),
            Value::Object(fields) => fields.len(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        };
        Some(count).filter(|_| !self.is_secret)
    }
}

/// What is wrong with a value, to be read after its place.
pub(super) fn of(kind: &Failed, subject: Subject<'_>) -> String {
    let not = |wanted: &str| format!("must be {wanted}, not {}", subject.shown());
    match kind {
        Failed::Type { kind } => not_of_type(types(kind), subject),
        Failed::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some([only]) => not(&shown_value(only)),
            several => not(&format!("one of {}", some_of(several.unwrap_or_default()))),
        },
        Failed::Constant { expected_value } => not(&shown_value(expected_value)),
        Failed::Minimum { limit } => not(&format!("at least {limit}")),
        Failed::Maximum { limit } => not(&format!("at most {limit}")),
        Failed::ExclusiveMinimum { limit } => not(&format!("more than {limit}")),
        Failed::ExclusiveMaximum { limit } => not(&format!("less than {limit}")),
        Failed::MultipleOf { multiple_of } => not(&format!("a multiple of {multiple_of}")),
        Failed::MinLength { limit } => too_few(*limit, subject.count(), "character"),
        Failed::MaxLength { limit } => too_many(*limit, subject.count(), "character"),
        Failed::MinItems { limit } => too_few(*limit, subject.count(), "item"),
        Failed::MaxItems { limit } => too_many(*limit, subject.count(), "item"),
        Failed::MaxProperties { limit } => too_many(*limit, subject.count(), "field"),
        Failed::Pattern { pattern } => format!("must match `{pattern}`, as {} does not", subject.shown()),
        Failed::Format { format } => not(&form(format)),
        Failed::ContentEncoding { content_encoding } => not(&format!("text in {content_encoding}")),
        Failed::UniqueItems => "must not hold an item twice".to_owned(),
        Failed::AdditionalItems { limit } => too_many(*limit as u64, subject.count(), "item"),
        Failed::UnevaluatedItems { .. } => "has more items than are allowed".to_owned(),
        Failed::OneOfMultipleValid { .. } => "has several of the forms of which only one is allowed".to_owned(),
        Failed::FalseSchema => "must not be there".to_owned(),
        Failed::PropertyNames { error } => {
            format!("has a field whose name {}", of(error.kind(), Subject { value: error.instance(), ..subject }))
        }
        Failed::Contains => "has no item of the form that is needed".to_owned(),
        Failed::Not { .. } => format!("must not be {}", subject.shown()),
        _ => "does not fit".to_owned(),
    }
}

/// That there are fewer than there must be.
pub(super) fn too_few(limit: u64, has: Option<usize>, one: &str) -> String {
    match limit {
        1 => "must not be empty".to_owned(),
        limit => format!("must have at least {limit} {one}s{}", not_so_many(has)),
    }
}

fn too_many(limit: u64, has: Option<usize>, one: &str) -> String {
    match limit {
        0 => "must be empty".to_owned(),
        1 => format!("must have at most 1 {one}{}", not_so_many(has)),
        limit => format!("must have at most {limit} {one}s{}", not_so_many(has)),
    }
}

fn not_so_many(has: Option<usize>) -> String {
    has.map_or_else(String::new, |has| format!(", not {has}"))
}

/// What a value is that each branch wants of another type.
pub(super) fn types_of_branches(
    branches: &[Vec<&ValidationError<'static>>],
    is_here: &impl Fn(&ValidationError<'_>) -> bool,
    subject: Subject<'_>,
) -> Option<String> {
    let mut wanted: Option<Kinds> = None;
    for branch in branches {
        let error = branch.iter().find(|error| is_here(error))?;
        let Failed::Type { kind } = error.kind() else { return None };
        let kinds = types(kind);
        wanted = Some(wanted.map_or(kinds, |wanted| wanted.or(kinds)));
    }
    Some(not_of_type(wanted?, subject))
}

fn types(kind: &TypeKind) -> Kinds {
    let of = |one: JsonType| Kinds::of_type(one.as_str());
    match kind {
        TypeKind::Single(one) => of(*one),
        TypeKind::Multiple(several) => several.iter().map(of).reduce(Kinds::or).unwrap_or(Kinds::ANY),
    }
}

fn not_of_type(wanted: Kinds, subject: Subject<'_>) -> String {
    let wanted: Vec<&str> = wanted.words().map(|words| words.said).collect();
    // Beside what it should be, a text of digits would look like a number.
    let is_like_another = |text: &str| !subject.is_secret && serde_json::from_str::<Value>(text).is_ok();
    let text = if subject.value.as_str().is_some_and(is_like_another) { "the text " } else { "" };
    format!("must be {}, not {text}{}", wanted.join(" or "), subject.shown())
}

fn shown_value(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::String(text) => shown(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
    }
}

/// A value as a message tells it: in backticks, unless it is empty or too long for that.
pub fn shown(text: &str) -> String {
    match text.chars().count() {
        0 => "empty text".to_owned(),
        length if length > SHOWN => format!("a text of {length} characters"),
        _ => format!("`{text}`"),
    }
}

/// Values in backticks, of many only the first.
pub(super) fn some_of(values: &[Value]) -> String {
    let first = if values.len() > LISTED { LISTED_FIRST } else { values.len() };
    let shown = values[..first].iter().map(|value| match value {
        Value::Array(_) | Value::Object(_) => format!("`{value}`"),
        scalar => shown_value(scalar),
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    match values.len() - first {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What a format wants.
fn form(format: &str) -> String {
    let words = match format {
        "date-time" => "a time as in RFC 3339",
        "date" => "a date like `2025-03-01`",
        "time" => "a time of day like `09:30:00Z`",
        "duration" => "a duration like `P30D`",
        "email" | "idn-email" => "an e-mail address",
        "uri" | "iri" => "a URL",
        "uuid" => "a UUID",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "hostname" | "idn-hostname" => "a host name",
        other => return format!("of the format `{other}`"),
    };
    words.to_owned()
}
