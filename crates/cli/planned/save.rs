//! The whole list of a plan, in a file.

use std::fmt;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use seatflow_journal::{PlannedCall, Source};
use seatflow_tool::{Files, ToolError};
use seatflow_tools::{FileFormat, write_records};

use super::list::payload_text;

/// Where the list is written, as CSV or Parquet.
#[derive(Clone, Debug)]
pub(crate) struct SavePath {
    path: PathBuf,
    format: FileFormat,
}

/// A file whose name does not tell its form.
#[derive(Debug)]
pub(crate) struct NoForm;

/// A file that can be written, and takes its place when it is whole. If nothing is saved in it, nothing stays of it.
pub(crate) struct Prepared<'a> {
    to: &'a SavePath,
    files: Files,
}

impl FromStr for SavePath {
    type Err = NoForm;

    fn from_str(written: &str) -> Result<Self, NoForm> {
        let path = PathBuf::from(written);
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let format = match ending.as_deref() {
            Some("csv") => FileFormat::Csv,
            Some("parquet") => FileFormat::Parquet,
            _ => return Err(NoForm),
        };
        Ok(Self { path, format })
    }
}

impl fmt::Display for NoForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("its name must end in `.csv` or `.parquet`")
    }
}

impl std::error::Error for NoForm {}

impl SavePath {
    /// Makes sure that the file can be written, before anything is called.
    ///
    /// # Errors
    /// If it cannot.
    pub(crate) fn prepare(&self) -> Result<Prepared<'_>, ToolError> {
        let files = Files::default();
        files.prepare(&self.path)?;
        Ok(Prepared { to: self, files })
    }
}

impl Prepared<'_> {
    /// Writes the list. What the pipeline reads is not written over.
    ///
    /// # Errors
    /// If it cannot be written; then there is no file, or the one that was there before.
    pub(crate) fn save(self, calls: &[PlannedCall], sources: &[Source]) -> Result<(), ToolError> {
        let SavePath { path, format } = self.to;
        refuse_input(path, sources)?;
        let rows = rows(calls).map_err(|error| ToolError::bug("the writes are no records").from_source(error))?;
        let pending = self.files.take(path)?;
        write_records(*format, &rows.schema(), [Ok(rows)], BufWriter::new(pending.file()), path)?;
        self.files.finish(pending)?;
        self.files.commit()
    }
}

/// Sees that a file is none of those that a pipeline reads.
///
/// # Errors
/// If it is.
pub(crate) fn refuse_input(path: &Path, sources: &[Source]) -> Result<(), ToolError> {
    if sources.iter().any(|source| is_same_file(&source.path, path)) {
        return Err(ToolError::pipeline(format!("cannot write `{}`: the pipeline reads it", path.display())));
    }
    Ok(())
}

/// Whether both paths lead to the same file, which is there.
fn is_same_file(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// The columns of the list.
fn rows(calls: &[PlannedCall]) -> Result<RecordBatch, ArrowError> {
    let text = |of: fn(&PlannedCall) -> Option<String>| -> ArrayRef {
        Arc::new(calls.iter().map(of).collect::<StringArray>())
    };
    let record: ArrayRef = Arc::new(calls.iter().map(|call| Some(call.record)).collect::<Int64Array>());
    RecordBatch::try_from_iter_with_nullable([
        ("node", text(|call| Some(call.node.clone())), true),
        ("record", record, true),
        ("endpoint", text(|call| Some(call.endpoint.clone())), true),
        ("method", text(|call| Some(call.method.to_string())), true),
        ("url", text(|call| Some(call.url.clone())), true),
        ("payload", text(|call| Some(payload_text(call)).filter(|payload| !payload.is_empty())), true),
        ("input", text(|call| Some(call.input.clone())), true),
        ("unknown", text(|call| call.column.clone()), true),
    ])
}
