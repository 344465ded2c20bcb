//! A run that is taken up again, or looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatflow_engine::{Folder, Purpose, Report, RunId};
use seatflow_journal::{Error, Guards, Purpose as Recorded, RunLock, RunRecord, Store, View};
use seatflow_plan::Plan;
use seatflow_sandbox::{Fault, Sandbox};
use seatflow_spec::{Override, Problems};
use seatflow_tool::ToolError;
use tempfile::TempDir;

use super::begin::not_begun;
use super::changes;
use super::pass::{GuardOptions, Pace, Pass};
use super::record::{Read, end, new_pass};
use crate::exit::Exit;
use crate::load::{Given, Loaded, Overlay, load};
use crate::runs::find;
use crate::runs::standing::command;
use crate::usage::Usage;
use crate::verbosity::Verbosity;
use crate::{render, sandboxed};

/// An earlier run, which nobody else takes up as long as this is there.
pub(crate) struct Again {
    /// The journal that it is in.
    pub(crate) store: Store,
    /// What the journal tells of it.
    pub(crate) run: RunRecord,
    /// The settings of its last pass that are not given now.
    kept: Vec<Override>,
    /// Its settings now, those that are given now at the end.
    overrides: Vec<Override>,
    overlay: Overlay,
    folder: Folder,
    sandbox: Option<Sandbox>,
    _lock: RunLock,
}

/// The pipeline of a run as it is now.
struct Now {
    text: String,
    plan: Plan,
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

/// The run that is named, in the journal of a state folder; or the latest that may be meant, or else the latest.
///
/// # Errors
/// If there is no such run.
pub(crate) fn found(
    state: &Path,
    name: Option<&str>,
    is_meant: fn(&RunRecord) -> bool,
) -> anyhow::Result<(Store, RunRecord)> {
    found_in(Store::open_existing(state)?, state, name, is_meant)
}

/// The run that is named, or the latest, in a journal that is only looked into.
///
/// # Errors
/// If there is no such run.
pub(crate) fn found_to_look(state: &Path, name: Option<&str>) -> anyhow::Result<(Store, RunRecord)> {
    found_in(Store::open_to_look(state)?, state, name, |_| true)
}

fn found_in(
    store: Option<Store>,
    state: &Path,
    name: Option<&str>,
    is_meant: fn(&RunRecord) -> bool,
) -> anyhow::Result<(Store, RunRecord)> {
    let Some(store) = store else {
        let usage = Usage::new(format!("there are no runs in `{}`", state.display()));
        return Err(usage.help("`seatflow run FILE` makes one; `--state DIR` names another folder").into());
    };
    let mut runs = store.runs()?;
    if name.is_none() && runs.iter().any(is_meant) {
        runs.retain(is_meant);
    }
    let run = find(runs, name)?;
    Ok((store, run))
}

impl Again {
    /// Takes up a run, with settings that are given now.
    ///
    /// # Errors
    /// If another process has it, or it is gone.
    pub(crate) fn take(state: &Path, store: Store, id: &str, given: Vec<Override>) -> anyhow::Result<Self> {
        let folder = folder(state, id)?;
        let lock = RunLock::take(folder.run()).map_err(|error| match error {
            Error::Held { by } => ToolError::pipeline(format!("the run {id} is held by {by}"))
                .help("wait until it is done, or end that process")
                .into(),
            error => anyhow::Error::new(error),
        })?;
        // Whoever had it until now may have brought it further, or removed it.
        let Some(run) = store.run(id)? else {
            folder.discard();
            return Err(Usage::new(format!("the run {id} is gone")).into());
        };
        let kept = run.overrides.iter().map(|written| Override::parse(written)).collect::<Result<Vec<_>, _>>()?;
        let kept: Vec<_> =
            kept.into_iter().filter(|kept| given.iter().all(|given| given.name() != kept.name())).collect();
        let overrides = kept.iter().cloned().chain(given).collect();
        let overlay = if run.is_sandbox { sandboxed::variables()? } else { Overlay::new() };
        Ok(Self { store, run, kept, overrides, overlay, folder, sandbox: None, _lock: lock })
    }

    /// Starts its sandbox again, if it is in one.
    ///
    /// # Errors
    /// If the sandbox's state is gone or damaged.
    pub(crate) async fn play(&mut self, faults: Vec<Fault>) -> anyhow::Result<()> {
        if self.run.is_sandbox {
            self.sandbox = Some(sandboxed::start_again(self.folder.run(), faults).await?);
        }
        Ok(())
    }

    /// Tells what has changed since its last pass began; whether it may go on all the same is for its user to say.
    ///
    /// # Errors
    /// Of usage.
    pub(crate) fn tell_changes(&self, verb: &str) -> Result<bool, Usage> {
        let changes = match self.now()?.0 {
            Some(Now { text, plan }) => changes::since(&self.run, &self.read(&text, &plan)),
            None => changes::in_files(&self.run),
        };
        for change in &changes {
            render::say(&format!("  × since the run was begun, {change}"));
        }
        if !changes.is_empty() {
            let go_on = command(verb, &self.run.id, self.folder.state());
            render::say(&format!(
                "  help: put it back as it was; or `{go_on} --accept-changes` goes on with what there is now"
            ));
        }
        Ok(!changes.is_empty())
    }

    /// Makes another pass.
    ///
    /// # Errors
    /// Of usage, or of the machine. What has been told already is the exit status.
    pub(crate) async fn pass(&self, purpose: Recorded, manner: Manner) -> anyhow::Result<Result<Report, Exit>> {
        let (now, problems) = self.now()?;
        render::problems(&problems);
        let Some(Now { text, plan }) = now else { return Ok(Err(Exit::PROBLEMS)) };
        let guards = self.guards(manner.guards, plan.guards);
        let mut pass = new_pass(&self.read(&text, &plan), purpose, guards)?;
        pass.allow_unknown = manner.allow_unknown;
        let endpoints: Vec<_> = pass.nodes.iter().map(|node| node.endpoint.clone()).collect();
        let session = Arc::new(self.store.again(&self.run.id, pass)?);
        let pass = Pass {
            purpose: if purpose == Recorded::Check { Purpose::Plan } else { Purpose::Run },
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

    fn read<'a>(&'a self, text: &'a str, plan: &'a Plan) -> Read<'a> {
        Read { file: &self.run.file, text, overrides: &self.overrides, plan }
    }

    /// The pipeline as it is now, unless it has problems.
    fn now(&self) -> Result<(Option<Now>, Problems), Usage> {
        let given = Given::new(&self.run.file, &self.overrides, &self.overlay, self.folder.state());
        let Loaded { text, plan, problems, .. } = load(&given)?;
        // What is read knows which of them are secrets, and all that is kept of those is their length.
        if let Some(lost) = self.kept.iter().find(|kept| kept.is_secret()) {
            let usage = Usage::new(format!("the setting `{}` is a secret, which no run keeps", lost.name()));
            return Err(usage.help(format!("give it once more: `--set {}=VALUE`", lost.name())));
        }
        Ok((text.zip(plan).map(|(text, plan)| Now { text, plan }), problems))
    }

    /// How much it may write now.
    ///
    /// # Errors
    /// Of usage.
    pub(crate) fn guards_now(&self, options: GuardOptions) -> Result<Guards, Usage> {
        let written = self.now()?.0.map(|now| now.plan.guards).unwrap_or_default();
        Ok(self.guards(options, written))
    }

    /// What is said now; else what held before. What the pipeline says was a part of that, and counts anew only if the
    /// pipeline is another now.
    fn guards(&self, now: GuardOptions, written: seatflow_spec::Guards) -> Guards {
        let is_other = changes::is_in_pipeline(&self.run);
        let said = now.or(if is_other { written } else { seatflow_spec::Guards::default() });
        let before = self.run.passes.last().map(|pass| pass.guards).unwrap_or_default();
        Guards {
            max_writes: said.max_writes.or(before.max_writes),
            max_deletes: said.max_deletes.or(before.max_deletes),
        }
    }
}

fn folder(state: &Path, id: &str) -> anyhow::Result<Folder> {
    let id = RunId::parse(id).ok_or_else(|| anyhow::anyhow!("`{id}` is no name of a run"))?;
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
    /// Whether it is made though its inputs have changed.
    pub(crate) accepts_changes: bool,
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
    let Viewed { state, run, purpose, pipeline, out, accepts_changes } = viewed;
    if !accepts_changes && is_of_other_inputs(run, &purpose) {
        return Ok(Err(Exit::STOPPED));
    }
    let overlay = if run.is_sandbox { sandboxed::variables()? } else { Overlay::new() };
    let overrides = run.overrides.iter().map(|written| Override::parse(written)).collect::<Result<Vec<_>, _>>()?;
    let file = pipeline.unwrap_or(&run.file);
    let kept = run.sources.iter().filter(|source| pipeline.is_none() || source.path != run.file);
    let kept = kept.filter_map(|source| Some((source.path.clone(), source.text.clone()?)));
    let given = Given::new(file, &overrides, &overlay, state).keeping(kept).sending_nothing();
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
    let folder = folder(state, &run.id)?;
    let session = Arc::new(store.view(&run.id, if purpose == Purpose::Replay { View::Replay } else { View::Look })?);
    // What waits on disk meanwhile, and what is kept, is in a folder of its own: the run may be at work in its own.
    let scratch = tempfile::Builder::new().prefix("replay-").tempdir_in(folder.run())?;
    let folder = folder.at(scratch.path());
    let pass = Pass { purpose, journal: session, folder: &folder, sandbox: None, out, pace, verbosity };
    Ok(pass.make(plan).await.map(|report| (report, scratch)).map_err(not_begun))
}

/// Whether a replay would be one of other records than the run had, which is told. Who only looks is told too.
fn is_of_other_inputs(run: &RunRecord, purpose: &Purpose) -> bool {
    let changes = changes::in_inputs(run);
    let is_replay = *purpose == Purpose::Replay;
    for change in &changes {
        let sign = if is_replay { '×' } else { '!' };
        render::say(&format!("  {sign} since the run was made, {change}"));
    }
    match (changes.is_empty(), is_replay) {
        (true, _) => return false,
        (false, true) => {
            render::say("  help: put it back as it was; `--accept-changes` replays with what there is now");
        }
        (false, false) => render::say("    help: what is shown is made of what there is now"),
    }
    is_replay
}
