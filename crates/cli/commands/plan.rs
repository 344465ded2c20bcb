//! `seatflow plan`

use clap::Args;
use seatflow_engine::{Ending, Purpose};
use serde_json::json;

use crate::exit::Exit;
use crate::passes::{Begin, Begun, inside};
use crate::planned::{SavePath, as_json, count, save, text, totals};
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
        inside(async move {
            let begun = match self.begin.begin(Purpose::Plan, true, verbosity).await? {
                Ok(begun) => begun,
                Err(exit) => return Ok(exit),
            };
            self.tell(&begun, verbosity)
        })
    }

    fn tell(&self, begun: &Begun, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let Begun { store, id, report } = begun;
        let calls = store.planned(id)?;
        if let Some(path) = &self.save {
            save(path, &calls)?;
        }
        if self.begin.json {
            let by_endpoint = totals(&calls).into_iter().map(|((endpoint, method), total)| {
                json!({ "endpoint": endpoint, "method": method, "planned": total.planned, "unknown": total.unknown })
            });
            output::json(&json!({
                "run": id,
                "pipeline": report.pipeline,
                "exit_status": report.exit_status(),
                "totals": by_endpoint.collect::<Vec<_>>(),
                "writes": as_json(&calls),
                "nodes": report.nodes,
            }))?;
        } else if !verbosity.is_quiet() {
            output::text(&text(&calls))?;
        }
        open_records::tell(report);
        match &report.ending {
            Ending::Completed if verbosity.is_quiet() => {}
            Ending::Completed => {
                let (known, _, unknown) = count(&calls);
                let unknown = if unknown > 0 { format!(", {unknown} unknown") } else { String::new() };
                render::say(&format!(
                    "{}: {} planned{unknown}, nothing was written",
                    report.pipeline,
                    counted(known, "write")
                ));
                if known > 0 {
                    render::say(&format!("  help: `{}` makes them", command("apply", id, &self.begin.state)));
                }
            }
            Ending::Interrupted => render::say(&format!("{}: interrupted, there is no plan", report.pipeline)),
            Ending::Failed(failure) => {
                render::failure(failure);
                render::say(&format!("{}: failed, there is no plan", report.pipeline));
            }
        }
        Ok(Exit::of_run(report.exit_status()))
    }
}
