//! Takes runs out of a journal, in steps that keep nobody else from writing for long.

use rusqlite::{Connection, OptionalExtension as _, Params};

use crate::error::Error;
use crate::number;
use crate::passes;
use crate::writer::Writer;

/// What has a row for each call, and how many rows of it are removed in one transaction. A chunk is much larger than
/// other rows.
const TABLES: [(&str, i64); 4] = [("event", 10_000), ("planned", 10_000), ("login", 10_000), ("chunk", 200)];

/// So many free pages are given back in one transaction.
const PAGES: i64 = 2_000;

/// Removes a run, and what an earlier removal has left that was broken off. From the first step on nobody sees it any
/// more.
pub(crate) fn remove(writer: &Writer, id: String) -> Result<(), Error> {
    writer.durably(move |transaction| {
        let Some(run) = passes::run_number(transaction, &id)? else { return Err(Error::NoRun(id)) };
        transaction.execute("UPDATE run SET is_removed = 1 WHERE number = ?", [run])?;
        Ok(())
    })?;
    while let Some(pass) = writer.durably(|transaction| next_pass(transaction))? {
        for (table, most) in TABLES {
            while writer.durably(move |transaction| delete_some(transaction, table, pass, most))? > 0 {}
        }
        writer.durably(move |transaction| {
            for table in ["node", "overridden", "source", "base_url", "books"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE pass = ?"), [pass])?;
            }
            transaction.execute("DELETE FROM pass WHERE number = ?", [pass])?;
            Ok(())
        })?;
    }
    writer.durably(|transaction| {
        transaction.execute("DELETE FROM run WHERE is_removed", [])?;
        Ok(())
    })?;
    while writer.durably(|transaction| give_back(transaction))? {}
    // Only now does the file become smaller. Whoever still reads is not waited for.
    writer.outside(|connection| run_through(connection, "PRAGMA wal_checkpoint(PASSIVE)", []))
}

/// A pass of a run that is on its way out.
fn next_pass(connection: &Connection) -> Result<Option<i64>, Error> {
    let sql = "SELECT pass.number FROM pass JOIN run ON run.number = pass.run WHERE run.is_removed LIMIT 1";
    Ok(connection.query_row(sql, [], |row| row.get(0)).optional()?)
}

/// Removes some rows of a pass, and says how many.
fn delete_some(connection: &Connection, table: &str, pass: i64, most: i64) -> Result<usize, Error> {
    let sql = format!(
        "DELETE FROM {table} WHERE number IN (
            SELECT number FROM {table} WHERE number BETWEEN ? AND ? ORDER BY number LIMIT ?
        )"
    );
    Ok(connection.prepare_cached(&sql)?.execute((number::first(pass), number::last(pass), most))?)
}

/// Gives some of the free pages back, and says whether there may be more.
fn give_back(connection: &Connection) -> Result<bool, Error> {
    run_through(connection, &format!("PRAGMA incremental_vacuum({PAGES})"), [])?;
    let free: i64 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    Ok(free > 0)
}

/// Runs a statement to its end, whatever rows it gives.
fn run_through(connection: &Connection, sql: &str, with: impl Params) -> Result<(), Error> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query(with)?;
    while rows.next()?.is_some() {}
    Ok(())
}
