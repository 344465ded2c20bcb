//! Catalogs as a user sees them.

mod json;
mod node;
mod outcome;
mod payload;
mod reconcile;
mod table;
mod text;
mod yaml;

pub use json::{catalog_json, endpoint_json, endpoints_json};
pub use node::node_yaml;
pub use payload::payload_yaml;
pub use text::{catalogs_text, endpoint_text, endpoints_text};
pub use yaml::flow_yaml;
