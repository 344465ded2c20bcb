//! OpenAPI documents: catalogs made from them, and they from catalogs.

mod export;
mod import;

pub use import::{Import, NotCarried, import_openapi};
