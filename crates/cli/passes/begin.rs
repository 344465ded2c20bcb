//! A run that begins.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use seatflow_call::{Clock as _, SystemClock};
use seatflow_engine::{Folder, Purpose, Report};
use seatflow_journal::{NewPass, NewRun, Purpose as Recorded, RunLock, RunRecord, RunState, Session, Store};
use seatflow_plan::Plan;
use seatflow_sandbox::Fault;
use seatflow_spec::{Override, listed};
use seatflow_tool::ToolError;
use serde_json::json;

use super::begun;
use super::pass::{GuardOptions, Pace, Pass};
use super::record::{Read, end, new_pass, user};
use crate::exit::Exit;
use crate::fault::parse_fault;
use crate::load::{Given, Loaded, Overlay, STATE, load};
use crate::verbosity::Verbosity;
use crate::{output, render, sandboxed};

/// What is said of a run that begins.
#[derive(Args)]
pub(crate) struct Begin {
    /// The pipeline file
    pub(crate) file: PathBuf,
    /// Give a setting of the pipeline another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_override)]
    set: Vec<Override>,
    /// Play the remote systems inside this process; no other is reached
    #[arg(long)]
    sandbox: bool,
    /// Arm a fault of the sandbox: `match=devices.list,times=3,do=status=503`
    #[arg(long, value_name = "FAULT", value_parser = parse_fault, requires = "sandbox")]
    fault: Vec<Fault>,
    /// Where runs keep what must outlive them
    #[arg(long, value_name = "DIR", default_value = STATE)]
    pub(crate) state: PathBuf,
    /// Print the result, or the problems, as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    guards: GuardOptions,
    #[command(flatten)]
    pace: Pace,
}

/// How a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// Only a plan is made.
    Plan,
    /// It runs, unless an earlier run of its pipeline has written and is not done.
    Run,
    /// It runs, and sets such runs aside.
    Anew,
}

/// A run that has begun and come to an end, for now.
pub(crate) struct Begun {
    /// The journal that it is in.
    pub(crate) store: Store,
    /// Its name.
    pub(crate) id: String,
    /// How it ended.
    pub(crate) report: Report,
}

/// Reads `NAME=VALUE`.
pub(crate) fn parse_override(argument: &str) -> Result<Override, seatflow_spec::OverrideError> {
    Override::parse(argument)
}

impl Begin {
    /// Begins a run, or a plan, and brings it to its end.
    ///
    /// # Errors
    /// Of usage, or of the machine. What has been told already, and why there is no run, is the exit status.
    pub(crate) async fn begin(
        &self,
        beginning: Beginning,
        verbosity: Verbosity,
    ) -> anyhow::Result<Result<Begun, Exit>> {
        let overlay = if self.sandbox { sandboxed::variables()? } else { Overlay::new() };
        let mut loaded = load(&Given::new(&self.file, &self.set, &overlay, &self.state))?;
        if !self.sandbox && sandboxed::may_help(&loaded.problems) {
            // Without them, there is one help less.
            let variables = sandboxed::variables().unwrap_or_default();
            loaded.problems = sandboxed::offer(loaded.problems, &variables);
        }
        render::problems(&loaded.problems);
        let Loaded { plan: Some(plan), text: Some(text), .. } = loaded else {
            if self.json {
                output::json(&json!({ "problems": render::problems_as_json(&self.file, &loaded.problems) }))?;
            }
            return Ok(Err(Exit::PROBLEMS));
        };
        let folder = match Folder::begin(&self.state, SystemClock.now()) {
            Ok(folder) => folder,
            Err(error) => return Ok(Err(not_begun(error))),
        };
        let begun = self.begin_in(&folder, plan, &text, beginning, verbosity).await;
        if !matches!(begun, Ok(Ok(_))) {
            folder.discard();
        }
        begun
    }

    async fn begin_in(
        &self,
        folder: &Folder,
        plan: Plan,
        text: &str,
        beginning: Beginning,
        verbosity: Verbosity,
    ) -> anyhow::Result<Result<Begun, Exit>> {
        let _lock = RunLock::take(folder.run())?;
        let store = Store::open(folder.state())?;
        let recorded = if beginning == Beginning::Plan { Recorded::Plan } else { Recorded::Run };
        let read = Read { file: &self.file, text, overrides: &self.set, plan: &plan };
        let pass = new_pass(&read, recorded, self.guards.or(plan.guards))?;
        let endpoints: Vec<_> = pass.nodes.iter().map(|node| node.endpoint.clone()).collect();
        let id = folder.id().to_string();
        let run = NewRun {
            id: id.clone(),
            pipeline: plan.pipeline.clone(),
            file: self.file.clone(),
            is_sandbox: self.sandbox,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            user: user(),
            began_at: pass.began_at,
        };
        let Written { session, aside } = match begin_beside(&store, folder, run, pass, beginning)? {
            Ok(begun) => begun,
            Err(exit) => return Ok(Err(exit)),
        };
        let purpose = if beginning == Beginning::Plan { Purpose::Plan } else { Purpose::Run };
        let made = self.make(folder, Arc::clone(&session), purpose, plan, verbosity).await;
        if let Ok(Ok(report)) = made {
            return Ok(Ok(Begun { store, id, report: end(&session, report, &endpoints) }));
        }
        // It has not begun after all.
        drop(session);
        begun::forget(folder.run())?;
        store.remove(&id)?;
        store.set_aside(&aside, false)?;
        match made? {
            Ok(_) => Ok(Err(Exit::FAILED)),
            Err(error) => Ok(Err(not_begun(error))),
        }
    }

    async fn make(
        &self,
        folder: &Folder,
        session: Arc<Session>,
        purpose: Purpose,
        plan: Plan,
        verbosity: Verbosity,
    ) -> anyhow::Result<Result<Report, ToolError>> {
        let sandbox = if self.sandbox { Some(sandboxed::start(folder.run(), self.fault.clone()).await?) } else { None };
        let pass = Pass {
            purpose,
            journal: session,
            folder,
            sandbox: sandbox.as_ref(),
            out: None,
            pace: self.pace,
            verbosity,
        };
        let made = pass.make(plan).await;
        sandboxed::stop(sandbox).await;
        Ok(made)
    }
}

/// Tells why a run does not begin.
pub(super) fn not_begun(error: ToolError) -> Exit {
    render::failure(&seatflow_engine::Failure { node: None, error });
    Exit::FAILED
}

/// A run that has begun to be written down.
struct Written {
    session: Arc<Session>,
    /// The runs that were set aside for it.
    aside: Vec<String>,
}

/// Begins a run beside those of its pipeline that are there, if they let it.
fn begin_beside(
    store: &Store,
    folder: &Folder,
    run: NewRun,
    pass: NewPass,
    beginning: Beginning,
) -> anyhow::Result<Result<Written, Exit>> {
    let _turn = store.turn()?;
    let is_plan = beginning == Beginning::Plan;
    let mut unfinished = if is_plan { Vec::new() } else { store.unfinished(&run.pipeline)? };
    unfinished.retain(|_| pass.nodes.iter().any(|node| node.writes));
    if let Some(running) = unfinished.iter().find(|other| other.state == RunState::Running) {
        render::say(&format!("  × the run {} of `{}` is running, and writes", running.id, run.pipeline));
        render::say("  help: wait until it is done: what both write would be written twice");
        return Ok(Err(Exit::STOPPED));
    }
    if beginning == Beginning::Run && !unfinished.is_empty() {
        return Ok(Err(refused(&run.pipeline, &unfinished, "`--new` begins anew, and sets aside what is not done")));
    }
    if beginning == Beginning::Run
        && pass.nodes.iter().any(|node| node.writes)
        && let Some(lost) = begun::lost(folder.state(), store)?
    {
        return Ok(Err(begun::tell_lost(folder.state(), &lost)));
    }
    let aside: Vec<String> = unfinished.into_iter().map(|other| other.id).collect();
    let session = store.begin(run, pass)?;
    begun::note(folder)?;
    store.set_aside(&aside, true)?;
    Ok(Ok(Written { session: Arc::new(session), aside }))
}

/// Runs of the same pipeline have written and are not done: what they wrote would be written twice.
pub(super) fn refused(pipeline: &str, unfinished: &[RunRecord], or_else: &str) -> Exit {
    let ids = listed(unfinished.iter().map(|run| run.id.as_str()));
    let (run, is) = if unfinished.len() == 1 { ("run", "is") } else { ("runs", "are") };
    render::say(&format!("  × the {run} {ids} of `{pipeline}` made writes and {is} not done"));
    if let Some(newest) = unfinished.first() {
        let newest = &newest.id;
        render::say(&format!("  help: `seatflow resume {newest}` goes on without writing twice; {or_else}"));
    }
    Exit::STOPPED
}
