//! What is told when a run has ended.

use comfy_table::{CellAlignment, Table, presets};
use seatflow_engine::{Ending, NodeReport, Report};
use serde_json::json;

use crate::{output, render};

/// Prints the books to stdout, and what else there is to know to stderr.
///
/// # Errors
/// If stdout cannot be written.
pub(crate) fn text(report: &Report) -> anyhow::Result<()> {
    output::text(&table(&report.nodes))?;
    for kept in &report.kept {
        let records = counted(kept.records, "record");
        render::say(&format!(
            "  ! {records} failed at `{}` and are wired nowhere; they are in {}",
            kept.node,
            kept.path.display()
        ));
    }
    for node in report.nodes.iter().filter(|node| node.unparsed > 0) {
        let records = counted(node.unparsed, "record");
        render::say(&format!("  ! {records} of `{}` had an answer that is no JSON; see `Extracted`", node.node));
    }
    match &report.ending {
        Ending::Completed => {
            let seconds = report.elapsed.as_secs_f64();
            render::say(&format!("{}: done in {seconds:.1} s, run {}", report.pipeline, report.run));
        }
        Ending::Interrupted => {
            render::say(&format!("{}: interrupted, run {}; no output file was written", report.pipeline, report.run));
        }
        Ending::Failed(failure) => {
            render::failure(failure);
            render::say(&format!("{}: failed, run {}; no output file was written", report.pipeline, report.run));
        }
    }
    Ok(())
}

/// Prints everything as JSON to stdout, and why a run failed to stderr.
///
/// # Errors
/// If stdout cannot be written.
pub(crate) fn json(report: &Report) -> anyhow::Result<()> {
    let (ending, error) = match &report.ending {
        Ending::Completed => ("completed", None),
        Ending::Interrupted => ("interrupted", None),
        Ending::Failed(failure) => {
            render::failure(failure);
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

fn table(nodes: &[NodeReport]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["node", "tool", "in", "succeeded", "failed", "calls", "retries", "rows"]);
    for node in nodes {
        let calls = |count: u64| if node.calls > 0 { count.to_string() } else { String::new() };
        table.add_row([
            node.node.clone(),
            node.tool.to_owned(),
            node.records_in.to_string(),
            node.succeeded.to_string(),
            node.failed.to_string(),
            calls(node.calls),
            calls(node.retries),
            node.rows.to_string(),
        ]);
    }
    for number in 2..8 {
        if let Some(column) = table.column_mut(number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
