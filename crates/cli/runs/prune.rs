//! Removes runs that nobody needs any more.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;
use seatflow_engine::RunId;
use seatflow_journal::{Error, RunLock, RunRecord, RunState, Store};

/// Which runs may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Old {
    /// All but the newest so many of each pipeline.
    Beyond(usize),
    /// Those that ended before this moment.
    Before(Timestamp),
}

/// What was removed, and what was not.
#[derive(Debug, Default)]
pub(crate) struct Pruned {
    /// The runs that are gone, the newest first.
    pub(crate) removed: Vec<RunRecord>,
    /// Old runs that stay, each with the reason, in the same order.
    pub(crate) kept: Vec<(RunRecord, Reason)>,
    /// How much less the disk holds.
    pub(crate) bytes: u64,
}

/// Why an old run stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is running.
    Running,
    /// It did not come to its end, and has writes.
    Unfinished,
    /// Nobody knows whether all its writes happened.
    InDoubt,
    /// It is a plan that was not applied.
    Planned,
}

impl Reason {
    /// The reason as a part of a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Running => "it is running",
            Self::Unfinished => "it has writes and is unfinished",
            Self::InDoubt => "it has writes in doubt",
            Self::Planned => "its plan was not applied",
        }
    }

    /// Whether somebody may insist all the same.
    pub(crate) fn yields(self) -> bool {
        self != Self::Running
    }

    /// Why a run is kept unless somebody insists; none, if nobody will miss it.
    fn of(run: &RunRecord) -> Option<Self> {
        match run.state {
            RunState::Running => Some(Self::Running),
            RunState::Planned => Some(Self::Planned),
            _ if run.in_doubt > 0 => Some(Self::InDoubt),
            RunState::Failed | RunState::Interrupted | RunState::Broken if run.writes > 0 => Some(Self::Unfinished),
            _ => None,
        }
    }
}

/// Removes the old runs of a state folder, each with its folder, but none that is running; and of those that are
/// unfinished, in doubt or planned only with `unfinished`.
///
/// # Errors
/// If a run cannot be removed. Those before it are.
pub(crate) fn prune(store: &Store, state: &Path, old: Old, unfinished: bool) -> anyhow::Result<Pruned> {
    let before = journal_bytes(state);
    let mut pruned = Pruned::default();
    for run in old_of(store.runs()?, old) {
        match Reason::of(&run).filter(|reason| !(unfinished && reason.yields())) {
            Some(reason) => pruned.kept.push((run, reason)),
            None => match remove(store, state, &run)? {
                Some(bytes) => {
                    pruned.bytes += bytes;
                    pruned.removed.push(run);
                }
                None => pruned.kept.push((run, Reason::Running)),
            },
        }
    }
    pruned.bytes += before.saturating_sub(journal_bytes(state));
    Ok(pruned)
}

/// Those of the runs that are old. `runs` are the newest first.
fn old_of(runs: Vec<RunRecord>, old: Old) -> Vec<RunRecord> {
    let mut so_far: BTreeMap<String, usize> = BTreeMap::new();
    let is_old = |run: &RunRecord| match old {
        Old::Beyond(newest) => {
            let so_far = so_far.entry(run.pipeline.clone()).or_default();
            *so_far += 1;
            *so_far > newest
        }
        Old::Before(moment) => last_seen(run) < moment,
    };
    runs.into_iter().filter(is_old).collect()
}

/// The latest moment that is known of a run.
fn last_seen(run: &RunRecord) -> Timestamp {
    let of_passes = run.passes.iter().map(|pass| pass.ended_at.unwrap_or(pass.began_at));
    of_passes.max().unwrap_or(run.began_at)
}

/// Removes a run and its folder, and tells how large the folder was; none, if somebody has taken the run up meanwhile.
fn remove(store: &Store, state: &Path, run: &RunRecord) -> anyhow::Result<Option<u64>> {
    let cannot = || format!("the run {} cannot be removed", run.id);
    // What is no name of a run could lead to any folder.
    let id = RunId::parse(&run.id).with_context(cannot)?;
    let folder = state.join("runs").join(id.as_str());
    let mut bytes = 0;
    if folder.is_dir() {
        let _lock = match RunLock::take(&folder) {
            Err(Error::Held { .. }) => return Ok(None),
            lock => lock.with_context(cannot)?,
        };
        bytes = bytes_below(&folder).with_context(cannot)?;
        // First the folder: without its journal nobody would find it again.
        fs::remove_dir_all(&folder).with_context(cannot)?;
    }
    store.remove(&run.id).with_context(cannot)?;
    Ok(Some(bytes))
}

/// How large the files in a folder are together.
fn bytes_below(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        bytes += if found.is_dir() { bytes_below(&entry.path())? } else { found.len() };
    }
    Ok(bytes)
}

/// How large the journal is, as far as it can be told.
fn journal_bytes(state: &Path) -> u64 {
    let files = ["journal.db", "journal.db-wal"].map(|name| fs::metadata(state.join(name)));
    files.into_iter().flatten().map(|file| file.len()).sum()
}
