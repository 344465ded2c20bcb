//! Catalogs as data, for programs.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::node_yaml;
use crate::{Catalog, Endpoint, Schema};

/// An endpoint with what is printed beside it.
#[derive(Serialize)]
struct Page<'a> {
    catalog: &'a str,
    #[serde(flatten)]
    endpoint: &'a Endpoint,
    node: String,
    /// The catalog's schemas to which those of the endpoint refer, also by way of others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    schemas: BTreeMap<&'a str, &'a Value>,
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

/// All that a catalog says of an endpoint, with a `node` to paste and the schemas to which its own refer, as JSON.
pub fn endpoint_json(catalog: &Catalog, endpoint: &Endpoint) -> Value {
    let reached = catalog.schemas.reached_from(endpoint.schemas().map(Schema::value));
    let schemas = reached.into_iter().filter_map(|name| Some((name, catalog.schemas.get(name)?)));
    value(&Page { schemas: schemas.collect(), ..page(catalog, endpoint) })
}

/// The same of all endpoints of a catalog, without the schemas to which several may refer.
pub fn endpoints_json(catalog: &Catalog) -> Value {
    catalog.endpoints.iter().map(|endpoint| value(&page(catalog, endpoint))).collect()
}

fn page<'a>(catalog: &'a Catalog, endpoint: &'a Endpoint) -> Page<'a> {
    Page { catalog: &catalog.name, endpoint, node: node_yaml(catalog, endpoint), schemas: BTreeMap::new() }
}

/// The model has text for keys and finite numbers, so that it is always JSON.
fn value(page: &impl Serialize) -> Value {
    serde_json::to_value(page).unwrap_or_default()
}
