//! What leaves the pipeline: its files, and the failed records that nobody looks at.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use seatflow_spec::{Node, Output, Place, Problem, Reading, Slug};
use seatflow_tool::{Card, Failing};

use crate::plan::PlannedNode;

/// Reports two nodes that write one file.
pub(crate) fn check_files(nodes: &[PlannedNode], reading: &mut Reading<'_>) {
    let mut written: BTreeMap<PathBuf, &Place> = BTreeMap::new();
    for file in nodes.iter().flat_map(|node| &node.bound.files) {
        if let Some(first) = written.insert(normal(&file.value), &file.place) {
            let problem = Problem::new(Slug::DUPLICATE_OUTPUT, format!("`{}` is written twice", file.value.display()));
            let problem = problem.at(&file.place, "this would overwrite it").with(first, "it is written here");
            reading.problem(problem.help("give each node a file of its own"));
        }
    }
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
