//! What a pipeline looks like, before and without its values.

use seatflow_spec::{Node, Pipeline, Reading, Values};
use seatflow_tool::{Card, Entry};

use crate::tools::choose;
use crate::wires::{FoundWires, PlannedWire, Search};

/// A node with its tool and the wires into it.
pub struct OutlinedNode {
    /// The node as it is written.
    pub node: Node,
    /// Its tool.
    pub card: &'static Card,
    /// What is wired into A.
    pub a: Option<PlannedWire>,
    /// What is wired into D, in order.
    pub d: Vec<PlannedWire>,
}

/// The nodes of a pipeline in the order of the file. A wire names its node by its place among them. `None` if a node has
/// no tool, or a wire leads nowhere; [`plan`](crate::plan()) reports it.
pub fn outline(pipeline: &Pipeline, values: &Values, tools: &[Entry]) -> Option<Vec<OutlinedNode>> {
    // Problems are reported when the plan is made.
    let mut reading = Reading::new(values);
    let pipeline = &choose(pipeline, tools, &mut reading);
    let card_of = |node: &Node| tools.iter().find(|entry| entry.card.name == node.tool.value).map(|entry| entry.card);
    let cards: Vec<_> = pipeline.nodes.iter().map(card_of).collect();
    let search = Search { pipeline, cards: &cards };
    let planned = |found: Option<FoundWires>| found.into_iter().flat_map(|found| found.wires).map(|found| found.wire);
    let nodes = pipeline.nodes.iter().enumerate().map(|(number, node)| {
        let wires = search.wires_of(number, &mut reading);
        let whole = wires.are_whole();
        let (a, d) = (planned(wires.a).next(), planned(wires.d).collect());
        Some(OutlinedNode { node: node.clone(), card: cards[number]?, a, d }).filter(|_| whole)
    });
    let nodes: Option<Vec<_>> = nodes.collect();
    nodes.filter(|_| pipeline.unreadable.is_empty())
}
