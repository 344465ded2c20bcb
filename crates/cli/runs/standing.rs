//! How a run stands, and what can be done with it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use seatflow_journal::{Error, PassRecord, Purpose, RunRecord, RunState, Store};

use crate::load::STATE;

/// Where a run stands, in words.
pub(crate) fn word(state: RunState) -> &'static str {
    match state {
        RunState::Running => "running",
        RunState::Planned => "planned",
        RunState::Completed => "done",
        RunState::Failed => "failed",
        RunState::Interrupted => "interrupted",
        RunState::Broken => "broken off",
        RunState::SetAside => "set aside",
    }
}

/// The exit status of the last pass, if it has ended.
pub(crate) fn exit_status(run: &RunRecord) -> Option<u8> {
    run.passes.last().and_then(|pass| pass.exit_status)
}

/// How long the passes took together whose end is known; none, if it is of none.
pub(crate) fn took<'a>(passes: impl IntoIterator<Item = &'a PassRecord>) -> Option<Duration> {
    let took = |pass: &PassRecord| Some(pass.ended_at?.duration_since(pass.began_at).unsigned_abs());
    passes.into_iter().filter_map(took).reduce(|sum, time| sum + time)
}

/// What takes up a run that is not done: the whole command. Of a plan that did not come to its end there is nothing to
/// take up.
pub(crate) fn next(state: &Path, run: &RunRecord) -> Option<String> {
    let verb = match run.state {
        RunState::Planned => "apply",
        RunState::Failed | RunState::Interrupted | RunState::Broken if may_have_sent(run) => "resume",
        _ => return None,
    };
    Some(command(verb, &run.id, state))
}

/// Whether what was read for a plan has changed since, as far as its last check tells.
pub(crate) fn has_drifted(store: &Store, run: &RunRecord) -> Result<bool, Error> {
    let is_checked = run.passes.last().is_some_and(|last| last.purpose == Purpose::Check);
    Ok(run.state == RunState::Planned && is_checked && !store.drift(&run.id)?.is_empty())
}

/// Whether the run was more than a plan.
fn may_have_sent(run: &RunRecord) -> bool {
    run.passes.iter().any(|pass| matches!(pass.purpose, Purpose::Run | Purpose::Apply))
}

/// What somebody types to do something with a run.
pub(crate) fn command(verb: &str, id: &str, state: &Path) -> String {
    let place = if state == Path::new(STATE) { String::new() } else { format!(" --state {}", quoted(state)) };
    format!("seatflow {verb} {id}{place}")
}

/// `2025-03-01 09:00:00`.
pub(crate) fn utc(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+,:@".contains(character);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
