//! Turns records into columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use schemars::JsonSchema;
use seatflow_flatten::ladder;
use seatflow_tool::mark_final;

use super::scan::{Cell, Fields};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(crate) enum ColumnType {
    /// Whatever is written.
    #[default]
    Text,
    /// A whole number of 64 bits.
    Int64,
    /// A finite number, with a decimal point if it has one.
    Float64,
    /// `true` or `false`, in any case of letters.
    Bool,
}

/// What an empty cell without quotes is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(crate) enum Empty {
    /// Null; in quotes it is empty text.
    #[default]
    Null,
    /// Empty text.
    Text,
}

/// Columns that are being filled, record by record.
pub(crate) struct Columns {
    schema: SchemaRef,
    builders: Vec<Builder>,
    empty: Empty,
    typed: bool,
    rows: usize,
    bytes: usize,
}

enum Builder {
    Text(StringBuilder),
    Int64(Int64Builder),
    Float64(Float64Builder),
    Bool(BooleanBuilder),
}

impl ColumnType {
    /// All of them, in the order of the manual.
    pub(crate) const ALL: [Self; 4] = [Self::Int64, Self::Float64, Self::Bool, Self::Text];

    /// As a pipeline writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int64 => "int64",
            Self::Float64 => "float64",
            Self::Bool => "bool",
        }
    }

    fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::Bool => DataType::Boolean,
        }
    }
}

impl Columns {
    /// Empty columns.
    pub(crate) fn new<'a>(columns: impl IntoIterator<Item = (&'a str, ColumnType)>, empty: Empty) -> Self {
        let (fields, builders): (Vec<Field>, Vec<Builder>) =
            columns.into_iter().map(|(name, of)| (Field::new(name, of.data_type(), true), Builder::new(of))).unzip();
        let typed = builders.iter().any(|builder| !matches!(builder, Builder::Text(_)));
        Self { schema: mark_final(Schema::new(fields)), builders, empty, typed, rows: 0, bytes: 0 }
    }

    /// How many records there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// How much text there is, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds a record, or says why it does not fit; then nothing was added.
    pub(crate) fn push(&mut self, fields: Fields<'_>) -> Result<(), String> {
        let (found, wanted) = (fields.len(), self.builders.len());
        if found != wanted {
            return Err(format!("it has {found} {} instead of {wanted}", if found == 1 { "field" } else { "fields" }));
        }
        if self.typed {
            for (position, (builder, cell)) in self.builders.iter().zip(fields.iter()).enumerate() {
                if !builder.takes(&cell) {
                    let column = self.schema.field(position).name();
                    return Err(format!("`{}` in `{column}` is not {}", shortened(&cell.text), builder.expects()));
                }
            }
        }
        for (builder, cell) in self.builders.iter_mut().zip(fields.iter()) {
            self.bytes += cell.text.len();
            builder.append(&cell, self.empty);
        }
        self.rows += 1;
        Ok(())
    }

    /// Takes what has been added.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        (self.rows, self.bytes) = (0, 0);
        let arrays = self.builders.iter_mut().map(Builder::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)?;
        Ok(if self.typed { ladder::mark(batch) } else { batch })
    }
}

impl Builder {
    fn new(of: ColumnType) -> Self {
        match of {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Int64 => Self::Int64(Int64Builder::new()),
            ColumnType::Float64 => Self::Float64(Float64Builder::new()),
            ColumnType::Bool => Self::Bool(BooleanBuilder::new()),
        }
    }

    /// In a column of numbers or truth values an empty cell is null, in quotes or not.
    fn takes(&self, cell: &Cell<'_>) -> bool {
        let text = &cell.text;
        text.is_empty()
            || match self {
                Self::Text(_) => true,
                Self::Int64(_) => text.parse::<i64>().is_ok(),
                Self::Float64(_) => float(text).is_some(),
                Self::Bool(_) => truth(text).is_some(),
            }
    }

    fn expects(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Int64(_) => "an int64",
            Self::Float64(_) => "a float64",
            Self::Bool(_) => "`true` or `false`",
        }
    }

    fn append(&mut self, cell: &Cell<'_>, empty: Empty) {
        let text = &*cell.text;
        match self {
            Self::Text(builder) if text.is_empty() && !cell.quoted && empty == Empty::Null => builder.append_null(),
            Self::Text(builder) => builder.append_value(text),
            Self::Int64(builder) => builder.append_option(text.parse().ok()),
            Self::Float64(builder) => builder.append_option(float(text)),
            Self::Bool(builder) => builder.append_option(truth(text)),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Int64(builder) => Arc::new(builder.finish()),
            Self::Float64(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
        }
    }
}

fn float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// The beginning of a text, so that a message stays one.
fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
