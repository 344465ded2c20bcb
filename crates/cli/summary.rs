//! What is told when a run has ended.

use std::path::Path;
use std::time::Duration;

use seatflow_engine::{Ending, NodeReport, Purpose, Report};
use serde_json::json;

use crate::exit::Exit;
use crate::table::table;
use crate::verbosity::Verbosity;
use crate::{open_records, output, render};

/// Prints a report, in the one way or the other, and tells the exit status. What was run is what it is, also where nobody
/// can be told of it.
pub(crate) fn told(report: &Report, state: &Path, as_json: bool, verbosity: Verbosity) -> Exit {
    let told = if as_json { json(report) } else { text(report, state, verbosity) };
    if let Err(error) = told {
        render::error(&error);
    }
    Exit::of_run(report.exit_status())
}

/// Prints the books to stdout, and what else there is to know to stderr. Who wants it quiet is told only what did not go
/// well.
///
/// # Errors
/// If stdout cannot be written; stderr is, all the same.
fn text(report: &Report, state: &Path, verbosity: Verbosity) -> anyhow::Result<()> {
    let quiet = verbosity.is_quiet();
    let printed = if quiet { Ok(()) } else { output::text(&books(&report.nodes)) };
    open_records::tell(report, state);
    match report.ending {
        Ending::Completed => problems_of_completed(&report.nodes),
        Ending::Interrupted | Ending::Failed(_) if quiet => {}
        Ending::Interrupted | Ending::Failed(_) => render::say("  ! the counts are those at the stop"),
    }
    let (pipeline, run) = (&report.pipeline, &report.run);
    let made = if report.purpose == Purpose::Replay { "replay " } else { "" };
    match &report.ending {
        Ending::Completed if quiet => {}
        Ending::Completed => {
            let time = elapsed(report.elapsed);
            if report.nodes.iter().all(is_closed) {
                render::say("the books close: at every node, in = succeeded + on F");
            }
            render::say(&format!("{pipeline}: done in {time}, run {run}"));
        }
        Ending::Interrupted => {
            report.beside.iter().for_each(render::failure);
            open_records::tell_how_to_go_on(report, state);
            render::say(&format!("{pipeline}: {made}interrupted, run {run}; no output file was written"));
        }
        Ending::Failed(failure) => {
            render::failure(failure);
            report.beside.iter().for_each(render::failure);
            open_records::tell_how_to_go_on(report, state);
            render::say(&format!("{pipeline}: {made}failed, run {run}"));
        }
    }
    printed
}

/// Prints what a run that came to its end did not achieve.
fn problems_of_completed(nodes: &[NodeReport]) {
    for node in nodes.iter().filter(|node| node.f_is_failure && node.records_in > 0 && node.succeeded == 0) {
        render::say(&format!("  ! no record of `{}` succeeded", node.node));
    }
    for node in nodes.iter().filter(|node| !is_closed(node)) {
        let left = node.succeeded + node.failed;
        let came = counted(node.records_in, "record");
        render::say(&format!("  ! the books of `{}` are open: of {came} {left} have left it", node.node));
    }
}

/// Prints everything as JSON to stdout, and why a run failed to stderr.
///
/// # Errors
/// If stdout cannot be written.
fn json(report: &Report) -> anyhow::Result<()> {
    let (ending, error) = match &report.ending {
        Ending::Completed => ("completed", None),
        Ending::Interrupted => {
            report.beside.iter().for_each(render::failure);
            ("interrupted", None)
        }
        Ending::Failed(failure) => {
            render::failure(failure);
            report.beside.iter().for_each(render::failure);
            ("failed", Some(json!({ "node": failure.node, "message": failure.error.to_string() })))
        }
    };
    output::json(&json!({
        "run": report.run,
        "pipeline": report.pipeline,
        "ending": ending,
        "error": error,
        "exit_status": report.exit_status(),
        "elapsed_seconds": report.elapsed.as_secs_f64(),
        "nodes": report.nodes,
        "kept": report.kept,
    }))
}

/// The books of all nodes; with what came from the journal, where something did.
fn books(nodes: &[NodeReport]) -> String {
    let row = |node: &NodeReport| {
        let calls = |count: u64| if node.calls > 0 { count.to_string() } else { String::new() };
        [
            node.node.clone(),
            node.tool.to_owned(),
            node.records_in.to_string(),
            node.succeeded.to_string(),
            node.failed.to_string(),
            calls(node.calls),
            calls(node.retries),
            node.rows.to_string(),
        ]
    };
    let heading = ["node", "tool", "in", "succeeded", "on F", "calls", "retries", "rows on S"];
    if nodes.iter().all(|node| node.recalled == 0) {
        return table(heading, nodes.iter().map(row), 2..8);
    }
    let row = |node: &NodeReport| {
        let recalled = if node.calls > 0 { node.recalled.to_string() } else { String::new() };
        let [name, tool, records_in, succeeded, failed, calls, retries, rows] = row(node);
        [name, tool, records_in, succeeded, failed, calls, retries, recalled, rows]
    };
    let [node, tool, records_in, succeeded, failed, calls, retries, rows] = heading;
    let heading = [node, tool, records_in, succeeded, failed, calls, retries, "recalled", rows];
    table(heading, nodes.iter().map(row), 2..9)
}

/// Whether every record that entered has left.
pub(crate) fn is_closed(node: &NodeReport) -> bool {
    node.records_in == node.succeeded + node.failed
}

/// `74 ms`, `12.3 s`, `4 min 5 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// `1 record`, `2 records`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_unit_that_fits() {
        let told = |milliseconds| elapsed(Duration::from_millis(milliseconds));
        assert_eq!(told(74), "74 ms");
        assert_eq!(told(12_340), "12.3 s");
        assert_eq!(told(245_900), "4 min 5 s");
    }
}
