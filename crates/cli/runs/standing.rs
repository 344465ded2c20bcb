//! How a run stands, and what can be done with it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use seatflow_journal::{PassRecord, RunRecord, RunState};

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

/// What takes up a run that is not done: the whole command.
pub(crate) fn next(state: &Path, run: &RunRecord) -> Option<String> {
    let verb = match run.state {
        RunState::Planned => "apply",
        RunState::Failed | RunState::Interrupted | RunState::Broken => "resume",
        RunState::Running | RunState::Completed | RunState::SetAside => return None,
    };
    Some(command(verb, &run.id, state))
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
