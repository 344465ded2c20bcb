//! Catalogs made from `OpenAPI` documents, and documents made from catalogs.

mod export;
mod import;
mod mangled;
