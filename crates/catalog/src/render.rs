//! Catalogs as a user sees them.

mod json;
mod node;
mod table;
mod text;

pub use json::{catalog_json, endpoint_json};
pub use node::node_yaml;
pub use text::{catalogs_text, endpoint_text, endpoints_text};
