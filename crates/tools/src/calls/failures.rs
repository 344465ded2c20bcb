//! The F of a calling node: why, and all the fields of the input.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, StringBuilder, new_null_array};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use seatflow_call::{Failure, FailureKind};
use seatflow_tool::{ToolError, is_secret};

use super::operand::TextColumn;
use super::origin::{CALL, Origin, Origins, call_field};

/// The columns of F before the input's, in order.
pub(super) const COLUMNS: [&str; 8] =
    [CALL, "error.kind", "error.message", "error.status", "error.method", "error.url", "error.attempts", "error.body"];

/// Whether a calling node writes a column of this name itself, so that the input's is left out.
pub(super) fn is_replaced(column: &str) -> bool {
    column == CALL || column.starts_with("error.")
}

/// What an earlier run said of the records of a batch, if they come from its F. Some of them must
/// not be sent again just like that.
pub(super) struct EarlierFailures {
    /// The columns of F but the first.
    columns: [TextColumn; 7],
    heeded: Vec<FailureKind>,
}

impl EarlierFailures {
    /// What the records of a batch say; those that failed in one of these ways are held back.
    pub(super) fn of(batch: &RecordBatch, heeded: Vec<FailureKind>) -> Result<Self, ToolError> {
        let [_, kind, message, status, method, url, attempts, body] =
            COLUMNS.map(|column| TextColumn::of(batch, column));
        Ok(Self { columns: [kind?, message?, status?, method?, url?, attempts?, body?], heeded })
    }

    /// Whether a record is held back.
    fn holds(&self, row: usize) -> bool {
        self.heeded.iter().any(|kind| self.is(row, *kind))
    }

    fn is(&self, row: usize, kind: FailureKind) -> bool {
        // As lenient as somebody may have been who has edited the file: the other way it would be sent.
        let said = self.columns[0].value(row).unwrap_or_default();
        said.trim().eq_ignore_ascii_case(kind.as_str())
    }

    /// Whether any of the records of a call is held back.
    pub(super) fn concern(&self, origin: &Origin) -> bool {
        rows(origin).any(|row| self.holds(row))
    }

    /// Whether nobody knows what became of the write of any of the records of a call.
    pub(super) fn are_in_doubt(&self, origin: &Origin) -> bool {
        rows(origin).any(|row| self.is(row, FailureKind::InDoubt))
    }

    fn fields(&self, row: usize) -> [Option<&str>; 7] {
        self.columns.each_ref().map(|column| column.value(row))
    }
}

fn rows(origin: &Origin) -> impl Iterator<Item = usize> {
    origin.records.iter().flat_map(|(_, rows)| rows.clone())
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

    /// Adds the records of a call of which some are held back, and so leave as they came; the others
    /// failed. Returns how many of them are in doubt.
    pub(super) fn push_held(&mut self, origin: &Origin, others: &Failure, earlier: &EarlierFailures) -> usize {
        let mut doubtful = 0;
        for (offset, row) in rows(origin).enumerate() {
            if !earlier.holds(row) {
                self.push_one(origin, offset, others);
                continue;
            }
            doubtful += usize::from(earlier.is(row, FailureKind::InDoubt));
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
            if is_secret(input_field) {
                // No secret reaches F; a record that is sent again without it is found out.
                columns.push(new_null_array(&DataType::Utf8, all.len()));
                fields.push(field(input_field.name(), &DataType::Utf8));
            } else {
                columns.push(origins.column(input_field, all.clone())?);
                fields.push(Arc::clone(input_field));
            }
        }
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

fn field(name: &str, data_type: &DataType) -> FieldRef {
    Arc::new(Field::new(name, data_type.clone(), true))
}
