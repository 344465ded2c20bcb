//! Runs and passes: written when they begin and end, and read again.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, params};

use crate::error::Error;
use crate::given::{Ended, Ending, NewPass, NewRun, Purpose};
use crate::number;
use crate::tally::Written;

/// What decides which passes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) number: i64,
    pub(crate) purpose: Purpose,
    pub(crate) ending: Option<Ending>,
}

/// The number of a run that was not removed.
pub(crate) fn run_number(connection: &Connection, id: &str) -> Result<Option<i64>, Error> {
    let mut statement = connection.prepare_cached("SELECT number FROM run WHERE id = ? AND NOT is_removed")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// The passes of a run, the first one first.
pub(crate) fn of_run(connection: &Connection, run: i64) -> Result<Vec<Pass>, Error> {
    let sql = "SELECT number, purpose, ending FROM pass WHERE run = ? ORDER BY number";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_and_then([run], pass)?.collect()
}

fn pass(row: &Row<'_>) -> Result<Pass, Error> {
    let ending = row.get::<_, Option<String>>(2)?;
    Ok(Pass {
        number: row.get(0)?,
        purpose: Purpose::from_word(&row.get::<_, String>(1)?)?,
        ending: ending.as_deref().map(Ending::from_word).transpose()?,
    })
}

/// Writes a run down that begins, and gives its number.
pub(crate) fn insert_run(connection: &Connection, run: &NewRun) -> Result<i64, Error> {
    let inserted = connection.execute(
        "INSERT INTO run (id, pipeline, file, is_sandbox, version, user, began_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            run.id,
            run.pipeline,
            as_text(&run.file),
            run.is_sandbox,
            run.version,
            run.user,
            run.began_at.as_microsecond(),
        ],
    );
    match inserted {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            return Err(Error::SameRun(run.id.clone()));
        }
        inserted => inserted?,
    };
    Ok(connection.last_insert_rowid())
}

/// Writes a pass down that begins, and gives its number.
pub(crate) fn insert_pass(connection: &Connection, run: i64, pass: &NewPass) -> Result<i64, Error> {
    connection.execute(
        "INSERT INTO pass (run, purpose, began_at, max_writes, max_deletes) VALUES (?, ?, ?, ?, ?)",
        params![
            run,
            pass.purpose.word(),
            pass.began_at.as_microsecond(),
            as_integer(pass.guards.max_writes),
            as_integer(pass.guards.max_deletes),
        ],
    )?;
    let number = connection.last_insert_rowid();
    let mut statement = connection.prepare("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?)")?;
    for (position, node) in pass.nodes.iter().enumerate() {
        let values = params![number, position, node.name, node.tool, node.endpoint, node.writes, node.is_below_write];
        statement.execute(values)?;
    }
    let mut statement = connection.prepare("INSERT INTO overridden VALUES (?, ?, ?)")?;
    for (position, setting) in pass.overrides.iter().enumerate() {
        statement.execute(params![number, position, setting])?;
    }
    let mut statement = connection.prepare("INSERT INTO source VALUES (?, ?, ?, ?, ?)")?;
    for (position, source) in pass.sources.iter().enumerate() {
        statement.execute(params![number, position, as_text(&source.path), source.sha256, source.text])?;
    }
    let mut statement = connection.prepare("INSERT INTO base_url VALUES (?, ?, ?, ?)")?;
    for (position, (name, url)) in pass.base_urls.iter().enumerate() {
        statement.execute(params![number, position, name, url])?;
    }
    Ok(number)
}

/// Writes down how a pass ended; `in_doubt` is what is in doubt of its run.
pub(crate) fn end_pass(connection: &Connection, pass: i64, ended: &Ended, in_doubt: u64) -> Result<(), Error> {
    connection.execute(
        "UPDATE pass SET ended_at = ?, ending = ?, exit_status = ?, message = ?, in_doubt = ? WHERE number = ?",
        params![
            ended.ended_at.as_microsecond(),
            ended.ending.word(),
            ended.exit_status,
            ended.message,
            in_doubt,
            pass,
        ],
    )?;
    connection.execute("DELETE FROM books WHERE pass = ?", [pass])?;
    let sql = "INSERT INTO books VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut statement = connection.prepare(sql)?;
    for (position, books) in ended.nodes.iter().enumerate() {
        statement.execute(params![
            pass,
            position,
            books.node,
            books.tool,
            books.endpoint,
            books.writes,
            books.f_is_failure,
            books.records_in,
            books.succeeded,
            books.failed,
            books.calls,
            books.retries,
            books.rows,
            books.unparsed,
            books.in_doubt,
            books.recalled,
        ])?;
    }
    settle(connection, pass)
}

/// Writes down how much a pass has written that writes no more.
pub(crate) fn settle(connection: &Connection, pass: i64) -> Result<(), Error> {
    let Written { writes, deletes } = written(connection, pass)?;
    let values = params![writes, deletes, pass];
    connection.execute("UPDATE pass SET writes = ?, deletes = ? WHERE number = ?", values)?;
    Ok(())
}

/// How much a pass has written.
pub(crate) fn written(connection: &Connection, pass: i64) -> Result<Written, Error> {
    let settled = "SELECT writes, deletes FROM pass WHERE number = ? AND writes IS NOT NULL AND deletes IS NOT NULL";
    let as_written = |row: &Row<'_>| Ok(Written { writes: row.get(0)?, deletes: row.get(1)? });
    if let Some(written) = connection.prepare_cached(settled)?.query_row([pass], as_written).optional()? {
        return Ok(written);
    }
    let counted = "
        SELECT
            count(*) FILTER (WHERE kind = 'intent') - count(*) FILTER (WHERE kind = 'withdrawn'),
            count(*) FILTER (WHERE kind = 'intent' AND method = 'DELETE')
                - count(*) FILTER (WHERE kind = 'withdrawn' AND method = 'DELETE')
        FROM event WHERE number BETWEEN ? AND ? AND is_write";
    let range = [number::first(pass), number::last(pass)];
    Ok(connection.prepare_cached(counted)?.query_row(range, as_written)?)
}

/// A moment of the database.
pub(crate) fn moment(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|error| Error::Damaged(format!("there is no such moment: {error}")))
}

/// A path as text. One that is no Unicode is only shown, never opened again.
fn as_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A guard as the database has it. Beyond its integers there is none that would ever be passed.
fn as_integer(guard: Option<u64>) -> Option<i64> {
    guard.map(|most| i64::try_from(most).unwrap_or(i64::MAX))
}
