//! One request on the wire, and what came of it.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use reqwest::{Client, Response};
use tokio::time::{Instant, timeout_at};

use crate::classify::status_text;
use crate::duration::seconds;
use crate::limits::Limits;
use crate::outcome::FailureKind;
use crate::retry::Cause;

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

/// Why no answer, or only half of one, arrived.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// What it means for another attempt.
    pub(crate) cause: Cause,
    /// What it is when there is none.
    pub(crate) kind: FailureKind,
    /// What happened, in one sentence.
    pub(crate) message: String,
}

/// Sends a request and takes its answer, within a time.
pub(crate) async fn send(
    client: &Client,
    request: reqwest::Request,
    limits: &Limits,
    within: Duration,
) -> Result<Reply, Trouble> {
    let end = Instant::now() + within;
    let sent = timeout_at(end, client.execute(request)).await;
    let mut response = sent.map_err(|_| too_slow(within))?.map_err(|error| trouble(&error, limits))?;
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let body = timeout_at(end, body(response, limits)).await;
    Ok(Reply { status, headers, body: body.unwrap_or_else(|_| Err(too_slow(within))) })
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
            (500..=599, Ok(_)) => Some(Cause::ServerError),
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
        return Err(too_large(limit));
    }
    let next = |error| trouble(&error, limits);
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
    if u64::try_from(length).is_ok_and(|length| length <= limit) { Ok(()) } else { Err(too_large(limit)) }
}

fn too_large(limit: u64) -> Trouble {
    Trouble {
        cause: Cause::TooLarge,
        kind: FailureKind::TooLarge,
        message: format!("the body is larger than the limit of {limit} bytes"),
    }
}

fn too_slow(within: Duration) -> Trouble {
    Trouble {
        cause: Cause::TimedOut,
        kind: FailureKind::Timeout,
        message: format!("no whole answer within {}", seconds(within)),
    }
}

/// What an error of the client means.
fn trouble(error: &reqwest::Error, limits: &Limits) -> Trouble {
    let place = error.url().map_or_else(String::new, |url| format!(" to `{}`", url.host_str().unwrap_or_default()));
    if error.is_connect() {
        return match tls_error(error) {
            Some(tls) => Trouble {
                cause: match tls {
                    rustls::Error::InvalidCertificate(_) => Cause::Certificate,
                    _ => Cause::NeverSent,
                },
                kind: FailureKind::Tls,
                message: format!("no secure connection{place}: {tls}"),
            },
            None if is_broken_handshake(error) => Trouble {
                cause: Cause::NeverSent,
                kind: FailureKind::Tls,
                message: format!("no secure connection{place}: the server hung up"),
            },
            None if error.is_timeout() => Trouble {
                cause: Cause::NeverSent,
                kind: FailureKind::Connect,
                message: format!("no connection{place} within {}", seconds(limits.connect)),
            },
            None => Trouble {
                cause: Cause::NeverSent,
                kind: FailureKind::Connect,
                message: format!("no connection{place}: {}", innermost(error)),
            },
        };
    }
    if error.is_timeout() {
        return Trouble {
            cause: Cause::TimedOut,
            kind: FailureKind::Timeout,
            message: format!("the server was silent for {}", seconds(limits.read)),
        };
    }
    if error.is_builder() {
        return Trouble {
            cause: Cause::Unsendable,
            kind: FailureKind::Refused,
            message: format!("the request cannot be sent: {}", innermost(error)),
        };
    }
    Trouble {
        cause: Cause::Broken,
        kind: FailureKind::Connect,
        message: format!("the connection broke: {}", innermost(error)),
    }
}

/// Whether the server ended a connection that was to become a secure one.
fn is_broken_handshake(error: &reqwest::Error) -> bool {
    let is_end = |error: &(dyn StdError + 'static)| {
        error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof)
    };
    error.url().is_some_and(|url| url.scheme() == "https") && chain(error).any(is_end)
}

/// The error of TLS that is behind another error.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// An error, what is behind it, and so on.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An I/O error hides the error that it was made from, and shows that one's source.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// What was behind an error in the first place.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}
