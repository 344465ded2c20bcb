//! How a connection is authorized.

use seatflow_call::{Authorization, check_auth_url};
use seatflow_catalog::{Catalog, Scheme};
use seatflow_spec::{Kind, MapReader, Problem, Reading, Secret, Slug, Spanned, Tree};
use secrecy::SecretString;

use super::reports::{check_header, check_url};

/// The key by which a way is known when `kind` is left out.
const TOLD_BY: &[(&str, Scheme)] = &[
    ("refresh_token", Scheme::RefreshToken),
    ("client_secret", Scheme::ClientCredentials),
    ("tenancy", Scheme::Ropc),
    ("token", Scheme::Bearer),
    ("header", Scheme::Header),
    ("password", Scheme::Basic),
];

/// What no report need hide. Everything else may be a secret, also where its key is misspelt.
const PUBLIC: &[&str] = &["kind", "auth_url", "client_id", "scope", "tenancy", "user", "header"];

/// Reads the way of a connection to authorize. Without its catalog, the problems of which are known, nothing more is asked
/// for than what is written.
pub(super) fn read(
    tree: &Tree,
    catalog: Option<&Catalog>,
    reading: &mut Reading<'_>,
) -> Option<(Scheme, Authorization)> {
    for (_, value) in tree.entries().iter().filter(|(key, _)| !PUBLIC.contains(&key.text.as_str())) {
        if value.references().is_empty() {
            value.place.hide();
        }
    }
    if matches!(tree.kind, Kind::Text(_)) {
        reading.problem(no_map(tree));
        return None;
    }
    let mut map = reading.map(tree)?.named("`authorization`");
    let scheme = if let Some(kind) = map.tree("kind").filter(|tree| !tree.is_null()) {
        map.reading().one_of(kind, &Scheme::WORDS)?
    } else {
        let told = TOLD_BY.iter().find(|(key, _)| tree.get(key).is_some());
        let usual = || catalog?.authorization.first().map(|kind| kind.kind);
        let scheme = told.map(|(_, scheme)| *scheme).or_else(usual);
        if scheme.is_none() && catalog.is_some() {
            map.reading().problem(nothing_told(tree));
        }
        scheme?
    };
    let authorization = of_scheme(scheme, &mut map, catalog);
    map.finish();
    Some((scheme, authorization?))
}

/// What the environment and files put into the secrets of an authorization.
pub(super) fn secrets(tree: &Tree, reading: &Reading<'_>) -> Vec<SecretString> {
    let secret = tree.entries().iter().filter(|(key, _)| !PUBLIC.contains(&key.text.as_str()));
    secret.flat_map(|(_, value)| reading.secrets_in(value)).collect()
}

fn of_scheme(scheme: Scheme, map: &mut MapReader<'_, '_>, catalog: Option<&Catalog>) -> Option<Authorization> {
    Some(match scheme {
        Scheme::RefreshToken => {
            let auth_url = auth_url(map, scheme, catalog);
            let refresh_token = secret(map, "refresh_token");
            let client_id = map.optional("client_id");
            let client_secret = map.optional::<Secret>("client_secret").map(|secret| secret.value);
            let (auth_url, refresh_token) = (auth_url?, refresh_token?);
            Authorization::RefreshToken { auth_url, refresh_token, client_id, client_secret }
        }
        Scheme::ClientCredentials => {
            let auth_url = auth_url(map, scheme, catalog);
            let client_id = map.required("client_id");
            let client_secret = secret(map, "client_secret");
            let scope = map.optional("scope");
            Authorization::ClientCredentials {
                auth_url: auth_url?,
                client_id: client_id?,
                client_secret: client_secret?,
                scope,
            }
        }
        Scheme::Ropc => {
            let auth_url = auth_url(map, scheme, catalog);
            let tenancy = map.required("tenancy");
            let user = map.required("user");
            let password = secret(map, "password");
            Authorization::Ropc { auth_url: auth_url?, tenancy: tenancy?, user: user?, password: password? }
        }
        Scheme::Bearer => Authorization::Bearer { token: secret(map, "token")? },
        Scheme::Basic => {
            let user = map.required("user");
            let password = secret(map, "password");
            Authorization::Basic { user: user?, password: password? }
        }
        Scheme::Header => {
            let name = header(map, catalog);
            let value = secret(map, "value");
            Authorization::Header { name: name?, value: value? }
        }
    })
}

fn secret(map: &mut MapReader<'_, '_>, key: &'static str) -> Option<SecretString> {
    map.required::<Secret>(key).map(|secret| secret.value)
}

/// The authentication URL: the connection's, else the catalog's.
fn auth_url(map: &mut MapReader<'_, '_>, scheme: Scheme, catalog: Option<&Catalog>) -> Option<String> {
    if let Some(url) = map.optional::<Spanned<String>>("auth_url") {
        return check_url("auth_url", &url, check_auth_url, map.reading()).then_some(url.value);
    }
    if map.tree("auth_url").is_some_and(|tree| !tree.is_null()) {
        return None;
    }
    let usual = catalog?.authorization(scheme).and_then(|kind| kind.auth_url.clone());
    if usual.is_none() {
        map.missing("auth_url");
    }
    usual
}

/// The header of a way of its own: the connection's, else the catalog's. The value is none of it, since a secret that
/// no header can hold has been refused.
fn header(map: &mut MapReader<'_, '_>, catalog: Option<&Catalog>) -> Option<String> {
    let usual = catalog.and_then(|catalog| catalog.authorization(Scheme::Header)?.header.clone());
    if usual.is_some() && map.tree("header").is_none_or(Tree::is_null) {
        return usual;
    }
    let name: Spanned<String> = map.required("header")?;
    check_header(&name.value, "", &name.place, map.reading()).then_some(name.value)
}

/// One word stands where a map must be: the way, mostly, or the secret itself.
fn no_map(tree: &Tree) -> Problem {
    let kind = tree.as_text().and_then(|word| Scheme::WORDS.iter().find(|(kind, _)| *kind == word));
    if kind.is_none() && tree.references().is_empty() {
        tree.place.hide();
    }
    let help = match kind.map_or(Scheme::RefreshToken, |(_, scheme)| *scheme) {
        Scheme::RefreshToken => "write `{ refresh_token: \"${env:NAME}\" }`",
        Scheme::ClientCredentials => "write `{ client_id: .., client_secret: \"${env:NAME}\" }`",
        Scheme::Ropc => "write `{ tenancy: .., user: .., password: \"${env:NAME}\" }`",
        Scheme::Bearer => "write `{ token: \"${env:NAME}\" }`",
        Scheme::Basic => "write `{ user: .., password: \"${env:NAME}\" }`",
        Scheme::Header => "write `{ header: .., value: \"${env:NAME}\" }`",
    };
    Problem::new(Slug::WRONG_TYPE, "expected a map, found text").at(&tree.place, "this must be a map").help(help)
}

fn nothing_told(tree: &Tree) -> Problem {
    Problem::new(Slug::MISSING_KEY, "`authorization` does not say how to authorize")
        .at(&tree.place, "a token, or a name and a password, must be here")
        .help("add `refresh_token: ${env:NAME}`, or name another way with `kind`")
}
