//! `OpenAPI` documents: catalogs made from them.

mod import;

pub use import::{Import, NotCarried, import_openapi};
