//! What an answer means.

use http::StatusCode;
use seatflow_catalog::{Condition, Effect, Endpoint};

use crate::journal::Answer;
use crate::outcome::FailureKind;
use crate::page::Page;
use crate::reconcile::Document;

/// What an answer means for its endpoint.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A success.
    Success,
    /// The effect of a request that was sent before is there already.
    AlreadyDone,
    /// A failure.
    Failure(FailureKind, String),
    /// What would be this failure, but it is a write that may have had its effect: why.
    InDoubt(FailureKind, String, &'static str),
}

/// Reads an answer. It depends on nothing but the answer and the endpoint, so an answer from a
/// journal means what it meant when it came.
pub(crate) fn meaning<P: Page>(endpoint: &Endpoint, answer: &Answer, page: &P) -> Meaning {
    let is_success = is_success(endpoint, answer.status);
    if !is_success && answer.repeated && endpoint.already_done.contains(&answer.status) {
        return Meaning::AlreadyDone;
    }
    let said = if is_success { page.failure(&endpoint.fails_when) } else { Some(refusal(endpoint, answer, page)) };
    let Some(message) = said else { return Meaning::Success };
    let kind = match answer.status {
        _ if is_success => FailureKind::FailureInBody,
        401 => FailureKind::Authorization,
        _ => FailureKind::Status,
    };
    match answer.status {
        _ if endpoint.effect == Effect::Read => Meaning::Failure(kind, message),
        // What is refused now may have been done before.
        _ if answer.repeated => Meaning::InDoubt(kind, message, "an earlier request may have had its effect"),
        // The system says that it did something, and the catalog does not know what.
        200..=299 if !is_success => Meaning::InDoubt(kind, message, UNNAMED),
        _ => Meaning::Failure(kind, message),
    }
}

impl Answer {
    /// The failure that it is for its endpoint, if it is one. To a read it is one as far as its status tells: its body is
    /// its reader's business.
    pub fn failure(&self, endpoint: &Endpoint) -> Option<FailureKind> {
        let is_told_by_body = endpoint.effect == Effect::Write && !endpoint.fails_when.is_empty();
        let page = if is_told_by_body { Document::parse(self, endpoint) } else { Document::default() };
        match meaning(endpoint, self, &page) {
            Meaning::Success | Meaning::AlreadyDone => None,
            Meaning::Failure(kind, _) => Some(kind),
            Meaning::InDoubt(..) => Some(FailureKind::InDoubt),
        }
    }
}

const UNNAMED: &str = "the catalog does not call it a success, and whether it had its effect is not known";

/// A status that is no success, with what the system says of it.
fn refusal<P: Page>(endpoint: &Endpoint, answer: &Answer, page: &P) -> String {
    let status = status_text(answer.status);
    message_of(endpoint, page).map_or(status.clone(), |said| format!("{status}: {said}"))
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
