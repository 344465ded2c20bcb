//! What is told at the end of a run of records that somebody must look at, and of what was written.

use std::path::Path;

use seatflow_engine::{Ending, Kept, NodeReport, Report};

use crate::render::say;
use crate::runs::standing::command;
use crate::summary::{counted, is_closed};

/// Tells of records that are wired nowhere, unparsed or in doubt, and what to do with them.
pub(crate) fn tell(report: &Report) {
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
    let mut doubt = false;
    for node in report.nodes.iter().filter(|node| node.in_doubt > 0) {
        let records = counted(node.in_doubt, "record");
        let (are, whose) = (are(node.in_doubt), if node.in_doubt == 1 { "its" } else { "their" });
        say(&format!("  ! {records} of `{}` {are} in doubt: nobody knows whether {whose} write happened", node.node));
        doubt = true;
    }
    if doubt {
        say("    help: `seatflow explain what-happens-when` says what to do with them");
    }
}

/// Tells how to go on with a run that did not complete, without writing twice.
pub(crate) fn tell_how_to_go_on(report: &Report, state: &Path) {
    for node in report.nodes.iter().filter(|node| node.writes && !is_closed(node)) {
        let count = node.records_in - node.succeeded - node.failed;
        say(&format!("  ! {} of `{}` had not left it at the stop", counted(count, "record"), node.node));
    }
    let [resume, show] = ["resume", "show"].map(|verb| command(verb, &report.run, state));
    say(&format!("  help: `{resume}` goes on, and writes nothing twice; `{show}` tells what there is"));
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
