//! What a schema says of a place.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::kinds::Kinds;
use super::path::Step;

/// What a schema says of one place in a body, gathered from all its parts that speak of it: through `properties`,
/// `items` and the like, through `$ref` within the schema, and through combinations (`allOf`, `anyOf`, `oneOf`, `if`).
#[derive(Clone, Debug)]
pub struct SchemaPlace<'a> {
    root: &'a Value,
    parts: Vec<Part<'a>>,
}

/// A schema that speaks of a place.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    said: &'a Map<String, Value>,
    /// Whether it holds in any case, and not just in one of several branches.
    always: bool,
}

impl<'a> SchemaPlace<'a> {
    /// What a schema says of the whole.
    pub(super) fn root(root: &'a Value) -> Self {
        Self::gathered(root, [(root, true)])
    }

    fn gathered(root: &'a Value, schemas: impl IntoIterator<Item = (&'a Value, bool)>) -> Self {
        let mut place = Self { root, parts: Vec::new() };
        for (schema, always) in schemas {
            place.gather(schema, always);
        }
        place
    }

    /// Adds a schema, and those that it is combined with, each once.
    fn gather(&mut self, schema: &'a Value, always: bool) {
        let Value::Object(said) = schema else { return };
        if self.parts.iter().any(|part| std::ptr::eq(part.said, said) && (part.always || !always)) {
            return;
        }
        self.parts.push(Part { said, always });
        if let Some(target) = said.get("$ref").and_then(|to| self.target(to.as_str()?)) {
            self.gather(target, always);
        }
        let of = |keyword: &str| said.get(keyword).and_then(Value::as_array).into_iter().flatten();
        of("allOf").for_each(|schema| self.gather(schema, always));
        of("anyOf").chain(of("oneOf")).for_each(|schema| self.gather(schema, false));
        ["then", "else"].iter().filter_map(|keyword| said.get(*keyword)).for_each(|schema| self.gather(schema, false));
    }

    /// Where a reference within the schema leads.
    fn target(&self, reference: &str) -> Option<&'a Value> {
        let pointer = reference.strip_prefix('#')?;
        self.root.pointer(&percent_decode_str(pointer).decode_utf8_lossy())
    }

    pub(crate) fn step(&self, step: &Step) -> Self {
        match step {
            Step::Field(name) => self.field(name),
            Step::Item(index) => self.item(*index),
        }
    }

    /// What is said of a field of the map that is here.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        let of = |part: &Part<'a>| {
            let schema = part.said.get("properties").and_then(|fields| fields.get(name));
            let other =
                || part.said.get("additionalProperties").filter(|_| !part.said.contains_key("patternProperties"));
            schema.or_else(other).map(|schema| (schema, part.always))
        };
        Self::gathered(self.root, self.parts.iter().filter_map(of))
    }

    /// What is said of an item of the list that is here, counted from 0.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        let of = |part: &Part<'a>| {
            let items = part.said.get("items");
            let in_order = part.said.get("prefixItems").or(items).and_then(Value::as_array);
            let schema = in_order.and_then(|schemas| schemas.get(index)).or(items.filter(|items| !items.is_array()));
            schema.map(|schema| (schema, part.always))
        };
        Self::gathered(self.root, self.parts.iter().filter_map(of))
    }

    /// The JSON types that may be here. Branches that say nothing of it do not count.
    pub fn kinds(&self) -> Kinds {
        let kinds = |always: bool| {
            self.parts
                .iter()
                .filter(move |part| part.always == always)
                .map(|part| Kinds::told_by(part.said))
                .filter(|kinds| *kinds != Kinds::ANY)
        };
        let always = kinds(true).fold(Kinds::ANY, Kinds::and);
        kinds(false).reduce(Kinds::or).map_or(always, |branches| always.and(branches))
    }

    /// The fields that the map that is here must have in any case, in the order of the schema.
    pub fn required(&self) -> Vec<&'a str> {
        let parts = self.parts.iter().filter(|part| part.always);
        let names = parts.filter_map(|part| part.said.get("required")?.as_array()).flatten().filter_map(Value::as_str);
        once_each(names)
    }

    /// The fields that are told of the map that is here, in the order of the schema.
    pub fn fields(&self) -> Vec<&'a str> {
        let fields = self.parts.iter().filter_map(|part| part.said.get("properties")?.as_object());
        once_each(fields.flat_map(Map::keys).map(String::as_str))
    }

    /// Whether the map that is here is told to have a field, or to have fields of any name, or nothing is told of its
    /// fields at all.
    pub fn tells_of(&self, name: &str) -> bool {
        let has = |keyword: &str| self.parts.iter().any(|part| part.said.contains_key(keyword));
        let takes_any = |part: &Part<'_>| match part.said.get("additionalProperties") {
            None => false,
            Some(schema) => *schema != Value::Bool(false),
        };
        !has("properties")
            || has("patternProperties")
            || self.parts.iter().any(takes_any)
            || self.fields().contains(&name)
    }

    /// What the first part that says something under a keyword says.
    pub(crate) fn keyword(&self, keyword: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.said.get(keyword))
    }
}

fn once_each<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}
