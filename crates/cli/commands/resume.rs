//! `seatflow resume`

use std::path::PathBuf;

use clap::Args;
use seatflow_journal::{Purpose, RunRecord, RunState};
use seatflow_sandbox::Fault;
use seatflow_spec::Override;

use crate::exit::Exit;
use crate::fault::parse_fault;
use crate::load::STATE;
use crate::passes::{Again, GuardOptions, Manner, Pace, found, inside, parse_override};
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
    /// The run, by its id or the beginning or end of it; the latest, if none is named
    run: Option<String>,
    /// Go on though the pipeline or its inputs have changed, or the run was set aside
    #[arg(long)]
    accept_changes: bool,
    /// Give a setting once more that is a secret, or, with `--accept-changes`, another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_override)]
    set: Vec<Override>,
    /// Arm a fault of the sandbox, if the run is in one
    #[arg(long, value_name = "FAULT", value_parser = parse_fault)]
    fault: Vec<Fault>,
    /// The run is in the sandbox: go on only then
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

impl Resume {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        inside(self.run_inside(verbosity))
    }

    async fn run_inside(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let (store, run) = found(&self.state, self.run.as_deref())?;
        check_sandbox(&run, self.sandbox, !self.fault.is_empty())?;
        let again = Again::take(&self.state, store, run, self.set, self.fault).await?;
        let id = &again.run.id;
        let Some(purpose) = purpose(&again.run) else {
            let usage = Usage::new(format!("the run {id} is a plan"));
            return Err(usage.help(format!("`seatflow apply {id}` makes its writes")).into());
        };
        match again.run.state {
            RunState::Completed => {
                render::say(&format!("the run {id} is done: there is nothing to go on with"));
                return Ok(Exit::DONE);
            }
            RunState::SetAside if !self.accept_changes => {
                render::say(&format!(
                    "  × the run {id} was set aside: a newer run of its pipeline began in spite of it"
                ));
                render::say("  help: what both write may be written twice; `--accept-changes` goes on all the same");
                return Ok(Exit::STOPPED);
            }
            _ => {}
        }
        if !self.accept_changes && again.tell_changes("resume") {
            return Ok(Exit::STOPPED);
        }
        let manner = Manner { guards: self.guards, allow_unknown: true, pace: self.pace, verbosity };
        let report = match again.pass(purpose, manner).await? {
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
}

/// What is gone on with; none, if nothing but a plan was made.
fn purpose(run: &RunRecord) -> Option<Purpose> {
    let mut writing = run.passes.iter().map(|pass| pass.purpose);
    writing.find(|purpose| matches!(purpose, Purpose::Run | Purpose::Apply))
}

/// Whether what is said of the sandbox fits the run.
///
/// # Errors
/// If it does not.
pub(crate) fn check_sandbox(run: &RunRecord, is_asked: bool, has_faults: bool) -> Result<(), Usage> {
    if run.is_sandbox || !(is_asked || has_faults) {
        return Ok(());
    }
    let usage = Usage::new(format!("the run {} is not in the sandbox", run.id));
    Err(usage.help("leave out `--sandbox` and `--fault`: it calls the systems that it was begun with"))
}
