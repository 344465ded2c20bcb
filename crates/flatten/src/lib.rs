//! JSON documents as rows of Arrow columns, and back: a [`Document`] is one response body, parsed once; a
//! [`Flattener`] makes rows of documents; [`ladder`] says which type a column has; [`nest`] is the way back. This crate
//! calls nothing, reads no file and knows nothing of endpoints: it is given bytes and gives record batches.
#![doc = include_str!("../README.md")]

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
