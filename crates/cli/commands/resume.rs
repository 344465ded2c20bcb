//! `seatflow resume`

use std::path::Path;

use clap::Args;
use seatflow_journal::{Purpose, RunRecord, RunState};

use crate::exit::Exit;
use crate::passes::{Again, Manner, TakeUp, inside};
use crate::runs::standing::{command, exit_status};
use crate::usage::Usage;
use crate::verbosity::Verbosity;
use crate::{render, summary};

/// Go on with a run that did not come to its end
#[derive(Args)]
#[command(
    after_help = "What has an outcome is taken from the journal, and stays what it is. A write of which only the intent is \
        known is in doubt, unless it can be sent twice with the effect of once; everything else is called. The outputs \
        are those of a run that was never interrupted.\n\n\
        Exit status: as of `seatflow run`; 5 if the pipeline or its inputs have changed since.\n\n\
        Examples:\n  seatflow resume\n  seatflow resume 20250301-090000-1a2b --accept-changes"
)]
pub(crate) struct Resume {
    #[command(flatten)]
    take_up: TakeUp,
}

impl Resume {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        inside(async move {
            let mut again = self.take_up.take(is_broken_off)?;
            let ended = self.go_on(&mut again, verbosity).await;
            again.leave().await;
            ended
        })
    }

    async fn go_on(&self, again: &mut Again, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let TakeUp { guards, pace, .. } = self.take_up;
        let Some(purpose) = purpose(&again.run) else { return Err(is_plan(&again.run, &self.take_up.state).into()) };
        if again.run.state == RunState::Completed {
            render::say(&format!("the run {} is done: there is nothing to go on with", again.run.id));
            return Ok(exit_status(&again.run).map_or(Exit::DONE, Exit::of_run));
        }
        if let Err(exit) = self.take_up.go_on(again, "resume").await? {
            return Ok(exit);
        }
        let manner = Manner { guards, allow_unknown: true, pace, verbosity };
        Ok(match again.pass(purpose, manner).await? {
            Ok(report) => {
                let exit = summary::told(&report, &self.take_up.state, self.take_up.json, verbosity);
                self.take_up.tell_orphans(again, &report)?.unwrap_or(exit)
            }
            Err(exit) => exit,
        })
    }
}

/// Whether a run began to send and did not come to its end.
fn is_broken_off(run: &RunRecord) -> bool {
    let is_open = matches!(run.state, RunState::Failed | RunState::Interrupted | RunState::Broken);
    is_open && purpose(run).is_some()
}

/// What is gone on with; none, if nothing but a plan was made.
fn purpose(run: &RunRecord) -> Option<Purpose> {
    let mut writing = run.passes.iter().map(|pass| pass.purpose);
    writing.find(|purpose| matches!(purpose, Purpose::Run | Purpose::Apply))
}

fn is_plan(run: &RunRecord, state: &Path) -> Usage {
    if run.state == RunState::Planned {
        let usage = Usage::new(format!("the run {} is a plan", run.id));
        return usage.help(format!("`{}` makes its writes", command("apply", &run.id, state)));
    }
    let usage = Usage::new(format!("the run {} was to be a plan, and did not come to its end", run.id));
    usage.help("make a new one with `seatflow plan FILE`: nothing was written")
}
