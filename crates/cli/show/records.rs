//! The records that left an anchor of an earlier run.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use arrow::ipc::reader::StreamReader;
use seatflow_journal::{RunRecord, Store};
use seatflow_spec::Output;

use super::print::Records;
use crate::exit::Exit;
use crate::passes::{Looked, look};

/// The records that left an anchor of a run, as long as this is there.
pub(crate) struct Anchored {
    kept: Option<PathBuf>,
    looked: Option<Looked>,
}

/// The records that left an anchor of a run: those that it keeps, or else what going through its journal brings.
///
/// # Errors
/// Of usage, or of the machine. What has been told already is the exit status.
pub(crate) fn records(
    store: &Store,
    state: &Path,
    run: &RunRecord,
    node: &str,
    anchor: Output,
) -> anyhow::Result<Result<Anchored, Exit>> {
    let kept = state.join("runs").join(&run.id).join(format!("{node}.{anchor}.arrow"));
    if kept.is_file() {
        return Ok(Ok(Anchored { kept: Some(kept), looked: None }));
    }
    let looked = look(store, state, run, node, anchor)?;
    Ok(looked.map(|looked| Anchored { kept: None, looked: Some(looked) }))
}

impl Anchored {
    /// Begins to read them; none, if there are none.
    ///
    /// # Errors
    /// They cannot be read.
    pub(crate) fn open(&self) -> anyhow::Result<Option<Records>> {
        let looked = || self.looked.as_ref()?.records.as_ref();
        let Some(path) = self.kept.as_ref().or_else(looked) else { return Ok(None) };
        let unreadable = || format!("`{}` cannot be read", path.display());
        let file = File::open(path).with_context(unreadable)?;
        StreamReader::try_new_buffered(file, None).with_context(unreadable).map(Some)
    }
}
