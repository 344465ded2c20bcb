//! The records that left an anchor of an earlier run.

use std::path::{Path, PathBuf};

use seatflow_engine::{Ending, Purpose};
use seatflow_journal::{Purpose as Recorded, RunRecord, Store};
use seatflow_spec::Output;
use tempfile::TempDir;

use super::again::{Viewed, view};
use super::pass::Pace;
use crate::exit::Exit;
use crate::interrupt;
use crate::verbosity::Verbosity;

/// Records in a file, which is there as long as this is.
pub(crate) struct Looked {
    /// The Arrow IPC stream file; none, if no record left the anchor.
    pub(crate) records: Option<PathBuf>,
    _folder: TempDir,
}

/// Goes through a run once more for the sake of the records that left one of its anchors. What the journal does not
/// hold was not called; nothing is sent.
///
/// # Errors
/// Of usage, or of the machine. What has been told already is the exit status.
pub(crate) fn look(
    store: &Store,
    state: &Path,
    run: &RunRecord,
    node: &str,
    anchor: Output,
) -> anyhow::Result<Result<Looked, Exit>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let is_plan = !run.passes.iter().any(|pass| matches!(pass.purpose, Recorded::Run | Recorded::Apply));
    let purpose = Purpose::Look { node: node.to_owned(), anchor, is_plan };
    let viewed = Viewed { state, run, purpose, pipeline: None, out: None, accepts_changes: false };
    let made = runtime.block_on(interrupt::heard_in(view(store, viewed, Pace::USUAL, Verbosity::QUIET)))?;
    let (report, scratch) = match made {
        Ok(made) => made,
        Err(exit) => return Ok(Err(exit)),
    };
    if let Ending::Failed(failure) = &report.ending {
        crate::render::failure(failure);
        return Ok(Err(Exit::of_run(report.exit_status())));
    }
    let records = report.kept.into_iter().next().map(|kept| kept.path);
    Ok(Ok(Looked { records, _folder: scratch }))
}
