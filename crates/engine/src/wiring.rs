//! From a plan to nodes whose inputs and outputs are joined.

use std::path::Path;
use std::sync::Arc;

use seatflow_plan::{Plan, PlannedNode, PlannedWire};
use seatflow_spec::Output;
use seatflow_tool::{
    Authorization, Card, Context, Emitter, Failing, Publisher, Records, Run, Spool, Tally, Task, ToolError,
};

use crate::fan::{Fan, Outputs};
use crate::keep::Keeper;
use crate::merged::Merged;
use crate::run::Purpose;
use crate::wire::wire;

/// A node that only waits for its task to be started.
pub(crate) struct Wired {
    pub(crate) name: String,
    pub(crate) card: &'static Card,
    pub(crate) task: Box<dyn Task>,
    pub(crate) context: Context,
    pub(crate) tally: Arc<Tally>,
    /// What keeps its records.
    pub(crate) keepers: Vec<Arc<Keeper>>,
    /// Whether it changes a remote system, so that it comes to its own end when others do not.
    pub(crate) writes: bool,
    /// The beginnings of its wires: as long as they are held, no reader sees their end.
    pub(crate) outputs: (Outputs, Publisher),
}

/// The ends of the wires of one node while they are being joined.
#[derive(Default)]
struct Ends {
    fan: Fan,
    authority: Publisher,
    tally: Arc<Tally>,
}

/// Joins the nodes of a plan by wires of `capacity` batches.
pub(crate) fn join(plan: Plan, run: &Arc<Run>, purpose: &Purpose, capacity: usize) -> Result<Vec<Wired>, ToolError> {
    let mut ends: Vec<Ends> = plan.nodes.iter().map(|_| Ends::default()).collect();
    let mut inputs = Vec::with_capacity(plan.nodes.len());
    for (number, node) in plan.nodes.iter().enumerate() {
        let tally = Arc::clone(&ends[number].tally);
        let records = match &node.d {
            None => None,
            Some(wires) => {
                Some(Records::new(Box::new(merge(node, wires, &mut ends, &run.folder, capacity)?), Some(tally)))
            }
        };
        let authorization = match &node.a {
            None => Authorization::None,
            Some(from) if from.anchor == Output::A => Authorization::Node(ends[from.node].authority.subscribe()),
            Some(from) => {
                let (sender, receiver) = wire(capacity, None);
                ends[from.node].fan.add(from.anchor, sender);
                Authorization::Records(Records::new(Box::new(Merged::new(vec![receiver])), None))
            }
        };
        inputs.push((records, authorization));
    }
    let nodes = plan.nodes.into_iter().zip(ends).zip(inputs);
    Ok(nodes
        .map(|((node, ends), (records, authorization))| finish(node, ends, records, authorization, run, purpose))
        .collect())
}

/// The wires into a node's D. One that is not read from the start may wait on disk.
fn merge(
    node: &PlannedNode,
    wires: &[PlannedWire],
    ends: &mut [Ends],
    folder: &Path,
    capacity: usize,
) -> Result<Merged, ToolError> {
    let mut receivers = Vec::with_capacity(wires.len());
    for (position, from) in wires.iter().enumerate() {
        let waits = position > 0 || node.a.is_some();
        let disk = if waits { Some(Spool::create(folder)?) } else { None };
        let (sender, receiver) = wire(capacity, disk);
        ends[from.node].fan.add(from.anchor, sender);
        receivers.push(receiver);
    }
    Ok(Merged::new(receivers))
}

fn finish(
    node: PlannedNode,
    mut ends: Ends,
    records: Option<Records>,
    authorization: Authorization,
    run: &Arc<Run>,
    purpose: &Purpose,
) -> Wired {
    let keepers = keepers(&node, &ends.fan, &run.folder, purpose);
    for (anchor, keeper) in &keepers {
        ends.fan.keep(*anchor, Arc::clone(keeper));
    }
    let wires = Outputs::from(ends.fan);
    let outputs = (wires.clone(), ends.authority.clone());
    let context = Context {
        records,
        authorization,
        authority: ends.authority,
        output: Emitter::new(Box::new(wires), Arc::clone(&ends.tally)),
        tally: Arc::clone(&ends.tally),
        run: Arc::clone(run),
    };
    Wired {
        name: node.name,
        card: node.card,
        task: node.bound.task,
        context,
        tally: ends.tally,
        keepers: keepers.into_iter().map(|(_, keeper)| keeper).collect(),
        writes: node.bound.writes,
        outputs,
    }
}

/// What keeps the records of a node: failed ones that are wired nowhere. Who only looks keeps what he looks at.
fn keepers(node: &PlannedNode, fan: &Fan, folder: &Path, purpose: &Purpose) -> Vec<(Output, Arc<Keeper>)> {
    let kept = match purpose {
        Purpose::Run | Purpose::Plan | Purpose::Replay => {
            let fails = node.card.outputs.f == Some(Failing::Failed);
            (fails && !fan.has(Output::F)).then_some(Output::F)
        }
        Purpose::Look { node: at, anchor, .. } => (*at == node.name).then_some(*anchor),
    };
    kept.into_iter().map(|anchor| (anchor, Arc::new(Keeper::new(&node.name, anchor, folder)))).collect()
}
