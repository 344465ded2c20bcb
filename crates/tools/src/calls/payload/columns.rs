//! The columns of a batch from which payloads are built.

use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use seatflow_tool::ToolError;

use super::super::operand::TextColumn;
use super::convert::Native;

/// The columns that a payload uses, in the order of its fields.
pub(in crate::calls) struct PayloadColumns {
    columns: Vec<PayloadColumn>,
}

/// One column.
pub(super) struct PayloadColumn {
    texts: TextColumn,
    pub(super) native: Native,
}

impl PayloadColumns {
    /// The columns of these names.
    ///
    /// # Errors
    /// If the type of one has no form as text.
    pub(super) fn of<'a>(batch: &RecordBatch, names: impl Iterator<Item = &'a str>) -> Result<Self, ToolError> {
        let column = |name: &str| {
            let found = batch.schema_ref().field_with_name(name).ok();
            let native = found.map_or(Native::Text, |field| native(field.data_type()));
            Ok(PayloadColumn { texts: TextColumn::of(batch, name)?, native })
        };
        Ok(Self { columns: names.map(column).collect::<Result<_, ToolError>>()? })
    }

    /// The column of the field of that number.
    pub(super) fn at(&self, field: usize) -> Option<&PayloadColumn> {
        self.columns.get(field)
    }
}

impl PayloadColumn {
    /// The value in a row, as text.
    pub(super) fn value(&self, row: usize) -> Option<&str> {
        self.texts.value(row)
    }
}

fn native(of: &DataType) -> Native {
    match of {
        DataType::Boolean => Native::Boolean,
        integer if integer.is_integer() => Native::Integer,
        float if float.is_floating() => Native::Float,
        DataType::Dictionary(_, values) => native(values),
        _ => Native::Text,
    }
}
