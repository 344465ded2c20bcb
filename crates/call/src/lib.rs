//! One call done well: authorize, govern, send, retry, page, redact.
//!
//! A [`Request`] is bound from an endpoint and values, without I/O. A [`Connection`] sends it:
//! it waits for the governor and for a live token, writes the intent of a write into the
//! [`Journal`], sends, classifies, retries what may be retried, follows the pages, and gives back
//! one [`Called`] in which no secret is left.
//!
//! It does not know Arrow, nodes or wires; how a body is parsed is the caller's [`Page`].

mod authorization;
mod call;
mod certificate;
mod charset;
mod check;
mod classify;
mod client;
mod clock;
mod connection;
mod duration;
mod error;
mod exchange;
mod failing;
mod governor;
mod graph;
mod health;
mod idempotency;
mod journal;
mod json;
mod jwt;
mod key;
mod limits;
mod log;
mod origins;
mod outcome;
mod page;
mod paging;
mod payload;
mod proxy;
mod reconcile;
mod redact;
mod redirect;
mod request;
mod retry;
mod send;
mod target;
mod tls;
mod trouble;
mod turns;
mod url;
mod values;

pub use authorization::{Access, Authorization, Credentials, DeadEnd, DeadEndCause, Refused};
pub use call::Context;
pub use certificate::{BadClientCertificate, ClientCertificate};
pub use check::{check_auth_url, check_base_url, check_certificates, check_header, check_proxy};
pub use clock::{Clock, SystemClock};
pub use connection::{Connection, Header, Settings, Surroundings};
pub use error::Error;
pub use governor::{Governors, Silence};
pub use health::{FAILURES_IN_A_ROW, Unreached};
pub use journal::{
    Answer, Intent, Journal, JournalError, Login, Outcome as RecalledOutcome, PageName, Recall, Recorded, Settled,
    Unjournaled, UnknownCall,
};
pub use key::{CallKey, Digest, Key};
pub use limits::Limits;
pub use log::Attempt;
pub use origins::Origins;
pub use outcome::{Called, Failure, FailureKind, Outcome, Withheld};
pub use page::{Found, Page};
pub use payload::Payload;
pub use proxy::Proxy;
pub use redact::{MASK, Redactor};
pub use request::{Refusal, RefusalKind, Request};
pub use turns::{OrderKey, Turns};
