//! Which endpoint a request is for.

use http::Method;

use super::login;
use crate::exchange::Request;
use crate::refusal::Refusal;

/// The id of the endpoint that a request is for.
pub(super) fn id_of(request: &Request) -> Option<&'static str> {
    match (request.method(), request.path()) {
        (&Method::POST, login::TOKEN_PATH) => Some("oauth.token"),
        (&Method::GET, "/.well-known/jwks.json") => Some("jwks.read"),
        (&Method::GET, "/.well-known/openid-configuration" | "/user/.well-known/openid-configuration") => {
            Some("discovery.read")
        }
        _ => None,
    }
}

/// Why there is no endpoint for a request.
pub(super) fn refusal(request: &Request) -> Refusal {
    Refusal::not_found(format!("Path {} was not found.", request.path()))
}
