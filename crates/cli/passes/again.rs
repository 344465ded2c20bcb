//! A run that is taken up again, or looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatflow_engine::{Folder, Purpose, Report, RunId};
use seatflow_journal::{Guards, RunLock, RunRecord, Store, View};
use seatflow_plan::Plan;
use seatflow_sandbox::{Fault, Sandbox};
use seatflow_spec::Override;
use tempfile::TempDir;

use super::begin::not_begun;
use super::changes;
use super::pass::{GuardOptions, Pace, Pass};
use super::record::{end, new_pass};
use crate::exit::Exit;
use crate::load::{Given, Loaded, Overlay, load};
use crate::runs::find;
use crate::usage::Usage;
use crate::verbosity::Verbosity;
use crate::{render, sandboxed};

/// An earlier run, which nobody else takes up as long as this is there.
pub(crate) struct Again {
    /// The journal that it is in.
    pub(crate) store: Store,
    /// What the journal tells of it.
    pub(crate) run: RunRecord,
    /// The settings that were given when the run was begun, and not now.
    overrides: Vec<Override>,
    /// Those that are given now.
    given: Vec<Override>,
    overlay: Overlay,
    folder: Folder,
    sandbox: Option<Sandbox>,
    _lock: RunLock,
}

/// What is said of a pass over an earlier run.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// How much it may write.
    pub(crate) guards: GuardOptions,
    /// Whether calls may be made that the plan could not tell.
    pub(crate) allow_unknown: bool,
    /// How it goes about it.
    pub(crate) pace: Pace,
    /// How much is told of it.
    pub(crate) verbosity: Verbosity,
}

/// The run that is meant, in the journal of a state folder.
///
/// # Errors
/// If there is no such run.
pub(crate) fn found(state: &Path, name: Option<&str>) -> anyhow::Result<(Store, RunRecord)> {
    let Some(store) = Store::open_existing(state)? else {
        let usage = Usage::new(format!("there are no runs in `{}`", state.display()));
        return Err(usage.help("`seatflow run FILE` makes one; `--state DIR` names another folder").into());
    };
    let run = find(store.runs()?, name)?;
    Ok((store, run))
}

impl Again {
    /// Takes up a run that was found.
    ///
    /// # Errors
    /// If another process has it, or its sandbox cannot be started again.
    pub(crate) async fn take(
        state: &Path,
        store: Store,
        run: RunRecord,
        given: Vec<Override>,
        faults: Vec<Fault>,
    ) -> anyhow::Result<Self> {
        let folder = folder(state, &run)?;
        let lock = RunLock::take(folder.run())
            .map_err(|held| anyhow::anyhow!("the run {} cannot be taken up: {held}", run.id))?;
        // Whoever had it until now may have brought it further.
        let run = store.run(&run.id)?.unwrap_or(run);
        let mut overrides =
            run.overrides.iter().map(|written| Override::parse(written)).collect::<Result<Vec<_>, _>>()?;
        overrides.retain(|kept| given.iter().all(|given| given.name() != kept.name()));
        let (sandbox, overlay) = if run.is_sandbox {
            (Some(sandboxed::start_again(folder.run(), faults).await?), sandboxed::variables()?)
        } else {
            (None, Overlay::new())
        };
        Ok(Self { store, run, overrides, given, overlay, folder, sandbox, _lock: lock })
    }

    /// Tells what has changed in the files that the run reads; whether it may go on all the same is for its user to say.
    pub(crate) fn tell_changes(&self, verb: &str) -> bool {
        let changes = changes::since(&self.run);
        for change in &changes {
            render::say(&format!("  × since the run was begun, {change}"));
        }
        if !changes.is_empty() {
            let id = &self.run.id;
            render::say(&format!(
                "  help: put it back as it was; or `seatflow {verb} {id} --accept-changes` goes on with what there is now"
            ));
        }
        !changes.is_empty()
    }

    /// Makes another pass.
    ///
    /// # Errors
    /// Of usage, or of the machine. What has been told already is the exit status.
    pub(crate) async fn pass(
        &self,
        purpose: seatflow_journal::Purpose,
        manner: Manner,
    ) -> anyhow::Result<Result<Report, Exit>> {
        let Some(plan) = self.plan()? else { return Ok(Err(Exit::PROBLEMS)) };
        let guards = self.guards(manner.guards, plan.guards);
        let mut pass = new_pass(&plan, &self.run.file, purpose, guards)?;
        pass.allow_unknown = manner.allow_unknown;
        let endpoints: Vec<_> = pass.nodes.iter().map(|node| node.endpoint.clone()).collect();
        let session = Arc::new(self.store.again(&self.run.id, pass)?);
        let is_check = purpose == seatflow_journal::Purpose::Check;
        let pass = Pass {
            purpose: if is_check { Purpose::Plan } else { Purpose::Run },
            journal: Arc::clone(&session) as _,
            folder: &self.folder,
            sandbox: self.sandbox.as_ref(),
            out: None,
            pace: manner.pace,
            verbosity: manner.verbosity,
        };
        match pass.make(plan).await {
            Ok(report) => Ok(Ok(end(&session, report, &endpoints))),
            Err(error) => Ok(Err(not_begun(error))),
        }
    }

    /// Leaves the run as it is now.
    pub(crate) async fn leave(self) {
        sandboxed::stop(self.sandbox).await;
    }

    /// The plan of the pipeline as it is now; none, if it has problems, which are told.
    ///
    /// # Errors
    /// If a setting is needed that is not kept, because it is a secret.
    pub(crate) fn plan(&self) -> Result<Option<Plan>, Usage> {
        let overrides: Vec<Override> = self.overrides.iter().chain(&self.given).cloned().collect();
        let given = Given::new(&self.run.file, &overrides, &self.overlay, self.folder.state());
        let Loaded { plan, problems, .. } = load(&given)?;
        if let Some(lost) = self.overrides.iter().find(|kept| kept.is_secret()) {
            let usage = Usage::new(format!("the setting `{}` is a secret, which no run keeps", lost.name()));
            return Err(usage.help(format!("give it once more: `--set {}=VALUE`", lost.name())));
        }
        render::problems(&problems);
        Ok(plan)
    }

    /// What is said now; else what held before. What the pipeline says was a part of that, and counts anew only if the
    /// pipeline is another now.
    pub(crate) fn guards(&self, now: GuardOptions, written: seatflow_spec::Guards) -> Guards {
        let said =
            now.or(if changes::is_in(&self.run, &self.run.file) { written } else { seatflow_spec::Guards::default() });
        let before = self.run.passes.last().map(|pass| pass.guards).unwrap_or_default();
        Guards {
            max_writes: said.max_writes.or(before.max_writes),
            max_deletes: said.max_deletes.or(before.max_deletes),
        }
    }
}

fn folder(state: &Path, run: &RunRecord) -> anyhow::Result<Folder> {
    let id = RunId::parse(&run.id).ok_or_else(|| anyhow::anyhow!("`{}` is no name of a run", run.id))?;
    Ok(Folder::open(state, &id)?)
}

/// What a view of a run is made of.
pub(crate) struct Viewed<'a> {
    /// The state folder.
    pub(crate) state: &'a Path,
    /// The run.
    pub(crate) run: &'a RunRecord,
    /// What it is looked at for.
    pub(crate) purpose: Purpose,
    /// Another pipeline than its own.
    pub(crate) pipeline: Option<&'a Path>,
    /// Where output files take their places, if not where their paths lead.
    pub(crate) out: Option<PathBuf>,
}

/// Goes through a run once more without sending anything.
///
/// # Errors
/// Of usage, or of the machine. What has been told already is the exit status.
pub(crate) async fn view(
    store: &Store,
    viewed: Viewed<'_>,
    pace: Pace,
    verbosity: Verbosity,
) -> anyhow::Result<Result<(Report, TempDir), Exit>> {
    let Viewed { state, run, purpose, pipeline, out } = viewed;
    let overlay = if run.is_sandbox { sandboxed::variables()? } else { Overlay::new() };
    let overrides = run.overrides.iter().map(|written| Override::parse(written)).collect::<Result<Vec<_>, _>>()?;
    let catalogs = run.sources.iter().filter_map(|source| Some((source.path.clone(), source.text.clone()?)));
    let own = pipeline.is_none().then(|| (run.file.clone(), run.text.clone()));
    let file = pipeline.unwrap_or(&run.file);
    let given = Given::new(file, &overrides, &overlay, state).keeping(catalogs.chain(own)).sending_nothing();
    let Loaded { plan, problems, .. } = load(&given)?;
    let Some(mut plan) = plan else {
        render::problems(&problems);
        return Ok(Err(Exit::PROBLEMS));
    };
    // They may have come from variables that are not there any more, and failed records tell them.
    for (name, url) in &run.base_urls {
        if let Some(connection) = plan.connections.get_mut(name) {
            Arc::make_mut(connection).settings.base_url.clone_from(url);
        }
    }
    let folder = folder(state, run)?;
    let session = Arc::new(store.view(&run.id, if purpose == Purpose::Replay { View::Replay } else { View::Look })?);
    // What waits on disk meanwhile, and what is kept, is in a folder of its own: the run may be at work in its own.
    let scratch = tempfile::Builder::new().prefix("replay-").tempdir_in(folder.run())?;
    let folder = folder.at(scratch.path());
    let pass = Pass { purpose, journal: session, folder: &folder, sandbox: None, out, pace, verbosity };
    Ok(pass.make(plan).await.map(|report| (report, scratch)).map_err(not_begun))
}
