//! Catalogs: what remote systems offer, parsed, looked up and printed.
//!
//! A catalog is a YAML file; [`Catalog::parse`] reads it with all its problems, [`builtin`] has those that come with the
//! program. It does no I/O, and it calls nothing: what a call is made of is read from here by others.

mod answer;
mod builtin;
mod dotted;
mod lookup;
mod model;
mod name;
mod openapi;
mod paging;
mod parse;
mod reconcile;
mod render;
mod sample;
mod schema;
pub mod selector;
mod value;

pub use answer::*;
pub use builtin::{builtin, builtin_names};
pub use dotted::DottedPath;
pub use lookup::{PathPart, path_parts};
pub use model::*;
pub use name::{NAME_FORM, is_name};
pub use openapi::{Import, NotCarried, import_openapi};
pub use paging::*;
pub use reconcile::{Given, Presence, Reconcile};
pub use render::{
    catalog_json, catalogs_text, endpoint_json, endpoint_text, endpoints_json, endpoints_text, flow_yaml, node_yaml,
    payload_yaml,
};
pub use schema::{BodyPath, Kinds, Misfit, Schema, SchemaPlace, Schemas, Unsaid, shown};
pub use selector::{Selector, SelectorFault};
pub use value::Unfit;

/// The most bytes of a catalog, or of a document from which one is made: it may have thousands of endpoints.
pub const MOST_BYTES: usize = 64 << 20;

/// How a catalog is written: the page for users.
pub const FORM: &str = include_str!("catalog.md");
