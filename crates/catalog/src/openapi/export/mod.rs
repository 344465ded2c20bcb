//! A catalog as an OpenAPI 3.1 document.

mod answer;
mod body;
mod infer;
mod operation;
mod parameter;
mod references;
mod security;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use self::operation::operation;
use crate::lookup::path_form;
use crate::{Catalog, Endpoint, Method};

impl Catalog {
    /// The catalog as an OpenAPI 3.1 document, for a system at `base_url`, else where the catalog says that it is.
    ///
    /// Endpoints that have one method and path are one operation, since a document cannot tell them apart: what one of
    /// them takes fits, and what one of them answers, and `x-seatflow-endpoints` names them. What every call sends, the
    /// fixed part of a query or of a payload, stands there as the one value that is allowed. A selector is a part of the
    /// path in which `/` stands as it is (`x-seatflow-selector`).
    ///
    /// Where the catalog shows an answer by an example only, its schema is what the example has: fields of these types, or
    /// null, and others beside them.
    pub fn openapi(&self, base_url: Option<&str>) -> Value {
        let mut document = Map::new();
        let mut say = |key: &str, value: Value| drop(document.insert(key.to_owned(), value));
        say("openapi", json!("3.1.0"));
        say("info", json!({ "title": self.name, "version": "1", "description": self.summary }));
        if let Some(url) = &self.documentation {
            say("externalDocs", json!({ "url": url }));
        }
        if let Some(url) = base_url.or(self.base_url.as_deref()) {
            say("servers", json!([{ "url": url }]));
        }
        let ways = security::schemes(&self.authorization);
        if !ways.is_empty() {
            say("security", ways.keys().map(|name| json!({ name: [] })).collect());
        }
        say("paths", Value::Object(paths(&self.endpoints)));
        let schemas = self.schemas.iter().map(|(name, schema)| (name.to_owned(), references::moved(schema)));
        let schemas: Map<String, Value> = schemas.collect();
        say("components", json!({ "schemas": schemas, "securitySchemes": ways }));
        Value::Object(document)
    }
}

/// The endpoints of a path, by method.
type Methods<'a> = Vec<(Method, Vec<&'a Endpoint>)>;

/// The operations, by path and method, in the order of the catalog. Paths that differ in the names of their parameters are
/// one path.
fn paths(endpoints: &[Endpoint]) -> Map<String, Value> {
    let mut items: Vec<(&str, Methods<'_>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for endpoint in endpoints {
        let place = *places.entry(path_form(&endpoint.path)).or_insert(items.len());
        if place == items.len() {
            items.push((&endpoint.path, Vec::new()));
        }
        let Some((_, methods)) = items.get_mut(place) else { continue };
        match methods.iter_mut().find(|(method, _)| *method == endpoint.method) {
            Some((_, group)) => group.push(endpoint),
            None => methods.push((endpoint.method, vec![endpoint])),
        }
    }
    let item = |(path, methods): (&str, Methods<'_>)| {
        let operations = methods.iter().map(|(method, group)| (method.as_str().to_lowercase(), operation(path, group)));
        (path.to_owned(), Value::Object(operations.collect()))
    };
    items.into_iter().map(item).collect()
}
