//! What leaves on a reader's F.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use seatflow_tool::mark_final;

/// The columns of a reader's F.
pub(crate) const COLUMNS: [&str; 5] = ["error.kind", "error.message", "error.file", "error.line", "error.text"];

/// Records that could not be read.
pub(crate) struct Unreadable {
    schema: SchemaRef,
    file: String,
    messages: StringBuilder,
    lines: Int64Builder,
    texts: StringBuilder,
    rows: usize,
    bytes: usize,
}

impl Unreadable {
    /// None yet, of a file.
    pub(crate) fn of(file: &str) -> Self {
        let fields = COLUMNS.map(|name| {
            let of = if name == "error.line" { DataType::Int64 } else { DataType::Utf8 };
            Field::new(name, of, true)
        });
        Self {
            schema: mark_final(Schema::new(fields.to_vec())),
            file: file.to_owned(),
            messages: StringBuilder::new(),
            lines: Int64Builder::new(),
            texts: StringBuilder::new(),
            rows: 0,
            bytes: 0,
        }
    }

    /// How many there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// How much text there is, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds one: why, the number of its line from 1, and its text.
    pub(crate) fn push(&mut self, why: &str, line: u64, text: &str) {
        self.messages.append_value(why);
        self.lines.append_option(i64::try_from(line).ok());
        self.texts.append_value(text);
        self.rows += 1;
        self.bytes += text.len();
    }

    /// Takes what has been added.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let constant =
            |text: &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, self.rows))) };
        let (kinds, files) = (constant("unreadable"), constant(&self.file));
        (self.rows, self.bytes) = (0, 0);
        let (messages, lines, texts) = (self.messages.finish(), self.lines.finish(), self.texts.finish());
        let columns: Vec<ArrayRef> = vec![kinds, Arc::new(messages), files, Arc::new(lines), Arc::new(texts)];
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}
