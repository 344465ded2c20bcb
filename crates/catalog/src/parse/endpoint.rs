//! One endpoint, and what holds for all that do not say otherwise.

use seatflow_spec::{Key, MapReader, Place, Problem, Reading, Slug, Spanned, Tree, help_for_unknown};
use serde_json::{Map, Value};

use super::outcome::{self, ReadFailure};
use super::paging::{self, ReadPaging};
use super::parameter::{self, SharedParameters};
use super::response::{self, ReadResponse};
use super::{body, header, reconcile, request, signed, trust};
use crate::lookup::placeholders;
use crate::{Body, DottedPath, Effect, Endpoint, Location, Method, Paging, Parameter, Schema, Schemas, Trust};

/// What the catalog says for all its endpoints.
pub(super) struct Shared {
    pub(super) schemas: Schemas,
    pub(super) defaults: Defaults,
    pub(super) parameters: SharedParameters,
}

/// What holds where an endpoint does not say otherwise.
#[derive(Default)]
pub(super) struct Defaults {
    source: Option<Trust>,
    response: Option<ReadResponse>,
    success: Option<Vec<u16>>,
    fails_when: Option<Vec<ReadFailure>>,
    messages: Option<Vec<String>>,
    meanings: Option<Vec<Spanned<(u16, String)>>>,
    paging: Option<ReadPaging>,
    idempotency_key: Option<Spanned<String>>,
}

/// Reads what holds where an endpoint does not say otherwise.
pub(super) fn read_defaults(tree: &Tree, schemas: &Schemas, reading: &mut Reading<'_>) -> Option<Defaults> {
    let mut map = reading.map(tree)?.named("`defaults`");
    let defaults = common(&mut map, schemas);
    map.finish();
    Some(defaults)
}

/// The keys that `defaults` and an endpoint have in common.
fn common(map: &mut MapReader<'_, '_>, schemas: &Schemas) -> Defaults {
    Defaults {
        source: trust(map),
        response: map.optional_with("response", |tree, reading| response::read(tree, schemas, reading)),
        success: map.optional_with("success", outcome::statuses),
        fails_when: map.optional_with("fails_when", outcome::failures),
        messages: map.optional("messages"),
        meanings: map.optional_with("meanings", outcome::meanings),
        paging: map.optional_with("paging", paging::read),
        idempotency_key: map.optional_with("idempotency_key", header::read),
    }
}

/// Reads an endpoint, and what it says of its reconciling, which hangs on other endpoints.
pub(super) fn read(
    key: &Key,
    tree: &Tree,
    shared: &Shared,
    reading: &mut Reading<'_>,
) -> Option<(Endpoint, Option<reconcile::Said>)> {
    check_id(key, reading);
    let defaults = &shared.defaults;
    let mut map = reading.map(tree)?.named(format!("`{}`", key.text)).missed_at(&key.place);
    let summary = map.required("summary");
    let request = map.required_with("request", request::read);
    let own = common(&mut map, &shared.schemas);
    let source = own.source.or(defaults.source).unwrap_or(Trust::Assumed);
    map.tree("parameters");
    let body = map.optional_with("body", |tree, reading| body::read(tree, &shared.schemas, reading));
    let effect = map.optional_with("effect", |tree, reading| {
        reading.one_of(tree, &[("read", Effect::Read), ("write", Effect::Write)])
    });
    let idempotent = map.optional("idempotent");
    let already_done = map.optional_with("already_done", outcome::statuses).unwrap_or_default();
    let order_by: Option<Vec<Spanned<String>>> = map.optional("order_by");
    let reconcile = map.entry("reconcile").filter(|(_, tree)| !tree.is_null());
    let reconcile = reconcile.and_then(|(key, tree)| reconcile::read(key, tree, map.reading()));
    map.finish();

    let default_response = defaults.response.clone().unwrap_or_default();
    let (response, claims) = own.response.unwrap_or_default().over(&default_response, reading);
    // Without a path, which parameters belong into it is not known.
    let request::Request { method, path, query } = request?;
    let parameters = match tree.get("parameters") {
        Some(tree) if !tree.is_null() => parameter::read(tree, &path, &shared.parameters, source, reading)?,
        _ => Vec::new(),
    };
    check_path(key, tree, &path, &parameters, reading);
    check_body(key, tree, method, body.as_ref(), reading);
    check_order(order_by.as_deref().unwrap_or_default(), &parameters, body.as_ref(), reading);
    let reads = matches!(method, Method::Get | Method::Head);
    let effect = effect.unwrap_or(if reads { Effect::Read } else { Effect::Write });
    let paging = match (effect, own.paging) {
        (_, Some(own)) => own,
        (Effect::Read, None) => defaults.paging.clone().unwrap_or_default(),
        (Effect::Write, None) => ReadPaging::default(),
    };
    paging.check(&key.text, &parameters, reading);
    check_pages(key, tree, effect, &paging.paging, reading);
    let idempotent = idempotent.unwrap_or_else(|| method.is_idempotent());
    let idempotency_key = match own.idempotency_key {
        None if effect == Effect::Write && !idempotent => defaults.idempotency_key.clone(),
        own => own,
    };
    check_idempotency_key(key, effect, idempotency_key.as_ref(), &parameters, reading);
    let success = own.success.or_else(|| defaults.success.clone()).unwrap_or_else(|| vec![200]);
    let fails_when = own.fails_when.or_else(|| defaults.fails_when.clone()).unwrap_or_default();
    for failure in &fails_when {
        failure.check(key, &parameters, reading);
    }
    signed::check(key, &claims, &parameters, reading);
    let meanings = outcome::meant(key, own.meanings, defaults.meanings.as_ref(), &success, reading);

    let endpoint = Endpoint {
        id: key.text.clone(),
        method,
        path,
        query,
        summary: summary?,
        source,
        parameters: parameters.into_iter().map(|(parameter, _)| parameter).collect(),
        body,
        response,
        success,
        fails_when: fails_when.into_iter().map(|failure| failure.condition).collect(),
        messages: own.messages.or_else(|| defaults.messages.clone()).unwrap_or_default(),
        meanings,
        paging: paging.paging,
        effect,
        idempotent,
        already_done,
        order_by: order_by.map(|names| names.into_iter().map(|name| name.value).collect()),
        idempotency_key: idempotency_key.map(|name| name.value),
        reconcile: None,
    };
    Some((endpoint, reconcile))
}

fn check_id(key: &Key, reading: &mut Reading<'_>) {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    if !key.text.contains('.') || !key.text.split('.').all(part) {
        let problem = Problem::new(Slug::BAD_NAME, format!("`{}` is not an id for an endpoint", key.text));
        let problem = problem.at(&key.place, "an id is a noun, a dot and a verb");
        reading.problem(problem.help("write `users.list`"));
    }
}

/// Every name in the path is described.
fn check_path(key: &Key, tree: &Tree, path: &str, parameters: &[(Parameter, Place)], reading: &mut Reading<'_>) {
    let place = tree.get("request").map_or(&key.place, |request| &request.place);
    for name in placeholders(path) {
        if parameters.iter().any(|(parameter, _)| parameter.name == name) {
            continue;
        }
        let message = format!("the path of `{}` names `{name}`, which is not described", key.text);
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(place, "named here");
        let names = parameters.iter().map(|(parameter, _)| parameter.name.as_str());
        let near = seatflow_spec::nearest(name, names).map(|near| format!("did you mean `{near}`? Else "));
        let near = near.unwrap_or_default();
        reading.problem(problem.help(format!("{near}add `{name}: what it is` to the endpoint's `parameters`")));
    }
}

fn check_body(key: &Key, tree: &Tree, method: Method, body: Option<&Body>, reading: &mut Reading<'_>) {
    if body.is_some() && matches!(method, Method::Get | Method::Head) {
        let place = tree.get("body").map_or(&key.place, |body| &body.place);
        let message = format!("`{}` is a {method} and has a body", key.text);
        reading.problem(Problem::new(Slug::BAD_ENDPOINT, message).at(place, "no body is sent with it"));
    }
}

/// A write has one page: to ask for the next would be to write again.
fn check_pages(key: &Key, tree: &Tree, effect: Effect, paging: &Paging, reading: &mut Reading<'_>) {
    if effect == Effect::Write && *paging != Paging::None {
        let place = tree.get("paging").map_or(&key.place, |paging| &paging.place);
        let message = format!("`{}` writes and has pages", key.text);
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(place, "each page would be written again");
        reading.problem(problem.help("remove `paging`; or say `effect: read`, if it changes nothing"));
    }
}

/// Only a write has a key, and nobody else gives it a value.
fn check_idempotency_key(
    key: &Key,
    effect: Effect,
    name: Option<&Spanned<String>>,
    parameters: &[(Parameter, Place)],
    reading: &mut Reading<'_>,
) {
    let Some(name) = name else { return };
    if effect == Effect::Read {
        let message = format!("`{}` reads and has an idempotency key", key.text);
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&name.place, "a read has no effect to have twice");
        reading.problem(problem.help("remove `idempotency_key`; or say `effect: write`, if it changes something"));
    }
    let is_same = |parameter: &Parameter| {
        parameter.location == Location::Header && parameter.name.eq_ignore_ascii_case(&name.value)
    };
    if let Some((_, place)) = parameters.iter().find(|(parameter, _)| is_same(parameter)) {
        let message = format!("`{}` is both the idempotency key of `{}` and a parameter", name.value, key.text);
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&name.place, "each run gives it a value");
        reading.problem(problem.with(place, "described here").help("remove one of them"));
    }
}

/// What orders writes is a parameter, or a path in the payload as far as that is known.
fn check_order(
    order_by: &[Spanned<String>],
    parameters: &[(Parameter, Place)],
    body: Option<&Body>,
    reading: &mut Reading<'_>,
) {
    for name in order_by {
        let is_parameter = parameters.iter().any(|(parameter, _)| parameter.name == name.value);
        if is_parameter || body.is_some_and(|body| has_field(body, &name.value)) {
            continue;
        }
        let message = format!("`{}` is neither a parameter nor a field of the payload", name.value);
        let mut problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&name.place, "so it cannot order writes");
        let fields = body.map(field_paths).unwrap_or_default();
        let names = parameters.iter().map(|(parameter, _)| parameter.name.as_str());
        problem.help = help_for_unknown(&name.value, names.chain(fields.iter().map(String::as_str)));
        reading.problem(problem);
    }
}

/// Whether a payload has a field, or nothing is known of its fields. Its schema knows better than its example.
fn has_field(body: &Body, path: &str) -> bool {
    let path = DottedPath::read(path);
    let in_schema = |schema: &Schema| {
        let mut place = schema.root();
        path.names().all(|name| {
            let is_there = place.fields().contains(&name);
            place = place.field(name);
            is_there
        })
    };
    match (&body.schema, &body.example) {
        (None, None) => true,
        (Some(schema), _) => in_schema(schema),
        (None, Some(example)) => path.find(example).is_some(),
    }
}

/// The dotted paths of the fields that are known of a payload, down to those of its maps.
fn field_paths(body: &Body) -> Vec<String> {
    let Some(schema) = &body.schema else {
        let fields = body.example.as_ref().and_then(Value::as_object);
        return fields.into_iter().flat_map(Map::keys).map(|name| DottedPath::of([name]).to_string()).collect();
    };
    let root = schema.root();
    let below = |name: &str| {
        let place = root.field(name);
        let inner = place.fields().into_iter().map(|inner| DottedPath::of([name, inner]).to_string());
        [DottedPath::of([name]).to_string()].into_iter().chain(inner.collect::<Vec<_>>())
    };
    root.fields().into_iter().flat_map(below).collect()
}
