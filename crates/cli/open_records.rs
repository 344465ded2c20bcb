//! What is told at the end of a run of records that somebody must look at, and of what was written.

use seatflow_engine::{Ending, Kept, NodeReport, Report};

use crate::render::say;
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

/// Tells where the records of a run are that did not complete, and how to go on without writing twice.
pub(crate) fn tell_kept(report: &Report) {
    for node in report.nodes.iter().filter(|node| node.writes && !is_closed(node)) {
        let count = node.records_in - node.succeeded - node.failed;
        say(&format!("  ! {} of `{}` had not left it at the stop", counted(count, "record"), node.node));
        say("    help: look at the remote system: their writes may have been under way");
    }
    for kept in &report.kept {
        let rows = if kept.anchor == "S" { "row" } else { "record" };
        let doubt = if kept.in_doubt > 0 { format!(", {} in doubt", kept.in_doubt) } else { String::new() };
        say(&format!("  kept: {}, {}{doubt}", path(kept), counted(kept.records, rows)));
    }
    if has_written(report) {
        let done = report.kept.iter().filter(|kept| kept.anchor == "S");
        let done: Vec<String> = done.map(|kept| format!("`{}.S`", kept.node)).collect();
        let done =
            if done.is_empty() { String::new() } else { format!("the writes of {} are done; ", done.join(", ")) };
        say(&format!("  help: {done}run again only with what is left, or they are made twice"));
    }
}

/// Whether anything has changed in a remote system, or may have.
fn has_written(report: &Report) -> bool {
    let has = |node: &NodeReport| node.writes && node.succeeded + node.in_doubt > 0;
    report.nodes.iter().any(has)
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn path(kept: &Kept) -> String {
    kept.path.display().to_string()
}
