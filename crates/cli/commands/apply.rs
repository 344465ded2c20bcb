//! `seatflow apply`

use std::path::PathBuf;

use clap::Args;
use seatflow_engine::{Ending, Report};
use seatflow_journal::{Purpose, RunState};
use seatflow_sandbox::Fault;
use seatflow_spec::Override;

use crate::commands::resume::check_sandbox;
use crate::exit::Exit;
use crate::fault::parse_fault;
use crate::load::STATE;
use crate::passes::{Again, GuardOptions, Manner, Pace, found, inside, parse_override};
use crate::planned::{Count, TooLow, tell_drift};
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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Apply {
    /// The plan, by its id or the beginning or end of it; the latest run, if none is named
    run: Option<String>,
    /// Make calls too that the plan could not tell
    #[arg(long)]
    allow_unknown: bool,
    /// Go on though the pipeline or its inputs have changed
    #[arg(long)]
    accept_changes: bool,
    /// Give a setting once more that is a secret, or, with `--accept-changes`, another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_override)]
    set: Vec<Override>,
    /// Arm a fault of the sandbox, if the plan is of one
    #[arg(long, value_name = "FAULT", value_parser = parse_fault)]
    fault: Vec<Fault>,
    /// The plan is of the sandbox: go on only then
    #[arg(long)]
    sandbox: bool,
    /// Where runs keep what must outlive them
    #[arg(long, value_name = "DIR", default_value = STATE)]
    state: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    guards: GuardOptions,
    #[command(flatten)]
    pace: Pace,
}

impl Apply {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        inside(self.run_inside(verbosity))
    }

    async fn run_inside(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let (store, run) = found(&self.state, self.run.as_deref())?;
        check_sandbox(&run, self.sandbox, !self.fault.is_empty())?;
        let again = Again::take(&self.state, store, run, self.set.clone(), self.fault.clone()).await?;
        let id = &again.run.id;
        if again.run.passes.first().is_none_or(|pass| pass.purpose != Purpose::Plan) {
            let usage = Usage::new(format!("the run {id} is no plan"));
            return Err(usage.help("`seatflow plan FILE` makes one").into());
        }
        if again.run.state == RunState::Completed {
            render::say(&format!("the plan {id} is applied: there is nothing left to write"));
            return Ok(Exit::DONE);
        }
        if !self.accept_changes && again.tell_changes("apply") {
            return Ok(Exit::STOPPED);
        }
        let is_begun = again.run.passes.iter().any(|pass| pass.purpose == Purpose::Apply);
        if !is_begun && let Err(exit) = self.check(&again, verbosity).await? {
            return Ok(exit);
        }
        let report = match again.pass(Purpose::Apply, self.manner(verbosity)).await? {
            Ok(report) => report,
            Err(exit) => return Ok(exit),
        };
        again.leave().await;
        // The run is what it is, also where nobody can be told of it.
        if let Err(error) = summary::tell(&report, &self.state, self.json, verbosity) {
            render::error(&error);
        }
        Ok(Exit::of_run(report.exit_status()))
    }

    fn manner(&self, verbosity: Verbosity) -> Manner {
        Manner { guards: self.guards, allow_unknown: self.allow_unknown, pace: self.pace, verbosity }
    }

    /// Plans once more, and sees that nothing stands against the writes.
    async fn check(&self, again: &Again, verbosity: Verbosity) -> anyhow::Result<Result<(), Exit>> {
        let id = &again.run.id;
        let planned = &again.store.planned(id)?;
        if again.run.passes.first().and_then(|pass| pass.ending) != Some(seatflow_journal::Ending::Completed) {
            let usage = Usage::new(format!("the run {id} did not come to a plan"));
            return Err(usage.help("make a new one with `seatflow plan FILE`").into());
        }
        let count = Count::of(planned);
        if count.unknown > 0 && !self.allow_unknown {
            render::say(&format!("  × the plan {id} has {} that it cannot tell", counted(count.unknown, "call")));
            render::say("  help: `--allow-unknown` makes them too, without your having seen them");
            return Ok(Err(Exit::STOPPED));
        }
        let Some(plan) = again.plan()? else { return Ok(Err(Exit::PROBLEMS)) };
        if let Some(TooLow { guard, most, planned }) = count.too_low(again.guards(self.guards, plan.guards)).next() {
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
