//! Removes runs that nobody needs any more.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;
use seatflow_engine::{Folder, RunId};
use seatflow_journal::{Error, RunLock, RunRecord, RunState, Store};

use crate::passes::begun;

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

/// What came of an old run.
#[derive(Debug)]
enum Outcome {
    /// It is gone, and its folder, which held so many bytes.
    Removed(RunRecord, u64),
    /// It stays.
    Kept(RunRecord, Reason),
    /// Somebody else has removed it, or brought it up to date meanwhile.
    Over,
}

/// Removes the old runs of a state folder, each with its folder, but none that is running; and of those that are
/// unfinished, in doubt or planned only with `unfinished`.
///
/// # Errors
/// If a run cannot be removed. Those before it are.
pub(crate) fn prune(store: &Store, state: &Path, old: Old, unfinished: bool) -> anyhow::Result<Pruned> {
    let before = store.size()?;
    let mut pruned = Pruned::default();
    for run in old_of(store.runs()?, old) {
        match remove(store, state, run, old, unfinished)? {
            Outcome::Removed(run, bytes) => {
                pruned.bytes += bytes;
                pruned.removed.push(run);
            }
            Outcome::Kept(run, reason) => pruned.kept.push((run, reason)),
            Outcome::Over => {}
        }
    }
    pruned.bytes += before.saturating_sub(store.size()?);
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

/// Removes a run with its folder, unless there is a reason to keep it. What decides is how it stands when nobody else can
/// take it up any more, not how it stood before.
fn remove(store: &Store, state: &Path, run: RunRecord, old: Old, unfinished: bool) -> anyhow::Result<Outcome> {
    let id = run.id.clone();
    let cannot = || format!("the run {id} cannot be removed");
    let keeps = |run: &RunRecord| Reason::of(run).filter(|reason| !(unfinished && reason.yields()));
    if let Some(reason) = keeps(&run) {
        return Ok(Outcome::Kept(run, reason));
    }
    // What is no name of a run could lead to any folder. Without a folder there would be nothing to lock.
    let folder = Folder::open(state, &RunId::parse(&id).with_context(cannot)?).with_context(cannot)?;
    let _lock = match RunLock::take(folder.run()) {
        Err(Error::Held { .. }) => return Ok(Outcome::Kept(run, Reason::Running)),
        lock => lock.with_context(cannot)?,
    };
    let Some(run) = store.run(&id)? else {
        fs::remove_dir_all(folder.run()).with_context(cannot)?;
        return Ok(Outcome::Over);
    };
    if let Some(reason) = keeps(&run) {
        return Ok(Outcome::Kept(run, reason));
    }
    if matches!(old, Old::Before(moment) if last_seen(&run) >= moment) {
        return Ok(Outcome::Over);
    }
    let bytes = bytes_below(folder.run()).with_context(cannot)?;
    // A folder that is left over must not be taken for one that the journal has lost.
    begun::forget(folder.run()).with_context(cannot)?;
    // First the journal: whoever waits for the lock sees then that the run is gone.
    store.remove(&id).with_context(cannot)?;
    fs::remove_dir_all(folder.run()).with_context(cannot)?;
    Ok(Outcome::Removed(run, bytes))
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

#[cfg(test)]
mod tests {
    use seatflow_journal::{Ended, Ending, Guards, NewPass, NewRun, Purpose};
    use tempfile::TempDir;

    use super::*;

    const ID: &str = "20250301-090000-abcd";

    const NEVER: Old = Old::Before(Timestamp::MAX);

    /// A plan that broke off, and what it was when somebody looked; then it came to its end after all.
    fn planned_meanwhile() -> (TempDir, Store, RunRecord) {
        let state = tempfile::tempdir().unwrap();
        let store = Store::open(state.path()).unwrap();
        let began_at = "2025-03-01T09:00:00Z".parse().unwrap();
        let run = NewRun {
            id: ID.to_owned(),
            pipeline: "raced".to_owned(),
            file: "raced.yaml".into(),
            is_sandbox: false,
            version: "0".to_owned(),
            user: "jo".to_owned(),
            began_at,
        };
        let pass = NewPass {
            purpose: Purpose::Plan,
            began_at,
            guards: Guards::default(),
            nodes: Vec::new(),
            overrides: Vec::new(),
            sources: Vec::new(),
            base_urls: Vec::new(),
            allow_unknown: false,
        };
        drop(store.begin(run, pass.clone()).unwrap());
        let before = store.run(ID).unwrap().unwrap();
        assert_eq!(before.state, RunState::Broken);
        let ended =
            Ended { ending: Ending::Completed, exit_status: 0, message: None, ended_at: began_at, nodes: Vec::new() };
        store.again(ID, pass).unwrap().end(ended).unwrap();
        (state, store, before)
    }

    #[test]
    fn what_a_run_is_under_its_lock_decides() {
        let (state, store, before) = planned_meanwhile();
        let outcome = remove(&store, state.path(), before.clone(), NEVER, false).unwrap();
        assert!(matches!(outcome, Outcome::Kept(_, Reason::Planned)), "{outcome:?}");
        let its_end = Old::Before("2025-03-01T09:00:00Z".parse().unwrap());
        let outcome = remove(&store, state.path(), before, its_end, true).unwrap();
        assert!(matches!(outcome, Outcome::Over), "{outcome:?}");
        assert!(store.run(ID).unwrap().is_some());
    }

    #[test]
    fn what_somebody_else_has_removed_leaves_no_folder() {
        let (state, store, before) = planned_meanwhile();
        store.remove(ID).unwrap();
        let outcome = remove(&store, state.path(), before, NEVER, true).unwrap();
        assert!(matches!(outcome, Outcome::Over), "{outcome:?}");
        assert!(!state.path().join("runs").join(ID).exists());
    }
}
