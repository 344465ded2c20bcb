//! Records on stdout, or in a file.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, stdout};
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::ipc::reader::StreamReader;
use arrow::record_batch::RecordBatch;
use seatflow_tool::{Files, ToolError};
use seatflow_tools::{FileFormat, write_records};
use terminal_size::terminal_size_of;

use super::form::Form;
use super::grid::grid;
use crate::render::{WIDTH, say};
use crate::summary::counted;
use crate::verbosity::Verbosity;

/// So many rows a table has, if nobody says how many.
const ROWS: usize = 50;

/// How records are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Print<'a> {
    /// The form.
    pub(crate) form: Form,
    /// The file, if not on stdout.
    pub(crate) out: Option<&'a Path>,
    /// The most records.
    pub(crate) limit: Option<usize>,
}

/// The records of an Arrow IPC stream file.
pub(crate) type Records = StreamReader<BufReader<File>>;

/// What was printed, and what was not.
#[derive(Default)]
struct Printed {
    rows: usize,
    /// The rows and columns that a table has no room for.
    left_out: [usize; 2],
}

impl Print<'_> {
    /// Prints records, and tells what a table does not show. A file takes its place when it is whole.
    ///
    /// # Errors
    /// If they cannot be read, or not be written.
    pub(crate) fn records(self, records: Records, verbosity: Verbosity) -> Result<(), ToolError> {
        let printed = match self.out {
            None => self.on_stdout(records)?,
            Some(out) => self.to_file(records, out)?,
        };
        if !verbosity.is_quiet() {
            printed.tell(self.out);
        }
        Ok(())
    }

    /// A reader that has gone is no reason to fail.
    fn on_stdout(self, records: Records) -> Result<Printed, ToolError> {
        match self.write(records, stdout(), Path::new("stdout")) {
            Err(error) if is_reader_gone(&error) => Ok(Printed::default()),
            printed => printed,
        }
    }

    fn to_file(self, records: Records, out: &Path) -> Result<Printed, ToolError> {
        let files = Files::default();
        files.prepare(out)?;
        let pending = files.take(out)?;
        let printed = self.write(records, BufWriter::new(pending.file()), out)?;
        files.finish(pending)?;
        files.commit()?;
        Ok(printed)
    }

    fn write(self, records: Records, to: impl io::Write + Send, path: &Path) -> Result<Printed, ToolError> {
        let format = match self.form {
            Form::Table => return self.table(records, to, path),
            Form::Csv => FileFormat::Csv,
            Form::Json => FileFormat::Json,
            Form::Parquet => FileFormat::Parquet,
        };
        let schema = records.schema();
        let mut left = self.limit.unwrap_or(usize::MAX);
        let batches = records.map_while(|batch| (left > 0).then(|| Ok(first(&batch?, &mut left))));
        let rows = write_records(format, &schema, batches, to, path)?;
        Ok(Printed { rows, ..Printed::default() })
    }

    fn table(self, records: Records, mut to: impl io::Write, path: &Path) -> Result<Printed, ToolError> {
        let order = in_order(&records.schema());
        let schema = Arc::new(records.schema().project(&order)?);
        let mut left = self.limit.unwrap_or(ROWS);
        let (mut shown, mut rows, mut all) = (Vec::new(), 0, 0);
        for batch in records {
            let batch = batch?.project(&order)?;
            all += batch.num_rows();
            if left > 0 {
                shown.push(first(&batch, &mut left));
                rows += shown.last().map_or(0, RecordBatch::num_rows);
            }
        }
        let width = terminal_size_of(stdout()).map_or(WIDTH, |(width, _)| width.0.into());
        let grid = grid(&schema, &shown, width)
            .map_err(|conflict| ToolError::bug("the records cannot be told").from_source(conflict))?;
        to.write_all(grid.text.as_bytes()).and_then(|()| to.flush()).map_err(|error| {
            ToolError::pipeline(format!("cannot write `{}`: {error}", path.display())).from_source(error)
        })?;
        Ok(Printed { rows, left_out: [all - rows, grid.left_out] })
    }
}

impl Printed {
    /// Tells what a table does not show, and what does; and the file that was written.
    fn tell(&self, out: Option<&Path>) {
        let left_out = self.left_out.into_iter().zip(["record", "column"]).filter(|(count, _)| *count > 0);
        let left_out: Vec<String> = left_out.map(|(count, noun)| counted(count as u64, noun)).collect();
        if !left_out.is_empty() {
            say(&format!("  ! not shown: {}", left_out.join(" and ")));
            let more = if self.left_out[0] > 0 { "`--limit N` shows more records, " } else { "" };
            say(&format!("    help: {more}`--out FILE.csv` writes all of them with all columns"));
        }
        if let Some(out) = out {
            say(&format!("{} written to `{}`", counted(self.rows as u64, "record"), out.display()));
        }
    }
}

/// The columns of a table: of failed records first what failed and why, then what the record was, then the rest of the
/// failure. In other records they stay as they are.
fn in_order(schema: &Schema) -> Vec<usize> {
    let rank = |column: &usize| match schema.field(*column).name().as_str() {
        "_call" | "error.kind" | "error.message" => 0,
        name if name.starts_with("error.") => 2,
        _ => 1,
    };
    let mut order: Vec<usize> = (0..schema.fields().len()).collect();
    if schema.field_with_name("error.kind").is_ok() {
        order.sort_by_key(rank);
    }
    order
}

/// The first so many rows of a batch, which are not left any more then.
fn first(batch: &RecordBatch, left: &mut usize) -> RecordBatch {
    let rows = batch.num_rows().min(*left);
    *left -= rows;
    batch.slice(0, rows)
}

fn is_reader_gone(error: &ToolError) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}
