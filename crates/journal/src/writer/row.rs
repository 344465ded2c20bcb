//! Rows as they are handed to the thread that writes.

use std::time::Duration;

use rusqlite::{Connection, params};
use seatflow_call::{Attempt, FailureKind, Key, PageName, Recorded};
use seatflow_catalog::{Effect, Method};

use super::chunk::Spot;

/// A row of a pass.
#[derive(Debug)]
pub(crate) struct Row {
    /// The number of the pass.
    pub(crate) pass: i64,
    /// The position of the node in its pass.
    pub(crate) node: i64,
    /// What the columns do not have; empty, if they have all.
    pub(crate) content: Vec<u8>,
    /// The columns.
    pub(crate) kind: RowKind,
}

/// The sorts of rows.
#[derive(Debug)]
pub(crate) enum RowKind {
    /// What happened to a page of a call.
    Event(Event),
    /// A write that is withheld, or a call that cannot be planned.
    Planned { record: i64, page: i64, key: [u8; 32], is_unknown: bool },
    /// A node has logged in, or has not.
    Login,
}

/// What happened to a page of a call.
#[derive(Debug)]
pub(crate) struct Event {
    kind: EventKind,
    record: i64,
    page: i64,
    key: Key,
    method: Method,
    is_write: bool,
    ended: Option<EventEnd>,
}

/// What came of a page.
#[derive(Debug)]
struct EventEnd {
    status: Option<u16>,
    failure: Option<FailureKind>,
    /// Microseconds since 1970.
    started_at: Option<i64>,
    duration: i64,
    requests: u32,
}

/// The sorts of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A write is about to be sent.
    Intent,
    /// It is not on its way any more, and had no effect.
    Withdrawn,
    /// The server answered.
    Answer,
    /// No answer came that counts.
    Failure,
    /// A write was in doubt, and a read has told that it happened.
    Settled,
}

impl EventKind {
    /// The word in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Withdrawn => "withdrawn",
            Self::Answer => "answer",
            Self::Failure => "failure",
            Self::Settled => "settled",
        }
    }
}

impl Event {
    /// A write is about to be sent, or is not on its way any more.
    pub(crate) fn before(kind: EventKind, page: &PageName<'_>) -> Self {
        Self {
            kind,
            record: page.record,
            page: i64::try_from(page.number).unwrap_or(i64::MAX),
            key: page.key,
            method: page.endpoint.method,
            is_write: page.endpoint.effect == Effect::Write,
            ended: None,
        }
    }

    /// What came of a page.
    pub(crate) fn ended(page: &PageName<'_>, outcome: Recorded<'_>, attempts: &[Attempt]) -> Self {
        let (kind, status, failure, requests) = match outcome {
            Recorded::Answer(answer) => (EventKind::Answer, Some(answer.status), answer.failure(page), answer.attempts),
            Recorded::Failure(failure) => (EventKind::Failure, failure.status, Some(failure.kind), failure.attempts),
            Recorded::Settled(settled) => (EventKind::Settled, None, None, settled.attempts),
        };
        let own = attempts.iter().filter(|attempt| attempt.page.is_some());
        let started_at = own.clone().next().map(|attempt| attempt.started_at.as_microsecond());
        let duration = own.fold(Duration::ZERO, |sum, attempt| sum.saturating_add(attempt.duration));
        let duration = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        let ended = EventEnd { status, failure, started_at, duration, requests };
        Self { ended: Some(ended), ..Self::before(kind, page) }
    }
}

impl Row {
    /// Whether it has to be on disk before its commit is told: what follows it cannot be taken back.
    pub(super) fn is_urgent(&self) -> bool {
        matches!(&self.kind, RowKind::Event(event) if event.kind == EventKind::Intent)
    }

    /// Writes its columns.
    pub(super) fn insert(&self, connection: &Connection, number: i64, spot: Option<Spot>) -> rusqlite::Result<()> {
        let (chunk, place) = (spot.map(|spot| spot.chunk), spot.map(|spot| spot.place));
        match &self.kind {
            RowKind::Event(event) => {
                let ended = event.ended.as_ref();
                connection.prepare_cached(INSERT_EVENT)?.execute(params![
                    number,
                    event.kind.as_str(),
                    self.node,
                    event.record,
                    event.page,
                    event.key.as_bytes(),
                    event.method.as_str(),
                    event.is_write,
                    ended.and_then(|ended| ended.status),
                    ended.and_then(|ended| ended.failure).map(FailureKind::as_str),
                    ended.and_then(|ended| ended.started_at),
                    ended.map(|ended| ended.duration),
                    ended.map(|ended| ended.requests),
                    chunk,
                    place,
                ])?;
            }
            RowKind::Planned { record, page, key, is_unknown } => {
                let values = params![number, self.node, record, page, key, is_unknown, chunk, place];
                connection.prepare_cached(INSERT_PLANNED)?.execute(values)?;
            }
            RowKind::Login => {
                connection.prepare_cached(INSERT_LOGIN)?.execute(params![number, self.node, chunk, place])?;
            }
        }
        Ok(())
    }
}

const INSERT_EVENT: &str = "INSERT INTO event (number, kind, node, record, page, key, method, is_write, status, failure, \
     started_at, duration, requests, chunk, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const INSERT_PLANNED: &str =
    "INSERT INTO planned (number, node, record, page, key, is_unknown, chunk, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

const INSERT_LOGIN: &str = "INSERT INTO login (number, node, chunk, place) VALUES (?, ?, ?, ?)";
