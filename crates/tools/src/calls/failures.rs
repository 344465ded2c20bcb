//! The F of a calling node: why, and all the fields of the input.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, StringBuilder};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use seatflow_call::Failure;
use seatflow_tool::ToolError;

use super::origin::{CALL, Origin, Origins, call_field};

/// The columns of F before the input's, in order.
pub(super) const COLUMNS: [&str; 8] =
    [CALL, "error.kind", "error.message", "error.status", "error.method", "error.url", "error.attempts", "error.body"];

/// Whether a calling node writes a column of this name itself, so that the input's is left out.
pub(super) fn is_replaced(column: &str) -> bool {
    column == CALL || column.starts_with("error.")
}

/// Failed records on their way to F.
#[derive(Default)]
pub(super) struct Failures {
    origins: Origins,
    kind: StringBuilder,
    message: StringBuilder,
    status: Int64Builder,
    method: StringBuilder,
    url: StringBuilder,
    attempts: Int64Builder,
    body: StringBuilder,
}

impl Failures {
    /// Adds a record and why it failed.
    pub(super) fn push(&mut self, origin: &Origin, failure: &Failure) {
        self.origins.push(origin, 1);
        self.kind.append_value(failure.kind.as_str());
        self.message.append_value(&failure.message);
        self.status.append_option(failure.status.map(i64::from));
        self.method.append_value(failure.method.as_str());
        self.url.append_value(&failure.url);
        self.attempts.append_value(i64::from(failure.attempts));
        self.body.append_option(failure.body.as_deref());
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.origins.len()
    }

    /// Takes the records so far.
    pub(super) fn take(&mut self) -> Result<RecordBatch, ToolError> {
        let origins = std::mem::take(&mut self.origins);
        let all = 0..origins.len();
        let own: [ArrayRef; 8] = [
            origins.calls(all.clone()),
            Arc::new(self.kind.finish()),
            Arc::new(self.message.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.method.finish()),
            Arc::new(self.url.finish()),
            Arc::new(self.attempts.finish()),
            Arc::new(self.body.finish()),
        ];
        let mut fields: Vec<FieldRef> = vec![call_field()];
        fields.extend(COLUMNS.iter().zip(&own).skip(1).map(|(name, array)| field(name, array.data_type())));
        let mut columns: Vec<ArrayRef> = own.into();
        let input = origins.schema()?;
        for input_field in input.fields().iter().filter(|field| !is_replaced(field.name())) {
            columns.push(origins.column(input_field, all.clone())?);
            fields.push(Arc::clone(input_field));
        }
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

fn field(name: &str, data_type: &DataType) -> FieldRef {
    Arc::new(Field::new(name, data_type.clone(), true))
}
