//! The types of the ladder, and their least upper bound.

use arrow::datatypes::{DataType, Field};

use super::Conflict;

/// The metadata key of an `Int64` field that has held an integer beyond 2^53; its value is `true`.
pub const WIDE: &str = "seatflow.wide";

/// The greatest integer up to which every integer is a float.
const EXACT: u64 = 1 << 53;

/// Whether a float of 64 bits may be unable to hold the integer.
#[inline]
pub(crate) fn is_wide(integer: i64) -> bool {
    integer.unsigned_abs() > EXACT
}

/// A type of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rung {
    Null,
    Boolean,
    Int64,
    /// `Int64`, with an integer beyond 2^53.
    WideInt64,
    Float64,
    Utf8,
}

impl Rung {
    /// The rung of a field; `None` if its type is not on the ladder.
    pub(crate) fn of(field: &Field) -> Option<Self> {
        Some(match field.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean,
            DataType::Int64 if field.metadata().contains_key(WIDE) => Self::WideInt64,
            DataType::Int64 => Self::Int64,
            DataType::Float64 => Self::Float64,
            DataType::Utf8 => Self::Utf8,
            _ => return None,
        })
    }

    /// The least rung that both are at or below.
    #[inline]
    pub(crate) fn join(self, other: Self) -> Self {
        match (self, other) {
            (one, another) if one == another => one,
            (Self::Null, rung) | (rung, Self::Null) => rung,
            (Self::Int64, Self::WideInt64) | (Self::WideInt64, Self::Int64) => Self::WideInt64,
            (Self::Int64, Self::Float64) | (Self::Float64, Self::Int64) => Self::Float64,
            _ => Self::Utf8,
        }
    }

    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Null => DataType::Null,
            Self::Boolean => DataType::Boolean,
            Self::Int64 | Self::WideInt64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::Utf8 => DataType::Utf8,
        }
    }

    /// A nullable field on this rung.
    pub(crate) fn field(self, name: &str) -> Field {
        self.put_on(Field::new(name, DataType::Null, true))
    }

    /// The field with this rung's type and mark in place of its own.
    pub(crate) fn put_on(self, mut field: Field) -> Field {
        if self == Self::WideInt64 {
            field.metadata_mut().insert(WIDE.to_owned(), "true".to_owned());
        } else {
            field.metadata_mut().remove(WIDE);
        }
        field.with_data_type(self.data_type())
    }
}

/// The field of a column that is `first` in one batch and `second` in another.
///
/// It has the name of the first, the least type above both, and the metadata of both, where the first's values stand.
///
/// # Errors
/// The types have no common type.
pub fn unify(first: &Field, second: &Field) -> Result<Field, Conflict> {
    let mut field = first.clone();
    for (key, value) in second.metadata() {
        field.metadata_mut().entry(key.clone()).or_insert_with(|| value.clone());
    }
    let field = field.with_nullable(first.is_nullable() || second.is_nullable());
    match (Rung::of(first), Rung::of(second)) {
        (Some(one), Some(another)) => Ok(one.join(another).put_on(field)),
        (Some(Rung::Null), None) => Ok(field.with_data_type(second.data_type().clone())),
        (None, Some(Rung::Null)) => Ok(field),
        _ if first.data_type() == second.data_type() => Ok(field),
        _ => Err(Conflict::Types {
            column: first.name().clone(),
            first: first.data_type().clone(),
            second: second.data_type().clone(),
        }),
    }
}
