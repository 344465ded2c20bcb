//! A pipeline as a graph to be drawn: its nodes, what they reach, its wires.
//!
//! It holds no value of the environment and of no file: what refers to one is shown as it is written.

mod canvas;
mod dot;
mod label;
mod mermaid;
mod svg;

use std::path::Path;

use seatflow_catalog::{Catalog, Effect, Method, builtin};
use seatflow_plan::{OutlinedNode, PlannedWire, outline};
use seatflow_spec::{Output, Pipeline, Reading, Values};
use seatflow_tool::Effects;
use seatflow_tools::TOOLS;

use crate::load::read;

pub(crate) use self::dot::dot;
pub(crate) use self::mermaid::mermaid;
pub(crate) use self::svg::svg;

/// A pipeline to be drawn.
pub(crate) struct Graph {
    /// Its name.
    pipeline: String,
    nodes: Vec<Node>,
    wires: Vec<Wire>,
}

/// A node to be drawn.
struct Node {
    name: String,
    tool: &'static str,
    /// The file or the endpoint that it reaches.
    reaches: Option<String>,
    role: Role,
    note: Option<String>,
}

/// What a node does to the world; each looks another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Reads or writes a file.
    File,
    /// Asks a remote system.
    Call,
    /// Changes a remote system.
    Write,
    /// Moves records.
    Other,
}

/// A wire to be drawn, between nodes by their places.
struct Wire {
    from: usize,
    to: usize,
    /// The anchor that it leaves, and the one that it enters where that does not go without saying.
    label: &'static str,
    sort: Sort,
}

/// What a wire carries; each looks another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Records,
    Failures,
    Authorization,
}

impl Role {
    const ALL: [Self; 4] = [Self::File, Self::Call, Self::Write, Self::Other];

    /// The name of its look.
    fn name(self) -> &'static str {
        match self {
            Self::File => "files",
            Self::Call => "calls",
            Self::Write => "writes",
            Self::Other => "others",
        }
    }

    /// The colours of the inside and of the border.
    fn colours(self) -> (&'static str, &'static str) {
        match self {
            Self::File => ("#eef6ee", "#3c763d"),
            Self::Call => ("#e8f1fb", "#2a6099"),
            Self::Write => ("#fdecd8", "#b35900"),
            Self::Other => ("#f6f6f6", "#666666"),
        }
    }
}

impl Sort {
    /// What a wire with this label carries: labels begin with the letter of the anchor.
    fn of_label(label: &str) -> Self {
        match label.as_bytes().first() {
            Some(b'A') => Self::Authorization,
            Some(b'F') => Self::Failures,
            _ => Self::Records,
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Records => "#333333",
            Self::Failures => "#b02a2a",
            Self::Authorization => "#2a6099",
        }
    }
}

impl Graph {
    /// The graph of a pipeline; `None` if a node has no tool, or a wire leads nowhere.
    pub(crate) fn of(pipeline: &Pipeline, values: &Values) -> Option<Self> {
        let name = pipeline.name.as_ref()?.value.to_string();
        let outlined = outline(pipeline, values, TOOLS)?;
        let scene = Scene { pipeline, values, nodes: &outlined };
        let nodes = (0..outlined.len()).map(|number| scene.node(number)).collect();
        let wires_into = |(to, node): (usize, &OutlinedNode)| {
            let into_a = node.a.into_iter().map(move |wire| wire_of(wire, to, true));
            into_a.chain(node.d.clone().into_iter().map(move |wire| wire_of(wire, to, false))).collect::<Vec<_>>()
        };
        let wires = outlined.iter().enumerate().flat_map(wires_into).collect();
        Some(Self { pipeline: name, nodes, wires })
    }
}

fn wire_of(PlannedWire { node, anchor }: PlannedWire, to: usize, into_a: bool) -> Wire {
    let label = match anchor {
        Output::S if into_a => "S to A",
        Output::F if into_a => "F to A",
        Output::L if into_a => "L to A",
        plain => plain.as_str(),
    };
    Wire { from: node, to, label, sort: Sort::of_label(label) }
}

/// What is known of a pipeline while its graph is made.
struct Scene<'p> {
    pipeline: &'p Pipeline,
    values: &'p Values,
    nodes: &'p [OutlinedNode],
}

impl Scene<'_> {
    fn node(&self, number: usize) -> Node {
        let OutlinedNode { node, card, .. } = &self.nodes[number];
        let shown = |key| node.config.get(key).and_then(|tree| label::shown(tree, self.values));
        let (reaches, role) = match card.effects {
            Effects::None => (None, Role::Other),
            Effects::ReadsFiles | Effects::WritesFiles => (shown("path"), Role::File),
            Effects::Calls => self.call(number, shown("endpoint")),
        };
        Node { name: node.name.value.to_string(), tool: card.name, reaches, role, note: node.note.clone() }
    }

    /// What a calling node reaches: `devices.list on portal`.
    fn call(&self, number: usize, endpoint: Option<String>) -> (Option<String>, Role) {
        let connection = self.connection_of(number);
        let catalog = connection.as_deref().and_then(|name| self.catalog_of(name));
        let found = catalog.as_ref().zip(endpoint.as_deref()).and_then(|(catalog, name)| catalog.endpoint(name));
        let (does, role) = match found {
            Some(endpoint) if endpoint.method == Method::Delete => ("deletes: ", Role::Write),
            Some(endpoint) if endpoint.effect == Effect::Write => ("writes: ", Role::Write),
            _ => ("", Role::Call),
        };
        let reaches = match (endpoint, connection) {
            (Some(endpoint), Some(connection)) => Some(format!("{does}{endpoint} on {connection}")),
            (endpoint, connection) => endpoint.or(connection),
        };
        (reaches, role)
    }

    /// The connection that a node names, or the one that comes over A.
    fn connection_of(&self, mut number: usize) -> Option<String> {
        // Wires without a circle pass each node once.
        for _ in self.nodes {
            let outlined = &self.nodes[number];
            if let Some(named) = outlined.node.config.get("connection") {
                return label::shown(named, self.values);
            }
            number = outlined.a.filter(|wire| wire.anchor == Output::A)?.node;
        }
        None
    }

    /// The catalog of a connection. Its name is not shown, so it may come from the environment.
    fn catalog_of(&self, connection: &str) -> Option<Catalog> {
        let named = self.pipeline.connection(connection)?.config.get("catalog")?;
        let name: String = Reading::new(self.values).read(named)?;
        builtin(&name).cloned().or_else(|| Catalog::parse(&read(Path::new(&name)).ok()?).ok())
    }
}
