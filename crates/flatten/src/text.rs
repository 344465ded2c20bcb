//! Columns of text, and how other values are written as text.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::error::ArrowError;

/// A growing column of text: less than 2 GiB of UTF-8.
#[derive(Debug)]
pub(crate) struct TextCells {
    bytes: Vec<u8>,
    ends: Vec<i32>,
}

impl TextCells {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Self { bytes: Vec::new(), ends }
    }

    /// Appends the same text for some rows.
    #[inline]
    pub(crate) fn push(&mut self, text: &[u8], rows: usize) {
        for _ in 0..rows {
            self.bytes.extend_from_slice(text);
            self.ends.push(end(self.bytes.len()));
        }
    }

    /// Appends empty texts, where the column is null.
    pub(crate) fn pad(&mut self, rows: usize) {
        self.ends.resize(self.ends.len() + rows, end(self.bytes.len()));
    }

    /// The column, which was filled with UTF-8.
    pub(crate) fn finish(self, validity: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        Ok(Arc::new(StringArray::try_new(offsets, self.bytes.into(), validity)?))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "checked before rows are appended")]
fn end(bytes: usize) -> i32 {
    debug_assert!(i32::try_from(bytes).is_ok());
    bytes as i32
}

/// `true` or `false`.
pub(crate) fn of_boolean(boolean: bool) -> &'static str {
    if boolean { "true" } else { "false" }
}

/// A float as RFC 8785 writes it.
pub(crate) fn of_float(float: f64, buffer: &mut ryu_js::Buffer) -> &str {
    buffer.format(float)
}
