//! Failures as the graph answers them: a key, a code, a message, and what was asked for.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::exchange::{Reply, Request};
use crate::refusal::Refusal;

/// What the caller is told who may not do this.
pub(super) fn not_allowed() -> Refusal {
    Refusal::forbidden("The token does not allow this.")
}

/// The answer to a request that is refused.
pub(super) fn refused(request: &Request, refusal: &Refusal) -> Reply {
    let target = percent_decode_str(request.target()).decode_utf8_lossy();
    let reply = reply(refusal.status, &refusal.message, &format!("{} {target}", request.method()));
    if refusal.status == StatusCode::UNAUTHORIZED {
        return reply.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    reply
}

/// A failure with its message and the technical side of it.
pub(super) fn reply(status: StatusCode, message: &str, technical: &str) -> Reply {
    let code = code(status);
    let body = json!({
        "errorKey": code,
        "errorCode": code,
        "errorMessage": message,
        "errorTechnical": technical,
    });
    Reply::json(status, body.to_string())
}

fn code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "notAuthenticated",
        StatusCode::FORBIDDEN => "notAuthorized",
        StatusCode::NOT_FOUND => "notFound",
        StatusCode::CONFLICT => "conflict",
        status if status.is_client_error() => "invalidRequest",
        _ => "internalError",
    }
}
