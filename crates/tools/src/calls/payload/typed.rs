//! A payload whose places know their types.

use seatflow_catalog::{BodyPath, Kinds, Schema, SchemaPlace};
use secrecy::SecretString;

use super::written::{Literal, Part, Written};

/// A part of a payload, typed by the schema at its place.
pub(super) enum Typed {
    /// The value of a column.
    Field(Field),
    /// The same in all payloads.
    Literal(Literal, Kinds),
    /// Parts in order.
    List(Vec<Item>),
    /// Named parts in order.
    Map(Vec<(String, Typed)>),
}

/// The value of a column at a place.
pub(super) struct Field {
    /// Its number among the fields of the payload.
    pub(super) number: usize,
    /// The name of the column.
    pub(super) column: String,
    /// What the place may hold.
    pub(super) kinds: Kinds,
    /// Whether the records of a group may differ in it.
    pub(super) varies: bool,
    /// The values that the catalog knows of the place, if it knows some.
    pub(super) known: Option<Known>,
}

/// The known values of a place, among others.
pub(super) struct Known {
    /// The place in the payload, numbers of items left out.
    pub(super) place: String,
    pub(super) values: Vec<String>,
}

/// An item of a list.
pub(super) struct Item {
    pub(super) part: Typed,
    pub(super) repeats: Repeats,
}

/// How often an item is made from the records of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    /// Once.
    No,
    /// Once for each record.
    EachRecord,
    /// Once for each set of different values of its own fields, which have these numbers; a list in it goes over the
    /// records that are equal in them.
    EachSet(Vec<usize>),
}

impl Typed {
    /// A payload, typed by the schema of its endpoint. Where records are grouped, every column that they are not
    /// grouped by may vary within a group.
    pub(super) fn of(written: &Written, schema: Option<&Schema>, group_by: &[String]) -> Self {
        let place = schema.map(Schema::root);
        Typing { group_by, next: 0 }.part(written, place.as_ref(), &BodyPath::default())
    }

    /// The numbers of the fields in it that vary, but for those that a repeated item has to itself.
    fn own(&self) -> Vec<usize> {
        match self {
            Self::Field(field) if field.varies => vec![field.number],
            Self::Field(_) | Self::Literal(..) => Vec::new(),
            Self::List(items) => {
                items.iter().filter(|item| item.repeats == Repeats::No).flat_map(|item| item.part.own()).collect()
            }
            Self::Map(entries) => entries.iter().flat_map(|(_, part)| part.own()).collect(),
        }
    }

    /// What the environment and files have put into it, as it was given, and as it is sent if that differs.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::Field(_) => Vec::new(),
            Self::Literal(literal, kinds) => literal.secrets(*kinds),
            Self::List(items) => items.iter().flat_map(|item| item.part.secrets()).collect(),
            Self::Map(entries) => entries.iter().flat_map(|(_, part)| part.secrets()).collect(),
        }
    }

    /// Whether there is a repeated item in it.
    fn has_repeated(&self) -> bool {
        match self {
            Self::Field(_) | Self::Literal(..) => false,
            Self::List(items) => items.iter().any(|item| item.repeats != Repeats::No || item.part.has_repeated()),
            Self::Map(entries) => entries.iter().any(|(_, part)| part.has_repeated()),
        }
    }
}

struct Typing<'a> {
    group_by: &'a [String],
    next: usize,
}

impl Typing<'_> {
    fn part(&mut self, written: &Written, place: Option<&SchemaPlace<'_>>, path: &BodyPath) -> Typed {
        let kinds = place.map_or(Kinds::ANY, SchemaPlace::kinds);
        match &written.part {
            Part::Literal(literal) => Typed::Literal(literal.clone(), kinds),
            Part::Field(field) => {
                let number = self.next;
                self.next += 1;
                let varies = !self.group_by.is_empty() && !self.group_by.contains(&field.value);
                let suggested = place.map(SchemaPlace::suggested).unwrap_or_default();
                let values: Vec<_> = suggested.into_iter().map(|one| one.value).collect();
                let known = (!values.is_empty()).then(|| Known { place: path.to_string(), values });
                Typed::Field(Field { number, column: field.value.clone(), kinds, varies, known })
            }
            Part::List(items) => {
                let item = |(index, item): (usize, &Written)| {
                    let part = self.part(item, place.map(|place| place.item(index)).as_ref(), path);
                    let repeats = match (part.has_repeated(), part.own()) {
                        (false, own) if own.is_empty() => Repeats::No,
                        (false, _) => Repeats::EachRecord,
                        (true, own) => Repeats::EachSet(own),
                    };
                    Item { part, repeats }
                };
                Typed::List(items.iter().enumerate().map(item).collect())
            }
            Part::Map(entries) => {
                let entry = |(key, part): &(seatflow_spec::Key, Written)| {
                    let place = place.map(|place| place.field(&key.text));
                    (key.text.clone(), self.part(part, place.as_ref(), &path.field(&key.text)))
                };
                Typed::Map(entries.iter().map(entry).collect())
            }
        }
    }
}
