//! Catalogs made from OpenAPI documents, and documents made from catalogs.

mod export;
mod import;
mod large;
mod mangled;
mod pages;
mod ways;
mod written;
