//! The books of the nodes of a run.

use rusqlite::{Connection, Row};

use crate::counted;
use crate::error::Error;
use crate::given::{Books, Ending};
use crate::passes;

/// The books that the last pass of a run has left; or, if it left none, those that its events tell. A pass that was broken
/// off has not counted the calls that were on their way, nor those before that it did not come to, and one that found a
/// write in doubt did not call: events tell of them.
pub(crate) fn of_run(connection: &Connection, run: i64, is_running: bool) -> Result<Vec<Books>, Error> {
    let passes = passes::of_run(connection, run)?;
    let Some(last) = passes.last() else { return Ok(Vec::new()) };
    if last.ending.is_none() {
        counted::count(connection, &counted::viewed(&passes))?;
        return told_by_events(connection, last.number, is_running);
    }
    let mut statement = connection.prepare("SELECT * FROM books WHERE pass = ? ORDER BY position")?;
    let mut left: Vec<Books> = statement.query_map([last.number], books)?.collect::<rusqlite::Result<_>>()?;
    let is_short = last.ending != Some(Ending::Completed) || left.iter().any(|books| books.in_doubt > 0);
    if is_short && !last.purpose.withholds() {
        counted::count(connection, &counted::viewed(&passes))?;
        let told = told_by_events(connection, last.number, is_running)?;
        for books in &mut left {
            let Some(told) = told.iter().find(|told| told.node == books.node) else { continue };
            books.calls = books.calls.max(told.calls);
            books.in_doubt = books.in_doubt.max(told.in_doubt);
        }
    }
    Ok(left)
}

fn books(row: &Row<'_>) -> rusqlite::Result<Books> {
    Ok(Books {
        node: row.get("node")?,
        tool: row.get("tool")?,
        endpoint: row.get("endpoint")?,
        writes: row.get("writes")?,
        f_is_failure: row.get("f_is_failure")?,
        records_in: row.get("records_in")?,
        succeeded: row.get("succeeded")?,
        failed: row.get("failed")?,
        calls: row.get("calls")?,
        retries: row.get("retries")?,
        rows: row.get("rows")?,
        unparsed: row.get("unparsed")?,
        in_doubt: row.get("in_doubt")?,
        recalled: row.get("recalled")?,
    })
}

/// Events tell of records that were called for: how many, and which of them have a page that failed, as far as its status
/// tells. Of other nodes they tell nothing. What is on its way in a run that runs is not in the books yet.
fn told_by_events(connection: &Connection, pass: i64, is_running: bool) -> Result<Vec<Books>, Error> {
    let mut statement = connection.prepare(
        "WITH called AS (
            SELECT
                pass,
                node,
                max(failure IS NOT NULL OR kind = 'intent') AS is_failed,
                max(failure = 'in-doubt' OR kind = 'intent') AS is_in_doubt,
                max(requests > 0 OR failure = 'in-doubt' OR kind = 'intent') AS is_called,
                sum(max(requests - 1, 0)) AS retries
            FROM last WHERE kind <> 'withdrawn' AND NOT (kind = 'intent' AND ?2)
            GROUP BY node, record
        ), told AS (
            SELECT
                node.name AS name,
                count(*) AS records_in,
                sum(is_failed) AS failed,
                sum(is_called) AS calls,
                sum(retries) AS retries,
                sum(is_in_doubt) AS in_doubt
            FROM called JOIN node ON node.pass = called.pass AND node.position = called.node
            GROUP BY node.name
        )
        SELECT
            node.name AS node,
            node.tool AS tool,
            node.endpoint AS endpoint,
            node.writes AS writes,
            node.endpoint IS NOT NULL AS f_is_failure,
            coalesce(told.records_in, 0) AS records_in,
            coalesce(told.records_in - told.failed, 0) AS succeeded,
            coalesce(told.failed, 0) AS failed,
            coalesce(told.calls, 0) AS calls,
            coalesce(told.retries, 0) AS retries,
            0 AS rows,
            0 AS unparsed,
            coalesce(told.in_doubt, 0) AS in_doubt,
            0 AS recalled
        FROM node LEFT JOIN told ON told.name = node.name
        WHERE node.pass = ?1 ORDER BY node.position",
    )?;
    Ok(statement.query_map((pass, is_running), books)?.collect::<rusqlite::Result<_>>()?)
}
