//! A catalog's YAML, read.

mod authorization;
mod body;
mod closer;
mod endpoint;
mod fixed;
mod header;
mod json;
mod kind;
mod outcome;
mod paging;
mod parameter;
mod reconcile;
mod request;
mod response;
mod schemas;
mod shape;
mod signed;
mod suggested;

use std::collections::BTreeMap;
use std::sync::Arc;

use seatflow_spec::{FromTree, Key, MapReader, Problem, Problems, Reading, Slug, Source, Spanned, Tree, Values};

use self::endpoint::Shared;
pub(crate) use self::header::is_header_name;
pub(crate) use self::request::wrong_in_target;
use crate::{Catalog, Endpoint, Limits, NAME_FORM, Trust, is_name};

impl Catalog {
    /// Reads a catalog. Schemas that refer to those of the catalog are compiled when they are used, and not compared with
    /// their examples.
    ///
    /// # Errors
    /// All problems that it has.
    pub fn parse(source: &Arc<Source>) -> Result<Self, Problems> {
        match read(source) {
            (Some((_, catalog)), problems) if !problems.has_fatal() => Ok(catalog),
            (_, problems) => Err(problems.sorted()),
        }
    }

    /// All that is wrong with a catalog, with warnings: also schemas that refer to those of the catalog are compared with
    /// their examples, and what no endpoint uses is told.
    pub fn check(source: &Arc<Source>) -> Problems {
        let (read, mut problems) = read(source);
        if let Some((tree, catalog)) = read.filter(|_| !problems.has_fatal()) {
            problems.extend(closer::look(&tree, &catalog));
        }
        problems.sorted()
    }
}

fn read(source: &Arc<Source>) -> (Option<(Tree, Catalog)>, Problems) {
    let mut problems = Problems::new();
    let values = Values::default();
    let mut reading = Reading::new(&values);
    let tree = Tree::read(source, &mut problems).filter(|tree| !refers(tree, &mut reading));
    let read = tree.and_then(|tree| catalog(&tree, &mut reading).map(|catalog| (tree, catalog)));
    problems.extend(reading.into_problems());
    (read, problems)
}

/// Whether there is a reference in the catalog, which is a problem: it would be looked up nowhere.
fn refers(tree: &Tree, reading: &mut Reading<'_>) -> bool {
    for reference in tree.references() {
        let problem = Problem::new(Slug::BAD_REFERENCE, "a catalog holds a reference");
        let problem = problem.at(&reference.place, "a catalog is the same for everyone");
        reading
            .problem(problem.help("say it in the connection of a pipeline; write `$${` where `${` is meant as it is"));
    }
    !tree.references().is_empty()
}

fn catalog(tree: &Tree, reading: &mut Reading<'_>) -> Option<Catalog> {
    let mut map = reading.map(tree)?.named("a catalog");
    let name = map.required_with("catalog", name);
    let summary = map.required("summary");
    let documentation = map.optional("documentation");
    let base_url = map.optional_with("base_url", base_url);
    let authorization = map.optional_with("authorization", authorization::read).unwrap_or_default();
    let limits = map.optional_with("limits", limits).unwrap_or_default();
    let headers: Vec<(Key, String)> = map.optional("headers").unwrap_or_default();
    let schemas = map.optional_with("schemas", schemas::read).unwrap_or_default();
    let defaults = map.optional_with("defaults", |tree, reading| endpoint::read_defaults(tree, &schemas, reading));
    let defaults = defaults.unwrap_or_default();
    let parameters = map.optional_with("parameters", parameter::read_shared).unwrap_or_default();
    let shared = Shared { schemas, defaults, parameters };
    let endpoints = map.required_with("endpoints", |tree, reading| endpoints(tree, &shared, reading));
    map.finish();
    Some(Catalog {
        name: name?,
        summary: summary?,
        documentation,
        base_url,
        authorization,
        limits,
        headers: headers.into_iter().map(|(key, value)| (key.text, value)).collect(),
        schemas: shared.schemas,
        endpoints: endpoints?,
    })
}

fn name(tree: &Tree, reading: &mut Reading<'_>) -> Option<String> {
    let name = String::from_tree(tree, reading)?;
    if is_name(&name) {
        return Some(name);
    }
    let problem = Problem::new(Slug::BAD_NAME, format!("`{name}` is not a name for a catalog"));
    reading.problem(problem.at(&tree.place, NAME_FORM));
    None
}

fn base_url(tree: &Tree, reading: &mut Reading<'_>) -> Option<String> {
    let url = String::from_tree(tree, reading)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let wrong = match rest {
        None => "it begins with `https://` or `http://`",
        Some("") => "the host is missing",
        Some(rest) if rest.ends_with('/') => "it has no `/` at its end, since paths begin with one",
        Some(rest) if rest.contains(['?', '#']) || rest.contains(char::is_whitespace) => {
            "it has neither a query, nor a fragment, nor spaces"
        }
        Some(_) => return Some(url),
    };
    reading.problem(Problem::new(Slug::BAD_VALUE, format!("`{url}` is not a base URL")).at(&tree.place, wrong));
    None
}

fn limits(tree: &Tree, reading: &mut Reading<'_>) -> Option<Limits> {
    let mut map = reading.map(tree)?.named("`limits`");
    let concurrency: Option<Spanned<usize>> = map.optional("concurrency");
    let rate: Option<Spanned<f64>> = map.optional("requests_per_second");
    for (place, wrong) in [
        concurrency.as_ref().map(|found| (&found.place, found.value == 0)),
        rate.as_ref().map(|found| (&found.place, found.value <= 0.0)),
    ]
    .into_iter()
    .flatten()
    {
        if wrong {
            let problem = Problem::new(Slug::BAD_VALUE, "a limit of nothing lets no call through");
            map.reading().problem(problem.at(place, "this must be more than 0"));
        }
    }
    map.finish();
    Some(Limits {
        concurrency: concurrency.map(|found| found.value),
        requests_per_second: rate.map(|found| found.value),
    })
}

fn endpoints(tree: &Tree, shared: &Shared, reading: &mut Reading<'_>) -> Option<Vec<Endpoint>> {
    let entries: Vec<(Key, Tree)> = reading.read(tree)?;
    if entries.is_empty() {
        reading.problem(Problem::new(Slug::BAD_VALUE, "a catalog has no endpoints").at(&tree.place, "none is here"));
    }
    let mut read: Vec<(Endpoint, Option<reconcile::Said>)> = Vec::new();
    let mut requests: BTreeMap<String, &Key> = BTreeMap::new();
    for (key, tree) in &entries {
        let Some((endpoint, reconcile)) = endpoint::read(key, tree, shared, reading) else { continue };
        if let Some(other) = requests.get(&endpoint.form()) {
            let message = format!("`{}` and `{}` are the same request", other.text, endpoint.id);
            let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&key.place, "the same again");
            reading.problem(problem.with(&other.place, "here first"));
        } else {
            requests.insert(endpoint.form(), key);
        }
        read.push((endpoint, reconcile));
    }
    let (mut endpoints, said): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    let is_there = |id: &str| entries.iter().any(|(key, _)| key.text == id);
    for (place, said) in said.into_iter().enumerate().filter_map(|(place, said)| Some((place, said?))) {
        endpoints[place].reconcile = said.resolve(&endpoints[place], &endpoints, is_there, reading);
    }
    Some(endpoints)
}

/// How honest a part of the catalog says it is.
fn trust(map: &mut MapReader<'_, '_>) -> Option<Trust> {
    let words = [("documented", Trust::Documented), ("observed", Trust::Observed), ("assumed", Trust::Assumed)];
    map.optional_with("source", |tree, reading| reading.one_of(tree, &words))
}
