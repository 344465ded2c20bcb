//! The values of a Parquet column as records have them.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit, TimestampNanosecondType, UInt64Type};
use arrow::error::ArrowError;
use parquet::basic::LogicalType;

/// What becomes of the values of a column. Nothing of them gets lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// They are whole numbers that an int64 holds.
    Integer,
    /// They are whole numbers, of which some may be too large for an int64; where there are such, they are text.
    Unsigned,
    /// They are numbers of floating point.
    Float,
    /// They are truth values.
    Boolean,
    /// They are text, or have a text that says all.
    Text,
    /// They are bytes.
    Binary,
    /// They are bytes that are written as a UUID.
    Uuid,
    /// They are moments, to the microsecond.
    Moment,
}

impl Form {
    /// The form of a type, given with what the file says of it; `None` if its values are no single ones.
    pub(crate) fn of(stored: &DataType, logical: Option<&LogicalType>) -> Option<Self> {
        use DataType as Type;
        Some(match stored {
            Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 | Type::UInt8 | Type::UInt16 | Type::UInt32 => {
                Self::Integer
            }
            Type::UInt64 => Self::Unsigned,
            Type::Float16 | Type::Float32 | Type::Float64 => Self::Float,
            Type::Boolean => Self::Boolean,
            Type::FixedSizeBinary(_) if matches!(logical, Some(LogicalType::Uuid)) => Self::Uuid,
            Type::Binary if matches!(logical, Some(LogicalType::Enum)) => Self::Text,
            Type::Binary | Type::FixedSizeBinary(_) => Self::Binary,
            Type::Timestamp(TimeUnit::Second | TimeUnit::Millisecond | TimeUnit::Microsecond, Some(_)) => Self::Moment,
            // A billionth of a second, and a time of which nobody knows where, has its place only in a text.
            Type::Timestamp(..) | Type::Date32 | Type::Time32(_) | Type::Time64(_) | Type::Utf8 => Self::Text,
            decimal if decimal.is_decimal() => Self::Text,
            _ => return None,
        })
    }

    /// Whether every batch of the column has the same type.
    pub(crate) fn is_fixed(self) -> bool {
        self != Self::Unsigned
    }

    /// The values in this form.
    ///
    /// # Errors
    /// A moment or a date that is too far off to be told; text that is none.
    pub(crate) fn convert(self, values: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let to = match self {
            Self::Integer => DataType::Int64,
            Self::Unsigned if values.as_primitive::<UInt64Type>().iter().flatten().all(|value| value <= MOST) => {
                DataType::Int64
            }
            Self::Float => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Text | Self::Unsigned => DataType::Utf8,
            Self::Binary => DataType::Binary,
            Self::Uuid => return Ok(uuids(values)),
            Self::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        };
        if *values.data_type() == to {
            return Ok(Arc::clone(values));
        }
        let values = match values.data_type() {
            // Only a zone that is written as an offset has a text.
            DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => {
                let moments = values.as_primitive::<TimestampNanosecondType>().clone();
                &(Arc::new(moments.with_timezone("+00:00")) as ArrayRef)
            }
            _ => values,
        };
        cast_with_options(values, &to, &CastOptions { safe: false, ..CastOptions::default() })
    }
}

/// The greatest int64.
const MOST: u64 = i64::MAX as u64;

fn uuids(values: &ArrayRef) -> ArrayRef {
    let values = values.as_fixed_size_binary();
    let texts: StringArray =
        (0..values.len()).map(|row| values.is_valid(row).then(|| uuid(values.value(row)))).collect();
    Arc::new(texts)
}

fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a `String` does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
