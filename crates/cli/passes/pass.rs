//! One pass, watched, until its books are closed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use seatflow_call::{Clock, Credentials, Governors, Journal, Origins, Surroundings, SystemClock};
use seatflow_engine::{Folder, Purpose, Report, Settings, start};
use seatflow_journal::Guards;
use seatflow_plan::Plan;
use seatflow_sandbox::Sandbox;
use seatflow_tool::ToolError;

use crate::exit::Exit;
use crate::progress::Watch;
use crate::verbosity::Verbosity;
use crate::{interrupt, sandboxed};

/// How long threads that still work are waited for when a pass has ended.
const LEFT_BEHIND: Duration = Duration::from_millis(500);

/// How a pass goes about it, which changes no output.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Pace {
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

impl Pace {
    /// The usual one.
    pub(crate) const USUAL: Self = Self { concurrency: None, batch_rows: 8192, wire_batches: 4 };
}

/// How much a run may write.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct GuardOptions {
    /// The most writes of the run, in place of what the pipeline's `guards` say; it stops before one more
    #[arg(long, value_name = "N")]
    max_writes: Option<u64>,
    /// The most calls that delete, in the same way; one may delete several things
    #[arg(long, value_name = "N")]
    max_deletes: Option<u64>,
}

impl GuardOptions {
    /// What holds for a pipeline that says this itself.
    pub(crate) fn or(self, written: seatflow_spec::Guards) -> Guards {
        Guards {
            max_writes: self.max_writes.or(written.max_writes),
            max_deletes: self.max_deletes.or(written.max_deletes),
        }
    }
}

/// Reads a number of what there must be at least one of.
fn parse_count(argument: &str) -> Result<u32, &'static str> {
    if !argument.is_empty() && argument.bytes().all(|byte| byte.is_ascii_digit()) && argument.parse::<u32>().is_err() {
        return Err("it must be at most 4294967295");
    }
    argument.parse().ok().filter(|count| *count > 0).ok_or("it must be a whole number of at least 1")
}

/// What a pass is made with.
pub(crate) struct Pass<'a> {
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// What its calls are written into, and recalled from.
    pub(crate) journal: Arc<dyn Journal>,
    /// The run's folder.
    pub(crate) folder: &'a Folder,
    /// Who plays the remote systems, if they are played.
    pub(crate) sandbox: Option<&'a Sandbox>,
    /// Where output files take their places, if not where their paths lead.
    pub(crate) out: Option<PathBuf>,
    /// How it goes about it.
    pub(crate) pace: Pace,
    /// How much is told of it.
    pub(crate) verbosity: Verbosity,
}

impl Pass<'_> {
    /// Makes it.
    ///
    /// # Errors
    /// If it cannot begin; nothing was sent then.
    pub(crate) async fn make(self, plan: Plan) -> Result<Report, ToolError> {
        let verbosity = self.verbosity;
        let governors = Governors::default();
        let running = start(plan, self.settings(governors.clone()))?;
        let (stop, abort) = running.stops();
        let watch = Watch::start(running.nodes().to_vec(), governors, stop.clone(), verbosity);
        let report = interrupt::heeded(running.finish(), stop, abort).await;
        watch.stop().await;
        Ok(report)
    }

    fn settings(self, governors: Governors) -> Settings {
        let folder = self.folder;
        // The sandbox's tokens are of no use to another run.
        let credentials = if self.sandbox.is_some() { folder.run() } else { folder.state() }.join("credentials.json");
        let clock: Arc<dyn Clock> = self.sandbox.map_or_else(|| Arc::new(SystemClock) as _, sandboxed::clock_of);
        let mut surroundings = Surroundings::new(Arc::clone(&clock), Credentials::at(credentials));
        surroundings.governors = governors;
        surroundings.run = folder.id().as_str().into();
        surroundings.origins = self.sandbox.map_or(Origins::Any, sandboxed::origins_of);
        Settings {
            purpose: self.purpose,
            journal: self.journal,
            out: self.out,
            id: folder.id().clone(),
            folder: folder.clone(),
            clock,
            surroundings,
            concurrency: self.pace.concurrency.map(|calls| calls as usize),
            batch_rows: self.pace.batch_rows as usize,
            wire_batches: self.pace.wire_batches as usize,
        }
    }
}

/// Does what needs a runtime.
///
/// # Errors
/// As the work does.
pub(crate) fn inside(work: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(interrupt::heard_in(work));
    // Threads that a pass has left behind, when it was told to end at once, may hang in the system.
    runtime.shutdown_timeout(LEFT_BEHIND);
    ended
}
