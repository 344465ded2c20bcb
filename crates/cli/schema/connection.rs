//! The schema of a connection: the way to a remote system.

use std::time::Duration;

use seatflow_call::Limits;
use seatflow_catalog::{Scheme, builtin_names};
use serde_json::{Map, Value, json};

use super::{optional_text, or_reference, text};

/// The keys of `authorization`, with what each is.
const AUTHORIZATION: &[(&str, &str)] = &[
    ("auth_url", "Where to log in; the catalog's, if left out."),
    ("refresh_token", "The refresh token: a secret, so write `${env:NAME}` or `${file:path}`."),
    ("client_id", "The client's id."),
    ("client_secret", "The client's secret: write `${env:NAME}` or `${file:path}`."),
    ("scope", "What is asked for."),
    ("tenancy", "The tenancy."),
    ("user", "The user's name."),
    ("password", "The user's password: a secret, so write `${env:NAME}` or `${file:path}`."),
    ("token", "A token that is used as it is: a secret, so write `${env:NAME}` or `${file:path}`."),
    ("header", "The header that holds the value; the catalog's, if left out."),
    ("value", "The header's value: a secret, so write `${env:NAME}` or `${file:path}`."),
];

pub(super) fn connection() -> Value {
    let builtin: Vec<&str> = builtin_names().collect();
    json!({
        "description": "A way to reach a remote system. `seatflow explain connection` tells more.",
        "type": "object",
        "required": ["catalog"],
        "additionalProperties": false,
        "properties": {
            "catalog": {
                "description": "What the system offers: a built-in catalog, or the path of one of your own.",
                "anyOf": [{ "enum": builtin }, { "type": "string", "pattern": r"[/\\.]|\$\{" }],
            },
            "base_url": optional_text("Where the paths of the endpoints begin; the catalog's, if left out."),
            "authorization": authorization(),
            "headers": {
                "description": "Headers of every call, beside the catalog's.",
                "type": ["object", "null"],
                "additionalProperties": text("The header's value."),
            },
            "limits": limits(),
            "ca_file": optional_text("A file of certificates to trust beside the system's, as PEM."),
            "client_certificate": {
                "description": "The certificate that is shown to a server that asks who calls.",
                "type": ["object", "null"],
                "required": ["cert_file", "key_file"],
                "additionalProperties": false,
                "properties": {
                    "cert_file": text("The file of the certificate, as PEM."),
                    "key_file": text("The file of its key, as PEM and not encrypted."),
                },
            },
            "proxy": optional_text("The proxy, `http://host:port`, or `none`; what the environment says, if left out."),
        },
    })
}

/// The keys that a way to authorize may have, and those that it must have.
fn keys_of(scheme: Scheme) -> (&'static [&'static str], &'static [&'static str]) {
    match scheme {
        Scheme::RefreshToken => (&["auth_url", "refresh_token", "client_id", "client_secret"], &["refresh_token"]),
        Scheme::ClientCredentials => {
            (&["auth_url", "client_id", "client_secret", "scope"], &["client_id", "client_secret"])
        }
        Scheme::Ropc => (&["auth_url", "tenancy", "user", "password"], &["tenancy", "user", "password"]),
        Scheme::Bearer => (&["token"], &["token"]),
        Scheme::Basic => (&["user", "password"], &["user", "password"]),
        Scheme::Header => (&["header", "value"], &["value"]),
    }
}

fn authorization() -> Value {
    let kinds: Vec<&str> = Scheme::WORDS.iter().map(|(word, _)| *word).collect();
    let kind = json!({ "description": "The way to log in; the other keys tell it, if left out.", "enum": kinds });
    let mut properties = Map::from_iter([("kind".to_owned(), or_reference(kind))]);
    properties.extend(AUTHORIZATION.iter().map(|(key, description)| ((*key).to_owned(), optional_text(description))));
    let ways = Scheme::WORDS.iter().map(|(word, scheme)| {
        let (keys, required) = keys_of(*scheme);
        let keys: Vec<&str> = std::iter::once("kind").chain(keys.iter().copied()).collect();
        json!({
            "title": word,
            "propertyNames": { "enum": keys },
            "properties": { "kind": or_reference(json!({ "const": word, "description": "The way to log in." })) },
            "required": required,
        })
    });
    json!({
        "description": "How to log in.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
        "anyOf": ways.chain([json!({ "type": "null" })]).collect::<Vec<_>>(),
    })
}

fn limits() -> Value {
    let usual = Limits::default();
    let properties = [
        ("concurrency", "Calls at the same time.", count(usual.concurrency)),
        ("requests_per_second", "Requests in any one second.", json!({ "type": "number", "exclusiveMinimum": 0 })),
        ("connect_seconds", "How long a connection may take to open.", seconds(usual.connect)),
        ("read_seconds", "How long the server may be silent.", seconds(usual.read)),
        ("call_seconds", "How long the attempts of one page may take, waits not counted.", seconds(usual.call)),
        (
            "attempts",
            "How often a request is tried.",
            json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": usual.attempts }),
        ),
        ("backoff_seconds", "The longest first wait between attempts; it doubles.", seconds(usual.backoff)),
        ("backoff_most_seconds", "The longest wait that no server asked for.", seconds(usual.backoff_most)),
        ("wait_seconds", "The longest `Retry-After` that is waited for.", seconds(usual.wait)),
        ("body_bytes", "The largest answer, also decompressed.", count(usual.body_bytes)),
        ("pages", "The most pages of one call.", count(usual.pages)),
        ("columns", "The most columns of an answer; a wider one is an unparsed row.", count(seatflow_plan::COLUMNS)),
    ];
    let properties = properties.into_iter().map(|(key, description, mut limit)| {
        limit["description"] = description.into();
        // One that is left open is as one that is not there.
        limit["type"] = json!([limit["type"], "null"]);
        (key.to_owned(), or_reference(limit))
    });
    json!({
        "description": "How hard the system may be asked.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties.collect::<Map<_, _>>(),
    })
}

fn count(usual: impl Into<Value>) -> Value {
    json!({ "type": "integer", "minimum": 1, "default": usual.into() })
}

/// At most a year, without a fraction where there is none.
fn seconds(usual: Duration) -> Value {
    let whole = usual.subsec_nanos() == 0;
    let usual: Value = if whole { usual.as_secs().into() } else { usual.as_secs_f64().into() };
    json!({ "type": "number", "minimum": 0, "maximum": 31_536_000, "default": usual })
}
