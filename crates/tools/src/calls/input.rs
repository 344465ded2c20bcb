//! An input record, shown in a plan.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use seatflow_flatten::ladder;
use seatflow_tool::{ToolError, is_secret};
use serde_json::{Map, Value};

use super::origin::Origin;

impl Origin {
    /// The first of the records as a JSON object, without those of its fields that are secret or null.
    pub(super) fn shown(&self) -> Result<String, ToolError> {
        let mut object = Map::new();
        if let Some((batch, rows)) = &self.records {
            let fields = batch.schema_ref().fields().iter().zip(batch.columns());
            for (field, column) in fields.filter(|(field, _)| !is_secret(field)) {
                if let Some(value) = value(column, rows.start)? {
                    object.insert(field.name().clone(), value);
                }
            }
        }
        Ok(Value::Object(object).to_string())
    }
}

fn value(column: &ArrayRef, row: usize) -> Result<Option<Value>, ToolError> {
    if column.is_null(row) {
        return Ok(None);
    }
    Ok(match column.data_type() {
        DataType::Null | DataType::Binary => None,
        DataType::Boolean => Some(column.as_boolean().value(row).into()),
        DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(row).into()),
        DataType::Float64 => Some(column.as_primitive::<Float64Type>().value(row).into()),
        _ => {
            let text = ladder::cast(&column.slice(row, 1), &DataType::Utf8)
                .map_err(|conflict| ToolError::bug(conflict.to_string()).from_source(conflict))?;
            Some(text.as_string::<i32>().value(0).into())
        }
    })
}
