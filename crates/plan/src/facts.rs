//! What must be read of the world before a pipeline can be checked.

use std::collections::BTreeSet;

use seatflow_spec::{Pipeline, Reading, Values};
use seatflow_tool::{Entry, Fact};

use crate::connections::facts_of;
use crate::tools::choose;

/// The facts that the pipeline's nodes and connections ask for, each once.
pub fn facts(pipeline: &Pipeline, values: &Values, tools: &[Entry]) -> Vec<Fact> {
    // Problems found on the way are found again, and reported, when the plan is made.
    let mut reading = Reading::new(values);
    let pipeline = &choose(pipeline, tools, &mut reading);
    let mut facts = BTreeSet::new();
    for connection in &pipeline.connections {
        facts.extend(facts_of(connection, &mut reading));
    }
    for node in &pipeline.nodes {
        if let Some(entry) = tools.iter().find(|entry| entry.card.name == node.tool.value) {
            facts.extend(entry.facts(&node.config, &mut reading));
        }
    }
    facts.into_iter().collect()
}
