//! The part of a plan that leads to one node.

use seatflow_plan::{Plan, PlannedNode, PlannedWire};

/// The plan without the nodes from which nothing comes to the one of this name.
pub(crate) fn above(plan: Plan, name: &str) -> Plan {
    let mut leads = vec![false; plan.nodes.len()];
    let mut open: Vec<usize> = plan.nodes.iter().position(|node| node.name == name).into_iter().collect();
    while let Some(number) = open.pop() {
        if !std::mem::replace(&mut leads[number], true) {
            open.extend(wires(&plan.nodes[number]).map(|wire| wire.node));
        }
    }
    let places: Vec<usize> = leads
        .iter()
        .scan(0, |next, leads| {
            let place = *next;
            *next += usize::from(*leads);
            Some(place)
        })
        .collect();
    let mut nodes: Vec<PlannedNode> =
        plan.nodes.into_iter().zip(leads).filter_map(|(node, leads)| leads.then_some(node)).collect();
    for wire in nodes.iter_mut().flat_map(|node| node.a.iter_mut().chain(node.d.iter_mut().flatten())) {
        wire.node = places[wire.node];
    }
    Plan { nodes, ..plan }
}

/// The wires into a node.
fn wires(node: &PlannedNode) -> impl Iterator<Item = &PlannedWire> {
    node.a.iter().chain(node.d.iter().flatten())
}
