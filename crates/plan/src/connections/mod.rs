//! The pipeline's connections: which system, where, with which authorization and limits.

mod authorization;
mod limits;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use seatflow_call::{Authorization, Settings};
use seatflow_catalog::{Catalog, builtin, builtin_names};
use seatflow_spec::{Connection, Key, Pipeline, Problem, Reading, Slug, Source, Spanned, Tree, help_for_unknown};
use seatflow_tool::{BoundConnection, Fact, Facts};
use url::Url;

/// What a connection says, before its catalog is known.
struct Written {
    catalog: Option<Spanned<String>>,
    base_url: Option<Spanned<String>>,
    authorization: Option<Tree>,
    limits: Option<Tree>,
    headers: Vec<(Key, String)>,
    ca_file: Option<Spanned<String>>,
}

impl Written {
    fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("a connection");
        let written = Self {
            catalog: map.required("catalog"),
            base_url: map.optional("base_url"),
            authorization: map.optional("authorization"),
            limits: map.optional("limits"),
            headers: map.optional("headers").unwrap_or_default(),
            ca_file: map.optional("ca_file"),
        };
        map.finish();
        Some(written)
    }
}

/// The files that a connection needs: its catalog, if that is no built-in one, and its certificates.
pub(crate) fn facts_of(connection: &Tree, reading: &mut Reading<'_>) -> Vec<Fact> {
    let Some(written) = Written::read(connection, reading) else { return Vec::new() };
    let catalog = written.catalog.as_ref().and_then(|name| catalog_path(&name.value));
    let certificates = written.ca_file.map(|path| PathBuf::from(path.value));
    catalog.into_iter().chain(certificates).map(|path| Fact { path, bytes: usize::MAX }).collect()
}

/// The path of a catalog, unless the name is one of a built-in catalog.
fn catalog_path(name: &str) -> Option<PathBuf> {
    let is_path = name.contains(['/', '\\', '.']);
    is_path.then(|| PathBuf::from(name))
}

/// Binds every connection; `None` stands where one has problems.
pub(crate) fn bind_all(
    pipeline: &Pipeline,
    facts: &Facts,
    reading: &mut Reading<'_>,
) -> IndexMap<String, Option<Arc<BoundConnection>>> {
    let bind_one = |connection: &Connection| {
        let name = connection.name.value.as_str().to_owned();
        (name, bind(connection, facts, reading).map(Arc::new))
    };
    pipeline.connections.iter().map(bind_one).collect()
}

fn bind(connection: &Connection, facts: &Facts, reading: &mut Reading<'_>) -> Option<BoundConnection> {
    let name = &connection.name;
    let written = Written::read(&connection.config, reading)?;
    let catalog = catalog(&written.catalog?, facts, reading);
    let known = catalog.as_deref();
    let authorization = match &written.authorization {
        None => Some(Authorization::None),
        Some(tree) => authorization::read(tree, known, reading),
    };
    let limits = limits::read(written.limits.as_ref(), known, reading);
    let ca_pem = match &written.ca_file {
        None => None,
        Some(path) => Some(file(path, facts, reading)?.to_vec()),
    };
    let base_url = base_url(written.base_url, known, name, reading);
    let (catalog, authorization, (limits, max_columns)) = (catalog?, authorization?, limits?);
    let own = written.headers.into_iter().map(|(key, value)| (key.text, value));
    let expires_in = catalog.authorization.iter().find_map(|kind| kind.expires_in_seconds);
    Some(BoundConnection {
        name: name.value.as_str().to_owned(),
        place: name.place.clone(),
        can_authorize: written.authorization.is_some() || catalog.authorization.is_empty(),
        max_columns,
        settings: Settings {
            name: name.value.as_str().to_owned(),
            base_url: base_url?,
            authorization,
            token_life: expires_in.map(Duration::from_secs),
            headers: catalog.headers.iter().cloned().chain(own).collect(),
            limits,
            ca_pem,
        },
        catalog,
    })
}

fn catalog(name: &Spanned<String>, facts: &Facts, reading: &mut Reading<'_>) -> Option<Arc<Catalog>> {
    if catalog_path(&name.value).is_some() {
        let bytes = file(name, facts, reading)?.to_vec();
        let parsed = Source::from_bytes(name.value.as_str(), bytes).and_then(|source| Catalog::parse(&source));
        return match parsed {
            Ok(catalog) => Some(Arc::new(catalog)),
            Err(problems) => {
                problems.into_iter().for_each(|problem| reading.problem(problem));
                None
            }
        };
    }
    let found = builtin(&name.value);
    if found.is_none() {
        let problem = Problem::new(Slug::UNKNOWN_CATALOG, format!("there is no catalog `{}`", name.value));
        let mut problem = problem.at(&name.place, "not a built-in catalog, and not a path");
        problem.help = help_for_unknown(&name.value, builtin_names());
        reading.problem(problem);
    }
    found.map(|catalog| Arc::new(catalog.clone()))
}

fn base_url(
    written: Option<Spanned<String>>,
    catalog: Option<&Catalog>,
    name: &Spanned<seatflow_spec::ConnectionName>,
    reading: &mut Reading<'_>,
) -> Option<String> {
    if let Some(url) = written {
        return check_url(&url, reading).then_some(url.value);
    }
    let usual = catalog?.base_url.clone();
    if usual.is_none() {
        let problem = Problem::new(Slug::MISSING_KEY, format!("the connection `{}` has no `base_url`", name.value));
        reading.problem(
            problem.at(&name.place, "its catalog has none either").help("add `base_url: https://..` to the connection"),
        );
    }
    usual
}

/// Whether it is a URL of http or https; if not, that is reported.
fn check_url(url: &Spanned<String>, reading: &mut Reading<'_>) -> bool {
    let fits = Url::parse(&url.value).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !fits {
        let problem = Problem::new(Slug::BAD_VALUE, "this is not a URL of http or https");
        reading.problem(problem.at(&url.place, "a URL must be here").help("write it whole: `https://host/path`"));
    }
    fits
}

/// What was read of a file that the connection names; what could not be read is reported.
fn file<'f>(path: &Spanned<String>, facts: &'f Facts, reading: &mut Reading<'_>) -> Option<&'f [u8]> {
    match facts.head(path.value.as_ref())? {
        Ok(bytes) => Some(bytes),
        Err(why) => {
            let problem = Problem::new(Slug::UNREADABLE_FILE, format!("`{}` cannot be read: {why}", path.value));
            reading.problem(problem.at(&path.place, "its content is needed here"));
            None
        }
    }
}
