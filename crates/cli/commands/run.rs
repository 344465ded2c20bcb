//! `seatflow run`

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use seatflow_call::{Clock, Credentials, Governors, Origins, Surroundings, SystemClock};
use seatflow_engine::{Folder, Report, Settings, start};
use seatflow_sandbox::{Fault, Sandbox};
use seatflow_spec::Override;
use seatflow_tool::ToolError;
use serde_json::json;

use crate::exit::Exit;
use crate::fault::parse_fault;
use crate::load::{Overlay, STATE, load};
use crate::progress::Watch;
use crate::verbosity::Verbosity;
use crate::{interrupt, output, render, sandboxed, summary};

/// How long threads that still work are waited for when a run has ended.
const LEFT_BEHIND: Duration = Duration::from_millis(500);

/// Run a pipeline
#[derive(Args)]
#[command(
    after_help = "It checks the pipeline, and begins only if there are no problems. At the end it prints the books of every \
        node; output files take their places when all is done, never before.\n\n\
        Exit status: 0 done; 3 done, but failed records are wired nowhere, writes are in doubt, or answers \
        could not be parsed; \
        1 the pipeline has problems; 2 the arguments make no sense; 4 the run failed; 130 it was interrupted; 70 a bug \
        in seatflow.\n\n\
        Examples:\n  \
        seatflow run pipelines/license-audit.yaml --sandbox\n  \
        seatflow run pipelines/license-audit.yaml --set accounts=mine.csv"
)]
pub(crate) struct Run {
    /// The pipeline file
    file: PathBuf,
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
    state: PathBuf,
    /// Print the summary, or the problems, as JSON
    #[arg(long)]
    json: bool,
    /// Calls at the same time on each connection, in place of what the connections say
    #[arg(long, value_name = "N", value_parser = parse_count)]
    concurrency: Option<u32>,
    /// The most rows in a batch
    #[arg(long, value_name = "N", default_value_t = 8192, value_parser = parse_count)]
    batch_rows: u32,
    /// The most batches that wait on a wire
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = parse_count)]
    wire_batches: u32,
}

/// Reads `NAME=VALUE`.
pub(crate) fn parse_override(argument: &str) -> Result<Override, seatflow_spec::OverrideError> {
    Override::parse(argument)
}

/// Reads a number of what there must be at least one of.
fn parse_count(argument: &str) -> Result<u32, &'static str> {
    if !argument.is_empty() && argument.bytes().all(|byte| byte.is_ascii_digit()) && argument.parse::<u32>().is_err() {
        return Err("it must be at most 4294967295");
    }
    argument.parse().ok().filter(|count| *count > 0).ok_or("it must be a whole number of at least 1")
}

impl Run {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let ended = runtime.block_on(self.run_inside(verbosity));
        // Threads that a run has left behind, when it was told to end at once, may hang in the system.
        runtime.shutdown_timeout(LEFT_BEHIND);
        ended
    }

    async fn run_inside(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let overlay = if self.sandbox { sandboxed::variables()? } else { Overlay::new() };
        let mut loaded = load(&self.file, &self.set, &overlay, &self.state)?;
        if !self.sandbox && sandboxed::may_help(&loaded.problems) {
            // Without them, there is one help less.
            let variables = sandboxed::variables().unwrap_or_default();
            loaded.problems = sandboxed::offer(loaded.problems, &variables);
        }
        render::problems(&loaded.problems);
        let Some(plan) = loaded.plan else {
            if self.json {
                output::json(&json!({ "problems": render::problems_as_json(&self.file, &loaded.problems) }))?;
            }
            return Ok(Exit::PROBLEMS);
        };
        let folder = match Folder::begin(&self.state, SystemClock.now()) {
            Ok(folder) => folder,
            Err(error) => return Ok(not_started(error)),
        };
        let sandbox = match self.sandbox_in(&folder).await {
            Ok(sandbox) => sandbox,
            Err(error) => {
                folder.discard();
                return Err(error);
            }
        };
        let governors = Governors::default();
        let running = match start(plan, self.settings(folder.clone(), governors.clone(), sandbox.as_ref())) {
            Ok(running) => running,
            Err(error) => {
                sandboxed::stop(sandbox).await;
                folder.discard();
                return Ok(not_started(error));
            }
        };
        let (stop, abort) = running.stops();
        #[expect(clippy::disallowed_methods, reason = "it listens beside the run, and ends with it")]
        let interrupts = tokio::spawn(interrupt::listen(stop.clone(), abort));
        let watch = Watch::start(running.nodes().to_vec(), governors, stop, verbosity);
        let report = running.finish().await;
        watch.stop().await;
        interrupts.abort();
        sandboxed::stop(sandbox).await;
        // The run is what it is, also where nobody can be told of it.
        if let Err(error) = self.tell(&report, verbosity) {
            render::error(&error);
        }
        Ok(Exit::of_run(report.exit_status()))
    }

    /// The sandbox of the run, if it has one.
    async fn sandbox_in(&self, folder: &Folder) -> anyhow::Result<Option<Sandbox>> {
        if !self.sandbox {
            return Ok(None);
        }
        sandboxed::start(folder.run(), self.fault.clone()).await.map(Some)
    }

    fn settings(&self, folder: Folder, governors: Governors, sandbox: Option<&Sandbox>) -> Settings {
        // The sandbox's tokens are of no use to another run.
        let credentials = if sandbox.is_some() { folder.run() } else { folder.state() }.join("credentials.json");
        let clock: Arc<dyn Clock> = sandbox.map_or_else(|| Arc::new(SystemClock) as _, sandboxed::clock_of);
        let mut surroundings = Surroundings::new(Arc::clone(&clock), Credentials::at(credentials));
        surroundings.governors = governors;
        surroundings.origins = sandbox.map_or(Origins::Any, sandboxed::origins_of);
        Settings {
            id: folder.id().clone(),
            folder,
            clock,
            surroundings,
            concurrency: self.concurrency.map(|calls| calls as usize),
            batch_rows: self.batch_rows as usize,
            wire_batches: self.wire_batches as usize,
        }
    }

    fn tell(&self, report: &Report, verbosity: Verbosity) -> anyhow::Result<()> {
        if self.json { summary::json(report) } else { summary::text(report, verbosity) }
    }
}

fn not_started(error: ToolError) -> Exit {
    render::failure(&seatflow_engine::Failure { node: None, error });
    Exit::FAILED
}
