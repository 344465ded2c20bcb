//! The whole list of a plan, in a file.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use seatflow_journal::PlannedCall;

use super::list::payload_text;

/// Where the list is written, as CSV or Parquet.
#[derive(Clone, Debug)]
pub(crate) struct SavePath(PathBuf);

/// A file whose name does not tell its form.
#[derive(Debug)]
pub(crate) struct NoForm;

impl FromStr for SavePath {
    type Err = NoForm;

    fn from_str(written: &str) -> Result<Self, NoForm> {
        let path = PathBuf::from(written);
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
        if ["csv", "parquet"].contains(&ending.as_str()) { Ok(Self(path)) } else { Err(NoForm) }
    }
}

impl fmt::Display for NoForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("its name must end in `.csv` or `.parquet`")
    }
}

impl std::error::Error for NoForm {}

/// The columns of the list.
fn rows(calls: &[PlannedCall]) -> anyhow::Result<RecordBatch> {
    let text = |of: fn(&PlannedCall) -> Option<String>| -> ArrayRef {
        Arc::new(calls.iter().map(of).collect::<StringArray>())
    };
    let record: ArrayRef = Arc::new(calls.iter().map(|call| Some(call.record)).collect::<Int64Array>());
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("node", text(|call| Some(call.node.clone())), true),
        ("record", record, true),
        ("endpoint", text(|call| Some(call.endpoint.clone())), true),
        ("method", text(|call| Some(call.method.to_string())), true),
        ("url", text(|call| Some(call.url.clone())), true),
        ("payload", text(|call| Some(payload_text(call)).filter(|payload| !payload.is_empty())), true),
        ("input", text(|call| Some(call.input.clone())), true),
        ("unknown", text(|call| call.column.clone()), true),
    ])?)
}

/// Writes the list.
pub(crate) fn save(path: &SavePath, calls: &[PlannedCall]) -> anyhow::Result<()> {
    let rows = rows(calls)?;
    anyhow::bail!("{} {}", path.0.display(), rows.num_rows())
}
