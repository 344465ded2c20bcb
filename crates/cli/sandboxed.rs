//! A run inside a sandbox: its server, its clock, its origins, its environment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use seatflow_call::{Clock, Origins};
use seatflow_sandbox::{Fault, Sandbox, Settings};

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

/// The same variables, for a check that calls nobody.
///
/// # Errors
/// If a sandbox cannot be started.
pub(crate) fn overlay() -> anyhow::Result<Overlay> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let sandbox = start(None, Vec::new()).await?;
        let overlay = overlay_of(&sandbox);
        sandbox.stop().await;
        Ok(overlay)
    })
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
