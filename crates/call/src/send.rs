//! One request on the wire, and what came of it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use crate::charset::as_utf8;
use crate::classify::status_text;
use crate::client::Client;
use crate::limits::Limits;
use crate::retry::Cause;
use crate::trouble::Trouble;

/// A server's answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, decompressed; or why it did not arrive as a whole.
    pub(crate) body: Result<Bytes, Trouble>,
}

impl Reply {
    /// The same, with its body as UTF-8, if that is text of another encoding.
    pub(crate) fn in_utf_8(self) -> Self {
        let content_type = said(&self.headers, &CONTENT_TYPE);
        let body = self.body.map(|body| as_utf8(body, content_type));
        Self { body, ..self }
    }
}

fn said<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Sends a request and takes its answer, within a time.
pub(crate) async fn send(
    client: &Client,
    request: reqwest::Request,
    limits: &Limits,
    within: Duration,
) -> Result<Reply, Trouble> {
    let end = Instant::now() + within;
    let is_tunnelled = request.url().scheme() == "https";
    let sent = timeout_at(end, client.execute(request)).await;
    let sent = sent.map_err(|_| Trouble::too_slow(within))?;
    let mut response = sent.map_err(|error| Trouble::of_request(&error, client, limits))?;
    let status = response.status();
    if let Some(proxy) = client.proxy()
        && status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        && !is_tunnelled
    {
        return Err(Trouble::turned_away(proxy));
    }
    let headers = std::mem::take(response.headers_mut());
    let body = timeout_at(end, body(response, limits)).await;
    let body = body.unwrap_or_else(|_| Err(Trouble::too_slow(within)));
    let body = body.and_then(|body| decompressed(body, &headers));
    Ok(Reply { status: status.as_u16(), headers, body })
}

/// A body that needs no further decompression. The headers of one that was decompressed no longer say so.
fn decompressed(body: Bytes, headers: &HeaderMap) -> Result<Bytes, Trouble> {
    match said(headers, &CONTENT_ENCODING) {
        Some(encoding) if !body.is_empty() && !encoding.eq_ignore_ascii_case("identity") => {
            Err(Trouble::unknown_encoding(encoding))
        }
        _ => Ok(body),
    }
}

/// Why what was sent has no answer that counts; nothing, if the answer counts.
///
/// A 429 counts for what its status says, whatever became of its body.
pub(crate) fn cause_of(sent: &Result<Reply, Trouble>) -> Option<Cause> {
    match sent {
        Err(trouble) => Some(trouble.cause),
        Ok(reply) => match (reply.status, &reply.body) {
            (429, _) => Some(Cause::TooManyRequests),
            (_, Err(trouble)) => Some(trouble.cause),
            // A status that there is not is taken for one of them, as HTTP asks for.
            (500.., Ok(_)) => Some(Cause::ServerError),
            _ => None,
        },
    }
}

/// What came of a request, in a few words.
pub(crate) fn why(sent: &Result<Reply, Trouble>) -> String {
    match sent {
        Ok(Reply { status, body: Ok(_), .. }) => status_text(*status),
        Ok(Reply { body: Err(trouble), .. }) | Err(trouble) => trouble.message.clone(),
    }
}

/// Takes a body, decompressed, and not a byte more than allowed.
async fn body(mut response: Response, limits: &Limits) -> Result<Bytes, Trouble> {
    let limit = limits.body_bytes;
    let length = response.content_length();
    if length.is_some_and(|length| length > limit) {
        return Err(Trouble::too_large(limit));
    }
    let next = |error| Trouble::of_body(&error, limits);
    let Some(first) = response.chunk().await.map_err(next)? else {
        return Ok(Bytes::new());
    };
    // Most bodies arrive in one piece, which then need not be copied.
    let Some(second) = response.chunk().await.map_err(next)? else {
        return within(limit, first.len()).map(|()| first);
    };
    let expected = usize::try_from(length.unwrap_or(0)).unwrap_or(0);
    let mut body = BytesMut::with_capacity(expected.max(2 * (first.len() + second.len())));
    body.extend_from_slice(&first);
    let mut chunk = Some(second);
    while let Some(bytes) = chunk {
        within(limit, body.len() + bytes.len())?;
        body.extend_from_slice(&bytes);
        chunk = response.chunk().await.map_err(next)?;
    }
    Ok(body.freeze())
}

fn within(limit: u64, length: usize) -> Result<(), Trouble> {
    if u64::try_from(length).is_ok_and(|length| length <= limit) { Ok(()) } else { Err(Trouble::too_large(limit)) }
}
