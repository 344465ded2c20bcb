//! Columns as JSON scalars.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Float64Type, Int64Type};

use super::Error;
use crate::json::Json;

/// A column whose values are scalars of JSON.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) column: String,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Null,
    Boolean(BooleanArray),
    Integer(Int64Array),
    Float(Float64Array),
    Text(StringArray),
}

impl Leaf {
    /// A column of any type that has a text; times and the like become texts.
    pub(super) fn new(column: &str, array: &ArrayRef) -> Result<Self, Error> {
        let values = match array.data_type() {
            DataType::Null => Values::Null,
            DataType::Boolean => Values::Boolean(array.as_boolean().clone()),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                Values::Float(cast(column, array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            integer if integer.is_integer() => Values::Integer(integers(column, array)?),
            _ => Values::Text(cast(column, array, &DataType::Utf8)?.as_string().clone()),
        };
        Ok(Self { column: column.to_owned(), values })
    }

    pub(super) fn is_valid(&self, row: usize) -> bool {
        match &self.values {
            Values::Null => false,
            Values::Boolean(array) => array.is_valid(row),
            Values::Integer(array) => array.is_valid(row),
            Values::Float(array) => array.is_valid(row),
            Values::Text(array) => array.is_valid(row),
        }
    }

    /// Whether two rows, of which none is null, have the same value.
    pub(super) fn is_equal(&self, one: usize, other: usize) -> bool {
        match &self.values {
            Values::Null => true,
            Values::Boolean(array) => array.value(one) == array.value(other),
            Values::Integer(array) => array.value(one) == array.value(other),
            Values::Float(array) => array.value(one).to_bits() == array.value(other).to_bits(),
            Values::Text(array) => array.value(one) == array.value(other),
        }
    }

    pub(super) fn json(&self, row: usize) -> Result<Json, Error> {
        Ok(match &self.values {
            Values::Null => Json::Null,
            Values::Boolean(array) => Json::Boolean(array.value(row)),
            Values::Integer(array) => Json::Integer(array.value(row)),
            Values::Float(array) if array.value(row).is_finite() => Json::Float(array.value(row)),
            Values::Float(_) => return Err(Error::NotFinite { column: self.column.clone(), row }),
            Values::Text(array) => Json::Text(array.value(row).to_owned()),
        })
    }
}

/// A column of numbers of elements: integers, or texts of integers.
pub(super) fn integers(column: &str, array: &ArrayRef) -> Result<Int64Array, Error> {
    let data_type = array.data_type();
    if !(data_type.is_integer() || data_type.is_null() || data_type.is_string()) {
        return Err(Error::Type { column: column.to_owned(), data_type: data_type.clone() });
    }
    Ok(cast(column, array, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
}

fn cast(column: &str, array: &ArrayRef, to: &DataType) -> Result<ArrayRef, Error> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &options)
        .map_err(|_| Error::Type { column: column.to_owned(), data_type: array.data_type().clone() })
}
