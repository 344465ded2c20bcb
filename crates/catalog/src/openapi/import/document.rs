//! A document, and where its references lead.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use seatflow_spec::{Problem, Problems, Slug, Source};
use serde_json::{Map, Value};

/// How many references may follow each other.
const LONGEST_CHAIN: usize = 64;

/// A document of any version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'d> {
    root: &'d Value,
    pub(super) version: Version,
}

/// Which form a document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Swagger2,
    V30,
    V31,
}

/// A value of a document, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Found<'d> {
    pub(super) value: &'d Value,
    pub(super) pointer: String,
}

impl<'d> Document<'d> {
    /// The document that a value is.
    pub(super) fn new(root: &'d Value, source: &Arc<Source>) -> Result<Self, Problems> {
        let text = |key: &str| root.get(key).map(|said| said.as_str().map_or_else(|| said.to_string(), str::to_owned));
        let refused = |message: String, help: &str| {
            let problem = Problem::new(Slug::BAD_VALUE, message).at(&source.beginning(), "the document begins here");
            Err(problem.help(help).into())
        };
        let version = match (text("openapi"), text("swagger")) {
            (Some(version), _) if version.starts_with("3.0") => Version::V30,
            (Some(version), _) if version.starts_with("3.") => Version::V31,
            (None, Some(version)) if version.starts_with('2') => Version::Swagger2,
            (Some(version), _) => {
                return refused(format!("OpenAPI {version} is not read"), "3.0 and 3.1 are, and Swagger 2.0");
            }
            (None, Some(version)) => {
                return refused(format!("Swagger {version} is not read"), "2.0 is, and OpenAPI 3.0 and 3.1");
            }
            (None, None) => {
                let help = "such a document says `openapi: 3.1.0` or `swagger: \"2.0\"` at its top";
                return refused("the file is no OpenAPI document".to_owned(), help);
            }
        };
        Ok(Self { root, version })
    }

    /// The map at a key of the root; empty, if there is none.
    pub(super) fn map(&self, key: &str) -> impl Iterator<Item = (&'d String, &'d Value)> + use<'d> {
        self.root.get(key).and_then(Value::as_object).into_iter().flatten()
    }

    /// What is at a pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<&'d Value> {
        self.root.pointer(pointer)
    }

    /// What is meant by a value: itself, or where its `$ref` leads in the end.
    ///
    /// # Errors
    /// Why it leads nowhere.
    pub(super) fn resolve(&self, value: &'d Value, pointer: &str) -> Result<Found<'d>, String> {
        let mut found = Found { value, pointer: pointer.to_owned() };
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = found.value.get("$ref").and_then(Value::as_str) else { return Ok(found) };
            found = self.target(reference)?;
        }
        Err("its `$ref` leads in a circle".to_owned())
    }

    /// Where a reference leads, one step.
    pub(super) fn target(&self, reference: &str) -> Result<Found<'d>, String> {
        let Some(pointer) = reference.strip_prefix('#') else {
            return Err(format!("`{reference}` is in another document, and nothing is fetched"));
        };
        let pointer = percent_decode_str(pointer).decode_utf8_lossy().into_owned();
        match self.at(&pointer).filter(|_| pointer.starts_with('/')) {
            Some(value) => Ok(Found { value, pointer }),
            None => Err(format!("`{reference}` is not in the document")),
        }
    }
}

impl<'d> Found<'d> {
    /// The value at a key of this one, with its place.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { value, pointer: below(&self.pointer, key) })
    }

    /// The text at a key.
    pub(super) fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    /// Whether a key says `true`.
    pub(super) fn says(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }

    /// The fields of a map, each with its place.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let pointer = self.pointer.clone();
        let fields = self.value.as_object().into_iter().flat_map(Map::iter);
        fields.map(move |(name, value)| (name.as_str(), Self { value, pointer: below(&pointer, name) }))
    }

    /// The items of a list, each with its place.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'d> {
        let pointer = self.pointer.clone();
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(index, value)| Self { value, pointer: format!("{pointer}/{index}") })
    }
}

/// The pointer of a field of what is at a pointer.
pub(super) fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}
