//! `seatflow plan`

use clap::Args;
use seatflow_engine::{Ending, NodeReport, Report};
use seatflow_journal::{Guards, PlannedCall};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::passes::{Begin, Beginning, Begun, inside};
use crate::planned::{Count, Prepared, SavePath, TooLow, text, totals, writes_as_json};
use crate::runs::standing::command;
use crate::summary::counted;
use crate::verbosity::Verbosity;
use crate::{open_records, output, render};

/// Show every write that a pipeline would make, and make none
#[derive(Args)]
#[command(
    after_help = "Reads are made, writes are withheld and listed: method, URL, payload, and the record that each comes from. \
        A call that needs what only the answer to a withheld write would tell is listed as unknown. No output file is \
        written. `seatflow apply` makes the writes, if they are still the same then.\n\n\
        Exit status: as of `seatflow run`.\n\n\
        Examples:\n  seatflow plan pipelines/delete-users.yaml --sandbox\n  \
        seatflow plan pipelines/reclaim-unused.yaml --sandbox --save planned.csv"
)]
pub(crate) struct Plan {
    #[command(flatten)]
    begin: Begin,
    /// Write the whole list as CSV or Parquet
    #[arg(long, value_name = "FILE")]
    save: Option<SavePath>,
}

impl Plan {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let saved = self.save.as_ref().map(SavePath::prepare).transpose()?;
        inside(async {
            let begun = match self.begin.begin(Beginning::Plan, verbosity).await? {
                Ok(begun) => begun,
                Err(exit) => return Ok(exit),
            };
            self.tell(&begun, saved, verbosity)
        })
    }

    fn tell(&self, begun: &Begun, saved: Option<Prepared<'_>>, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let Begun { store, id, report } = begun;
        let calls = store.planned(id)?;
        let is_whole = matches!(report.ending, Ending::Completed);
        if self.begin.json {
            output::json(&as_json(report, &calls))?;
        } else if is_whole && !verbosity.is_quiet() {
            output::text(&text(&calls))?;
        }
        open_records::tell(report, &self.begin.state);
        if is_whole {
            let run = store.run(id)?;
            let guards = run.as_ref().and_then(|run| run.passes.last()).map(|pass| pass.guards).unwrap_or_default();
            self.tell_plan(report, &calls, guards, verbosity);
            if let Some(saved) = saved {
                saved.save(&calls, run.as_ref().map_or(&[], |run| run.sources.as_slice()))?;
            }
        } else {
            if let Ending::Failed(failure) = &report.ending {
                render::failure(failure);
            }
            report.beside.iter().for_each(render::failure);
            render::say(&format!("{}: {}, there is no plan", report.pipeline, word(&report.ending)));
        }
        Ok(Exit::of_run(report.exit_status()))
    }

    fn tell_plan(&self, report: &Report, calls: &[PlannedCall], guards: Guards, verbosity: Verbosity) {
        let is_told = |node: &NodeReport| report.kept.iter().any(|kept| kept.node == node.node);
        for node in report.nodes.iter().filter(|node| node.f_is_failure && node.failed > 0 && !is_told(node)) {
            let (records, name) = (counted(node.failed, "record"), &node.node);
            render::say(&format!("  ! {records} failed at `{name}` and would not come further"));
            let show = command("show", &report.run, &self.begin.state);
            render::say(&format!("    help: `{show} --anchor {name}.F` tells why"));
        }
        let count = Count::of(calls);
        for TooLow { guard, most, planned } in count.too_low(guards) {
            render::say(&format!("  ! `{guard}` is {most}, and there are {planned}: `apply` would write nothing"));
            render::say(&format!("    help: `apply` with `{guard} {planned}` lets them be made"));
        }
        if verbosity.is_quiet() {
            return;
        }
        let unknown = if count.unknown > 0 { format!(", {} unknown", count.unknown) } else { String::new() };
        let writes = counted(count.writes, "write");
        render::say(&format!("{}: {writes} planned{unknown}, nothing was written", report.pipeline));
        if !calls.is_empty() {
            let allowing = if count.unknown > 0 { " --allow-unknown" } else { "" };
            let apply = command("apply", &report.run, &self.begin.state);
            render::say(&format!("  help: `{apply}{allowing}` makes them"));
        }
    }
}

/// How a plan ended, in a word.
fn word(ending: &Ending) -> &'static str {
    match ending {
        Ending::Completed => "completed",
        Ending::Interrupted => "interrupted",
        Ending::Failed(_) => "failed",
    }
}

/// A plan for a program.
fn as_json(report: &Report, calls: &[PlannedCall]) -> Value {
    let by_endpoint = totals(calls).into_iter().map(|((endpoint, method), total)| {
        json!({ "endpoint": endpoint, "method": method, "planned": total.planned, "unknown": total.unknown })
    });
    json!({
        "run": report.run,
        "pipeline": report.pipeline,
        "ending": word(&report.ending),
        "exit_status": report.exit_status(),
        "totals": by_endpoint.collect::<Vec<_>>(),
        "writes": writes_as_json(calls),
        "nodes": report.nodes,
    })
}
