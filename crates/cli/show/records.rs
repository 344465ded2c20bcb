//! The records that left an anchor of an earlier run.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use arrow::ipc::reader::StreamReader;
use seatflow_journal::RunRecord;
use seatflow_spec::Output;

use super::print::Records;
use crate::usage::Usage;

/// The records that left an anchor of a run: an Arrow IPC stream file.
///
/// # Errors
/// They are not kept.
pub(crate) fn records(state: &Path, run: &RunRecord, node: &str, anchor: Output) -> anyhow::Result<PathBuf> {
    let kept = state.join("runs").join(&run.id).join(format!("{node}.{anchor}.arrow"));
    if kept.is_file() {
        return Ok(kept);
    }
    let usage = Usage::new(format!("the records of `{node}.{anchor}` of the run {} are not kept", run.id));
    Err(usage.help("wire the anchor to a file, and run again").into())
}

/// Reads such a file.
///
/// # Errors
/// It cannot be read.
pub(crate) fn open(path: &Path) -> anyhow::Result<Records> {
    let unreadable = || format!("`{}` cannot be read", path.display());
    let file = File::open(path).with_context(unreadable)?;
    StreamReader::try_new_buffered(file, None).with_context(unreadable)
}
