//! Catalogs: what remote systems offer. Parses, looks up. No tokio, no I/O.

mod model;

pub use model::*;
