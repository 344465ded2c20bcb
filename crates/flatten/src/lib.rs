//! JSON documents as rows of Arrow columns, and back.
//!
//! A [`Document`] is one response body, parsed once. A [`Flattener`] makes rows of documents: each element of the
//! envelope's array is a record, nested objects become dotted columns, arrays become rows, and nothing is lost.
//! [`ladder`] says which type a column has, and lets schemas widen along a wire. This crate calls nothing, reads no
//! file and knows nothing of endpoints: it is given bytes and gives record batches.

mod column;
mod document;
mod flattener;
mod json;
pub mod ladder;
mod naming;
pub mod nest;
mod parse;
mod path;
mod scan;
mod shape;
mod tape;
mod text;
mod unparsed;
mod weight;

pub use document::{Document, Value};
pub use flattener::{Flattener, Options, Refused};
pub use json::Json;
pub use path::{BadPath, Path};
pub use unparsed::Unparsed;
