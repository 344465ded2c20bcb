//! A closer look at a catalog that can be read: at what takes long, and at what is of no use.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_spec::{Key, Kind, Problem, Problems, Slug, Tree};
use serde_json::Value;

use super::json;
use crate::{Catalog, Endpoint, Schema, Unsaid};

/// What is wrong, and what is of no use, beside what reading the catalog has told.
pub(super) fn look(tree: &Tree, catalog: &Catalog) -> Problems {
    let mut problems = Problems::new();
    let written = |key: &str| tree.get(key).map(Tree::entries).unwrap_or_default();
    for ((_, tree), endpoint) in written("endpoints").iter().zip(&catalog.endpoints) {
        for (schema, example, written) in examples(tree, endpoint) {
            for (at, misfit) in schema.apart().misfits(example, &Unsaid::default()) {
                let problem = Problem::new(Slug::BAD_ENDPOINT, misfit.said_of("the example"));
                problems.push(problem.at(json::place(written, &at), "not as the schema says"));
            }
        }
    }
    let schemas = catalog.endpoints.iter().flat_map(Endpoint::schemas).map(Schema::value);
    let reached = catalog.schemas.reached_from(schemas);
    let of_no_use = |key: &Key, what: &str, label: &str| {
        let problem = Problem::warning(Slug::NO_EFFECT, format!("the {what} `{}` is of no use", key.text));
        problem.at(&key.place, label).help("remove it, or name it where it is meant")
    };
    for (key, _) in written("schemas").iter().filter(|(key, _)| !reached.contains(key.text.as_str())) {
        problems.push(of_no_use(key, "schema", "no endpoint refers to it"));
    }
    let mut named: BTreeMap<&str, Vec<&Tree>> = BTreeMap::new();
    let parameters = written("endpoints").iter().filter_map(|(_, endpoint)| endpoint.get("parameters"));
    for (key, own) in parameters.flat_map(Tree::entries) {
        named.entry(&key.text).or_default().push(own);
    }
    for (key, shared) in written("parameters") {
        match named.get(key.text.as_str()) {
            None => problems.push(of_no_use(key, "parameter", "no endpoint names it")),
            Some(all) if !all.iter().any(|own| is_used(shared, own)) => {
                problems.push(of_no_use(key, "parameter", "every endpoint that names it says all of it anew"));
            }
            Some(_) => {}
        }
    }
    problems
}

/// Whether an endpoint that says this of a parameter takes something from what the catalog says of it.
fn is_used(shared: &Tree, own: &Tree) -> bool {
    let own_keys = said(own);
    own.is_null() || said(shared).iter().any(|key| !own_keys.contains(key))
}

/// What is said of a parameter, by keys. Which values there are is one thing, however it is said.
fn said(tree: &Tree) -> BTreeSet<&str> {
    if matches!(tree.kind, Kind::Text(_)) {
        return BTreeSet::from(["description"]);
    }
    let said = tree.entries().iter().filter(|(_, value)| !value.is_null());
    said.map(|(key, _)| if key.text == "suggested" { "allowed" } else { key.text.as_str() }).collect()
}

/// The examples of an endpoint whose schemas refer to those of the catalog: they are not compared when it is read.
fn examples<'a>(
    tree: &'a Tree,
    endpoint: &'a Endpoint,
) -> impl Iterator<Item = (&'a Schema, &'a Value, &'a Tree)> + use<'a> {
    let body = endpoint.body.as_ref();
    let payload = body.and_then(|body| Some((body.schema.as_ref()?, body.example.as_ref()?)));
    let response = endpoint.response.schema.as_ref().zip(endpoint.response.example.as_ref());
    let both = [("body", payload), ("response", response)].into_iter();
    let found = both.filter_map(|(key, found)| {
        let (schema, example) = found?;
        Some((schema, example, tree.get(key)?.get("example")?))
    });
    found.filter(|(schema, ..)| schema.refers())
}
