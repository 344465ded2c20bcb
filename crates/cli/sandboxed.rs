//! A run inside a sandbox: its server, its state, its clock, its origins, its environment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use seatflow_call::{Clock, Origins};
use seatflow_sandbox::{Fault, Sandbox, Settings};
use seatflow_spec::{Problems, Slug};

use crate::load::Overlay;

/// The sandbox's clock as the clock of a run.
#[derive(Debug)]
struct SandboxClock(seatflow_sandbox::Clock);

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// The file in a run's folder that holds the state of its sandbox.
const DATABASE: &str = "sandbox.db";

/// Starts the sandbox of a run that begins. Its state outlives the run, in the run's folder.
///
/// # Errors
/// If it cannot be started.
pub(crate) async fn start(folder: &Path, faults: Vec<Fault>) -> anyhow::Result<Sandbox> {
    let settings = Settings { database: Some(folder.join(DATABASE)), faults, ..Settings::default() };
    Sandbox::start(settings).await.context("the sandbox cannot be started")
}

/// Starts the sandbox of an earlier run, in the state in which the run has left it.
///
/// # Errors
/// If the state is not there any more, is in use, is damaged or of another version, or the sandbox cannot be started.
pub(crate) async fn start_again(folder: &Path, faults: Vec<Fault>) -> anyhow::Result<Sandbox> {
    let database = folder.join(DATABASE);
    // A new one would be a system in which nothing of what the run did has happened.
    ensure!(database.is_file(), "the sandbox cannot be started again: `{}` is not there", database.display());
    start(folder, faults).await
}

/// Ends the sandbox that there may be, so that its state is one file that the next one can open.
pub(crate) async fn stop(sandbox: Option<Sandbox>) {
    if let Some(sandbox) = sandbox {
        sandbox.stop().await;
    }
}

/// The environment variables that lead the example pipelines to a sandbox.
///
/// # Errors
/// If the sandbox cannot tell them.
pub(crate) fn variables() -> anyhow::Result<Overlay> {
    let variables = seatflow_sandbox::environment().context("the sandbox cannot be started")?;
    Ok(variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Whether a variable is missing, which a sandbox might give.
pub(crate) fn may_help(problems: &Problems) -> bool {
    problems.iter().any(|problem| problem.slug == Slug::MISSING_VARIABLE)
}

/// Adds to the help of each missing variable that a sandbox would give it, if it would.
pub(crate) fn offer(problems: Problems, variables: &Overlay) -> Problems {
    let mut offered = Problems::new();
    for mut problem in problems {
        let written = problem.place().map(|place| place.text().to_owned());
        let name = written.as_deref().and_then(|written| written.strip_prefix("${env:")?.strip_suffix('}'));
        let given = problem.slug == Slug::MISSING_VARIABLE && name.is_some_and(|name| variables.contains_key(name));
        if let Some(help) = problem.help.as_mut().filter(|_| given) {
            help.push_str(", or run it with `--sandbox`, which plays the system");
        }
        offered.push(problem);
    }
    offered
}

/// The clock of a sandbox.
pub(crate) fn clock_of(sandbox: &Sandbox) -> Arc<dyn Clock> {
    Arc::new(SandboxClock(sandbox.clock()))
}

/// The only origins that a run inside a sandbox may reach.
pub(crate) fn origins_of(sandbox: &Sandbox) -> Origins {
    let hosts: BTreeMap<_, _> = sandbox.origins().into_iter().map(|host| (host, sandbox.address())).collect();
    Origins::Only(Arc::new(hosts))
}
