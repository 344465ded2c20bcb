//! Which endpoint a request is for.

use http::Method;

use super::authz::{Format, Query};
use super::{failure, login};
use crate::exchange::Request;
use crate::refusal::Refusal;

/// The id of the endpoint that a request is for.
pub(super) fn id_of(request: &Request) -> Option<&'static str> {
    let (method, path) = (request.method(), request.path());
    if let Some(format) = Format::of(path) {
        return licenses(method, format, request.query());
    }
    match (method, path) {
        (&Method::POST, login::TOKEN_PATH) => Some("oauth.token"),
        (&Method::GET, "/.well-known/jwks.json") => Some("jwks.read"),
        (&Method::GET, "/.well-known/openid-configuration" | "/user/.well-known/openid-configuration") => {
            Some("discovery.read")
        }
        _ => None,
    }
}

/// A request for licences: GET and POST do the same.
fn licenses(method: &Method, format: Format, query: &str) -> Option<&'static str> {
    if !matches!(*method, Method::GET | Method::POST) {
        return None;
    }
    // One that cannot be read changes nothing.
    let [check, consume, release] = match format {
        Format::Json => ["authz.check", "authz.consume", "authz.release"],
        Format::Jwt => ["authz.checkJwt", "authz.consumeJwt", "authz.releaseJwt"],
        Format::Text => ["authz.checkText", "authz.consumeText", "authz.releaseText"],
    };
    Some(match Query::read(query) {
        Ok(query) if query.is_release => release,
        Ok(query) if query.consumes => consume,
        Ok(_) | Err(_) => check,
    })
}

/// Why there is no endpoint for a request.
pub(super) fn refusal(request: &Request) -> Refusal {
    let path = request.path();
    if path.starts_with("/authz") && Format::of(path).is_none() {
        return failure::not_allowed();
    }
    Refusal::not_found(format!("Path {path} was not found."))
}
