//! A run inside a sandbox: its server, its clock, its origins, its environment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
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

/// Starts a sandbox; with a database its state outlives the run.
///
/// # Errors
/// If it cannot be started.
pub(crate) async fn start(database: Option<&Path>, faults: Vec<Fault>) -> anyhow::Result<Sandbox> {
    let settings = Settings { database: database.map(Path::to_owned), faults, ..Settings::default() };
    Sandbox::start(settings).await.context("the sandbox cannot be started")
}

/// The environment variables that lead the example pipelines to a sandbox.
pub(crate) fn overlay_of(sandbox: &Sandbox) -> Overlay {
    sandbox.environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The same variables, for whoever calls nobody.
///
/// # Errors
/// If a sandbox cannot be started.
pub(crate) async fn variables() -> anyhow::Result<Overlay> {
    let sandbox = start(None, Vec::new()).await?;
    let overlay = overlay_of(&sandbox);
    sandbox.stop().await;
    Ok(overlay)
}

/// As [`variables`], from where no runtime is.
///
/// # Errors
/// If a sandbox cannot be started.
pub(crate) fn overlay() -> anyhow::Result<Overlay> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(variables())
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
