//! Values as the text that stands for them in a file.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use seatflow_flatten::ladder;

/// The values of a column as text: numbers and truth values as everywhere, bytes as base64, times
/// as RFC 3339. `None` if the column's type has no text.
pub(crate) fn as_text(column: &ArrayRef) -> Option<StringArray> {
    match column.data_type() {
        DataType::Binary => {
            let values = column.as_binary::<i32>().iter();
            Some(values.map(|bytes| bytes.map(|bytes| BASE64_STANDARD.encode(bytes))).collect())
        }
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            let values = column.as_primitive::<TimestampMicrosecondType>().iter();
            let texts = values.map(|value| match value {
                Some(value) => Timestamp::from_microsecond(value).ok().map(|time| Some(time.to_string())),
                None => Some(None),
            });
            texts.collect()
        }
        _ => Some(ladder::cast(column, &DataType::Utf8).ok()?.as_string().clone()),
    }
}
