//! The pipeline's connections: which system, where, with which authorization and limits.

mod authorization;
mod limits;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use seatflow_call::{Authorization, Settings};
use seatflow_catalog::{Catalog, builtin, builtin_names};
use seatflow_spec::{Connection, Key, Pipeline, Problem, Reading, Slug, Source, Spanned, Tree, nearest};
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
    /// Whether all that is written could be read.
    whole: bool,
}

impl Written {
    fn read(connection: &Connection, reading: &mut Reading<'_>) -> Option<Self> {
        let name = &connection.name;
        let map = reading.map(&connection.config)?;
        let mut map = map.named(format!("the connection `{}`", name.value)).missed_at(&name.place);
        let catalog = map.required("catalog");
        let base_url = map.optional("base_url");
        let authorization = map.optional("authorization");
        let limits = map.optional("limits");
        let headers = map.optional("headers");
        let ca_file = map.optional("ca_file");
        map.finish();
        let absent = |key| connection.config.get(key).is_none_or(Tree::is_null);
        let whole = (base_url.is_some() || absent("base_url"))
            && (authorization.is_some() || absent("authorization"))
            && (limits.is_some() || absent("limits"))
            && (headers.is_some() || absent("headers"))
            && (ca_file.is_some() || absent("ca_file"));
        let headers = headers.unwrap_or_default();
        Some(Self { catalog, base_url, authorization, limits, headers, ca_file, whole })
    }
}

/// The files that a connection needs: its catalog, if that is no built-in one, and its certificates.
pub(crate) fn facts_of(connection: &Connection, reading: &mut Reading<'_>) -> Vec<Fact> {
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
    let written = Written::read(connection, reading)?;
    let catalog = written.catalog.as_ref().and_then(|name| catalog(name, facts, reading));
    let known = catalog.as_deref();
    let authorization = match &written.authorization {
        None => Some(Authorization::None),
        Some(tree) => authorization::read(tree, known, reading),
    };
    let limits = limits::read(written.limits.as_ref(), known, reading);
    let ca_pem = written.ca_file.as_ref().map(|path| file(path, facts, reading).map(<[u8]>::to_vec));
    let base_url = base_url(&written, known, name, reading);
    // Only now, so that each of them has told its problems.
    if !written.whole {
        return None;
    }
    let (catalog, base_url, authorization, (limits, max_columns)) = (catalog?, base_url?, authorization?, limits?);
    let ca_pem = match ca_pem {
        Some(read) => Some(read?),
        None => None,
    };
    let own = written.headers.into_iter().map(|(key, value)| (key.text, value));
    let expires_in = catalog.authorization.iter().find_map(|kind| kind.expires_in_seconds);
    Some(BoundConnection {
        name: name.value.as_str().to_owned(),
        place: name.place.clone(),
        can_authorize: written.authorization.is_some() || catalog.authorization.is_empty(),
        max_columns,
        settings: Settings {
            name: name.value.as_str().to_owned(),
            base_url,
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
        let near = nearest(&name.value, builtin_names());
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let help = format!("{near}`seatflow catalog list` lists them; one of your own is named by its path");
        reading.problem(problem.at(&name.place, "not a built-in catalog, and not a path").help(help));
    }
    found.map(|catalog| Arc::new(catalog.clone()))
}

fn base_url(
    written: &Written,
    catalog: Option<&Catalog>,
    name: &Spanned<seatflow_spec::ConnectionName>,
    reading: &mut Reading<'_>,
) -> Option<String> {
    if let Some(url) = &written.base_url {
        return check_url("base_url", url, reading).then(|| url.value.clone());
    }
    let usual = catalog?.base_url.clone();
    if usual.is_none() && written.whole {
        let problem = Problem::new(Slug::MISSING_KEY, format!("the connection `{}` has no `base_url`", name.value));
        reading.problem(
            problem.at(&name.place, "its catalog has none either").help("add `base_url: https://..` to the connection"),
        );
    }
    usual
}

/// Whether it is a URL of http or https; if not, that is reported, without the value: it may come from outside.
fn check_url(key: &str, url: &Spanned<String>, reading: &mut Reading<'_>) -> bool {
    let fits = Url::parse(&url.value).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !fits {
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{key}` is not a URL of http or https"));
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
            let problem = problem.at(&path.place, "its content is needed here");
            reading.problem(problem.help("see that the path is right; it is relative to the working directory"));
            None
        }
    }
}
