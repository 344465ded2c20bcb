//! What comes out of a call.

use std::fmt;

use bytes::Bytes;
use seatflow_catalog::Method;

use crate::log::Attempt;
use crate::redact::Redactor;

/// A call that is over.
#[derive(Debug)]
pub struct Called<P> {
    /// How it ended.
    pub outcome: Outcome<P>,
    /// Its attempts and the authorization requests it had to make; empty unless asked for.
    pub attempts: Vec<Attempt>,
    /// How many requests were sent, authorization requests not counted.
    pub requests: u64,
    /// How many of them repeated an earlier one.
    pub retries: u64,
    /// How many requests an earlier run has sent in place of this one: what came of them is in the journal.
    pub recalled: u64,
    /// How many bytes of bodies the pages were made of.
    pub bytes: u64,
}

/// The one outcome of a call.
#[derive(Debug)]
pub enum Outcome<P> {
    /// Every page arrived and is a success.
    Succeeded {
        /// The pages, in their order; at least one.
        pages: Vec<P>,
        /// Whether a repeated request found its effect there already.
        already_done: bool,
    },
    /// It failed, or nobody knows.
    Failed(Box<Failure>),
    /// It is a write of which only a plan is made: nothing was sent.
    Withheld(Box<Withheld>),
}

/// A write that was not sent, because only a plan is made. No text of it holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// The payload.
    pub body: Option<Bytes>,
}

/// Why a call is no success. No text of it holds a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// One sentence.
    pub message: String,
    /// The last status that arrived.
    pub status: Option<u16>,
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// How many requests were sent for the page that failed.
    pub attempts: u32,
    /// The body that came back, as text, cut at 64 KiB.
    pub body: Option<String>,
}

/// So much of a body is kept with a failure.
const BODY_KEPT: usize = 64 * 1024;

/// The beginning of a body as text; nothing, if it is empty.
pub(crate) fn body_as_text(body: &Bytes, redactor: &Redactor) -> Option<String> {
    // Masked before it is cut: half a secret would not be found.
    let body = redactor.told(body.clone());
    let text = String::from_utf8_lossy(&body[..body.len().min(BODY_KEPT)]);
    (!text.is_empty()).then(|| text.into_owned())
}

/// The kinds of failure of a call; the set is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// A required parameter has no value.
    MissingParameter,
    /// A value does not fit its parameter.
    BadParameter,
    /// A rule of this side forbids the request.
    Refused,
    /// The status is no success.
    Status,
    /// The status is a success, the body says otherwise.
    FailureInBody,
    /// The server was silent for too long.
    Timeout,
    /// The server could not be reached, or the connection broke.
    Connect,
    /// No secure connection.
    Tls,
    /// No authorization, or one that the server does not accept.
    Authorization,
    /// The body is larger than the limit.
    TooLarge,
    /// A write whose effect nobody knows.
    InDoubt,
    /// A write equal to an earlier one.
    DuplicateWrite,
    /// The run ended before it was sent.
    NotAttempted,
    /// Some pages are missing.
    Incomplete,
    /// Something could not be read.
    Unreadable,
}

impl FailureKind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::MissingParameter,
        Self::BadParameter,
        Self::Refused,
        Self::Status,
        Self::FailureInBody,
        Self::Timeout,
        Self::Connect,
        Self::Tls,
        Self::Authorization,
        Self::TooLarge,
        Self::InDoubt,
        Self::DuplicateWrite,
        Self::NotAttempted,
        Self::Incomplete,
        Self::Unreadable,
    ];

    /// The kind as it is written into `error.kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingParameter => "missing-parameter",
            Self::BadParameter => "bad-parameter",
            Self::Refused => "refused",
            Self::Status => "status",
            Self::FailureInBody => "failure-in-body",
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Authorization => "authorization",
            Self::TooLarge => "too-large",
            Self::InDoubt => "in-doubt",
            Self::DuplicateWrite => "duplicate-write",
            Self::NotAttempted => "not-attempted",
            Self::Incomplete => "incomplete",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
