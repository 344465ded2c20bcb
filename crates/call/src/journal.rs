//! What is written down around a request, so that a run can be resumed, replayed, planned and applied.

use std::error::Error;
use std::fmt;
use std::future::ready;

use bytes::Bytes;
use futures::future::BoxFuture;
use seatflow_catalog::{Endpoint, FailsWhen, Method};

use crate::key::Key;
use crate::log::Attempt;
use crate::outcome::Failure;

/// The durable record around requests.
///
/// For one page the order is: `recall`; for a write `intent`, which is on disk when it comes to its end;
/// the request; `outcome`, before anything of it is given out. A write that surely had no effect
/// and now has to wait is `withdrawn`, and intended again before it is sent again, so what waits
/// is never in doubt.
pub trait Journal: Send + Sync {
    /// Whether the attempts of calls are to be given to [`Journal::outcome`].
    fn keeps_attempts(&self) -> bool;

    /// What is known of a page from before, or what else is to be done in place of sending it.
    fn recall<'a>(&'a self, page: PageName<'a>) -> BoxFuture<'a, Result<Recall, JournalError>>;

    /// A write is about to be sent. Durable when it comes to its end.
    fn intent<'a>(&'a self, page: PageName<'a>, intent: Intent<'a>) -> BoxFuture<'a, Result<(), JournalError>>;

    /// The intended write had no effect, and is not on its way.
    fn withdrawn<'a>(&'a self, page: PageName<'a>) -> BoxFuture<'a, Result<(), JournalError>>;

    /// A page has its outcome, after these attempts and the authorization requests among them.
    fn outcome<'a>(
        &'a self,
        page: PageName<'a>,
        outcome: Recorded<'a>,
        attempts: &'a [Attempt],
    ) -> BoxFuture<'a, Result<(), JournalError>>;

    /// A write is withheld, as [`Recall::Withhold`] asked for. `record` is the input record that it comes from, as a
    /// JSON object without secrets.
    fn planned<'a>(
        &'a self,
        page: PageName<'a>,
        intent: Intent<'a>,
        record: &'a str,
    ) -> BoxFuture<'a, Result<(), JournalError>>;

    /// A call cannot be planned: what it sends comes from the answer to a write that is withheld.
    fn unknown<'a>(&'a self, unknown: UnknownCall<'a>) -> BoxFuture<'a, Result<(), JournalError>>;

    /// A node has logged in, or has not.
    fn login<'a>(&'a self, node: &'a str, login: &'a Login) -> BoxFuture<'a, Result<(), JournalError>>;

    /// How a node logged in before, where nothing is sent; none, if it is to log in now.
    fn recall_login<'a>(&'a self, node: &'a str) -> BoxFuture<'a, Result<Option<Login>, JournalError>>;
}

/// One page of a call, as the journal knows it.
#[derive(Clone, Copy)]
pub struct PageName<'a> {
    /// The name by which it is found again.
    pub key: Key,
    /// The node that calls.
    pub node: &'a str,
    /// The number of the input record, from 0.
    pub record: i64,
    /// The number of the page, from 1.
    pub number: u64,
    /// What is called.
    pub endpoint: &'a Endpoint,
    /// The conditions of its failures, with the values of the call.
    pub fails_when: &'a [FailsWhen],
}

/// Without the conditions: a value in them may be a secret.
impl fmt::Debug for PageName<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, node, record, number, endpoint, .. } = self;
        let mut shown = formatter.debug_struct("PageName");
        shown.field("key", key).field("node", node).field("record", record).field("number", number);
        shown.field("endpoint", &endpoint.id).finish_non_exhaustive()
    }
}

/// What a journal knows of a page from before.
#[derive(Clone, Debug, PartialEq)]
pub enum Recall {
    /// Nothing: it is sent.
    Nothing,
    /// A write was about to be sent, and nobody knows more.
    Intent,
    /// It came to its end, after these attempts.
    Ended(Box<Outcome>, Vec<Attempt>),
    /// It is a write of which only a plan is made.
    Withhold,
    /// It is not known, and it must not be sent: somebody only looks at what there is.
    Absent,
}

/// How a page ended, as it is recalled.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server answered.
    Answer(Answer),
    /// No answer came that counts.
    Failure(Failure),
    /// A write was in doubt, and a read has told that it happened.
    Settled(Settled),
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
    /// The write was in doubt, and a read has told that it happened.
    Settled(&'a Settled),
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

/// A write that was in doubt until a read told that it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The URL of the write.
    pub url: String,
    /// How many requests were sent for it.
    pub attempts: u32,
}

/// A call that a plan cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct UnknownCall<'a> {
    /// The node that would call.
    pub node: &'a str,
    /// The number of the input record, from 0.
    pub record: i64,
    /// What would be called.
    pub endpoint: &'a Endpoint,
    /// The column that only the answer to a withheld write will have.
    pub column: &'a str,
    /// The input record, as a JSON object without secrets.
    pub input: &'a str,
}

/// How a node logged in.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// Why it did not, if so.
    pub failure: Option<Box<Failure>>,
    /// The requests that it took.
    pub attempts: Vec<Attempt>,
}

/// Why a journal lets nothing more be sent; the run has to stop.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be written.
    #[error("the journal cannot be written: {0}")]
    Write(#[source] Box<dyn Error + Send + Sync>),
    /// Another process is writing it, and does not come to an end.
    #[error("the journal cannot be written: {0}")]
    Busy(#[source] Box<dyn Error + Send + Sync>),
    /// It cannot be read.
    #[error("the journal cannot be read: {0}")]
    Read(#[source] Box<dyn Error + Send + Sync>),
    /// A call is to be taken from the journal, which does not hold it.
    #[error("the journal does not hold this call of record {record} of `{node}`: {request}")]
    Missing {
        /// The node.
        node: String,
        /// The number of the input record, from 0.
        record: i64,
        /// The method and the path.
        request: String,
    },
    /// A guard of the run would be passed.
    #[error("`{guard}` is {most}, and the next call would be one more")]
    Guard {
        /// The guard, as it is written on the command line.
        guard: &'static str,
        /// What it allows.
        most: u64,
    },
    /// A write that was not planned.
    #[error("this write of record {record} of `{node}` was not planned: {request}")]
    Drift {
        /// The node.
        node: String,
        /// The number of the input record, from 0.
        record: i64,
        /// The method and the path.
        request: String,
    },
}

/// Writes nothing down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unjournaled;

/// Nothing to wait for.
fn at_once<T: Send + 'static>(value: T) -> BoxFuture<'static, Result<T, JournalError>> {
    Box::pin(ready(Ok(value)))
}

impl Journal for Unjournaled {
    fn keeps_attempts(&self) -> bool {
        false
    }

    fn recall<'a>(&'a self, _: PageName<'a>) -> BoxFuture<'a, Result<Recall, JournalError>> {
        at_once(Recall::Nothing)
    }

    fn intent<'a>(&'a self, _: PageName<'a>, _: Intent<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        at_once(())
    }

    fn withdrawn<'a>(&'a self, _: PageName<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        at_once(())
    }

    fn outcome<'a>(
        &'a self,
        _: PageName<'a>,
        _: Recorded<'a>,
        _: &'a [Attempt],
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        at_once(())
    }

    fn planned<'a>(&'a self, _: PageName<'a>, _: Intent<'a>, _: &'a str) -> BoxFuture<'a, Result<(), JournalError>> {
        at_once(())
    }

    fn unknown<'a>(&'a self, _: UnknownCall<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        at_once(())
    }

    fn login<'a>(&'a self, _: &'a str, _: &'a Login) -> BoxFuture<'a, Result<(), JournalError>> {
        at_once(())
    }

    fn recall_login<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Login>, JournalError>> {
        at_once(None)
    }
}
