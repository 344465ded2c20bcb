//! What a schema of a document says, seen through references and combinations.

use serde_json::Value;

use super::document::{Document, Found};

/// How many parts are looked at.
const MOST_PARTS: usize = 32;

/// The parts of a schema that speak of one place.
#[derive(Clone, Debug)]
pub(super) struct Outline<'d> {
    document: Document<'d>,
    parts: Vec<Found<'d>>,
    /// Whether there are several ways to fit, of which only the first was looked at.
    pub(super) is_split: bool,
}

impl<'d> Outline<'d> {
    /// Of a schema. References that lead nowhere say nothing.
    pub(super) fn of(document: Document<'d>, schema: &Found<'d>) -> Self {
        let mut outline = Self { document, parts: Vec::new(), is_split: false };
        outline.gather(schema);
        outline
    }

    fn gather(&mut self, schema: &Found<'d>) {
        let Ok(found) = self.document.resolve(schema.value, &schema.pointer) else { return };
        let is_there = self.parts.iter().any(|part| std::ptr::eq(part.value, found.value));
        if is_there || self.parts.len() >= MOST_PARTS {
            return;
        }
        self.parts.push(found.clone());
        for part in found.get("allOf").iter().flat_map(Found::items) {
            self.gather(&part);
        }
        for keyword in ["anyOf", "oneOf"] {
            let branches = found.get(keyword).map(|branches| branches.items().collect::<Vec<_>>()).unwrap_or_default();
            let mut branches = branches.iter().filter(|branch| branch.text("type") != Some("null"));
            if let Some(first) = branches.next() {
                self.is_split |= branches.next().is_some();
                self.gather(first);
            }
        }
    }

    /// What a keyword says, where it is said first.
    pub(super) fn keyword(&self, name: &str) -> Option<&'d Value> {
        self.parts.iter().find_map(|part| part.value.get(name))
    }

    /// The text of a keyword.
    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.keyword(name)?.as_str()
    }

    /// The types that are said, but for null.
    pub(super) fn types(&self) -> Vec<&'d str> {
        let types = match self.keyword("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        types.into_iter().filter(|kind| *kind != "null").collect()
    }

    /// Whether it is a list.
    pub(super) fn is_list(&self) -> bool {
        self.types() == ["array"] || (self.types().is_empty() && self.keyword("items").is_some())
    }

    /// Whether it is a map.
    pub(super) fn is_map(&self) -> bool {
        self.types() == ["object"] || (self.types().is_empty() && self.keyword("properties").is_some())
    }

    /// What the elements of a list are.
    pub(super) fn item(&self) -> Option<Self> {
        let items = self.parts.iter().find_map(|part| part.get("items"))?;
        Some(Self::of(self.document, &items))
    }

    /// The properties that are told, in the order of the document.
    pub(super) fn properties(&self) -> Vec<(&'d str, Self)> {
        let told = self.parts.iter().filter_map(|part| part.get("properties"));
        let told = told.flat_map(|properties| properties.fields().collect::<Vec<_>>());
        told.map(|(name, schema)| (name, Self::of(self.document, &schema))).collect()
    }

    /// The property of a name.
    pub(super) fn property(&self, name: &str) -> Option<Self> {
        let schema = self.parts.iter().find_map(|part| part.get("properties")?.get(name))?;
        Some(Self::of(self.document, &schema))
    }

    /// What is at a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self.clone(), |outline, name| outline.property(name))
    }
}
