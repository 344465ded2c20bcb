//! A YAML document whose values know where they stand.

use std::sync::Arc;

use crate::{Part, Place, Problems, Reference, ReferenceTo, Source, Text, once_each, yaml};

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The value.
    pub kind: Kind,
    /// Where it is written. Of an aliased value: where the anchor is.
    pub place: Place,
    /// How a number or a truth value is spelt.
    pub(crate) spelling: Option<Box<str>>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent, or `.inf`, `-.inf`, `.nan`.
    Float(f64),
    /// Text, perhaps with references in it.
    Text(Text),
    /// Values in order.
    List(Vec<Tree>),
    /// Named values in order; no name is there twice.
    Map(Vec<(Key, Tree)>),
    /// Something that could not be read. Its problem has been reported, so that readers pass it over in silence.
    Broken,
}

/// The name of a value in a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The name, taken literally.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

impl Tree {
    /// A value at a place.
    pub fn new(kind: Kind, place: Place) -> Self {
        Self { kind, place, spelling: None }
    }

    /// Reads a document.
    ///
    /// # Errors
    /// All problems that the text has as YAML.
    pub fn parse(source: &Arc<Source>) -> Result<Self, Problems> {
        let mut problems = Problems::new();
        match Self::read(source, &mut problems) {
            Some(tree) if problems.is_empty() => Ok(tree),
            _ => Err(problems),
        }
    }

    /// Reads a document, adds what is wrong to `problems` and goes on as far as it can: what could not be read is
    /// [`Kind::Broken`]. `None` if the text has no form at all.
    pub fn read(source: &Arc<Source>, problems: &mut Problems) -> Option<Self> {
        yaml::read(source, problems)
    }

    /// The value of a map's key. `None` also if this is not a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(found, _)| found.text == key).map(|(_, value)| value)
    }

    /// The keys and values of a map; of everything else, none.
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The values of a list; of everything else, none.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// A text without references, or a number, as it is written; `None` for all else.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => text.as_literal(),
            Kind::Integer(_) | Kind::Float(_) => self.spelling.as_deref(),
            _ => None,
        }
    }

    /// A text without references, a number or a truth value, as it is written; `None` for all else.
    pub fn as_scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Bool(_) => self.spelling.as_deref(),
            _ => self.as_text(),
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// Whether it, and everything in it, could be read.
    pub fn is_whole(&self) -> bool {
        match &self.kind {
            Kind::Broken => false,
            Kind::List(items) => items.iter().all(Self::is_whole),
            Kind::Map(entries) => entries.iter().all(|(_, value)| value.is_whole()),
            Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Text(_) => true,
        }
    }

    /// Every reference in it, in the order of the document.
    ///
    /// With those to variables and files the caller knows what to look up for [`Values`](crate::Values).
    pub fn references(&self) -> Vec<&Reference> {
        let mut found = Vec::new();
        self.collect_references(&mut found);
        found
    }

    fn collect_references<'a>(&'a self, found: &mut Vec<&'a Reference>) {
        match &self.kind {
            Kind::Text(text) => found.extend(text.references()),
            Kind::List(items) => items.iter().for_each(|item| item.collect_references(found)),
            Kind::Map(entries) => entries.iter().for_each(|(_, value)| value.collect_references(found)),
            Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Broken => {}
        }
    }

    /// The names of the environment variables it refers to, each once, in the order of the document.
    pub fn variables(&self) -> Vec<&str> {
        let names = self.references().into_iter().filter_map(|reference| match &reference.to {
            ReferenceTo::Variable(name) => Some(name.as_str()),
            _ => None,
        });
        once_each(names)
    }

    /// The paths of the files it refers to, each once, in the order of the document.
    pub fn files(&self) -> Vec<&str> {
        let paths = self.references().into_iter().filter_map(|reference| match &reference.to {
            ReferenceTo::File(path) => Some(path.as_str()),
            _ => None,
        });
        once_each(paths)
    }

    /// What it is, as a message says it.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a truth value",
            Kind::Integer(_) => "a whole number",
            Kind::Float(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
            Kind::Broken => "something that cannot be read",
        }
    }

    /// Whether it is a text of one reference and nothing else.
    pub(crate) fn sole_reference(&self) -> Option<&Reference> {
        match &self.kind {
            Kind::Text(text) => match text.parts() {
                [Part::Reference(reference)] => Some(reference),
                _ => None,
            },
            _ => None,
        }
    }
}
