//! Payloads, built from records.

use std::ops::Range;

use indexmap::IndexMap;
use seatflow_call::{Refusal, RefusalKind};
use seatflow_catalog::{BodyPath, Misfit, shown};
use serde_json::{Map, Value};

use super::super::bound::differing;
use super::columns::PayloadColumns;
use super::convert::convert;
use super::typed::{Field, Item, Repeats, Typed};

/// A value from a column that is none of those which the catalog knows of its place.
pub(in crate::calls) struct UnknownField {
    /// The place in the payload, numbers of items left out.
    pub(in crate::calls) place: String,
    pub(in crate::calls) value: String,
}

/// The payload of some records. A value that is none of the known ones of its place is told to `unknown`.
///
/// # Errors
/// The first value that does not fit its place, or on which the records do not agree.
pub(super) fn payload(
    typed: &Typed,
    columns: &PayloadColumns,
    rows: Range<usize>,
    unknown: &dyn Fn(UnknownField),
) -> Result<Value, Refusal> {
    let rows: Vec<usize> = rows.collect();
    let built = Building { columns, unknown }.part(typed, &rows, &Trail::Root)?;
    // The whole is sent in any case; what it lacks, its schema says.
    Ok(built.value.unwrap_or(Value::Null))
}

/// A part that has been built.
#[derive(Default)]
struct Built {
    value: Option<Value>,
    /// Whether it has fields.
    has_fields: bool,
    /// Whether one of them is not null.
    is_said: bool,
}

impl Built {
    /// Whether it is left out of what it stands in: it has fields, and all of them are null.
    fn is_left_out(&self) -> bool {
        self.has_fields && !self.is_said
    }

    fn take(&mut self, other: &Self) {
        self.has_fields |= other.has_fields;
        self.is_said |= other.is_said;
    }
}

/// The way to a place, from its end.
enum Trail<'a> {
    Root,
    Field(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl Trail<'_> {
    fn path(&self) -> BodyPath {
        match self {
            Self::Root => BodyPath::default(),
            Self::Field(before, name) => before.path().field(name),
            Self::Item(before, index) => before.path().item(*index),
        }
    }
}

struct Building<'a> {
    columns: &'a PayloadColumns,
    unknown: &'a dyn Fn(UnknownField),
}

impl Building<'_> {
    fn part(&self, typed: &Typed, rows: &[usize], trail: &Trail<'_>) -> Result<Built, Refusal> {
        match typed {
            Typed::Literal(literal, kinds) => Ok(Built { value: Some(literal.value(*kinds)), ..Built::default() }),
            Typed::Field(field) => self.field(field, rows, trail),
            Typed::Map(entries) => {
                let (mut built, mut map) = (Built::default(), Map::new());
                for (name, part) in entries {
                    let part = self.part(part, rows, &Trail::Field(trail, name))?;
                    built.take(&part);
                    if !part.is_left_out() {
                        map.extend(part.value.map(|value| (name.clone(), value)));
                    }
                }
                Ok(Built { value: Some(Value::Object(map)), ..built })
            }
            Typed::List(items) => {
                let (mut built, mut list) = (Built::default(), Vec::new());
                for Item { part, repeats } in items {
                    for rows in self.repeated(repeats, rows) {
                        let item = self.part(part, &rows, &Trail::Item(trail, list.len()))?;
                        built.take(&item);
                        if !item.is_left_out() {
                            list.extend(item.value);
                        }
                    }
                }
                Ok(Built { value: Some(Value::Array(list)), ..built })
            }
        }
    }

    /// The records of each time that an item is made.
    fn repeated(&self, repeats: &Repeats, rows: &[usize]) -> Vec<Vec<usize>> {
        match repeats {
            Repeats::No => vec![rows.to_vec()],
            Repeats::EachRecord => rows.iter().map(|row| vec![*row]).collect(),
            Repeats::EachSet(fields) => {
                let mut sets: IndexMap<Vec<Option<&str>>, Vec<usize>> = IndexMap::new();
                for &row in rows {
                    let set = fields.iter().map(|field| self.value(*field, row)).collect();
                    sets.entry(set).or_default().push(row);
                }
                sets.into_values().collect()
            }
        }
    }

    fn value(&self, field: usize, row: usize) -> Option<&str> {
        self.columns.at(field).and_then(|column| column.value(row))
    }

    fn field(&self, field: &Field, rows: &[usize], trail: &Trail<'_>) -> Result<Built, Refusal> {
        let mut values = rows.iter().map(|row| self.value(field.number, *row));
        let first = values.next().flatten();
        if let Some(other) = values.find(|other| *other != first) {
            return Err(differing(&field.column, first, other));
        }
        let (Some(text), Some(column)) = (first, self.columns.at(field.number)) else {
            return Ok(Built { has_fields: true, ..Built::default() });
        };
        let value = convert(text, column.native, field.kinds).map_err(|wanted| {
            let message = format!("must be {wanted}, not {}", shown(text));
            let misfit = Misfit::new(&trail.path(), message);
            Refusal { kind: RefusalKind::BadParameter, message: format!("{misfit} (column `{}`)", field.column) }
        })?;
        if let (Some(known), Some(value)) = (&field.known, value.as_str())
            && !known.values.iter().any(|known| known == value)
        {
            (self.unknown)(UnknownField { place: known.place.clone(), value: value.to_owned() });
        }
        Ok(Built { value: Some(value), has_fields: true, is_said: true })
    }
}
