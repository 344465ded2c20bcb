//! Tools, and the list they stand in.

use schemars::{JsonSchema, Schema, schema_for};
use seatflow_spec::{FromTree, Reading, Tree};

use crate::{Binding, Bound, Card, Fact};

/// A tool: a kind of node.
pub trait Tool {
    /// What a node says under the tool's key.
    type Config: FromTree + JsonSchema;

    /// What the tool says of itself.
    const CARD: Card;

    /// What must be read of the world before [`Tool::bind`].
    fn facts(_config: &Self::Config) -> Vec<Fact> {
        Vec::new()
    }

    /// Turns a node into work, without I/O. `None` means that problems were reported.
    fn bind(config: Self::Config, binding: &mut Binding<'_, '_>) -> Option<Bound>;
}

/// A tool in the list of all tools, its type forgotten.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The tool's card.
    pub card: &'static Card,
    /// The JSON Schema of its configuration.
    pub schema: fn() -> Schema,
    facts: fn(&Tree, &mut Reading<'_>) -> Vec<Fact>,
    bind: fn(&Tree, &mut Binding<'_, '_>) -> Option<Bound>,
}

trait Listed: Tool {
    const STATIC_CARD: &'static Card;
}

impl<T: Tool> Listed for T {
    const STATIC_CARD: &'static Card = &T::CARD;
}

impl Entry {
    /// The entry of a tool.
    pub const fn of<T: Tool>() -> Self {
        Self {
            card: T::STATIC_CARD,
            schema: || with_nothing(schema_for!(T::Config)),
            facts: |tree, reading| {
                T::Config::from_tree(tree, reading).map(|config| T::facts(&config)).unwrap_or_default()
            },
            bind: |tree, binding| {
                let config = T::Config::from_tree(tree, binding.reading)?;
                T::bind(config, binding)
            },
        }
    }

    /// What must be read of the world before a node with this configuration is bound. Problems of
    /// the configuration are reported by [`Entry::bind`] too, so those of `reading` can be dropped.
    pub fn facts(&self, config: &Tree, reading: &mut Reading<'_>) -> Vec<Fact> {
        (self.facts)(config, reading)
    }

    /// Reads the configuration of a node and binds it; `None` means that problems were reported.
    pub fn bind(&self, config: &Tree, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        (self.bind)(config, binding)
    }
}

/// The schema of settings; where none is required, nothing may be there, as in `unique:`.
fn with_nothing(mut schema: Schema) -> Schema {
    let is_map = schema.get("type").is_some_and(|kind| kind == "object");
    if is_map && schema.get("required").is_none() {
        schema.insert("type".to_owned(), ["object", "null"].as_slice().into());
    }
    schema
}
