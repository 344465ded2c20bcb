//! One column while it grows, climbing the ladder of types as its values ask for it.

use std::iter::repeat_n;
use std::mem;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, BooleanBufferBuilder, NullArray, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{Field, Float64Type, Int64Type};
use arrow::error::ArrowError;

use crate::ladder::{Rung, is_wide};
use crate::text::{self, TextCells};

/// The rows of one column that were not taken yet, and its rung, which is never taken back.
///
/// Rows are appended from the top down; those that are left out are null.
#[derive(Debug)]
pub(crate) struct Column {
    name: String,
    rung: Rung,
    cells: Cells,
    validity: Validity,
}

/// A value that is not null.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// UTF-8.
    Text(&'a [u8]),
}

impl Cell<'_> {
    #[inline]
    fn rung(&self) -> Rung {
        match *self {
            Self::Boolean(_) => Rung::Boolean,
            Self::Integer(integer) if is_wide(integer) => Rung::WideInt64,
            Self::Integer(_) => Rung::Int64,
            Self::Float(_) => Rung::Float64,
            Self::Text(_) => Rung::Utf8,
        }
    }
}

#[derive(Debug)]
enum Cells {
    Null,
    Boolean(BooleanBufferBuilder),
    Int64(Vec<i64>),
    Float64(Vec<f64>),
    Utf8(TextCells),
}

impl Cells {
    /// No rows yet.
    fn new(rung: Rung) -> Self {
        match rung {
            Rung::Null => Self::Null,
            Rung::Boolean => Self::Boolean(BooleanBufferBuilder::new(0)),
            Rung::Int64 | Rung::WideInt64 => Self::Int64(Vec::new()),
            Rung::Float64 => Self::Float64(Vec::new()),
            Rung::Utf8 => Self::Utf8(TextCells::with_capacity(0)),
        }
    }

    /// Appends rows whose values do not matter, since they are null.
    fn pad(&mut self, rows: usize) {
        match self {
            Self::Null => {}
            Self::Boolean(bits) => bits.append_n(rows, false),
            Self::Int64(integers) => integers.resize(integers.len() + rows, 0),
            Self::Float64(floats) => floats.resize(floats.len() + rows, 0.0),
            Self::Utf8(texts) => texts.pad(rows),
        }
    }
}

impl Column {
    pub(crate) fn new(name: String, rung: Rung) -> Self {
        Self { name, rung, cells: Cells::new(rung), validity: Validity::default() }
    }

    /// Sets the rows from `from` to before `from + rows` to one value; `from` is no row that was set before.
    #[inline]
    pub(crate) fn set(&mut self, from: usize, rows: usize, cell: Cell<'_>) {
        self.pad(from);
        let rung = self.rung.join(cell.rung());
        if rung != self.rung {
            self.climb(rung);
        }
        match (&mut self.cells, cell) {
            (Cells::Boolean(bits), Cell::Boolean(boolean)) => bits.append_n(rows, boolean),
            (Cells::Int64(integers), Cell::Integer(integer)) => integers.extend(repeat_n(integer, rows)),
            (Cells::Float64(floats), Cell::Float(float)) => floats.extend(repeat_n(float, rows)),
            (Cells::Float64(floats), Cell::Integer(integer)) => floats.extend(repeat_n(exact(integer), rows)),
            (Cells::Utf8(texts), Cell::Text(text)) => texts.push(text, rows),
            (Cells::Utf8(texts), cell) => push_as_text(texts, rows, cell),
            // The rung that joins both leaves no other pair.
            (cells, _) => cells.pad(rows),
        }
        self.validity.append(rows, true);
    }

    /// Appends nulls, up to before the row `to`.
    #[inline]
    fn pad(&mut self, to: usize) {
        let missing = to - self.validity.length;
        if missing > 0 {
            self.cells.pad(missing);
            self.validity.append(missing, false);
        }
    }

    /// Rewrites the rows so far as a higher rung has them.
    #[cold]
    fn climb(&mut self, rung: Rung) {
        let rows = self.validity.length;
        let old = mem::replace(&mut self.cells, Cells::Null);
        self.cells = match (old, rung) {
            (Cells::Int64(integers), Rung::WideInt64) => Cells::Int64(integers),
            (Cells::Int64(integers), Rung::Float64) => Cells::Float64(integers.into_iter().map(exact).collect()),
            (Cells::Null, _) => {
                let mut cells = Cells::new(rung);
                cells.pad(rows);
                cells
            }
            (old, _) => Cells::Utf8(self.as_text(&old)),
        };
        self.rung = rung;
    }

    fn as_text(&self, cells: &Cells) -> TextCells {
        let mut texts = TextCells::with_capacity(self.validity.length);
        for row in 0..self.validity.length {
            if !self.validity.is_valid(row) {
                texts.pad(1);
                continue;
            }
            match cells {
                Cells::Boolean(bits) => push_as_text(&mut texts, 1, Cell::Boolean(bits.get_bit(row))),
                Cells::Int64(integers) => push_as_text(&mut texts, 1, Cell::Integer(integers[row])),
                Cells::Float64(floats) => push_as_text(&mut texts, 1, Cell::Float(floats[row])),
                Cells::Null | Cells::Utf8(_) => texts.pad(1),
            }
        }
        texts
    }

    /// Takes the rows so far, filled up with nulls to `rows`; the name and the rung stay.
    pub(crate) fn take(&mut self, rows: usize) -> Result<(Field, ArrayRef), ArrowError> {
        self.pad(rows);
        let nulls = mem::take(&mut self.validity).finish();
        let array: ArrayRef = match mem::replace(&mut self.cells, Cells::new(self.rung)) {
            Cells::Null => Arc::new(NullArray::new(rows)),
            Cells::Boolean(bits) => Arc::new(BooleanArray::new(bits.build(), nulls)),
            Cells::Int64(integers) => Arc::new(PrimitiveArray::<Int64Type>::new(integers.into(), nulls)),
            Cells::Float64(floats) => Arc::new(PrimitiveArray::<Float64Type>::new(floats.into(), nulls)),
            Cells::Utf8(texts) => texts.finish(nulls)?,
        };
        Ok((self.rung.field(&self.name), array))
    }
}

/// Which rows are not null. A bitmap begins with the first null.
#[derive(Debug, Default)]
struct Validity {
    bits: Option<BooleanBufferBuilder>,
    length: usize,
}

impl Validity {
    #[inline]
    fn append(&mut self, rows: usize, valid: bool) {
        if valid && self.bits.is_none() {
            self.length += rows;
            return;
        }
        let length = self.length;
        let bits = self.bits.get_or_insert_with(|| {
            let mut bits = BooleanBufferBuilder::new(length + rows);
            bits.append_n(length, true);
            bits
        });
        bits.append_n(rows, valid);
        self.length += rows;
    }

    fn is_valid(&self, row: usize) -> bool {
        self.bits.as_ref().is_none_or(|bits| bits.get_bit(row))
    }

    fn finish(self) -> Option<NullBuffer> {
        self.bits.map(|bits| NullBuffer::new(bits.build()))
    }
}

fn push_as_text(texts: &mut TextCells, rows: usize, cell: Cell<'_>) {
    match cell {
        Cell::Boolean(boolean) => texts.push(text::of_boolean(boolean).as_bytes(), rows),
        Cell::Integer(integer) => texts.push(integer.to_string().as_bytes(), rows),
        Cell::Float(float) => texts.push(text::of_float(float, &mut ryu_js::Buffer::new()).as_bytes(), rows),
        Cell::Text(text) => texts.push(text, rows),
    }
}

/// An integer of at most 2^53 as a float, which is the same number.
#[expect(clippy::cast_precision_loss, reason = "the ladder lets no greater integer become a float")]
pub(crate) fn exact(integer: i64) -> f64 {
    debug_assert!(!is_wide(integer));
    integer as f64
}
