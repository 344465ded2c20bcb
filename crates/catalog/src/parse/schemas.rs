//! Schemas that endpoints share.

use seatflow_spec::{Key, Reading, Tree};
use serde_json::{Map, Value};

use super::{body, json};
use crate::{Schema, Schemas};

/// Reads the schemas, each with a name. They are checked where they are written, and compiled where they are used.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Schemas> {
    let trees: Vec<(Key, Tree)> = reading.read(tree)?;
    let read = trees.iter().filter_map(|(key, tree)| Some((key.text.clone(), json::read(tree, reading)?)));
    let schemas = Schemas::new(read.collect::<Map<String, Value>>());
    for (key, tree) in &trees {
        let Some(schema) = schemas.get(&key.text) else { continue };
        for fault in Schema::faults_of_shared(schema, &schemas) {
            reading.problem(body::no_schema(tree, &fault));
        }
    }
    Some(schemas)
}
