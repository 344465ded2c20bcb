//! What is written down around a request, so that a run can be resumed and replayed.

use std::error::Error;
use std::future::{Future, ready};

use bytes::Bytes;
use seatflow_catalog::Method;

use crate::key::Key;
use crate::outcome::Failure;

/// The durable record around requests.
///
/// For one page the order is: `recall`; for a write `intent`, which is on disk when it returns;
/// the request; `outcome`, before anything of it is given out. A write that surely had no effect
/// and now has to wait is `withdrawn`, and intended again before it is sent again, so what waits
/// is never in doubt.
pub trait Journal: Send + Sync {
    /// What is known of a page from before.
    fn recall(&self, key: &Key) -> impl Future<Output = Result<Recall, JournalError>> + Send;

    /// A write is about to be sent. Durable when it returns.
    fn intent(&self, key: &Key, intent: Intent<'_>) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// The intended write had no effect, and is not on its way.
    fn withdrawn(&self, key: &Key) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// A page has its outcome.
    fn outcome(&self, key: &Key, outcome: Recorded<'_>) -> impl Future<Output = Result<(), JournalError>> + Send;
}

/// What a journal knows of a page from before.
#[derive(Clone, Debug, PartialEq)]
pub enum Recall {
    /// Nothing: it is sent.
    Nothing,
    /// A write was about to be sent, and nobody knows more.
    Intent,
    /// The server answered.
    Answer(Answer),
    /// No answer came.
    Failure(Box<Failure>),
}

/// A write that is about to be sent, without secrets.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: &'a str,
    /// The payload.
    pub body: Option<&'a Bytes>,
}

/// The outcome of a page.
#[derive(Clone, Copy, Debug)]
pub enum Recorded<'a> {
    /// The server's last answer, whatever it says: what it means is found again from the endpoint.
    Answer(&'a Answer),
    /// No answer that counts.
    Failure(&'a Failure),
}

/// A server's last answer to a page, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The type of the body.
    pub content_type: Option<String>,
    /// The header `Link`, its values joined by commas.
    pub link: Option<String>,
    /// The body, decompressed.
    pub body: Bytes,
    /// The URL that was asked.
    pub url: String,
    /// How many requests were sent.
    pub attempts: u32,
    /// Whether an earlier request of the same page may have had its effect.
    pub repeated: bool,
}

/// A journal that cannot go on; the run has to stop.
#[derive(Debug, thiserror::Error)]
#[error("the journal cannot be written: {0}")]
pub struct JournalError(#[source] pub Box<dyn Error + Send + Sync>);

/// Writes nothing down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unjournaled;

impl Journal for Unjournaled {
    fn recall(&self, _: &Key) -> impl Future<Output = Result<Recall, JournalError>> + Send {
        ready(Ok(Recall::Nothing))
    }

    fn intent(&self, _: &Key, _: Intent<'_>) -> impl Future<Output = Result<(), JournalError>> + Send {
        ready(Ok(()))
    }

    fn withdrawn(&self, _: &Key) -> impl Future<Output = Result<(), JournalError>> + Send {
        ready(Ok(()))
    }

    fn outcome(&self, _: &Key, _: Recorded<'_>) -> impl Future<Output = Result<(), JournalError>> + Send {
        ready(Ok(()))
    }
}
