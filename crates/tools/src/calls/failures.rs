//! The F of a calling node: why, and all the fields of the input.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, StringBuilder};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use seatflow_call::{Failure, FailureKind};
use seatflow_tool::ToolError;

use super::operand::TextColumn;
use super::origin::{CALL, Origin, Origins, call_field};

/// The columns of F before the input's, in order.
pub(super) const COLUMNS: [&str; 8] =
    [CALL, "error.kind", "error.message", "error.status", "error.method", "error.url", "error.attempts", "error.body"];

/// Whether a calling node writes a column of this name itself, so that the input's is left out.
pub(super) fn is_replaced(column: &str) -> bool {
    column == CALL || column.starts_with("error.")
}

/// What an earlier run said of the records of a batch, if they come from its F.
pub(super) struct EarlierFailures {
    /// The columns of F but the first.
    columns: [TextColumn; 7],
}

impl EarlierFailures {
    /// What the records of a batch say.
    pub(super) fn of(batch: &RecordBatch) -> Result<Self, ToolError> {
        let [_, kind, message, status, method, url, attempts, body] =
            COLUMNS.map(|column| TextColumn::of(batch, column));
        Ok(Self { columns: [kind?, message?, status?, method?, url?, attempts?, body?] })
    }

    /// Whether nobody knows what became of the write of a record.
    fn is_in_doubt(&self, row: usize) -> bool {
        self.columns[0].value(row) == Some(FailureKind::InDoubt.as_str())
    }

    /// Whether any of the records of a call comes in doubt.
    pub(super) fn concern(&self, origin: &Origin) -> bool {
        let mut rows = origin.records.iter().flat_map(|(_, rows)| rows.clone());
        rows.any(|row| self.is_in_doubt(row))
    }

    fn fields(&self, row: usize) -> [Option<&str>; 7] {
        self.columns.each_ref().map(|column| column.value(row))
    }
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
    /// Adds the records of a call and why it failed.
    pub(super) fn push(&mut self, origin: &Origin, failure: &Failure) {
        for offset in 0..origin.len() {
            self.push_one(origin, offset, failure);
        }
    }

    fn push_one(&mut self, origin: &Origin, offset: usize, failure: &Failure) {
        self.origins.push(origin, offset, 1);
        self.kind.append_value(failure.kind.as_str());
        self.message.append_value(&failure.message);
        self.status.append_option(failure.status.map(i64::from));
        self.method.append_value(failure.method.as_str());
        self.url.append_value(&failure.url);
        self.attempts.append_value(i64::from(failure.attempts));
        self.body.append_option(failure.body.as_deref());
    }

    /// Adds the records of a call of which some have come in doubt, and so leave as they came; the
    /// others failed. Returns how many those are that came in doubt.
    pub(super) fn push_doubtful(&mut self, origin: &Origin, others: &Failure, earlier: &EarlierFailures) -> usize {
        let first = origin.records.as_ref().map_or(0, |(_, rows)| rows.start);
        let mut doubtful = 0;
        for offset in 0..origin.len() {
            let row = first + offset;
            if !earlier.is_in_doubt(row) {
                self.push_one(origin, offset, others);
                continue;
            }
            doubtful += 1;
            let [kind, message, status, method, url, attempts, body] = earlier.fields(row);
            self.origins.push(origin, offset, 1);
            self.kind.append_option(kind);
            self.message.append_option(message);
            self.status.append_option(status.and_then(|status| status.parse().ok()));
            self.method.append_option(method);
            self.url.append_option(url);
            self.attempts.append_option(attempts.and_then(|attempts| attempts.parse().ok()));
            self.body.append_option(body);
        }
        doubtful
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
