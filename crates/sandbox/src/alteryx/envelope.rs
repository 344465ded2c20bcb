//! The portal's envelope, `{"data": .., "msg": ..}`, around successes and refusals.

use bytes::Bytes;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::exchange::Reply;
pub(super) use crate::refusal::Refusal;

#[derive(Serialize)]
struct Envelope<'a, T> {
    data: Option<T>,
    msg: Option<&'a str>,
}

/// A refusal, as the portal writes it.
pub(super) fn refused(refusal: &Refusal) -> Reply {
    let reply = Reply::json(refusal.status, failure(&refusal.message));
    if refusal.status == StatusCode::UNAUTHORIZED {
        return reply.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
    }
    reply
}

/// The body of a success.
pub(super) fn success<T: Serialize>(data: T) -> Result<Bytes, Refusal> {
    let body = serde_json::to_vec(&Envelope { data: Some(data), msg: None });
    body.map(Bytes::from).map_err(|error| {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, format!("The sandbox cannot write the answer: {error}."))
    })
}

/// The answer to a write that succeeded.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) body: Bytes,
    /// What it changed, for the log; none when everything was so before.
    pub(super) effect: Option<String>,
}

/// The answer to a write, with what it changed.
pub(super) fn written<T: Serialize>(data: T, effect: Option<String>) -> Result<Written, Refusal> {
    Ok(Written { body: success(data)?, effect })
}

/// The body of a failure.
pub(super) fn failure(message: &str) -> Bytes {
    serde_json::to_vec(&Envelope { data: None::<()>, msg: Some(message) }).unwrap_or_default().into()
}
