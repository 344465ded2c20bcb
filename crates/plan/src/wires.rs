//! From wires as they are written to wires between anchors that are there.

mod reports;

use seatflow_spec::{Input, Inputs, Node, Output, Pipeline, Place, Reading, WireEnd};
use seatflow_tool::{Card, Presence};

/// A wire: the node that it leaves, by its number in the plan, and the anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedWire {
    /// The number of the node.
    pub node: usize,
    /// Its output anchor.
    pub anchor: Output,
}

/// A wire with its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct FoundWire {
    pub(crate) wire: PlannedWire,
    pub(crate) place: Place,
}

/// The wires into one input.
pub(crate) struct FoundWires {
    pub(crate) wires: Vec<FoundWire>,
    /// Whether these are all that are written; the others lead nowhere, and that has been reported.
    pub(crate) whole: bool,
}

/// The wires into one node.
#[derive(Default)]
pub(crate) struct NodeWires {
    pub(crate) a: Option<FoundWires>,
    pub(crate) d: Option<FoundWires>,
}

impl NodeWires {
    /// All of them, those into A first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &FoundWire> {
        self.a.iter().chain(&self.d).flat_map(|found| &found.wires)
    }

    /// Whether every wire that is written leads somewhere.
    pub(crate) fn are_whole(&self) -> bool {
        self.a.iter().chain(&self.d).all(|found| found.whole)
    }
}

/// What the search for wires looks at.
pub(crate) struct Search<'p> {
    pub(crate) pipeline: &'p Pipeline,
    /// The card of each node; `None` if there is no such tool.
    pub(crate) cards: &'p [Option<&'static Card>],
}

impl Search<'_> {
    /// The wires into a node, with every problem reported.
    pub(crate) fn wires_of(&self, number: usize, reading: &mut Reading<'_>) -> NodeWires {
        let node = &self.pipeline.nodes[number];
        let card = self.cards[number];
        NodeWires {
            a: self.wires_into(node, card, Input::A, reading),
            d: self.wires_into(node, card, Input::D, reading),
        }
    }

    fn wires_into(
        &self,
        node: &Node,
        card: Option<&Card>,
        input: Input,
        reading: &mut Reading<'_>,
    ) -> Option<FoundWires> {
        let written = match input {
            Input::A => node.a.as_ref(),
            Input::D => node.d.as_ref(),
        };
        let presence = card.map(|card| match input {
            Input::A => card.inputs.a,
            Input::D => card.inputs.d,
        });
        match (written, presence) {
            (None, Some(Presence::Required)) => reading.problem(reports::missing_input(node, input)),
            // Where the wires come from is of no interest then.
            (Some(inputs), Some(Presence::Absent)) => {
                reading.problem(reports::unknown_input(node, card, input, inputs));
                return None;
            }
            _ => {}
        }
        let written = written?;
        if let Inputs::Named(named) = written {
            reading.problem(reports::needless_names(node, named, written));
        }
        let found: Vec<_> = written.wires().map(|end| self.find(end, input, reading)).collect();
        let whole = written.is_whole() && found.iter().all(Option::is_some);
        Some(FoundWires { wires: found.into_iter().flatten().collect(), whole })
    }

    fn find(&self, end: &WireEnd, input: Input, reading: &mut Reading<'_>) -> Option<FoundWire> {
        let name = end.node.value.as_str();
        let Some(number) = self.pipeline.nodes.iter().position(|node| node.name.value == *name) else {
            if !self.pipeline.unreadable.iter().any(|unreadable| unreadable == name) {
                reading.problem(reports::unknown_node(end, self.pipeline));
            }
            return None;
        };
        // A tool that is not there has been reported; what its anchors are, nobody knows.
        let card = self.cards[number]?;
        let node = &self.pipeline.nodes[number];
        let anchor = match &end.anchor {
            None => default_anchor(card, input),
            Some(anchor) => anchor.output().filter(|output| card.output_letters().contains(output)),
        };
        let Some(anchor) = anchor else {
            reading.problem(reports::unknown_output(end, node, card, input));
            return None;
        };
        if input == Input::D && anchor == Output::A {
            reading.problem(reports::authorization_into_d(end, node, card));
            return None;
        }
        Some(FoundWire { wire: PlannedWire { node: number, anchor }, place: end.place.clone() })
    }
}

/// A bare node name means its S in a D, and its A, else its S, in an A.
fn default_anchor(card: &Card, input: Input) -> Option<Output> {
    match input {
        Input::A if card.outputs.a => Some(Output::A),
        _ => card.outputs.s.then_some(Output::S),
    }
}
