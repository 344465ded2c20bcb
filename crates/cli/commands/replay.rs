//! `seatflow replay`

use std::path::PathBuf;

use clap::Args;
use seatflow_engine::Purpose;
use seatflow_journal as journal;

use crate::exit::Exit;
use crate::load::STATE;
use crate::passes::{Pace, Viewed, found, inside, view};
use crate::runs::standing::command;
use crate::summary;
use crate::usage::Usage;
use crate::verbosity::Verbosity;

/// Make the outputs of a run once more, from what its calls brought: nothing is sent
#[derive(Args)]
#[command(
    after_help = "Its calls come from the journal, so its S, F, L and files are the same to the byte. With another pipeline \
        everything below the calls may be other: columns, filters, outputs. A call that the journal does not hold ends \
        it, with the node and the record.\n\n\
        Exit status: 0 done; 1 the pipeline has problems; 2 the arguments make no sense; 3 as of `seatflow run`; 5 an input has changed; 4 a \
        call is not in the journal, or a file cannot be written.\n\n\
        Examples:\n  seatflow replay --out again\n  \
        seatflow replay 20250301-090000-1a2b --pipeline edited.yaml --out edited"
)]
pub(crate) struct Replay {
    /// The run, by its id or the beginning or end of it; the latest, if none is named
    run: Option<String>,
    /// Another pipeline that makes the same calls, in place of the run's own
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    /// Put the output files below this folder, in place of where their paths lead
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replay though the inputs have changed since: what is made then is of other records
    #[arg(long)]
    accept_changes: bool,
    /// Where runs keep what must outlive them
    #[arg(long, value_name = "DIR", default_value = STATE)]
    state: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pace: Pace,
}

impl Replay {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        inside(async move {
            let (store, run) = found(&self.state, self.run.as_deref(), |_| true)?;
            if !run.passes.iter().any(|pass| matches!(pass.purpose, journal::Purpose::Run | journal::Purpose::Apply)) {
                let usage = Usage::new(format!("the run {} is a plan, which has no outputs", run.id));
                let show = command("show", &run.id, &self.state);
                return Err(usage.help(format!("`{show}` tells what it would write")).into());
            }
            let viewed = Viewed {
                state: &self.state,
                run: &run,
                purpose: Purpose::Replay,
                pipeline: self.pipeline.as_deref(),
                out: self.out,
                accepts_changes: self.accept_changes,
            };
            let (report, scratch) = match view(&store, viewed, self.pace, verbosity).await? {
                Ok(made) => made,
                Err(exit) => return Ok(exit),
            };
            if !report.kept.is_empty() {
                // It is told where they are.
                let _ = scratch.keep();
            }
            Ok(summary::told(&report, &self.state, self.json, verbosity))
        })
    }
}
