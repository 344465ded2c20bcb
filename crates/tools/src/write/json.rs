//! Records as lines of JSON.

use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use seatflow_tool::ToolError;

use super::output::cannot_write;
use super::table::{Format, Writer};
use crate::text::as_text;

/// A JSON object for each record, on a line of its own.
pub(super) struct Json;

/// A file on its way.
pub(super) struct JsonWriter<W> {
    /// The names of the columns, each with what stands around it.
    keys: Vec<String>,
    path: PathBuf,
    to: W,
    lines: Vec<u8>,
}

/// The values of a column, to be written.
enum Values<'a> {
    /// They are written without quotes.
    Bare(&'a ArrayRef),
    /// They are text, or have one.
    Texts(StringArray),
}

impl Format for Json {
    type Writer<W: Write + Send> = JsonWriter<W>;

    fn begin<W: Write + Send>(&self, to: W, path: &Path, schema: &SchemaRef) -> Result<JsonWriter<W>, ToolError> {
        let names = schema.fields().iter().map(|field| serde_json::Value::from(field.name().as_str()));
        let keys = names.enumerate().map(|(place, name)| format!("{}{name}:", if place == 0 { "" } else { "," }));
        Ok(JsonWriter { keys: keys.collect(), path: path.to_owned(), to, lines: Vec::new() })
    }
}

impl<W: Write> Writer<W> for JsonWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ToolError> {
        let columns = rows.columns().iter().zip(rows.schema_ref().fields()).map(|(column, field)| {
            Values::of(column).ok_or_else(|| {
                let of = field.data_type();
                ToolError::pipeline(format!("the column `{}` holds {of}, which has no form in JSON", field.name()))
            })
        });
        let columns: Vec<Values<'_>> = columns.collect::<Result<_, _>>()?;
        for row in 0..rows.num_rows() {
            self.lines.push(b'{');
            for (key, values) in self.keys.iter().zip(&columns) {
                self.lines.extend_from_slice(key.as_bytes());
                values.push(row, &mut self.lines);
            }
            self.lines.extend_from_slice(b"}\n");
        }
        self.to.write_all(&self.lines).map_err(|error| cannot_write(&self.path, error))?;
        self.lines.clear();
        Ok(())
    }

    fn finish(self) -> Result<W, ToolError> {
        Ok(self.to)
    }
}

impl<'a> Values<'a> {
    /// The values of a column; `None` if its type has no form.
    fn of(column: &'a ArrayRef) -> Option<Self> {
        match column.data_type() {
            DataType::Boolean | DataType::Int64 | DataType::Float64 => Some(Self::Bare(column)),
            _ => as_text(column).map(Self::Texts),
        }
    }

    fn push(&self, row: usize, line: &mut Vec<u8>) {
        let value = match self {
            Self::Bare(column) if column.is_null(row) => serde_json::Value::Null,
            Self::Bare(column) => match column.data_type() {
                DataType::Boolean => column.as_boolean().value(row).into(),
                DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
                _ => float(column.as_primitive::<Float64Type>().value(row)),
            },
            Self::Texts(texts) if texts.is_null(row) => serde_json::Value::Null,
            Self::Texts(texts) => texts.value(row).into(),
        };
        line.extend_from_slice(value.to_string().as_bytes());
    }
}

/// What is no number in JSON is written as text.
fn float(value: f64) -> serde_json::Value {
    serde_json::Number::from_f64(value).map_or_else(
        || match value {
            infinite if infinite > 0.0 => "Infinity".into(),
            infinite if infinite < 0.0 => "-Infinity".into(),
            _ => "NaN".into(),
        },
        serde_json::Value::Number,
    )
}
