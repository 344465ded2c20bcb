//! `seatflow apply`

use clap::Args;
use seatflow_engine::{Ending, Report};
use seatflow_journal::{Purpose, RunState};

use crate::exit::Exit;
use crate::passes::{Again, Manner, TakeUp, inside};
use crate::planned::{Count, TooLow, tell_drift};
use crate::runs::standing::exit_status;
use crate::summary::counted;
use crate::usage::Usage;
use crate::verbosity::Verbosity;
use crate::{render, summary};

/// Make the writes of a plan, if they are still the same
#[derive(Args)]
#[command(
    after_help = "It repeats the reads and compares all writes that they lead to with the planned ones; a difference is shown, \
        and nothing is written. Else exactly the planned writes are made. A plan is applied once: a second `apply` goes \
        on with what the first has left.\n\n\
        Exit status: as of `seatflow run`; 5 if anything differs, a guard would be passed, or calls are unknown.\n\n\
        Examples:\n  seatflow apply\n  seatflow apply 20250301-090000-1a2b --max-deletes 10"
)]
pub(crate) struct Apply {
    #[command(flatten)]
    take_up: TakeUp,
    /// Make calls too that the plan could not tell
    #[arg(long)]
    allow_unknown: bool,
}

impl Apply {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        inside(async move {
            let mut again =
                self.take_up.take(|run| run.passes.first().is_some_and(|pass| pass.purpose == Purpose::Plan))?;
            let ended = self.apply(&mut again, verbosity).await;
            again.leave().await;
            ended
        })
    }

    async fn apply(&self, again: &mut Again, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let id = again.run.id.clone();
        if again.run.passes.first().is_none_or(|pass| pass.purpose != Purpose::Plan) {
            let usage = Usage::new(format!("the run {id} is no plan"));
            return Err(usage.help("`seatflow plan FILE` makes one").into());
        }
        if again.run.state == RunState::Completed {
            render::say(&format!("the plan {id} is applied: there is nothing left to write"));
            return Ok(exit_status(&again.run).map_or(Exit::DONE, Exit::of_run));
        }
        if let Err(exit) = self.take_up.go_on(again, "apply").await? {
            return Ok(exit);
        }
        // As long as nothing was sent, what would be sent can be compared once more.
        let is_begun = again.run.writes > 0;
        if !is_begun && let Err(exit) = self.check(again, verbosity).await? {
            return Ok(exit);
        }
        let manner = Manner { allow_unknown: self.allow_unknown || is_begun, ..self.manner(verbosity) };
        Ok(match again.pass(Purpose::Apply, manner).await? {
            Ok(report) => {
                let exit = summary::told(&report, &self.take_up.state, self.take_up.json, verbosity);
                self.take_up.tell_orphans(again, &report)?.unwrap_or(exit)
            }
            Err(exit) => exit,
        })
    }

    fn manner(&self, verbosity: Verbosity) -> Manner {
        let TakeUp { guards, pace, .. } = self.take_up;
        Manner { guards, allow_unknown: self.allow_unknown, pace, verbosity }
    }

    /// Plans once more, and sees that nothing stands against the writes.
    async fn check(&self, again: &Again, verbosity: Verbosity) -> anyhow::Result<Result<(), Exit>> {
        let id = &again.run.id;
        let planned = &again.store.planned(id)?;
        if again.run.passes.first().and_then(|pass| pass.ending) != Some(seatflow_journal::Ending::Completed) {
            let usage = Usage::new(format!("the run {id} did not come to a plan"));
            return Err(usage.help("make a new one with `seatflow plan FILE`").into());
        }
        if let Err(exit) = self.take_up.check_others(again)? {
            return Ok(Err(exit));
        }
        let count = Count::of(planned);
        if count.unknown > 0 && !self.allow_unknown {
            render::say(&format!("  × the plan {id} has {} that it cannot tell", counted(count.unknown, "call")));
            render::say("  help: `--allow-unknown` makes them too, without your having seen them");
            return Ok(Err(Exit::STOPPED));
        }
        let guards = again.guards_now(self.take_up.guards)?;
        if let Some(TooLow { guard, most, planned }) = count.too_low(guards).next() {
            render::say(&format!("  × `{guard}` is {most}, and the plan {id} has {planned}: nothing was written"));
            render::say(&format!("  help: `{guard} {planned}` lets them be made"));
            return Ok(Err(Exit::STOPPED));
        }
        let report = match again.pass(Purpose::Check, self.manner(verbosity)).await? {
            Ok(report) => report,
            Err(exit) => return Ok(Err(exit)),
        };
        if !matches!(report.ending, Ending::Completed) {
            tell_unchecked(&report);
            return Ok(Err(Exit::of_run(report.exit_status())));
        }
        let differences = again.store.drift(id)?;
        if !differences.is_empty() {
            tell_drift(id, &differences);
            return Ok(Err(Exit::STOPPED));
        }
        Ok(Ok(()))
    }
}

/// Tells why the writes could not be compared with the planned ones.
fn tell_unchecked(report: &Report) {
    match &report.ending {
        Ending::Failed(failure) => render::failure(failure),
        Ending::Completed | Ending::Interrupted => {}
    }
    render::say(&format!("{}: the plan was not applied, nothing was written", report.pipeline));
}
