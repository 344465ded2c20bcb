//! What the crate does with whole files.

#![expect(clippy::expect_used, reason = "a helper of a test fails the test")]

mod pages;
mod pipeline;
mod reading;
mod references;
mod reports;
mod yaml;

use std::sync::Arc;

use seatflow_spec::{Pipeline, Problems, Reading, Settings, Source, Tree, Values};

/// A text under a name.
fn source(text: &str) -> Arc<Source> {
    Source::new("test.yaml", text)
}

/// The tree of a text that is read without problems.
fn tree(text: &str) -> Tree {
    Tree::parse(&source(text)).expect("the text is read without problems")
}

/// Reads a whole pipeline file as the program does, with the variables given.
fn pipeline_with(text: &str, variables: &[(&str, &str)]) -> (Option<Pipeline>, Problems) {
    let mut problems = Problems::new();
    let Some(tree) = Tree::read(&source(text), &mut problems) else {
        return (None, problems);
    };
    let mut values = Values::new(Settings::read(&tree, &mut problems));
    for (name, value) in variables {
        values.set_variable(*name, *value);
    }
    let mut reading = Reading::new(&values);
    let pipeline = Pipeline::read(&tree, &mut reading);
    problems.extend(reading.into_problems());
    (pipeline, problems.sorted())
}

/// Reads a whole pipeline file.
fn pipeline(text: &str) -> (Option<Pipeline>, Problems) {
    pipeline_with(text, &[])
}

/// The slugs of problems, in order.
fn slugs(problems: &Problems) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.slug.as_str()).collect()
}
