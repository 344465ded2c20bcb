//! The start, the course and the end of a run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use seatflow_call::{Clock, Journal, Surroundings};
use seatflow_plan::Plan;
use seatflow_spec::Output;
use seatflow_tool::{Card, Connections, Files, Run, Tally, ToolError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::above::above;
use crate::end::{End, Failures};
use crate::folder::{Folder, RunId};
use crate::keep::Keeper;
use crate::report::{Ending, Failure, Kept, NodeReport, Report};
use crate::wiring::{Wired, join};

/// What a run is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It makes its calls, and its files take their places.
    Run,
    /// It makes its reads and withholds its writes; no file takes its place.
    Plan,
    /// It makes no calls: everything comes from the journal; its files take their places.
    Replay,
    /// It makes no calls either, for the sake of what leaves one anchor, which is kept: only what leads there is gone
    /// through, as far as the journal goes, and no file takes its place.
    Look {
        /// The node.
        node: String,
        /// Its anchor.
        anchor: Output,
        /// Whether the run that is looked at withheld its writes.
        is_plan: bool,
    },
}

/// What a run needs to know beside its plan.
pub struct Settings {
    /// What it is for.
    pub purpose: Purpose,
    /// Where what is sent, and what comes of it, is written down.
    pub journal: Arc<dyn Journal>,
    /// The folder below which output files take their places, if not where their paths lead. Who only looks has none.
    pub out: Option<PathBuf>,
    /// Its name.
    pub id: RunId,
    /// The folders for what must stay or wait on disk.
    pub folder: Folder,
    /// The time: the machine's, or the sandbox's.
    pub clock: Arc<dyn Clock>,
    /// What the connections need of the world.
    pub surroundings: Surroundings,
    /// Calls at the same time on each connection, in place of what the connections say.
    pub concurrency: Option<usize>,
    /// The most rows in a batch.
    pub batch_rows: usize,
    /// The most batches on a wire.
    pub wire_batches: usize,
}

/// A run on its way.
pub struct Running {
    purpose: Purpose,
    id: RunId,
    pipeline: String,
    run: Arc<Run>,
    nodes: Vec<Progress>,
    /// The work of the nodes.
    tasks: JoinSet<()>,
    /// What keeps their records, in the order of the nodes.
    keepers: Vec<Arc<Keeper>>,
    end: Arc<End>,
    started: Instant,
}

/// One node of a run on its way.
#[derive(Clone)]
pub struct Progress {
    /// The node's name.
    pub name: String,
    /// Its tool.
    pub card: &'static Card,
    /// Whether its calls change the remote system.
    pub writes: bool,
    /// Its counts, live.
    pub tally: Arc<Tally>,
}

/// Makes sure that every output can be written, and starts every node.
///
/// # Errors
/// If something that the run needs is not to be had; nothing was started then.
pub fn start(plan: Plan, settings: Settings) -> Result<Running, ToolError> {
    if matches!(settings.purpose, Purpose::Run | Purpose::Plan) {
        settings.folder.forget_kept()?;
    }
    let (plan, files, is_plan, is_partial) = match &settings.purpose {
        Purpose::Look { node, is_plan, .. } => {
            (above(plan, node), Files::below(settings.folder.run().join("out")), *is_plan, true)
        }
        purpose => {
            let files = settings.out.map_or_else(Files::default, Files::below);
            (plan, files, *purpose == Purpose::Plan, false)
        }
    };
    for path in plan.nodes.iter().flat_map(|node| &node.bound.files) {
        files.prepare(&path.value)?;
    }
    let connections = plan.connections.values().map(|connection| {
        let mut own = connection.settings.clone();
        own.limits.concurrency = settings.concurrency.unwrap_or(own.limits.concurrency);
        own
    });
    let connections = Connections::new(connections, settings.surroundings);
    connections.check_proxies()?;
    let end = Arc::new(End::new());
    let run = Arc::new(Run {
        clock: settings.clock,
        batch_rows: settings.batch_rows.max(1),
        folder: settings.folder.run().to_owned(),
        files,
        stop: end.stop().clone(),
        connections,
        journal: settings.journal,
        is_plan,
        is_partial,
    });
    let pipeline = plan.pipeline.clone();
    tracing::info!(run = %settings.id, nodes = plan.nodes.len(), "the run of `{pipeline}` begins");
    let wired = join(plan, &run, &settings.purpose, settings.wire_batches)?;
    let mut tasks = JoinSet::new();
    let mut nodes = Vec::with_capacity(wired.len());
    let mut keepers = Vec::new();
    for node in wired {
        let (name, tally) = (node.name.clone(), Arc::clone(&node.tally));
        nodes.push(Progress { name, card: node.card, writes: node.writes, tally });
        keepers.extend(node.keepers.iter().map(Arc::clone));
        start_node(node, &end, &mut tasks);
    }
    let (purpose, id, started) = (settings.purpose, settings.id, Instant::now());
    Ok(Running { purpose, id, pipeline, run, nodes, tasks, keepers, end, started })
}

fn start_node(node: Wired, end: &Arc<End>, tasks: &mut JoinSet<()>) {
    let Wired { name, task, context, writes, outputs, .. } = node;
    let end = Arc::clone(end);
    tasks.spawn(async move {
        tracing::debug!("`{name}` begins");
        end.of_work(&name, writes, task.run(context)).await;
        tracing::debug!("`{name}` has ended");
        // Whoever reads from this node is told of its end only when a failure has been noted: a
        // reader that fails because too little came must not be taken for the cause.
        drop(outputs);
    });
}

impl Running {
    /// The nodes, in the order of the pipeline file.
    pub fn nodes(&self) -> &[Progress] {
        &self.nodes
    }

    /// The run's name.
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// What stops the run: the first is for its user to ask it to end, the second to end at once.
    pub fn stops(&self) -> (CancellationToken, CancellationToken) {
        (self.end.asked().clone(), self.end.abort().clone())
    }

    /// Waits for the end, closes the books, and puts the output files in their places. What nothing else keeps is kept
    /// in the run's folder.
    pub async fn finish(mut self) -> Report {
        while let Some(ended) = self.tasks.join_next().await {
            if ended.is_err() {
                // A panic of a node is caught where its name is known, so this is about no node.
                // Its words could hold anything.
                self.end.note(Failure { node: None, error: ToolError::bug("a task of the run broke off") });
            }
        }
        let Failures { cause, beside, echoed } = self.end.take_failures();
        let mut kept = Vec::new();
        let ending = match cause {
            Some(failure) => Ending::Failed(failure),
            // What broke off, or was ended at once, has no books to close.
            None if self.end.abort().is_cancelled() || echoed || !beside.is_empty() => Ending::Interrupted,
            None if self.end.is_under_way() => self.close().map_or_else(Ending::Failed, |()| Ending::Interrupted),
            None => self.complete(&mut kept).map_or_else(Ending::Failed, |()| Ending::Completed),
        };
        Report {
            run: self.id.to_string(),
            purpose: self.purpose,
            pipeline: self.pipeline,
            ending,
            beside,
            nodes: self.nodes.iter().map(NodeReport::of).collect(),
            kept,
            elapsed: self.started.elapsed(),
        }
    }

    /// Keeps what is wired nowhere and puts the output files in their places, if the books close.
    fn complete(&self, kept: &mut Vec<Kept>) -> Result<(), Failure> {
        self.close()?;
        for keeper in &self.keepers {
            let found = keeper.write().map_err(|error| Failure { node: Some(keeper.node().to_owned()), error })?;
            kept.extend(found);
        }
        if matches!(self.purpose, Purpose::Run | Purpose::Replay) {
            self.run.files.commit().map_err(|error| Failure { node: None, error })?;
            tracing::info!("the output files are in their places");
        }
        Ok(())
    }

    /// Sees that every record that came in has left.
    fn close(&self) -> Result<(), Failure> {
        let Some(open) = self.nodes.iter().find(|node| !node.tally.is_closed()) else { return Ok(()) };
        let error = ToolError::bug("the books do not close: not every record that came in has left");
        Err(Failure { node: Some(open.name.clone()), error })
    }
}
