//! What leaves the pipeline: its files, and the failed records that nobody looks at.

use std::path::PathBuf;

use seatflow_spec::{Node, Output, Pipeline, Place, Problem, Reading, ReferenceTo, Slug, Spanned, Values};
use seatflow_tool::{Card, Entry, Facts, Failing, Whereabouts};

use crate::connections::facts_of;
use crate::plan::PlannedNode;

/// A file that the pipeline reads, and where it says so, if it does.
struct Input<'p> {
    path: PathBuf,
    place: Option<&'p Place>,
}

/// Reports two nodes that write one file, and one that would write over what the pipeline reads or what runs keep.
pub(crate) fn check_files(
    pipeline: &Pipeline,
    nodes: &[PlannedNode],
    facts: &Facts,
    tools: &[Entry],
    reading: &mut Reading<'_>,
) {
    let inputs = inputs(pipeline, tools, reading.values()).into_iter();
    let inputs: Vec<_> = inputs.map(|input| (facts.whereabouts_of(&input.path), input)).collect();
    let state = facts.state.as_deref().map(|state| (facts.whereabouts_of(state), state));
    let mut written: Vec<(Whereabouts, &Place)> = Vec::new();
    for file in nodes.iter().flat_map(|node| &node.bound.files) {
        if file.value.as_os_str().is_empty() {
            let problem = Problem::new(Slug::BAD_VALUE, "a file without a name cannot be written");
            reading.problem(problem.at(&file.place, "a path must be here"));
            continue;
        }
        let place = facts.whereabouts_of(&file.value);
        if let Some((_, input)) = inputs.iter().find(|(read, _)| read.is_same(&place)) {
            reading.problem(over_input(file, input));
        } else if let Some((_, state)) = state.as_ref().filter(|(state, _)| place.is_within(state)) {
            let message = format!("`{}` is in the state folder `{}`", file.value.display(), state.display());
            let problem =
                Problem::new(Slug::OUTPUT_OVER_INPUT, message).at(&file.place, "runs keep their own files there");
            reading.problem(problem.help("write to another folder"));
        }
        match written.iter().find(|(first, _)| first.is_same(&place)) {
            Some((_, first)) => {
                let message = format!("`{}` is written twice", file.value.display());
                let problem = Problem::new(Slug::DUPLICATE_OUTPUT, message).at(&file.place, "this would overwrite it");
                reading.problem(problem.with(first, "it is written here").help("give each node a file of its own"));
            }
            None => written.push((place, &file.place)),
        }
    }
}

fn over_input(file: &Spanned<PathBuf>, input: &Input<'_>) -> Problem {
    let (written, read) = (file.value.display(), input.path.display());
    let message = if Whereabouts::spelled(&file.value).is_same(&Whereabouts::spelled(&input.path)) {
        format!("`{written}` is read and written")
    } else {
        format!("`{written}` is the same file as `{read}`, which is read")
    };
    let problem = Problem::new(Slug::OUTPUT_OVER_INPUT, message).at(&file.place, "this would overwrite it");
    let problem = match input.place {
        Some(place) => problem.with(place, "it is read here"),
        None => problem,
    };
    problem.help("write to another file")
}

/// The files that the pipeline reads, itself among them.
fn inputs<'p>(pipeline: &'p Pipeline, tools: &[Entry], values: &'p Values) -> Vec<Input<'p>> {
    // What is wrong has been reported by those who bind.
    let mut unheard = Reading::new(values);
    let itself = pipeline.name.iter().map(|name| PathBuf::from(name.place.source.name()));
    let mut inputs: Vec<Input<'_>> = itself.map(|path| Input { path, place: None }).collect();
    for connection in &pipeline.connections {
        let of_connection = facts_of(connection, &mut unheard).into_iter();
        inputs.extend(of_connection.map(|fact| Input { path: fact.path, place: Some(&connection.name.place) }));
    }
    for node in &pipeline.nodes {
        let Some(entry) = tools.iter().find(|entry| entry.card.name == node.tool.value) else { continue };
        let place = node.config.get("path").map_or(&node.name.place, |path| &path.place);
        let of_node = entry.facts(&node.config, &mut unheard).into_iter();
        inputs.extend(of_node.map(|fact| Input { path: fact.path, place: Some(place) }));
    }
    let connections = pipeline.connections.iter().map(|connection| &connection.config);
    let trees = connections.chain(pipeline.nodes.iter().map(|node| &node.config));
    let trees = trees.chain(values.settings.iter().map(|setting| &setting.value));
    for reference in trees.flat_map(|tree| tree.references()) {
        if let ReferenceTo::File(path) = &reference.to {
            inputs.push(Input { path: path.into(), place: Some(&reference.place) });
        }
    }
    inputs
}

/// Warns of a node whose failed records are wired nowhere.
pub(crate) fn warn_of_failures(node: &Node, card: &Card, wired: &[Output], reading: &mut Reading<'_>) {
    if card.outputs.f != Some(Failing::Failed) || wired.contains(&Output::F) {
        return;
    }
    let name = &node.name.value;
    let problem = Problem::warning(Slug::FAILED_NOT_WIRED, format!("failed records of `{name}` are wired nowhere"));
    reading.problem(
        problem
            .at(&node.name.place, "its `F` leads nowhere")
            .help(format!("wire `{name}.F` to a file; a run that leaves records there ends with status 3")),
    );
}
