//! What is told at the end of a run of records that somebody must look at, and of what was written.

use std::error::Error as _;
use std::path::Path;

use seatflow_call::JournalError;
use seatflow_engine::{Ending, Kept, NodeReport, Purpose, Report};
use seatflow_journal::{CallRecord, RunRecord, Store};

use crate::render::say;
use crate::runs::standing::{command, next};
use crate::summary::{counted, is_closed};

/// So many writes in doubt are named for each node.
const NAMED: usize = 5;

/// Tells of records that are wired nowhere, unparsed or in doubt, and what to do with them.
pub(crate) fn tell(report: &Report, state: &Path) {
    let again =
        if has_written(report) { "before the next run; what is written stays written" } else { "and run again" };
    if matches!(report.ending, Ending::Completed) {
        for kept in &report.kept {
            let (records, node) = (counted(kept.records, "record"), &kept.node);
            say(&format!(
                "  ! {records} failed at `{node}` and {} wired nowhere: see {}",
                are(kept.records),
                path(kept)
            ));
            say(&format!("    help: wire `{node}.F` to a `write_csv` {again}"));
        }
    }
    for node in report.nodes.iter().filter(|node| node.unparsed > 0) {
        let (records, node) = (counted(node.unparsed, "record"), &node.node);
        say(&format!("  ! {records} of `{node}` had an answer that is no JSON: see `Extracted`"));
        say(&format!("    help: wire `{node}.S` to a `write_csv` {again}"));
    }
    tell_doubt(report, state);
}

/// Tells of the writes of which nobody knows whether they happened: those that failed so, and those that were on their
/// way when the run was told to end at once.
fn tell_doubt(report: &Report, state: &Path) {
    let may_be_in_doubt = |node: &&NodeReport| node.in_doubt > 0 || node.writes && !is_closed(node);
    if !report.nodes.iter().any(|node| may_be_in_doubt(&node)) {
        return;
    }
    let calls = in_doubt(report, state);
    let mut is_told = false;
    for node in report.nodes.iter().filter(may_be_in_doubt) {
        let own = calls.iter().filter(|call| call.node == node.node);
        let (failed, under_way): (Vec<_>, Vec<_>) = own.partition(|call| call.failure.is_some());
        if node.in_doubt > 0 {
            let records = counted(node.in_doubt, "record");
            let (are, whose) = (are(node.in_doubt), if node.in_doubt == 1 { "its" } else { "their" });
            say(&format!(
                "  ! {records} of `{}` {are} in doubt: nobody knows whether {whose} write happened",
                node.node
            ));
            name(&failed);
        }
        if !under_way.is_empty() {
            let writes = counted(under_way.len() as u64, "write");
            let (were, they) = if under_way.len() == 1 { ("was", "it") } else { ("were", "they") };
            say(&format!(
                "  ! {writes} of `{}` {were} on the way at the stop: nobody knows whether {they} happened",
                node.node
            ));
            name(&under_way);
        }
        is_told |= node.in_doubt > 0 || !under_way.is_empty();
    }
    if is_told {
        say("    help: `seatflow explain what-happens-when` says what to do with them");
    }
}

/// What the journal has in doubt of a run. If it cannot be read, there is nothing to name.
fn in_doubt(report: &Report, state: &Path) -> Vec<CallRecord> {
    let store = Store::open_existing(state).ok().flatten();
    store.and_then(|store| store.in_doubt(&report.run).ok()).unwrap_or_default()
}

fn name(calls: &[&CallRecord]) {
    for call in calls.iter().take(NAMED) {
        say(&format!("      record {}: {} {}", call.record, call.method.as_str(), call.url));
    }
    if calls.len() > NAMED {
        say(&format!("      and {} more", calls.len() - NAMED));
    }
}

/// Tells how to go on with a run that did not complete, without writing twice.
pub(crate) fn tell_how_to_go_on(report: &Report, state: &Path) {
    for node in report.nodes.iter().filter(|node| node.writes && !is_closed(node)) {
        let count = node.records_in - node.succeeded - node.failed;
        say(&format!("  ! {} of `{}` had not left it at the stop", counted(count, "record"), node.node));
    }
    let show = command("show", &report.run, state);
    match goes_on(report, state) {
        Some(resume) => {
            say(&format!("  help: `{resume}` goes on, and writes nothing twice; `{show}` tells what there is"));
        }
        None => say(&format!("  help: `{show}` tells what there is")),
    }
}

/// What goes on with a run: none, if it is done and was only replayed, or what it would write is not what was planned.
fn goes_on(report: &Report, state: &Path) -> Option<String> {
    let stopped = match &report.ending {
        Ending::Failed(failure) => failure.error.source().and_then(|source| source.downcast_ref::<JournalError>()),
        Ending::Completed | Ending::Interrupted => None,
    };
    if report.purpose == Purpose::Replay || matches!(stopped, Some(JournalError::Drift { .. })) {
        return None;
    }
    let next = match run(report, state) {
        Some(run) => next(state, &run)?,
        None => command("resume", &report.run, state),
    };
    match stopped {
        Some(JournalError::Guard { guard, most }) => Some(format!("{next} {guard} {}", enough(report, *most))),
        _ => Some(next),
    }
}

/// A number of writes under which a guard does not stop the run again, unless more records come: each has one at most.
fn enough(report: &Report, most: u64) -> u64 {
    let records: u64 = report.nodes.iter().filter(|node| node.writes).map(|node| node.records_in).sum();
    records.max(most.saturating_add(1))
}

/// What the journal has of a run, if it can be read.
fn run(report: &Report, state: &Path) -> Option<RunRecord> {
    Store::open_existing(state).ok()??.run(&report.run).ok()?
}

/// Whether anything has changed in a remote system, or may have.
fn has_written(report: &Report) -> bool {
    let has = |node: &NodeReport| node.writes && node.succeeded + node.in_doubt > node.withheld + node.unknown;
    report.nodes.iter().any(has)
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn path(kept: &Kept) -> String {
    kept.path.display().to_string()
}
