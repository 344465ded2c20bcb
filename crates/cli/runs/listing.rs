//! All runs, a line each.

use std::path::Path;

use seatflow_journal::{Error, RunRecord, RunState, Store};
use serde_json::{Value, json};

use super::standing::{exit_status, has_drifted, next, took, utc, word};
use crate::output;
use crate::render::say;
use crate::summary::{counted, elapsed};
use crate::table::table;
use crate::verbosity::Verbosity;

/// So many unfinished runs are told what to do with.
const TOLD: usize = 5;

/// Prints the runs of a state folder, the newest first, and what to do with those that are not finished.
///
/// # Errors
/// If the journal cannot be read, or stdout not be written.
pub(crate) fn list(state: &Path, as_json: bool, verbosity: Verbosity) -> anyhow::Result<()> {
    let Some(store) = Store::open_to_look(state)? else {
        return none(state, as_json, verbosity);
    };
    let runs = store.runs()?;
    let calls = runs.iter().map(|run| calls(&store, run)).collect::<Result<Vec<u64>, _>>()?;
    if as_json {
        let told = runs.iter().zip(calls).map(|(run, calls)| as_value(state, run, calls));
        return output::json(&told.collect());
    }
    if runs.is_empty() {
        return none(state, as_json, verbosity);
    }
    let heading = ["run", "pipeline", "began (UTC)", "took", "state", "exit", "calls", "writes", "in doubt"];
    let rows = runs.iter().zip(calls).map(|(run, calls)| row(run, calls));
    output::text(&table(heading, rows, 5..9))?;
    if !verbosity.is_quiet() {
        tell_next(&store, state, &runs)?;
    }
    Ok(())
}

fn none(state: &Path, as_json: bool, verbosity: Verbosity) -> anyhow::Result<()> {
    if as_json {
        return output::json(&json!([]));
    }
    if !verbosity.is_quiet() {
        say(&format!("there are no runs in `{}`", state.display()));
    }
    Ok(())
}

/// The calls that were made, in all passes.
fn calls(store: &Store, run: &RunRecord) -> Result<u64, Error> {
    Ok(store.books(&run.id)?.iter().map(|books| books.calls).sum())
}

fn row(run: &RunRecord, calls: u64) -> [String; 9] {
    let unless_none = |count: u64| if count == 0 { String::new() } else { count.to_string() };
    [
        run.id.clone(),
        run.pipeline.clone(),
        utc(run.began_at),
        took(&run.passes).map(elapsed).unwrap_or_default(),
        word(run.state).to_owned(),
        exit_status(run).map(|status| status.to_string()).unwrap_or_default(),
        calls.to_string(),
        unless_none(run.writes),
        unless_none(run.in_doubt),
    ]
}

fn as_value(state: &Path, run: &RunRecord, calls: u64) -> Value {
    json!({
        "run": run.id,
        "pipeline": run.pipeline,
        "file": run.file,
        "sandbox": run.is_sandbox,
        "began_at": run.began_at.to_string(),
        "elapsed_seconds": took(&run.passes).map(|time| time.as_secs_f64()),
        "state": run.state,
        "exit_status": exit_status(run),
        "calls": calls,
        "writes": run.writes,
        "in_doubt": run.in_doubt,
        "planned": run.planned,
        "unknown": run.unknown,
        "next": next(state, run),
    })
}

/// What to do with the runs that are not finished.
fn tell_next(store: &Store, state: &Path, runs: &[RunRecord]) -> Result<(), Error> {
    let open: Vec<(&RunRecord, String)> = runs.iter().filter_map(|run| Some((run, next(state, run)?))).collect();
    for (run, command) in open.iter().take(TOLD) {
        let what = match run.state {
            RunState::Planned => "applies the plan",
            _ => "takes it up",
        };
        say(&format!("  ! {} ({}): `{command}` {what}", run.pipeline, word(run.state)));
        if has_drifted(store, run)? {
            say("    help: what it has read has changed since: `seatflow plan FILE` makes a new plan");
        }
    }
    let more = open.len().saturating_sub(TOLD) as u64;
    if more > 0 {
        say(&format!("  ! {} more that could be taken up or applied", counted(more, "run")));
    }
    let in_doubt = runs.iter().map(|run| run.in_doubt).sum::<u64>();
    if in_doubt > 0 {
        say(&format!("  ! {} in doubt: `seatflow show RUN` lists those of a run", counted(in_doubt, "write")));
    }
    Ok(())
}
