//! The pipeline file: YAML read into a tree with places, the tree read into nodes, and every problem on the way.
//!
//! A [`Source`] is parsed into a [`Tree`], whose values know where they stand. A [`Reading`] turns trees into what the
//! caller wants, collects [`Problems`] and goes on after each. [`Pipeline`] is the file's own form; the settings of
//! tools and connections stay trees, for those who know them.
//!
//! It does no I/O: what `${env:..}` and `${file:..}` stand for is looked up by the caller and handed in as [`Values`].
//! It knows neither the tools nor the catalogs, so that unknown ones are found elsewhere.

mod from_tree;
mod map_reader;
mod name;
mod nearest;
mod node;
mod pipeline;
mod problem;
mod problems;
mod reading;
mod scalar;
mod secret;
mod settings;
mod slug;
mod source;
mod text;
mod tree;
mod values;
mod visible;
mod wire;
mod yaml;

pub use from_tree::{FromTree, Spanned};
pub use map_reader::MapReader;
pub use name::{ConnectionName, NodeName, PipelineName, SettingName};
pub use nearest::{help_for_unknown, listed, nearest, once_each};
pub use node::Node;
pub use pipeline::{Connection, Guards, Pipeline};
pub use problem::{Label, Problem, Severity};
pub use problems::Problems;
pub use reading::Reading;
pub use secret::{MaybeSecret, Secret};
pub use settings::{Override, OverrideError, Setting, Settings};
pub use slug::{PAGES, Page, Slug};
pub use source::{Place, Source, Span};
pub use text::{Part, Reference, ReferenceTo, Text};
pub use tree::{Key, Kind, Tree};
pub use values::Values;
pub use visible::visible;
pub use wire::{Anchor, Input, Inputs, Output, WireEnd};
