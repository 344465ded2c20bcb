//! Catalogs made from `OpenAPI` documents.

mod import;
