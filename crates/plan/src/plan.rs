//! The plan: every node bound, every wire joined.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use seatflow_spec::{Guards, Node, Output, Pipeline, Problem, Problems, Reading, Slug, Values, nearest};
use seatflow_tool::{Binding, Bound, BoundConnection, Card, Entry, Facts};

use crate::columns::{Known, authority_of, columns_of};
use crate::connections;
use crate::cycle;
use crate::outputs::{check_files, warn_of_failures};
use crate::tools;
use crate::wires::{FoundWires, NodeWires, PlannedWire, Search};

/// A pipeline that can run.
pub struct Plan {
    /// The pipeline's name.
    pub pipeline: String,
    /// The nodes, in the order of the file.
    pub nodes: Vec<PlannedNode>,
    /// The connections, in the order of the file.
    pub connections: IndexMap<String, Arc<BoundConnection>>,
    /// How much a run may write.
    pub guards: Guards,
    /// The files that its nodes read, each once.
    pub inputs: Vec<PathBuf>,
    /// The files of its own catalogs, each once.
    pub catalogs: Vec<PathBuf>,
}

impl Plan {
    /// For each node, whether records come to it from one that writes, through however many others.
    pub fn below_writes(&self) -> Vec<bool> {
        let mut below = vec![false; self.nodes.len()];
        let mut grew = true;
        while grew {
            grew = false;
            for (number, node) in self.nodes.iter().enumerate() {
                let records = node.a.iter().filter(|wire| wire.anchor != Output::A);
                let mut wires = records.chain(node.d.iter().flatten());
                let is_below = wires.any(|wire| below[wire.node] || self.nodes[wire.node].bound.writes);
                grew |= is_below != below[number];
                below[number] = is_below;
            }
        }
        below
    }
}

/// A node that can run, with the wires into it.
pub struct PlannedNode {
    /// Its name.
    pub name: String,
    /// Its tool.
    pub card: &'static Card,
    /// Its work, and what is known of its outputs.
    pub bound: Bound,
    /// What is wired into A.
    pub a: Option<PlannedWire>,
    /// What is wired into D, in order.
    pub d: Option<Vec<PlannedWire>>,
}

/// Checks a pipeline and binds its nodes. Every problem is reported; there is a plan exactly if the
/// pipeline could be read as a whole and no problem forbids a run, and then all nodes and
/// connections are in it.
pub fn plan(pipeline: &Pipeline, values: &Values, facts: &Facts, tools: &[Entry]) -> (Option<Plan>, Problems) {
    let mut reading = Reading::new(values);
    let pipeline = &tools::choose(pipeline, tools, &mut reading);
    let connections = connections::bind_all(pipeline, facts, &mut reading);
    let entries: Vec<Option<&Entry>> = pipeline.nodes.iter().map(|node| entry_of(node, tools, &mut reading)).collect();
    let cards: Vec<_> = entries.iter().map(|entry| entry.map(|entry| entry.card)).collect();
    let search = Search { pipeline, cards: &cards };
    let wires: Vec<NodeWires> = (0..pipeline.nodes.len()).map(|number| search.wires_of(number, &mut reading)).collect();
    let in_use = outputs_in_use(&wires);
    // Else a wire that was meant to look at failures may be one of those that do not.
    let all_lead_somewhere = wires.iter().all(NodeWires::are_whole);

    let mut known = vec![Known::NOTHING; wires.len()];
    let mut bound: Vec<Option<Bound>> = wires.iter().map(|_| None).collect();
    for number in cycle::order(pipeline, &wires, &mut reading) {
        let Some(entry) = entries[number] else { continue };
        let (node, wires) = (&pipeline.nodes[number], &wires[number]);
        let mut binding = Binding {
            node,
            a: wires.a.as_ref().map(|found| authority_of(found, &known)),
            d: wires.d.as_ref().map(|wires| columns_of(wires, &known)),
            wired: &in_use[number],
            connections: &connections,
            facts,
            reading: &mut reading,
        };
        if let Some(made) = entry.bind(&node.config, &mut binding) {
            let (s, f, l) = (made.s.clone(), made.f.clone(), made.l.clone());
            known[number] = Known { s, f, l, authority: made.authority.clone() };
            bound[number] = Some(made);
        }
        if all_lead_somewhere && bound[number].as_ref().is_none_or(|bound| bound.fails) {
            warn_of_failures(node, entry.card, &in_use[number], &mut reading);
        }
    }

    check_all_bound(pipeline, &connections, &bound, &mut reading);
    let joined = pipeline.nodes.iter().zip(&cards).zip(bound).zip(&wires);
    let nodes = joined.filter_map(|(((node, card), bound), wires)| {
        let planned = |found: &FoundWires| found.wires.iter().map(|found| found.wire).collect::<Vec<_>>();
        Some(PlannedNode {
            name: node.name.value.to_string(),
            card: (*card)?,
            bound: bound?,
            a: wires.a.as_ref().map(planned).and_then(|wires| wires.first().copied()),
            d: wires.d.as_ref().map(planned),
        })
    });
    let nodes: Vec<PlannedNode> = nodes.collect();
    check_files(pipeline, &nodes, facts, tools, &mut reading);
    let connections: Option<IndexMap<_, _>> =
        connections.into_iter().map(|(name, bound)| Some((name, bound?))).collect();
    // Wires name nodes by their numbers, so a plan has all of them or is none.
    let all_bound = nodes.len() == pipeline.nodes.len() && pipeline.unreadable.is_empty();
    let is_whole = all_bound && all_lead_somewhere && !reading.problems().has_fatal();
    let named = pipeline.name.as_ref().filter(|_| is_whole).zip(connections);
    let plan = named.map(|(name, connections)| {
        let (inputs, catalogs) = (inputs(pipeline, &entries, values), catalogs(pipeline, values));
        Plan { pipeline: name.value.to_string(), nodes, connections, guards: pipeline.guards, inputs, catalogs }
    });
    (plan, reading.into_problems())
}

/// Reports what has no plan though nothing is wrong with it: a tool or a connection that gave up without a word.
fn check_all_bound(
    pipeline: &Pipeline,
    connections: &IndexMap<String, Option<Arc<BoundConnection>>>,
    nodes: &[Option<Bound>],
    reading: &mut Reading<'_>,
) {
    // What could not be read has been reported by whoever read it.
    let settings_are_whole = reading.values().settings.iter().all(|setting| setting.value.is_whole());
    if reading.problems().has_fatal() || !settings_are_whole {
        return;
    }
    let connections = pipeline.connections.iter().zip(connections.values());
    let connections = connections.filter(|(written, bound)| bound.is_none() && written.config.is_whole());
    let connections = connections.map(|(written, _)| (written.name.value.as_str(), &written.name.place));
    let nodes = pipeline.nodes.iter().zip(nodes).filter(|(node, bound)| bound.is_none() && node.config.is_whole());
    let nodes = nodes.map(|(node, _)| (node.name.value.as_str(), &node.name.place));
    for (name, place) in connections.chain(nodes) {
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{name}` cannot be used as it is written"));
        let problem = problem.at(place, "nothing is known of what is wrong");
        reading.problem(problem.help("this is a bug in seatflow; please report it with the pipeline that led to it"));
    }
}

fn entry_of<'t>(node: &Node, tools: &'t [Entry], reading: &mut Reading<'_>) -> Option<&'t Entry> {
    let found = tools.iter().find(|entry| entry.card.name == node.tool.value);
    if found.is_none() {
        let tool = &node.tool;
        let problem = Problem::new(Slug::UNKNOWN_TOOL, format!("there is no tool `{}`", tool.value));
        let near = nearest(&tool.value, tools.iter().map(|entry| entry.card.name));
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let help = format!("{near}`seatflow tools` lists them all");
        reading.problem(problem.at(&tool.place, "no such tool").help(help));
    }
    found
}

/// The files that the nodes read.
fn inputs(pipeline: &Pipeline, entries: &[Option<&Entry>], values: &Values) -> Vec<PathBuf> {
    let mut reading = Reading::new(values);
    let known = pipeline.nodes.iter().zip(entries).filter_map(|(node, entry)| Some((node, (*entry)?)));
    let facts = known.flat_map(|(node, entry)| entry.facts(&node.config, &mut reading));
    facts.map(|fact| fact.path).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The files of catalogs that are none of the built-in ones.
fn catalogs(pipeline: &Pipeline, values: &Values) -> Vec<PathBuf> {
    let mut reading = Reading::new(values);
    let paths = pipeline.connections.iter().filter_map(|connection| connections::catalog_of(connection, &mut reading));
    paths.collect::<BTreeSet<_>>().into_iter().collect()
}

/// For each node, the output anchors where a wire begins.
fn outputs_in_use(wires: &[NodeWires]) -> Vec<Vec<Output>> {
    let mut in_use: Vec<Vec<Output>> = vec![Vec::new(); wires.len()];
    for found in wires.iter().flat_map(NodeWires::all) {
        let outputs = &mut in_use[found.wire.node];
        if !outputs.contains(&found.wire.anchor) {
            outputs.push(found.wire.anchor);
        }
    }
    in_use
}
