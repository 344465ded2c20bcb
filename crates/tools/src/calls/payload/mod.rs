//! What a call carries: read from the node, typed by the catalog's schema, built from records.

mod build;
mod check;
mod columns;
mod convert;
mod typed;
mod written;

use std::ops::Range;

use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use seatflow_call::{Refusal, RefusalKind};
use seatflow_catalog::Body;
use seatflow_spec::Spanned;
use seatflow_tool::ToolError;
use secrecy::SecretString;

pub(super) use self::build::UnknownField;
pub(super) use self::check::{Against, check};
pub(super) use self::columns::PayloadColumns;
use self::convert::json;
use self::typed::Typed;
pub(super) use self::written::Written;
use super::bound::differing;

/// The payload of a node, bound to an endpoint.
pub(super) struct Payload {
    /// The columns, in the order of the file; one that is used twice is there twice.
    fields: Vec<Spanned<String>>,
    secrets: Vec<SecretString>,
    form: Form,
}

/// How a payload comes about.
enum Form {
    /// A column holds its JSON.
    Column,
    /// It is built.
    Tree(Typed),
}

impl Payload {
    /// A payload for this body, for records that are grouped by some columns, or not.
    pub(super) fn bind(written: &Written, body: &Body, group_by: &[String]) -> Self {
        let fields: Vec<_> = written.fields().into_iter().cloned().collect();
        let form = match written.column() {
            Some(_) => Form::Column,
            None => Form::Tree(Typed::of(written, body.schema.as_ref(), group_by)),
        };
        let secrets = match &form {
            Form::Column => Vec::new(),
            Form::Tree(typed) => typed.secrets(),
        };
        Self { fields, secrets, form }
    }

    /// The columns of D that it uses.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.fields.iter()
    }

    /// What the environment and files have put into it, also as it is sent where that differs, as a number does that is
    /// spelt otherwise.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.secrets.iter()
    }

    /// What is needed of a batch to build payloads from its records.
    ///
    /// # Errors
    /// If the type of a column has no form as text.
    pub(super) fn columns(&self, batch: &RecordBatch) -> Result<PayloadColumns, ToolError> {
        PayloadColumns::of(batch, self.fields.iter().map(|field| field.value.as_str()))
    }

    /// The payload of one record, or of the records of one group. What of it the catalog does not know is told to `unknown`.
    ///
    /// # Errors
    /// The first value that does not fit its place, or on which the records of the group do not agree; or a column
    /// that should hold the payload, and does not.
    pub(super) fn build(
        &self,
        columns: &PayloadColumns,
        rows: Range<usize>,
        unknown: &dyn Fn(UnknownField),
    ) -> Result<seatflow_call::Payload, Refusal> {
        match &self.form {
            Form::Tree(typed) => build::payload(typed, columns, rows, unknown).map(seatflow_call::Payload::new),
            Form::Column => self.of_column(columns, rows),
        }
    }

    /// The payload that a column holds, as it stands there.
    fn of_column(&self, columns: &PayloadColumns, rows: Range<usize>) -> Result<seatflow_call::Payload, Refusal> {
        let name = self.fields.first().map_or("", |field| field.value.as_str());
        let value = |row| columns.at(0).and_then(|column| column.value(row));
        let first = value(rows.start);
        if let Some(other) = rows.map(value).find(|other| *other != first) {
            return Err(differing(name, first, other));
        }
        let Some(text) = first.filter(|text| !text.trim().is_empty()) else {
            let message = format!("the column `{name}` holds no payload");
            return Err(Refusal { kind: RefusalKind::MissingParameter, message });
        };
        let json = json(text).map_err(|reason| {
            let message = format!("the column `{name}` holds no payload that can be sent: {reason}");
            Refusal { kind: RefusalKind::BadParameter, message }
        })?;
        let text = Bytes::copy_from_slice(text.trim_start_matches('\u{feff}').as_bytes());
        Ok(seatflow_call::Payload::verbatim(json, text))
    }
}

#[cfg(test)]
mod tests;
