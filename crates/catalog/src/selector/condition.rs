//! What must hold of the objects that a step leads to.

use super::write::Writer;

/// What must hold of a field: a comparison, or, without one, that it is not null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub(super) joiner: Joiner,
    pub(super) field: String,
    pub(super) comparison: Option<Comparison>,
}

impl Condition {
    /// The name of the field, without its `@`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Whether it tells which object is meant: the field has one value, which is neither empty nor the beginning of many
    /// (a `*` at its end), nor one of those that many objects share (`null`, `true`, `false`).
    pub(super) fn names(&self) -> bool {
        let equal = self.comparison.as_ref().filter(|comparison| comparison.operator.meaning() == Meaning::Equal);
        equal.is_some_and(|comparison| match &comparison.value {
            Value::Null | Value::Boolean(_) => false,
            Value::Number(_) => true,
            Value::Bare(text) | Value::Quoted(text) => !text.is_empty() && !text.ends_with('*'),
        })
    }

    /// That a field is not null, joined to what is before it.
    pub(super) fn not_null(field: &str) -> Self {
        let comparison = Comparison { operator: Operator::NotEqual, value: Value::Null };
        Self { joiner: Joiner::Comma, field: field.to_owned(), comparison: Some(comparison) }
    }

    /// Whether it says that a field is not null, and nothing else.
    pub(super) fn requires(&self, field: &str) -> bool {
        let of_null = |comparison: &Comparison| {
            comparison.operator.meaning() == Meaning::NotEqual && comparison.value == Value::Null
        };
        self.field == field && self.comparison.as_ref().is_none_or(of_null)
    }

    /// What the field is compared with.
    pub fn comparison(&self) -> Option<&Comparison> {
        self.comparison.as_ref()
    }
}

/// What a field is compared with, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub(super) operator: Operator,
    pub(super) value: Value,
}

impl Comparison {
    /// How it is compared.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// What it is compared with.
    pub fn value(&self) -> &Value {
        &self.value
    }
}

/// How a condition is joined to the one before it; each means that both must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joiner {
    /// `,`
    Comma,
    /// `&`
    Ampersand,
    /// `&&`
    TwoAmpersands,
    /// `and`
    And,
    /// `AND`
    UpperAnd,
}

impl Joiner {
    /// Each with its text; of two that begin alike, the longer one first.
    pub(super) const ALL: [(Self, &str); 5] = [
        (Self::Comma, ","),
        (Self::TwoAmpersands, "&&"),
        (Self::Ampersand, "&"),
        (Self::And, "and"),
        (Self::UpperAnd, "AND"),
    ];

    fn text(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Ampersand => "&",
            Self::TwoAmpersands => "&&",
            Self::And => " and ",
            Self::UpperAnd => " AND ",
        }
    }
}

/// An operator, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `~`
    Like,
    /// `~=`
    LikeEqual,
    /// `*`
    Star,
    /// `*=`
    StarEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What an operator means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The field has the value.
    Equal,
    /// The field has another value.
    NotEqual,
    /// The field contains the value, in any case; `%` stands for any text.
    Like,
    /// The field starts with the value, in any case.
    StartsWith,
    /// The field is less.
    Less,
    /// The field is less or equal.
    LessOrEqual,
    /// The field is greater.
    Greater,
    /// The field is greater or equal.
    GreaterOrEqual,
}

impl Operator {
    /// Each with its text; of two that begin alike, the longer one first.
    pub(super) const ALL: [(Self, &str); 10] = [
        (Self::Equal, "="),
        (Self::NotEqual, "!="),
        (Self::LikeEqual, "~="),
        (Self::Like, "~"),
        (Self::StarEqual, "*="),
        (Self::Star, "*"),
        (Self::LessOrEqual, "<="),
        (Self::Less, "<"),
        (Self::GreaterOrEqual, ">="),
        (Self::Greater, ">"),
    ];

    /// What it means: some are written in two ways.
    pub fn meaning(self) -> Meaning {
        match self {
            Self::Equal => Meaning::Equal,
            Self::NotEqual => Meaning::NotEqual,
            Self::Like | Self::LikeEqual => Meaning::Like,
            Self::Star | Self::StarEqual => Meaning::StartsWith,
            Self::Less => Meaning::Less,
            Self::LessOrEqual => Meaning::LessOrEqual,
            Self::Greater => Meaning::Greater,
            Self::GreaterOrEqual => Meaning::GreaterOrEqual,
        }
    }

    fn text(self) -> &'static str {
        Self::ALL.iter().find(|(operator, _)| *operator == self).map_or("=", |(_, text)| text)
    }
}

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, with the digits that it was written with.
    Number(String),
    /// A text without quotes.
    Bare(String),
    /// A text in quotes.
    Quoted(String),
}

impl Value {
    /// What a text without quotes is.
    pub(super) fn bare(text: String) -> Self {
        match text.as_str() {
            "null" => Self::Null,
            "true" => Self::Boolean(true),
            "false" => Self::Boolean(false),
            _ if is_number(&text) => Self::Number(text),
            _ => Self::Bare(text),
        }
    }

    fn write(&self, writer: &mut impl Writer) {
        match self {
            Self::Null => writer.syntax("null"),
            Self::Boolean(value) => writer.syntax(if *value { "true" } else { "false" }),
            Self::Number(text) | Self::Bare(text) => writer.text(text),
            Self::Quoted(text) => {
                writer.syntax("'");
                writer.text(&text.replace('\'', "''"));
                writer.syntax("'");
            }
        }
    }
}

/// Whether a text is a number: perhaps a `-`, digits, and perhaps a `.` and digits.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

pub(super) fn write_conditions(conditions: &[Condition], writer: &mut impl Writer) {
    if conditions.is_empty() {
        return;
    }
    writer.syntax("[");
    for (place, condition) in conditions.iter().enumerate() {
        if place > 0 {
            writer.syntax(condition.joiner.text());
        }
        writer.syntax("@");
        writer.syntax(&condition.field);
        if let Some(Comparison { operator, value }) = &condition.comparison {
            writer.syntax(operator.text());
            value.write(writer);
        }
    }
    writer.syntax("]");
}
