#![doc = include_str!("write_csv.md")]
#![expect(clippy::doc_markdown, reason = "a page's title is the tool's name as it is written")]

use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::{Array, StringArray};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use schemars::JsonSchema;
use seatflow_spec::{FromTree, Reading, Spanned, Tree};
use seatflow_tool::{Binding, Bound, Card, Effects, Inputs, Outputs, Presence, Tool, ToolError};

use super::output::cannot_write;
use super::table::{Format, Writer, bind};
use crate::options::delimiter;
use crate::text::as_text;

/// Records into a CSV file.
#[derive(Debug)]
pub struct WriteCsv;

/// The settings of a `write_csv`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The file, relative to the working directory. It takes its place when the run completes.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// The character between fields: one ASCII character, or `tab`. Without it, a comma.
    #[schemars(with = "Option<String>")]
    delimiter: u8,
    /// Whether the first line names the columns, as it does without this.
    #[schemars(with = "Option<bool>")]
    header: bool,
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`write_csv`");
        let path = map.required("path");
        let usual = Csv::default();
        let delimiter = map.optional_with("delimiter", delimiter).unwrap_or(usual.delimiter);
        let header = map.optional_or("header", usual.header);
        map.finish();
        Some(Self { path: path?, delimiter, header })
    }
}

impl Tool for WriteCsv {
    type Config = Config;

    const CARD: Card = Card {
        name: "write_csv",
        summary: "Writes records to a CSV file",
        page: include_str!("write_csv.md"),
        inputs: Inputs { a: Presence::Absent, d: Presence::Required },
        outputs: Outputs { a: false, s: true, f: None, l: false },
        effects: Effects::WritesFiles,
    };

    fn bind(config: Config, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        let Config { path, delimiter, header } = config;
        Some(bind(Csv { delimiter, header }, path, binding))
    }
}

/// The form of a file.
#[derive(Clone, Copy)]
pub(super) struct Csv {
    delimiter: u8,
    header: bool,
}

/// A file on its way.
pub(super) struct CsvWriter<W> {
    form: Csv,
    path: PathBuf,
    to: W,
    lines: Vec<u8>,
}

/// As a node without settings writes it.
impl Default for Csv {
    fn default() -> Self {
        Self { delimiter: b',', header: true }
    }
}

impl Format for Csv {
    type Writer<W: Write + Send> = CsvWriter<W>;

    fn begin<W: Write + Send>(&self, to: W, path: &Path, schema: &SchemaRef) -> Result<CsvWriter<W>, ToolError> {
        let mut writer = CsvWriter { form: *self, path: path.to_owned(), to, lines: Vec::new() };
        if self.header && !schema.fields().is_empty() {
            let names = schema.fields().iter().map(|field| Some(field.name().as_str()));
            self.write_line(names, &mut writer.lines);
            writer.write_lines()?;
        }
        Ok(writer)
    }
}

impl<W: Write> Writer<W> for CsvWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ToolError> {
        let mut columns: Vec<StringArray> = Vec::with_capacity(rows.num_columns());
        for (column, field) in rows.columns().iter().zip(rows.schema_ref().fields()) {
            columns.push(as_text(column).ok_or_else(|| {
                let of = field.data_type();
                ToolError::pipeline(format!("the column `{}` holds {of}, which has no form in a CSV", field.name()))
            })?);
        }
        for row in 0..rows.num_rows() {
            let cells = columns.iter().map(|column| column.is_valid(row).then(|| column.value(row)));
            self.form.write_line(cells, &mut self.lines);
        }
        self.write_lines()
    }

    fn finish(self) -> Result<W, ToolError> {
        Ok(self.to)
    }
}

impl<W: Write> CsvWriter<W> {
    fn write_lines(&mut self) -> Result<(), ToolError> {
        self.to.write_all(&self.lines).map_err(|error| cannot_write(&self.path, error))?;
        self.lines.clear();
        Ok(())
    }
}

impl Csv {
    fn write_line<'a>(self, cells: impl IntoIterator<Item = Option<&'a str>>, line: &mut Vec<u8>) {
        let start = line.len();
        for (position, cell) in cells.into_iter().enumerate() {
            if position > 0 {
                line.push(self.delimiter);
            }
            if let Some(text) = cell {
                self.write_cell(text, line);
            }
        }
        if line.len() == start {
            // An empty line is no record to whoever reads it.
            line.extend_from_slice(b"\"\"");
        }
        line.push(b'\n');
    }

    fn write_cell(self, text: &str, line: &mut Vec<u8>) {
        let special = |byte: u8| byte == self.delimiter || matches!(byte, b'"' | b'\r' | b'\n');
        if !text.is_empty() && !text.bytes().any(special) {
            line.extend_from_slice(text.as_bytes());
            return;
        }
        line.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                line.push(b'"');
            }
            line.push(byte);
        }
        line.push(b'"');
    }
}
