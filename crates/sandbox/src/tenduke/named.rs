//! The queries that have a name of their own: the caller, and users by id or mail address.

use http::StatusCode;
use percent_encoding::percent_decode_str;
use seatflow_catalog::Selector;
use serde_json::json;

use super::graph::{target, unreadable};
use super::objects::{Graph, Node};
use super::relations::{Relation, USER_OF_EMAIL};
use super::select::Selection;
use super::store::{self, Object};
use super::types::Type;
use super::visit::Visit;
use crate::exchange::{Reply, Request};
use crate::refusal::Refusal;

/// How long a token that says who somebody is lasts, in seconds.
const TOKEN_SECONDS: i64 = 300;

/// Which query it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Query {
    Me,
    Profile(String),
    EmailAndProfile(String),
}

/// How it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As an object of the graph.
    Object,
    /// As a few fields.
    Compact,
    /// As a signed token.
    Token,
}

/// The query that a request asks for by name.
pub(super) fn query(request: &Request) -> Option<(Query, Form)> {
    let path = target(request).split('?').next()?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let (name, argument) = match path.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')')?)),
        None => (&*path, None),
    };
    let (name, is_token) = name.strip_suffix(".jwt").map_or((name, false), |name| (name, true));
    let quoted = || {
        let text = argument?.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(text.replace("''", "'"))
    };
    let query = match name {
        "me" if argument.is_none_or(str::is_empty) => Query::Me,
        "profile" => Query::Profile(quoted()?),
        "emailAndProfile" => Query::EmailAndProfile(quoted()?),
        _ => return None,
    };
    let form = match (is_token, argument) {
        (true, _) => Form::Token,
        (false, Some("")) => Form::Compact,
        (false, _) => Form::Object,
    };
    Some((query, form))
}

/// Answers it.
pub(super) fn read(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let graph = Graph::of(visit);
    let Some((query, form)) = query(visit.request) else {
        return Err(Refusal::bad_request(
            "The query is unknown: there are me, profile('..') and emailAndProfile('..').",
        ));
    };
    let not_found = || Refusal::not_found("The profile was not found.");
    let (email, profile) = match &query {
        Query::Me => (None, graph.get(Type::Profile, visit.caller)?),
        Query::Profile(id) => (None, graph.get(Type::Profile, &id.to_ascii_lowercase())?),
        Query::EmailAndProfile(address) => {
            let email = store::find_by(visit.connection, Type::EmailAddress, "value", address)?.into_iter().next();
            let profile = email.as_ref().map(|email| user_of(graph, email)).transpose()?.flatten();
            (email, profile)
        }
    };
    let profile = profile.ok_or_else(not_found)?;
    match form {
        Form::Token => token(visit, &profile),
        Form::Compact => {
            let email = email_of(graph, &profile)?;
            let answer = json!({
                "id": profile.id,
                "displayName": profile.field("displayName"),
                "email": email.as_ref().and_then(|email| email.text("value")),
            });
            Ok(Reply::json(StatusCode::OK, answer.to_string()))
        }
        Form::Object => {
            let mut node = with_includes(visit, profile)?;
            if let Some(email) = email {
                node = Node { object: email, related: vec![(USER_OF_EMAIL, vec![node])] };
            }
            Ok(Reply::json(StatusCode::OK, graph.json(&node)?.to_string()))
        }
    }
}

/// The profile with what the query includes, as if it were selected.
fn with_includes(visit: &Visit<'_>, profile: Object) -> Result<Node, Refusal> {
    let selector = Selector::parse_target(&format!("Profile?{}", visit.request.query()));
    let selector = selector.map_err(|fault| unreadable(&fault))?;
    Ok(Selection::of(&selector)?.with_includes(Graph::of(visit), profile)?)
}

fn token(visit: &Visit<'_>, profile: &Object) -> Result<Reply, Refusal> {
    let issued = visit.now.as_second();
    let token = visit.signer.sign(&json!({
        "iss": format!("http://{}", visit.host),
        "sub": profile.id,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
    }))?;
    Ok(Reply { content_type: "application/jwt", ..Reply::json(StatusCode::OK, token) })
}

/// The user whose mail address it is.
fn user_of(graph: Graph<'_>, email: &Object) -> rusqlite::Result<Option<Object>> {
    Ok(path(graph, email, &[Type::ContactInformation, Type::Profile])?.into_iter().next())
}

/// The first mail address of a user.
fn email_of(graph: Graph<'_>, profile: &Object) -> rusqlite::Result<Option<Object>> {
    Ok(path(graph, profile, &[Type::ContactInformation, Type::EmailAddress])?.into_iter().next())
}

/// The objects to which the relations between types lead.
fn path(graph: Graph<'_>, start: &Object, types: &[Type]) -> rusqlite::Result<Vec<Object>> {
    let mut objects = vec![start.clone()];
    for kind in types {
        let mut next = Vec::new();
        for object in &objects {
            if let Some(relation) = Relation::between(object.kind, *kind, None, None) {
                next.extend(graph.follow(relation, &object.id)?);
            }
        }
        objects = next;
    }
    Ok(objects)
}
