//! A payload as it is written in a node.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use seatflow_catalog::Kinds;
use seatflow_spec::{FromTree, Key, Kind, MaybeSecret, Place, Problem, Reading, Slug, Spanned, Tree};
use secrecy::SecretString;
use serde_json::{Number, Value};

use super::convert::{Native, convert};

/// A part of a payload, with its place.
#[derive(Clone, Debug)]
pub(in crate::calls) struct Written {
    pub(super) part: Part,
    pub(super) place: Place,
}

/// What a part of a payload is.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// `{ field: NAME }`: the value of a column.
    Field(Spanned<String>),
    /// The same in all payloads.
    Literal(Literal),
    /// Parts in order.
    List(Vec<Written>),
    /// Named parts in order.
    Map(Vec<(Key, Written)>),
}

/// A value that is the same in all payloads.
#[derive(Clone, Debug)]
pub(super) enum Literal {
    /// Null, `true` or `false`, or a number; and how it is spelt.
    Plain(Value, String),
    /// A text.
    Text(MaybeSecret),
    /// A text that a `${..}` has given, so that nobody could say its type.
    Referred(MaybeSecret),
}

impl Literal {
    /// The value, of a type that is asked for where it can be: text where text must be, as it is spelt; and what a
    /// `${..}` stands for as if a column of texts held it.
    pub(super) fn value(&self, kinds: Kinds) -> Value {
        match self {
            Self::Plain(value, spelling) => {
                let is_asked_for = match value {
                    Value::Bool(_) => kinds.has(Kinds::BOOLEAN),
                    Value::Number(number) => kinds.has(if number.is_f64() { Kinds::NUMBER } else { Kinds::INTEGER }),
                    _ => true,
                };
                if is_asked_for || !kinds.has(Kinds::TEXT) { value.clone() } else { spelling.as_str().into() }
            }
            Self::Text(text) => text.expose().into(),
            Self::Referred(text) => {
                convert(text.expose(), Native::Text, kinds).unwrap_or_else(|_| text.expose().into())
            }
        }
    }

    /// The text, if the environment or a file has a part in it.
    pub(super) fn secret(&self) -> Option<&MaybeSecret> {
        match self {
            Self::Text(text) | Self::Referred(text) => Some(text).filter(|text| text.is_secret()),
            Self::Plain(..) => None,
        }
    }
}

impl Literal {
    /// The parts and the whole of a secret, and the value that is sent where it is written otherwise; nothing, if it is
    /// none.
    pub(super) fn secrets(&self, kinds: Kinds) -> Vec<SecretString> {
        let Some(secret) = self.secret() else { return Vec::new() };
        let sent = Some(self.value(kinds)).filter(Value::is_number).map(|value| value.to_string());
        let sent = sent.filter(|sent| sent != secret.expose()).map(SecretString::from);
        secret.parts.iter().chain([&secret.value]).cloned().chain(sent).collect()
    }
}

impl Written {
    /// The column that holds the whole payload, if one does.
    pub(super) fn column(&self) -> Option<&Spanned<String>> {
        match &self.part {
            Part::Field(field) => Some(field),
            _ => None,
        }
    }

    /// The columns that are used, in the order of the file.
    pub(in crate::calls) fn fields(&self) -> Vec<&Spanned<String>> {
        match &self.part {
            Part::Field(field) => vec![field],
            Part::Literal(_) => Vec::new(),
            Part::List(items) => items.iter().flat_map(Self::fields).collect(),
            Part::Map(entries) => entries.iter().flat_map(|(_, part)| part.fields()).collect(),
        }
    }
}

impl FromTree for Written {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let part = part(tree, reading)?;
        Some(Self { part, place: tree.place.clone() })
    }
}

fn part(tree: &Tree, reading: &mut Reading<'_>) -> Option<Part> {
    if let Some(field) = column(tree) {
        let name = String::from_tree(field, reading)?;
        return Some(Part::Field(Spanned::new(name, field.place.clone())));
    }
    match &tree.kind {
        Kind::List(items) => {
            let items: Vec<_> = items.iter().map(|item| Written::from_tree(item, reading)).collect();
            items.into_iter().collect::<Option<_>>().map(Part::List)
        }
        Kind::Map(entries) => {
            let parts = entries.iter().map(|(key, value)| (key, Written::from_tree(value, reading)));
            let parts: Vec<_> = parts.collect();
            let parts = parts.into_iter().map(|(key, part)| Some((key.clone(), part?)));
            parts.collect::<Option<_>>().map(Part::Map)
        }
        _ => literal(tree, reading),
    }
}

/// What a map names as a column: its only key is `field`, and holds a text.
fn column(tree: &Tree) -> Option<&Tree> {
    match tree.entries() {
        [(key, name)] if key.text == "field" && matches!(name.kind, Kind::Text(_)) => Some(name),
        _ => None,
    }
}

fn literal(tree: &Tree, reading: &mut Reading<'_>) -> Option<Part> {
    let resolved = reading.resolve(tree)?;
    let refers = !tree.references().is_empty();
    let plain = |value: Value| Literal::Plain(value, resolved.as_scalar().unwrap_or_default().to_owned());
    Some(Part::Literal(match &resolved.kind {
        Kind::Null => plain(Value::Null),
        Kind::Bool(value) => plain((*value).into()),
        Kind::Integer(value) => plain((*value).into()),
        Kind::Float(value) => {
            let Some(number) = Number::from_f64(*value) else {
                let problem = Problem::new(Slug::BAD_VALUE, "JSON has no such number");
                let problem = problem.at(&tree.place, "not a finite number");
                reading.problem(problem.help("put it in quotes if it is meant as text"));
                return None;
            };
            plain(number.into())
        }
        Kind::Text(_) => {
            let text = MaybeSecret::new(resolved.as_text().unwrap_or_default(), tree, reading);
            if refers { Literal::Referred(text) } else { Literal::Text(text) }
        }
        // A reference stands for one value, or its problem is known.
        Kind::List(_) | Kind::Map(_) | Kind::Broken => return None,
    }))
}

impl JsonSchema for Written {
    fn schema_name() -> Cow<'static, str> {
        "Payload".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Any tree of maps, lists and values, in which `{ field: NAME }` is the value of a column; or \
                `{ field: NAME }` alone for a column that holds JSON.",
            "type": ["object", "array", "string", "number", "boolean", "null"]
        })
    }
}
