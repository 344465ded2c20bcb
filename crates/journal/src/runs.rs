//! Runs, as they are told.

use std::path::PathBuf;

use rusqlite::{Connection, Params, Row};

use crate::calls::count_in_doubt;
use crate::error::Error;
use crate::given::{Ending, Guards, Purpose, Source};
use crate::passes::{self, Pass, moment};
use crate::plans;
use crate::told::{PassRecord, RunRecord, RunState};

/// Tells whether a pass without an end is being made, by the id of its run and its number.
pub(crate) type IsRunning<'a> = &'a dyn Fn(&str, i64) -> bool;

/// The runs that fulfil a condition, the newest first.
pub(crate) fn records(
    connection: &Connection,
    is_running: IsRunning<'_>,
    condition: &str,
    with: impl Params,
) -> Result<Vec<RunRecord>, Error> {
    let sql = format!(
        "SELECT number, id, pipeline, file, is_sandbox, version, user, began_at, is_set_aside
        FROM run WHERE NOT is_removed AND {condition} ORDER BY number DESC"
    );
    let mut statement = connection.prepare(&sql)?;
    statement.query_and_then(with, |row| record(connection, is_running, row))?.collect()
}

/// Whether the last pass of a run is being made.
pub(crate) fn is_running(
    connection: &Connection,
    id: &str,
    run: i64,
    is_running: IsRunning<'_>,
) -> Result<bool, Error> {
    let passes = passes::of_run(connection, run)?;
    Ok(passes.last().is_some_and(|last| last.ending.is_none() && is_running(id, last.number)))
}

fn record(connection: &Connection, is_running: IsRunning<'_>, row: &Row<'_>) -> Result<RunRecord, Error> {
    let (number, id) = (row.get(0)?, row.get::<_, String>(1)?);
    let passes = passes::of_run(connection, number)?;
    let is_running = self::is_running(connection, &id, number, is_running)?;
    let mut writes = 0;
    for pass in passes.iter().filter(|pass| !pass.purpose.withholds()) {
        writes += passes::written(connection, pass.number)?.writes;
    }
    let in_doubt = match passes.last() {
        Some(last) if last.ending.is_some() => in_doubt_at_end(connection, last)?,
        _ => count_in_doubt(connection, number, is_running)?,
    };
    let extent = plans::extent(connection, &passes)?;
    let last = passes.last().map_or(0, |last| last.number);
    let file = PathBuf::from(row.get::<_, String>(3)?);
    let sources = sources(connection, last)?;
    let text = sources.iter().find(|source| source.path == file).and_then(|source| source.text.clone());
    Ok(RunRecord {
        pipeline: row.get(2)?,
        file,
        text: text.unwrap_or_default(),
        overrides: overrides(connection, last)?,
        is_sandbox: row.get(4)?,
        version: row.get(5)?,
        user: row.get(6)?,
        began_at: moment(row.get(7)?)?,
        sources,
        base_urls: base_urls(connection, last)?,
        state: state(&passes, is_running, row.get(8)?),
        may_write: may_write(connection, last)?,
        passes: pass_records(connection, number)?,
        writes: u64::try_from(writes).unwrap_or_default(),
        in_doubt,
        planned: extent.planned,
        unknown: extent.unknown,
        id,
    })
}

/// Where a run stands. What it wrote decides, and its plan only as long as nothing was written.
fn state(passes: &[Pass], is_running: bool, is_set_aside: bool) -> RunState {
    if is_running {
        return RunState::Running;
    }
    let sending = passes.iter().rfind(|pass| !pass.purpose.withholds());
    let planning = || passes.iter().rfind(|pass| pass.purpose == Purpose::Plan);
    let (ending, done) = match sending {
        Some(pass) => (pass.ending, RunState::Completed),
        None => (planning().and_then(|pass| pass.ending), RunState::Planned),
    };
    match ending {
        Some(Ending::Completed) if done == RunState::Completed => done,
        _ if is_set_aside => RunState::SetAside,
        Some(Ending::Completed) => done,
        Some(Ending::Failed) => RunState::Failed,
        Some(Ending::Interrupted) => RunState::Interrupted,
        None => RunState::Broken,
    }
}

fn in_doubt_at_end(connection: &Connection, last: &Pass) -> Result<u64, Error> {
    let sql = "SELECT coalesce(in_doubt, 0) FROM pass WHERE number = ?";
    Ok(connection.prepare_cached(sql)?.query_row([last.number], |row| row.get(0))?)
}

fn may_write(connection: &Connection, pass: i64) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM node WHERE pass = ? AND writes)";
    Ok(connection.prepare_cached(sql)?.query_row([pass], |row| row.get(0))?)
}

fn overrides(connection: &Connection, pass: i64) -> Result<Vec<String>, Error> {
    let sql = "SELECT setting FROM overridden WHERE pass = ? ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_map([pass], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn sources(connection: &Connection, pass: i64) -> Result<Vec<Source>, Error> {
    let sql = "SELECT path, sha256, text FROM source WHERE pass = ? ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    let sources = statement.query_map([pass], |row| {
        Ok(Source { path: PathBuf::from(row.get::<_, String>(0)?), sha256: row.get(1)?, text: row.get(2)? })
    })?;
    Ok(sources.collect::<rusqlite::Result<_>>()?)
}

fn base_urls(connection: &Connection, pass: i64) -> Result<Vec<(String, String)>, Error> {
    let sql = "SELECT connection, url FROM base_url WHERE pass = ? ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_map([pass], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}

fn pass_records(connection: &Connection, run: i64) -> Result<Vec<PassRecord>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT purpose, began_at, ended_at, ending, exit_status, message, max_writes, max_deletes
        FROM pass WHERE run = ? ORDER BY number",
    )?;
    statement.query_and_then([run], pass_record)?.collect()
}

fn pass_record(row: &Row<'_>) -> Result<PassRecord, Error> {
    let ending = row.get::<_, Option<String>>(3)?;
    Ok(PassRecord {
        purpose: Purpose::from_word(&row.get::<_, String>(0)?)?,
        began_at: moment(row.get(1)?)?,
        ended_at: row.get::<_, Option<i64>>(2)?.map(moment).transpose()?,
        ending: ending.as_deref().map(Ending::from_word).transpose()?,
        exit_status: row.get(4)?,
        message: row.get(5)?,
        guards: Guards { max_writes: row.get(6)?, max_deletes: row.get(7)? },
    })
}
