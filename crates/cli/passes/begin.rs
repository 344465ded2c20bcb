//! A run that begins.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use seatflow_call::{Clock as _, SystemClock};
use seatflow_engine::{Folder, Purpose, Report};
use seatflow_journal::{NewRun, RunLock, RunRecord, Store};
use seatflow_plan::Plan;
use seatflow_sandbox::Fault;
use seatflow_spec::{Override, listed};
use seatflow_tool::ToolError;
use serde_json::json;

use super::pass::{GuardOptions, Pace, Pass};
use super::record::{end, new_pass, user};
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
    /// Begins a run, or a plan, and brings it to its end. `may_leave_unfinished` says that runs of the same pipeline
    /// that wrote and did not complete are no reason not to begin; they are set aside then.
    ///
    /// # Errors
    /// Of usage, or of the machine. What has been told already, and why there is no run, is the exit status.
    pub(crate) async fn begin(
        &self,
        purpose: Purpose,
        may_leave_unfinished: bool,
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
        let begun = self.begin_in(&folder, plan, text, purpose, may_leave_unfinished, verbosity).await;
        if !matches!(begun, Ok(Ok(_))) {
            folder.discard();
        }
        begun
    }

    async fn begin_in(
        &self,
        folder: &Folder,
        plan: Plan,
        text: String,
        purpose: Purpose,
        may_leave_unfinished: bool,
        verbosity: Verbosity,
    ) -> anyhow::Result<Result<Begun, Exit>> {
        let _lock = RunLock::take(folder.run())?;
        let store = Store::open(folder.state())?;
        let is_plan = purpose == Purpose::Plan;
        let unfinished = if is_plan { Vec::new() } else { store.unfinished(&plan.pipeline)? };
        if !unfinished.is_empty() {
            if !may_leave_unfinished {
                return Ok(Err(refused(&plan.pipeline, &unfinished)));
            }
            store.set_aside(&unfinished.iter().map(|run| run.id.clone()).collect::<Vec<_>>())?;
        }
        let sandbox = if self.sandbox { Some(sandboxed::start(folder.run(), self.fault.clone()).await?) } else { None };
        let recorded = if is_plan { seatflow_journal::Purpose::Plan } else { seatflow_journal::Purpose::Run };
        let pass = new_pass(&plan, &self.file, recorded, self.guards.or(plan.guards))?;
        let endpoints: Vec<_> = pass.nodes.iter().map(|node| node.endpoint.clone()).collect();
        let id = folder.id().to_string();
        let run = NewRun {
            id: id.clone(),
            pipeline: plan.pipeline.clone(),
            file: self.file.clone(),
            text,
            overrides: self.set.iter().map(Override::as_written).collect(),
            is_sandbox: self.sandbox,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            user: user(),
            began_at: pass.began_at,
        };
        let session = Arc::new(store.begin(run, pass)?);
        let pass = Pass {
            purpose,
            journal: Arc::clone(&session) as _,
            folder,
            sandbox: sandbox.as_ref(),
            out: None,
            pace: self.pace,
            verbosity,
        };
        let made = pass.make(plan).await;
        sandboxed::stop(sandbox).await;
        match made {
            Ok(report) => Ok(Ok(Begun { store, id, report: end(&session, report, &endpoints) })),
            Err(error) => {
                drop(session);
                store.remove(&id)?;
                Ok(Err(not_begun(error)))
            }
        }
    }
}

/// Tells why a run does not begin.
pub(super) fn not_begun(error: ToolError) -> Exit {
    render::failure(&seatflow_engine::Failure { node: None, error });
    Exit::FAILED
}

/// Runs of the same pipeline have written and are not done: what they wrote would be written twice.
fn refused(pipeline: &str, unfinished: &[RunRecord]) -> Exit {
    let ids = listed(unfinished.iter().map(|run| run.id.as_str()));
    let (run, is, it) = if unfinished.len() == 1 { ("run", "is", "it") } else { ("runs", "are", "them") };
    render::say(&format!("  × the {run} {ids} of `{pipeline}` made writes and {is} not done"));
    let newest = &unfinished[0].id;
    render::say(&format!(
        "  help: `seatflow resume {newest}` goes on without writing twice; `--new` begins anew and sets {it} aside"
    ));
    Exit::STOPPED
}
