//! What is said of a run that is taken up again.

use std::path::PathBuf;

use clap::Args;
use seatflow_engine::{Ending, Report};
use seatflow_journal::{RunRecord, RunState};
use seatflow_sandbox::Fault;
use seatflow_spec::Override;

use super::again::{Again, found};
use super::begin::{parse_override, refused};
use super::pass::{GuardOptions, Pace};
use crate::exit::Exit;
use crate::fault::parse_fault;
use crate::load::STATE;
use crate::render;
use crate::runs::standing::command;
use crate::summary::counted;
use crate::usage::Usage;

/// What is said of a run that is taken up again.
#[derive(Args)]
pub(crate) struct TakeUp {
    /// The run, by its id or the beginning or end of it; the latest, if none is named
    run: Option<String>,
    /// Go on though the pipeline, its inputs, its settings or its systems have changed, or the run was set aside
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
    pub(crate) state: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) guards: GuardOptions,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

impl TakeUp {
    /// Takes the run up that is named, or the latest one that may be meant. Nothing has been asked of it yet.
    ///
    /// # Errors
    /// If there is none, another process has it, or it is not in the sandbox and should be.
    pub(crate) fn take(&self, is_meant: fn(&RunRecord) -> bool) -> anyhow::Result<Again> {
        let (store, run) = found(&self.state, self.run.as_deref(), is_meant)?;
        if !run.is_sandbox && (self.sandbox || !self.fault.is_empty()) {
            let usage = Usage::new(format!("the run {} is not in the sandbox", run.id));
            let help = "leave out `--sandbox` and `--fault`: it calls the systems that it was begun with";
            return Err(usage.help(help).into());
        }
        Again::take(&self.state, store, &run.id, self.set.clone())
    }

    /// Tells of writes in doubt that no record of what is read now leads to, since it has changed; then nothing that is
    /// done is all.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub(crate) fn tell_orphans(&self, again: &Again, report: &Report) -> anyhow::Result<Option<Exit>> {
        let id = &again.run.id;
        let told: u64 = report.nodes.iter().map(|node| node.in_doubt).sum();
        let all = again.store.in_doubt(id)?.len() as u64;
        if all <= told || !matches!(report.ending, Ending::Completed) {
            return Ok(None);
        }
        let show = command("show", id, &self.state);
        let writes = counted(all - told, "write");
        render::say(&format!(
            "  ! {writes} in doubt of no record that is read now: `{show}` lists all that are in doubt"
        ));
        Ok(Some(Exit::OPEN))
    }

    /// Sees that no other run of the pipeline has written and is not done.
    ///
    /// # Errors
    /// If the journal cannot be read. What has been told already is the exit status.
    pub(crate) fn check_others(&self, again: &Again) -> anyhow::Result<Result<(), Exit>> {
        let mut unfinished = again.store.unfinished(&again.run.pipeline)?;
        unfinished.retain(|other| other.id != again.run.id);
        if unfinished.is_empty() || self.accept_changes {
            return Ok(Ok(()));
        }
        Ok(Err(refused(&again.run.pipeline, &unfinished, "`--accept-changes` goes on in spite of it")))
    }

    /// Sees that nothing stands against going on, and starts the sandbox again if there is one.
    ///
    /// # Errors
    /// Of usage, or of the machine. What has been told already is the exit status.
    pub(crate) async fn go_on(&self, again: &mut Again, verb: &str) -> anyhow::Result<Result<(), Exit>> {
        if !self.accept_changes && is_set_aside(&again.run) {
            return Ok(Err(Exit::STOPPED));
        }
        again.play(self.fault.clone()).await?;
        if !self.accept_changes && again.tell_changes(verb)? {
            return Ok(Err(Exit::STOPPED));
        }
        Ok(Ok(()))
    }
}

/// Whether a run was set aside, which is told.
fn is_set_aside(run: &RunRecord) -> bool {
    let is_set_aside = run.state == RunState::SetAside;
    if is_set_aside {
        let id = &run.id;
        render::say(&format!("  × the run {id} was set aside: a newer run of its pipeline began in spite of it"));
        render::say("  help: what both write may be written twice; `--accept-changes` goes on all the same");
    }
    is_set_aside
}
