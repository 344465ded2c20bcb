//! Which key of a node is its tool.

use seatflow_spec::{Key, Node, Pipeline, Problem, Reading, Slug, Spanned, nearest};
use seatflow_tool::Entry;

/// The pipeline with one tool in each of its nodes. Every key beside it is reported, and a node in which it cannot be
/// told which key is the tool is one that could not be read.
pub(crate) fn choose(pipeline: &Pipeline, tools: &[Entry], reading: &mut Reading<'_>) -> Pipeline {
    let mut pipeline = pipeline.clone();
    for mut node in std::mem::take(&mut pipeline.nodes) {
        if choose_one(&mut node, tools, reading) {
            pipeline.nodes.push(node);
        } else {
            pipeline.unreadable.push(node.name.value);
        }
    }
    pipeline
}

/// Whether the node has one tool, which is then in its place.
fn choose_one(node: &mut Node, tools: &[Entry], reading: &mut Reading<'_>) -> bool {
    if node.others.is_empty() {
        return true;
    }
    let entry_of = |name: &str| tools.iter().find(|entry| entry.card.name == name);
    let first = (Key { text: node.tool.value.clone(), place: node.tool.place.clone() }, node.config.clone());
    let mut keys: Vec<_> = std::iter::once(first).chain(std::mem::take(&mut node.others)).collect();
    let known: Vec<usize> = (0..keys.len()).filter(|number| entry_of(&keys[*number].0.text).is_some()).collect();
    let &[known] = known.as_slice() else {
        let mut problem =
            Problem::new(Slug::ONE_TOOL_PER_NODE, format!("the node `{}` has {} tools", node.name.value, keys.len()));
        for (number, (key, _)) in keys.iter().enumerate() {
            problem = problem.with(&key.place, if number == 0 { "one tool" } else { "another one" });
        }
        reading.problem(problem.help("make a node of each, and wire them"));
        return false;
    };
    let (tool, config) = keys.remove(known);
    for (key, _) in keys {
        let entry = entry_of(&tool.text);
        let settings = entry.map(settings_of).unwrap_or_default();
        let help = match nearest(&key.text, settings.iter().map(String::as_str)) {
            _ if settings.contains(&key.text) => format!("`{}` belongs under `{}`", key.text, tool.text),
            Some(near) => format!("did you mean `{near}`, under `{}`?", tool.text),
            None => format!(
                "beside its tool a node has `A`, `D` and `note`; what the tool needs stands under `{}`",
                tool.text
            ),
        };
        let problem = Problem::new(Slug::UNKNOWN_KEY, format!("a node has no key `{}`", key.text));
        reading.problem(problem.at(&key.place, "no such key").with(&tool.place, "the node's tool").help(help));
    }
    node.tool = Spanned::new(tool.text, tool.place);
    node.config = config;
    true
}

/// The keys that may stand under a tool.
fn settings_of(entry: &Entry) -> Vec<String> {
    let schema = (entry.schema)();
    let properties = schema.get("properties").and_then(|properties| properties.as_object());
    properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}
