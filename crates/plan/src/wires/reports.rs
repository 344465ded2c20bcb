//! What is said of wires that lead nowhere.

use seatflow_spec::{
    Input, Inputs, Node, Output, Pipeline, Problem, Slug, Spanned, WireEnd, help_for_unknown, listed, nearest,
};
use seatflow_tool::{Card, Presence};

/// Nothing is wired to an input that must be wired.
pub(super) fn missing_input(node: &Node, input: Input) -> Problem {
    let tool = &node.tool;
    let what = match input {
        Input::A => "an authorization",
        Input::D => "records",
    };
    Problem::new(Slug::MISSING_INPUT, format!("`{}` has no wire to its `{input}`", node.name.value))
        .at(&tool.place, format!("{} `{}` needs {what} on `{input}`", article(&tool.value), tool.value))
        .help(format!("add `{input}: NODE` beside `{}`", tool.value))
}

/// Something is wired to an input that is not there.
pub(super) fn unknown_input(node: &Node, card: Option<&Card>, input: Input, inputs: &Inputs) -> Problem {
    let (name, tool) = (&node.name.value, &node.tool);
    let place = inputs.wires().next().map_or(&node.name.place, |end| &end.place);
    let has = card.map_or("no inputs", inputs_of);
    Problem::new(Slug::UNKNOWN_ANCHOR, format!("`{name}` has no input `{input}`"))
        .at(place, "this leads nowhere")
        .with(&tool.place, format!("{} `{}` has {has}", article(&tool.value), tool.value))
        .help(format!("remove `{input}` from the node"))
}

/// Wires have names where nobody asks for names.
pub(super) fn needless_names<T>(node: &Node, named: &[(Spanned<String>, T)], inputs: &Inputs) -> Problem {
    let tool = &node.tool.value;
    let place = named.first().map_or(&node.tool.place, |(name, _)| &name.place);
    let wires: Vec<&str> = inputs.wires().map(|end| end.place.text()).collect();
    Problem::new(Slug::WRONG_KIND, format!("{} `{tool}` does not ask for names on `D`", article(tool)))
        .at(place, "a name for a wire")
        .help(format!("write the wires as a list: `D: [{}]`", wires.join(", ")))
}

/// A wire begins at a node that is not there.
pub(super) fn unknown_node(end: &WireEnd, pipeline: &Pipeline) -> Problem {
    let name = end.node.value.as_str();
    let problem = Problem::new(Slug::UNKNOWN_NODE, format!("there is no node `{name}`"));
    let mut problem = problem.at(&end.node.place, "no such node");
    problem.help = help_for_unknown(name, pipeline.nodes.iter().map(|node| node.name.value.as_str()));
    problem
}

/// A wire begins at an output that is not there.
pub(super) fn unknown_output(end: &WireEnd, node: &Node, card: &Card, input: Input) -> Problem {
    let name = &node.name.value;
    let letters = card.output_letters();
    let written = end.anchor.as_ref().map_or("S", |anchor| anchor.text.as_str());
    let label = if end.anchor.is_some() { "no such output" } else { "a bare name means `S`" };
    let problem = Problem::new(Slug::UNKNOWN_ANCHOR, format!("`{name}` has no output `{written}`"))
        .at(&end.place, label)
        .with(&node.tool.place, format!("{} `{}` has {}", article(card.name), card.name, outputs_of(&letters)));
    let fits = |letter: &&Output| input == Input::A || **letter != Output::A;
    let ends: Vec<&str> = letters.iter().filter(fits).map(|letter| letter.as_str()).collect();
    let meant = end.anchor.as_ref().and_then(|anchor| nearest(&anchor.text, ends.iter().copied()));
    match (meant, ends.as_slice()) {
        (Some(letter), _) | (None, &[letter]) => problem.help(format!("did you mean `{name}.{letter}`?")),
        (None, []) => problem.help("wire another node"),
        (None, ends) => {
            let ends: Vec<String> = ends.iter().map(|letter| format!("`{name}.{letter}`")).collect();
            problem.help(format!("write {}", ends.join(" or ")))
        }
    }
}

/// An authorization is wired to where records enter.
pub(super) fn authorization_into_d(end: &WireEnd, node: &Node, card: &Card) -> Problem {
    let name = &node.name.value;
    let gives = format!("{} `{}` gives its authorization on `A`", article(card.name), card.name);
    let problem = Problem::new(Slug::WRONG_KIND, format!("`{name}.A` carries authorization, and `D` takes records"))
        .at(&end.place, "an authorization")
        .with(&node.tool.place, gives);
    if card.outputs.s {
        problem.help(format!("wire it to an `A`, or write `{name}.S` for its records"))
    } else {
        problem.help("wire it to an `A`, and a node with records here")
    }
}

/// The article before the name of a tool.
fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

fn inputs_of(card: &Card) -> &'static str {
    match (card.inputs.a, card.inputs.d) {
        (Presence::Absent, Presence::Absent) => "no inputs",
        (Presence::Absent, _) => "the input `D`",
        (_, Presence::Absent) => "the input `A`",
        _ => "the inputs `A` and `D`",
    }
}

fn outputs_of(letters: &[Output]) -> String {
    let list = listed(letters.iter().map(|letter| letter.as_str()));
    match letters {
        [] => "no outputs".to_owned(),
        [_] => format!("the output {list}"),
        _ => format!("the outputs {list}"),
    }
}
