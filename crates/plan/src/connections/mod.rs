//! The pipeline's connections: which system, where, with which authorization and limits.

mod authorization;
mod files;
mod limits;
mod reports;
mod transport;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use seatflow_call::{Authorization, Header, Settings, check_base_url};
use seatflow_catalog::{Catalog, builtin, builtin_names};
use seatflow_spec::{Connection, Key, MaybeSecret, Pipeline, Problem, Reading, Slug, Source, Spanned, Tree, nearest};
use seatflow_tool::{BoundConnection, Fact, Facts};
use secrecy::{ExposeSecret, SecretString};

use self::files::{MOST_CERTIFICATE_BYTES, file};
pub use self::limits::COLUMNS;
use self::reports::{check_header, check_url};
use self::transport::Transport;

/// What a connection says, before its catalog is known.
struct Written {
    catalog: Option<Spanned<String>>,
    base_url: Option<Spanned<String>>,
    authorization: Option<Tree>,
    limits: Option<Tree>,
    headers: Vec<(Key, MaybeSecret)>,
    secrets: Vec<SecretString>,
    transport: Transport,
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
        let transport = Transport::read(&mut map);
        map.finish();
        let absent = |key| connection.config.get(key).is_none_or(Tree::is_null);
        let whole = (base_url.is_some() || absent("base_url"))
            && (authorization.is_some() || absent("authorization"))
            && (limits.is_some() || absent("limits"))
            && (headers.is_some() || absent("headers"))
            && transport.whole;
        let headers: Vec<(Key, MaybeSecret)> = headers.unwrap_or_default();
        let mut secrets: Vec<SecretString> = headers.iter().flat_map(|(_, value)| value.parts.clone()).collect();
        secrets.extend(authorization.iter().flat_map(|tree| authorization::secrets(tree, reading)));
        secrets.extend(transport.secrets());
        Some(Self { catalog, base_url, authorization, limits, headers, secrets, transport, whole })
    }
}

/// The files that a connection needs: its catalog, if that is no built-in one, and its certificates.
pub(crate) fn facts_of(connection: &Connection, reading: &mut Reading<'_>) -> Vec<Fact> {
    let Some(written) = Written::read(connection, reading) else { return Vec::new() };
    let catalog = written.catalog.as_ref().and_then(|name| catalog_path(&name.value));
    let catalog = catalog.into_iter().map(|path| Fact { path, bytes: seatflow_catalog::MOST_BYTES + 1 });
    let certificates = written.transport.files().map(|path| Fact { path, bytes: MOST_CERTIFICATE_BYTES + 1 });
    catalog.chain(certificates).collect()
}

/// The file of the connection's catalog, if that is no built-in one.
pub(crate) fn catalog_of(connection: &Connection, reading: &mut Reading<'_>) -> Option<PathBuf> {
    catalog_path(&Written::read(connection, reading)?.catalog?.value)
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
        None => Some((None, Authorization::None)),
        Some(tree) => authorization::read(tree, known, reading).map(|(scheme, made)| (Some(scheme), made)),
    };
    let limits = limits::read(written.limits.as_ref(), known, reading);
    let transport = written.transport.bind(facts, reading);
    let headers = headers(&written, known, reading);
    let base_url = base_url(&written, known, name, reading);
    // Only now, so that each of them has told its problems.
    if !written.whole {
        return None;
    }
    let (catalog, base_url, (scheme, authorization), (limits, max_columns)) =
        (catalog?, base_url?, authorization?, limits?);
    let expires_in = scheme.and_then(|scheme| catalog.authorization(scheme)?.expires_in_seconds);
    let transport = transport?;
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
            headers: headers?,
            secrets: written.secrets,
            limits,
            ca_pem: transport.ca_pem,
            client_certificate: transport.client_certificate,
            proxy: transport.proxy,
        },
        catalog,
    })
}

fn catalog(name: &Spanned<String>, facts: &Facts, reading: &mut Reading<'_>) -> Option<Arc<Catalog>> {
    if catalog_path(&name.value).is_some() {
        let bytes = file(name, seatflow_catalog::MOST_BYTES, facts, reading)?.to_vec();
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
        return check_url("base_url", url, check_base_url, reading).then(|| url.value.clone());
    }
    let usual = catalog?.base_url.clone();
    if usual.is_none() && written.whole {
        let problem = Problem::new(Slug::MISSING_KEY, format!("the connection `{}` has no `base_url`", name.value));
        reading.problem(
            problem.at(&name.place, "its catalog has none either").help("add `base_url: https://..` to the connection"),
        );
    }
    let place = written.catalog.as_ref().map_or(&name.place, |catalog| &catalog.place);
    let usual = Spanned::new(usual?, place.clone());
    check_url("base_url", &usual, check_base_url, reading).then_some(usual.value)
}

/// The headers of every call, the catalog's first; one that cannot be sent is reported.
fn headers(written: &Written, catalog: Option<&Catalog>, reading: &mut Reading<'_>) -> Option<Vec<Header>> {
    let at_catalog = written.catalog.as_ref().map(|catalog| &catalog.place);
    let of_catalog = catalog.into_iter().flat_map(|catalog| &catalog.headers).zip(at_catalog.into_iter().cycle());
    let of_catalog = of_catalog.map(|((name, value), place)| (Header::plain(name, value.as_str()), place, place));
    let own = written.headers.iter().map(|(key, value)| {
        let header = Header { name: key.text.clone(), value: value.value.clone(), is_secret: value.is_secret() };
        (header, &key.place, &value.place)
    });
    let mut all = Some(Vec::new());
    for (header, at_name, at_value) in of_catalog.chain(own) {
        let (name, value) = (&header.name, header.value.expose_secret());
        let fits = check_header(name, "", at_name, reading) && check_header(name, value, at_value, reading);
        all = all.filter(|_| fits);
        if let Some(all) = &mut all {
            all.push(header);
        }
    }
    all
}
