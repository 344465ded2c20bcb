//! Catalogs as data, for programs.

use serde::Serialize;
use serde_json::Value;

use super::node_yaml;
use crate::{Catalog, Endpoint};

/// An endpoint with what is printed beside it.
#[derive(Serialize)]
struct Page<'a> {
    catalog: &'a str,
    #[serde(flatten)]
    endpoint: &'a Endpoint,
    node: String,
}

/// A catalog in one line of a list.
#[derive(Serialize)]
struct Line<'a> {
    catalog: &'a str,
    summary: &'a str,
    documentation: Option<&'a str>,
    base_url: Option<&'a str>,
    endpoints: usize,
}

/// What [`catalogs_text`](super::catalogs_text) says of a catalog, as JSON.
pub fn catalog_json(catalog: &Catalog) -> Value {
    value(&Line {
        catalog: &catalog.name,
        summary: &catalog.summary,
        documentation: catalog.documentation.as_deref(),
        base_url: catalog.base_url.as_deref(),
        endpoints: catalog.endpoints.len(),
    })
}

/// All that a catalog says of an endpoint, with a `node` to paste, as JSON.
pub fn endpoint_json(catalog: &Catalog, endpoint: &Endpoint) -> Value {
    value(&Page { catalog: &catalog.name, endpoint, node: node_yaml(catalog, endpoint) })
}

/// The model has text for keys and finite numbers, so that it is always JSON.
fn value(page: &impl Serialize) -> Value {
    serde_json::to_value(page).unwrap_or_default()
}
