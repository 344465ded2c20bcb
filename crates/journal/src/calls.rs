//! What is told of the calls of a run.

use std::time::Duration;

use rusqlite::{Connection, Row, params};
use seatflow_call::RecalledOutcome;

use crate::chunks::Chunks;
use crate::content::{Content, failure_kind_of, method_of};
use crate::counted::{self, Counted};
use crate::error::Error;
use crate::passes;
use crate::told::{CallRecord, Failures};

/// The columns of a call.
const RECORD: &str = "
    node.name, node.endpoint, last.record, last.page, last.method, last.started_at, last.duration, last.requests,
    last.status, last.failure, last.chunk, last.place";

/// The columns of a write, whose last event need not be its intent.
const WRITE: &str = ", last_intent.chunk, last_intent.place";

/// How many writes of a run are in doubt: those that failed so, and, unless the run is running, those without an outcome.
pub(crate) fn count_in_doubt(connection: &Connection, run: i64, is_running: bool) -> Result<u64, Error> {
    let sending = counted::sending(&passes::of_run(connection, run)?);
    let mut writes = 0;
    for Counted { pass, .. } in &sending {
        writes += passes::written(connection, *pass)?.writes;
    }
    if writes <= 0 {
        return Ok(0);
    }
    counted::count(connection, &sending)?;
    let sql = "SELECT count(*) FROM last_write WHERE failure = 'in-doubt' OR (kind = 'intent' AND NOT ?)";
    Ok(connection.query_row(sql, [is_running], |row| row.get(0))?)
}

/// These writes, in the order of nodes, records and pages.
pub(crate) fn in_doubt(connection: &Connection, run: i64, is_running: bool) -> Result<Vec<CallRecord>, Error> {
    let condition = if is_running { "" } else { "OR last.kind = 'intent'" };
    writes(connection, run, &format!("last.failure = 'in-doubt' {condition}"))
}

/// The writes of a run that were in doubt until a read told that they happened, in the same order.
pub(crate) fn settled(connection: &Connection, run: i64) -> Result<Vec<CallRecord>, Error> {
    writes(connection, run, "last.kind = 'settled'")
}

/// The writes of a run whose last event fulfils a condition.
fn writes(connection: &Connection, run: i64, condition: &str) -> Result<Vec<CallRecord>, Error> {
    counted::count(connection, &counted::sending(&passes::of_run(connection, run)?))?;
    let mut statement = connection.prepare(&format!(
        "SELECT {RECORD}{WRITE} FROM last_write AS last
        JOIN node ON node.pass = last.pass AND node.position = last.node
        LEFT JOIN last_intent ON last_intent.key = last.key
        WHERE {condition}
        ORDER BY node.position, last.record, last.page"
    ))?;
    let mut chunks = Chunks::default();
    let write = |row: &Row<'_>| {
        let mut write = record(connection, &mut chunks, row)?;
        if let (Some(chunk), Some(place)) = (row.get(12)?, row.get(13)?)
            && let Content::Intent { body, .. } = chunks.read(connection, chunk, place)?
        {
            write.payload = body;
        }
        Ok(write)
    };
    statement.query_and_then([], write)?.collect()
}

/// The calls of a run, or of one of its nodes, that took longest, the longest first.
pub(crate) fn slowest(
    connection: &Connection,
    run: i64,
    node: Option<&str>,
    most: usize,
) -> Result<Vec<CallRecord>, Error> {
    counted::count(connection, &counted::viewed(&passes::of_run(connection, run)?))?;
    let mut statement = connection.prepare(&format!(
        "SELECT {RECORD} FROM last
        JOIN node ON node.pass = last.pass AND node.position = last.node
        WHERE last.duration IS NOT NULL AND (?1 IS NULL OR node.name = ?1)
        ORDER BY last.duration DESC, last.number LIMIT ?2"
    ))?;
    let mut chunks = Chunks::default();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    statement.query_and_then(params![node, most], |row| record(connection, &mut chunks, row))?.collect()
}

/// The failures of a run, by node and kind.
pub(crate) fn failures(connection: &Connection, run: i64, is_running: bool) -> Result<Vec<Failures>, Error> {
    counted::count(connection, &counted::viewed(&passes::of_run(connection, run)?))?;
    let mut statement = connection.prepare(
        "SELECT node.name, ended.failure, count(*) FROM (
            SELECT pass, node, CASE WHEN kind = 'intent' AND NOT ? THEN 'in-doubt' ELSE failure END AS failure FROM last
        ) AS ended
        JOIN node ON node.pass = ended.pass AND node.position = ended.node
        WHERE ended.failure IS NOT NULL
        GROUP BY node.name, ended.failure
        ORDER BY min(node.position), count(*) DESC, ended.failure",
    )?;
    let failures = statement.query_and_then(params![is_running], |row| {
        Ok(Failures { node: row.get(0)?, kind: failure_kind_of(&row.get::<_, String>(1)?)?, count: row.get(2)? })
    })?;
    failures.collect()
}

fn record(connection: &Connection, chunks: &mut Chunks, row: &Row<'_>) -> Result<CallRecord, Error> {
    let failure = row.get::<_, Option<String>>(9)?;
    let (url, message) = match chunks.read(connection, row.get(10)?, row.get(11)?)? {
        Content::Intent { url, .. } => (url, None),
        Content::Ended(RecalledOutcome::Answer(answer), _) => (answer.url, None),
        Content::Ended(RecalledOutcome::Failure(failure), _) => (failure.url, Some(failure.message)),
        Content::Ended(RecalledOutcome::Settled(settled), _) => (settled.url, None),
        _ => return Err(Error::Damaged("an event has a content that is none".to_owned())),
    };
    Ok(CallRecord {
        node: row.get(0)?,
        endpoint: row.get(1)?,
        record: row.get(2)?,
        page: row.get(3)?,
        method: method_of(&row.get::<_, String>(4)?)?,
        url,
        started_at: row.get::<_, Option<i64>>(5)?.map(passes::moment).transpose()?,
        duration: Duration::from_micros(row.get::<_, Option<u64>>(6)?.unwrap_or_default()),
        requests: row.get::<_, Option<u64>>(7)?.unwrap_or_default(),
        status: row.get(8)?,
        failure: failure.as_deref().map(failure_kind_of).transpose()?,
        message,
        payload: None,
    })
}
