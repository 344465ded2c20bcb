//! What a schema says of a place.

use percent_encoding::percent_decode_str;
use seatflow_spec::once_each;
use serde_json::{Map, Value};

use super::kinds::Kinds;
use super::path::Step;
use super::shared::Schemas;
use crate::Suggestion;

/// What a schema says of one place in a body, gathered from all its parts that speak of it: through `properties`,
/// `items` and the like, through `$ref` within the schema and to those of its catalog, and through combinations (`allOf`,
/// `anyOf`, `oneOf`, `if`). A schema that leads to itself is one part, however often it does.
#[derive(Clone, Debug)]
pub struct SchemaPlace<'a> {
    root: &'a Value,
    schemas: &'a Schemas,
    parts: Vec<Part<'a>>,
}

/// A schema that speaks of a place.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    said: &'a Map<String, Value>,
    /// In which cases it holds.
    holds: Holds,
}

/// When a part of a schema holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    /// In any case.
    Always,
    /// In the first of several branches, where it counts.
    First,
    /// In another branch.
    Other,
}

impl<'a> SchemaPlace<'a> {
    /// What a schema says of the whole.
    pub(super) fn root(root: &'a Value, schemas: &'a Schemas) -> Self {
        Self { root, schemas, parts: Vec::new() }.gathered([(root, Holds::Always)])
    }

    /// The place of which these schemas speak.
    fn gathered(&self, found: impl IntoIterator<Item = (&'a Value, Holds)>) -> Self {
        let mut place = Self { parts: Vec::new(), ..*self };
        for (schema, holds) in found {
            place.gather(schema, holds);
        }
        place
    }

    /// Adds a schema, and those that it is combined with, each once.
    fn gather(&mut self, schema: &'a Value, holds: Holds) {
        let Value::Object(said) = schema else { return };
        if self.parts.iter().any(|part| std::ptr::eq(part.said, said) && part.holds <= holds) {
            return;
        }
        self.parts.push(Part { said, holds });
        if let Some(target) = said.get("$ref").and_then(|to| self.target(to.as_str()?)) {
            self.gather(target, holds);
        }
        let of = |keyword: &str| said.get(keyword).and_then(Value::as_array).into_iter().flatten();
        of("allOf").for_each(|schema| self.gather(schema, holds));
        for (branch, schema) in of("anyOf").enumerate().chain(of("oneOf").enumerate()) {
            self.gather(schema, if branch == 0 { holds.max(Holds::First) } else { Holds::Other });
        }
        for schema in ["then", "else"].iter().filter_map(|keyword| said.get(*keyword)) {
            self.gather(schema, Holds::Other);
        }
    }

    /// The same, of several branches the first one only.
    pub(crate) fn first_form(&self) -> Self {
        let parts = self.parts.iter().filter(|part| part.holds <= Holds::First).copied().collect();
        Self { parts, ..*self }
    }

    /// Where a reference within the schema leads, or to one of the catalog's.
    fn target(&self, reference: &str) -> Option<&'a Value> {
        if let Some(shared) = self.schemas.target(reference) {
            return Some(shared);
        }
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
            schema.or_else(other).map(|schema| (schema, part.holds))
        };
        self.gathered(self.parts.iter().filter_map(of))
    }

    /// What is said of an item of the list that is here, counted from 0.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        let of = |part: &Part<'a>| {
            let items = part.said.get("items");
            let in_order = part.said.get("prefixItems").or(items).and_then(Value::as_array);
            let schema = in_order.and_then(|schemas| schemas.get(index)).or(items.filter(|items| !items.is_array()));
            schema.map(|schema| (schema, part.holds))
        };
        self.gathered(self.parts.iter().filter_map(of))
    }

    /// The JSON types that may be here. Branches that say nothing of it do not count.
    pub fn kinds(&self) -> Kinds {
        let (always, branches): (Vec<_>, Vec<_>) = self.parts.iter().partition(|part| part.holds == Holds::Always);
        let told = |parts: &[&Part<'_>]| {
            let kinds = parts.iter().map(|part| Kinds::told_by(part.said));
            kinds.filter(|kinds| *kinds != Kinds::ANY).collect::<Vec<_>>()
        };
        let kinds = told(&always).into_iter().fold(Kinds::ANY, Kinds::and);
        told(&branches).into_iter().reduce(Kinds::or).map_or(kinds, |branches| kinds.and(branches))
    }

    /// The fields that the map that is here must have in any case, in the order of the schema.
    pub fn required(&self) -> Vec<&'a str> {
        self.names_required(|holds| holds == Holds::Always)
    }

    /// The fields that it must have in some branch at least.
    pub(crate) fn required_in_a_form(&self) -> Vec<&'a str> {
        self.names_required(|_| true)
    }

    /// Fields with which the map that is here has all that is required in one form at least: those of the first branches,
    /// if all of them are there, else those of each branch that are there.
    pub(crate) fn required_of(&self, is_there: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let first = self.first_form().required_in_a_form();
        if first.iter().all(|name| is_there(name)) {
            return first;
        }
        let always = self.required();
        self.required_in_a_form().into_iter().filter(|name| always.contains(name) || is_there(name)).collect()
    }

    /// The one value that may be here in any case, if there is only one.
    pub fn only_value(&self) -> Option<&'a Value> {
        let of = |part: &Part<'a>| match (part.said.get("const"), part.said.get("enum")) {
            (Some(only), _) => Some(only),
            (None, Some(Value::Array(values))) => <&[Value; 1]>::try_from(values.as_slice()).ok().map(|[only]| only),
            _ => None,
        };
        self.parts.iter().filter(|part| part.holds == Holds::Always).find_map(of)
    }

    fn names_required(&self, counts: impl Fn(Holds) -> bool) -> Vec<&'a str> {
        let parts = self.parts.iter().filter(|part| counts(part.holds));
        once_each(parts.filter_map(|part| part.said.get("required")?.as_array()).flatten().filter_map(Value::as_str))
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

    /// Whether the map that is here must not have a field of that name.
    pub fn forbids(&self, name: &str) -> bool {
        let is_closed = |part: &&Part<'_>| {
            part.said.get("additionalProperties") == Some(&Value::Bool(false))
                && !part.said.contains_key("patternProperties")
        };
        let mut closed = self.parts.iter().filter(|part| part.holds == Holds::Always).filter(is_closed);
        closed.any(|part| part.said.get("properties").is_none_or(|fields| fields.get(name).is_none()))
    }

    /// The only values that may be here, if they are listed.
    pub fn allowed(&self) -> Vec<&'a Value> {
        self.keyword("enum").and_then(Value::as_array).into_iter().flatten().collect()
    }

    /// The values that are known of the text that is here, among others that are not: each that some part of what is said
    /// of it knows, as the first calls it.
    pub fn suggested(&self) -> Vec<Suggestion> {
        let mut suggested: Vec<Suggestion> = Vec::new();
        for (value, name) in self.parts.iter().filter_map(|part| part.said.get("suggested")).flat_map(known) {
            if suggested.iter().all(|other| other.value != value) {
                suggested.push(Suggestion { value: value.to_owned(), name: name.map(str::to_owned) });
            }
        }
        suggested
    }

    /// Whether what is said of the fields here and there is one and the same.
    pub(crate) fn has_the_fields_of(&self, other: &Self) -> bool {
        let told = |place: &Self| {
            let parts = place.parts.iter().filter(|part| part.said.contains_key("properties"));
            parts.map(|part| std::ptr::from_ref(part.said)).collect::<Vec<_>>()
        };
        told(self) == told(other)
    }

    /// What the first part that says something under a keyword says.
    pub(crate) fn keyword(&self, keyword: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.said.get(keyword))
    }
}

/// The values that `suggested` knows, with what they stand for.
fn known(suggested: &Value) -> Vec<(&str, Option<&str>)> {
    match suggested {
        Value::Object(names) => names.iter().map(|(value, name)| (value.as_str(), name.as_str())).collect(),
        Value::Array(values) => values.iter().filter_map(|value| Some((value.as_str()?, None))).collect(),
        _ => Vec::new(),
    }
}
