//! What leaves the pipeline: its files, and the failed records that nobody looks at.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use seatflow_spec::{Node, Output, Pipeline, Place, Problem, Reading, Slug, Values};
use seatflow_tool::{Card, Entry, Facts, Failing};

use crate::connections::facts_of;
use crate::plan::PlannedNode;

/// A file that the pipeline reads, and where it says so, if it does.
struct Input<'p> {
    path: PathBuf,
    place: Option<&'p Place>,
}

/// Reports two nodes that write one file, and one that would write over what the pipeline reads.
pub(crate) fn check_files(
    pipeline: &Pipeline,
    nodes: &[PlannedNode],
    facts: &Facts,
    tools: &[Entry],
    reading: &mut Reading<'_>,
) {
    let begin = facts.working_directory.as_deref().unwrap_or(Path::new(""));
    let inputs = inputs(pipeline, tools, reading.values());
    let mut written: BTreeMap<PathBuf, &Place> = BTreeMap::new();
    for file in nodes.iter().flat_map(|node| &node.bound.files) {
        if file.value.as_os_str().is_empty() {
            let problem = Problem::new(Slug::BAD_VALUE, "a file without a name cannot be written");
            reading.problem(problem.at(&file.place, "a path must be here"));
            continue;
        }
        let path = normal(&begin.join(&file.value));
        if let Some(input) = inputs.iter().find(|input| normal(&begin.join(&input.path)) == path) {
            let message = format!("`{}` is read and written", file.value.display());
            let problem = Problem::new(Slug::OUTPUT_OVER_INPUT, message).at(&file.place, "this would overwrite it");
            let problem = match input.place {
                Some(place) => problem.with(place, "it is read here"),
                None => problem,
            };
            reading.problem(problem.help("write to another file"));
        }
        if let Some(first) = written.insert(path, &file.place) {
            let problem = Problem::new(Slug::DUPLICATE_OUTPUT, format!("`{}` is written twice", file.value.display()));
            let problem = problem.at(&file.place, "this would overwrite it").with(first, "it is written here");
            reading.problem(problem.help("give each node a file of its own"));
        }
    }
}

/// The files that the pipeline reads, itself among them.
fn inputs<'p>(pipeline: &'p Pipeline, tools: &[Entry], values: &Values) -> Vec<Input<'p>> {
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
    inputs
}

/// The path without what does not change where it leads: `./out/../out/a` is `out/a`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            // Above the root there is the root.
            Component::ParentDir if normal.has_root() => {}
            other => normal.push(other),
        }
    }
    normal
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
