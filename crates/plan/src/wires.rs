//! From wires as they are written to wires between anchors that are there.

use seatflow_spec::{
    Input, Inputs, Node, Output, Pipeline, Place, Problem, Reading, Slug, WireEnd, help_for_unknown, listed, nearest,
};
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

/// The wires into one node.
#[derive(Default)]
pub(crate) struct NodeWires {
    pub(crate) a: Option<FoundWire>,
    pub(crate) d: Option<Vec<FoundWire>>,
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
        if let Some(card) = self.cards[number] {
            check_presence(node, card, Input::A, card.inputs.a, node.a.as_ref(), reading);
            check_presence(node, card, Input::D, card.inputs.d, node.d.as_ref(), reading);
        }
        let a = node.a.as_ref().and_then(|inputs| self.find_all(inputs, Input::A, reading).into_iter().next());
        let d = node.d.as_ref().map(|inputs| {
            if let Inputs::Named(named) = inputs {
                report_names(node, named.iter().map(|(name, _)| &name.place), reading);
            }
            self.find_all(inputs, Input::D, reading)
        });
        NodeWires { a, d }
    }

    fn find_all(&self, inputs: &Inputs, input: Input, reading: &mut Reading<'_>) -> Vec<FoundWire> {
        inputs.wires().filter_map(|end| self.find(end, input, reading)).collect()
    }

    fn find(&self, end: &WireEnd, input: Input, reading: &mut Reading<'_>) -> Option<FoundWire> {
        let name = end.node.value.as_str();
        let Some(number) = self.pipeline.nodes.iter().position(|node| node.name.value == *name) else {
            if !self.pipeline.unreadable.iter().any(|unreadable| unreadable == name) {
                reading.problem(unknown_node(end, self.pipeline));
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
            reading.problem(unknown_output(end, node, card, input));
            return None;
        };
        if input == Input::D && anchor == Output::A {
            reading.problem(authorization_into_d(end, node));
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

fn check_presence(
    node: &Node,
    card: &Card,
    input: Input,
    presence: Presence,
    wired: Option<&Inputs>,
    reading: &mut Reading<'_>,
) {
    let name = &node.name.value;
    match (presence, wired) {
        (Presence::Required, None) => reading.problem(
            Problem::new(Slug::MISSING_INPUT, format!("`{name}` has no wire to its `{input}`"))
                .at(&node.tool.place, format!("a `{}` needs records on `{input}`", card.name))
                .help(format!("add `{input}: NODE` beside `{}`", card.name)),
        ),
        (Presence::Absent, Some(inputs)) => {
            let place = inputs.wires().next().map_or(&node.name.place, |end| &end.place);
            reading.problem(
                Problem::new(Slug::UNKNOWN_ANCHOR, format!("`{name}` has no input `{input}`"))
                    .at(place, "this leads nowhere")
                    .with(&node.tool.place, format!("a `{}` has {}", card.name, inputs_of(card)))
                    .help(format!("remove `{input}` from the node")),
            );
        }
        _ => {}
    }
}

fn inputs_of(card: &Card) -> &'static str {
    match (card.inputs.a, card.inputs.d) {
        (Presence::Absent, Presence::Absent) => "no inputs",
        (Presence::Absent, _) => "the input `D`",
        (_, Presence::Absent) => "the input `A`",
        _ => "the inputs `A` and `D`",
    }
}

fn report_names<'a>(node: &Node, mut places: impl Iterator<Item = &'a Place>, reading: &mut Reading<'_>) {
    let Some(place) = places.next() else { return };
    reading.problem(
        Problem::new(Slug::WRONG_KIND, format!("a `{}` does not ask for names on `D`", node.tool.value))
            .at(place, "a name for a wire")
            .help("write the wires as a list: `D: [left, right]`"),
    );
}

fn unknown_node(end: &WireEnd, pipeline: &Pipeline) -> Problem {
    let name = end.node.value.as_str();
    let problem = Problem::new(Slug::UNKNOWN_NODE, format!("there is no node `{name}`"));
    let mut problem = problem.at(&end.node.place, "no such node");
    problem.help = help_for_unknown(name, pipeline.nodes.iter().map(|node| node.name.value.as_str()));
    problem
}

fn unknown_output(end: &WireEnd, node: &Node, card: &Card, input: Input) -> Problem {
    let name = &node.name.value;
    let letters = card.output_letters();
    let letters = letters.iter().map(|letter| letter.as_str());
    let has = match letters.len() {
        0 => format!("a `{}` has no outputs", card.name),
        1 => format!("a `{}` has the output {}", card.name, listed(letters.clone())),
        _ => format!("a `{}` has the outputs {}", card.name, listed(letters.clone())),
    };
    let Some(anchor) = &end.anchor else {
        return Problem::new(Slug::UNKNOWN_ANCHOR, format!("`{name}` has nothing for `{input}`"))
            .at(&end.place, "no such output")
            .with(&node.tool.place, has);
    };
    let problem = Problem::new(Slug::UNKNOWN_ANCHOR, format!("`{name}` has no output `{}`", anchor.text))
        .at(&end.place, "no such output")
        .with(&node.tool.place, has);
    let meant = nearest(&anchor.text, letters.clone());
    let alone = if letters.len() == 1 { letters.clone().next() } else { None };
    match meant.or(alone) {
        Some(letter) => problem.help(format!("did you mean `{name}.{letter}`?")),
        None => problem.help(format!("write one of {}", listed_ends(name.as_str(), letters))),
    }
}

fn listed_ends<'a>(name: &str, letters: impl Iterator<Item = &'a str>) -> String {
    let ends: Vec<String> = letters.map(|letter| format!("{name}.{letter}")).collect();
    listed(ends.iter().map(String::as_str))
}

fn authorization_into_d(end: &WireEnd, node: &Node) -> Problem {
    let name = &node.name.value;
    let problem = Problem::new(Slug::WRONG_KIND, format!("`{name}.A` carries authorization, and `D` takes records"))
        .at(&end.place, "an authorization")
        .with(&node.tool.place, "it comes from here");
    problem.help(format!("wire it to an `A`, or take `{name}.S` here"))
}
