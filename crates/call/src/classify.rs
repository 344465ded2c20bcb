//! What an answer means.

use http::StatusCode;
use seatflow_catalog::{Effect, Endpoint};

use crate::failing::{Terms, met, said, told};
use crate::journal::{Answer, PageName};
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

/// Reads an answer. It depends on nothing but the answer and the request, so an answer from a
/// journal means what it meant when it came.
pub(crate) fn meaning<P: Page>(terms: Terms<'_>, answer: &Answer, page: &P) -> Meaning {
    let Terms { endpoint, fails_when } = terms;
    let is_success = is_success(endpoint, answer.status);
    if !is_success && answer.repeated && endpoint.already_done.contains(&answer.status) {
        return Meaning::AlreadyDone;
    }
    let said = if is_success {
        met(fails_when, page).map(|condition| told(condition, endpoint, page))
    } else {
        Some(refusal(terms, answer, page))
    };
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
    /// The failure that it is for the page that it answers, if it is one. To a read it is one as far as its status tells:
    /// its body is its reader's business.
    pub fn failure(&self, of: &PageName<'_>) -> Option<FailureKind> {
        let PageName { endpoint, fails_when, .. } = *of;
        let is_told_by_body = endpoint.effect == Effect::Write && !fails_when.is_empty();
        let (page, fails_when) = if is_told_by_body {
            (Document::parse(self, endpoint), fails_when)
        } else {
            (Document::default(), [].as_slice())
        };
        match meaning(Terms { endpoint, fails_when }, self, &page) {
            Meaning::Success | Meaning::AlreadyDone => None,
            Meaning::Failure(kind, _) => Some(kind),
            Meaning::InDoubt(..) => Some(FailureKind::InDoubt),
        }
    }
}

const UNNAMED: &str = "the catalog does not call it a success, and whether it had its effect is not known";

/// A status that is no success, with what the system says of it, and what the catalog says that it means.
fn refusal<P: Page>(terms: Terms<'_>, answer: &Answer, page: &P) -> String {
    let status = status_text(answer.status);
    let meanings = &terms.endpoint.meanings;
    let meaning = meanings.iter().find(|(of, _)| *of == answer.status).map(|(_, meaning)| meaning.as_str());
    match (said(terms, page), meaning) {
        (None, None) => status,
        (Some(said), None) => format!("{status}: {said}"),
        (None, Some(meaning)) => format!("{status}: {meaning}"),
        (Some(said), Some(meaning)) => {
            format!("{status}: {}; {}", said.strip_suffix('.').unwrap_or(&said), within_a_sentence(meaning))
        }
    }
}

/// Words that begin a sentence, as they are in the midst of one. An abbreviation stays as it is.
fn within_a_sentence(words: &str) -> String {
    let mut characters = words.chars();
    let (first, rest) = (characters.next(), characters.as_str());
    match first {
        Some(first) if !rest.starts_with(char::is_uppercase) => first.to_lowercase().chain(rest.chars()).collect(),
        _ => words.to_owned(),
    }
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
