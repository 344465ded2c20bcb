//! What an answer means.

use http::StatusCode;
use seatflow_catalog::{Condition, Effect, Endpoint};

use crate::exchange::UNKNOWN;
use crate::journal::Answer;
use crate::outcome::FailureKind;
use crate::page::Page;

/// What an answer means for its endpoint.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A success.
    Success,
    /// The effect of a request that was sent before is there already.
    AlreadyDone,
    /// A failure.
    Failure(FailureKind, String),
}

/// Reads an answer. It depends on nothing but the answer and the endpoint, so an answer from a
/// journal means what it meant when it came.
pub(crate) fn meaning<P: Page>(endpoint: &Endpoint, answer: &Answer, page: &P) -> Meaning {
    if is_success(endpoint, answer.status) {
        return match page.failure(&endpoint.fails_when) {
            None => Meaning::Success,
            Some(message) => Meaning::Failure(FailureKind::FailureInBody, message),
        };
    }
    if answer.repeated && endpoint.already_done.contains(&answer.status) {
        return Meaning::AlreadyDone;
    }
    let mut message = status_text(answer.status);
    if let Some(said) = message_of(endpoint, page) {
        message.push_str(": ");
        message.push_str(&said);
    }
    let kind = match answer.status {
        401 => FailureKind::Authorization,
        // The system says that it did something, and the catalog does not know what.
        200..=299 if endpoint.effect == Effect::Write => {
            message = format!("{message}: the catalog does not call it a success; {UNKNOWN}");
            FailureKind::InDoubt
        }
        _ => FailureKind::Status,
    };
    Meaning::Failure(kind, message)
}

/// Whether a status is a success for an endpoint: 200, unless it says otherwise.
pub(crate) fn is_success(endpoint: &Endpoint, status: u16) -> bool {
    match endpoint.success.as_slice() {
        [] => status == 200,
        statuses => statuses.contains(&status),
    }
}

/// A status with its usual words: `404 Not Found`.
pub(crate) fn status_text(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}

/// The message that the system puts into a body that is a failure.
fn message_of<P: Page>(endpoint: &Endpoint, page: &P) -> Option<String> {
    let paths = endpoint.fails_when.iter().filter_map(|condition| {
        let said_by_path = (condition.is == Condition::Present).then_some(&condition.path);
        condition.message.as_ref().or(said_by_path)
    });
    paths.filter_map(|path| page.scalar(path)).find(|said| !said.is_empty())
}
