//! The writes that a plan allows.

use std::collections::HashSet;

use rusqlite::Connection;
use seatflow_call::PageName;

use crate::error::Error;
use crate::number;

/// The writes that a plan has. They lie in a temporary file, so that memory does not grow with them.
#[derive(Debug)]
pub(crate) struct Allowed {
    connection: Connection,
    /// The nodes that may write also what was not planned.
    open: HashSet<String>,
}

const INDEX: &str = "
CREATE TEMP TABLE allowed (key BLOB PRIMARY KEY) WITHOUT ROWID;
";

const FILL: &str = "
INSERT OR IGNORE INTO allowed
SELECT key FROM planned WHERE number BETWEEN ? AND ? AND NOT is_unknown ORDER BY key
";

const OPEN: &str = "
SELECT name FROM node WHERE pass = ? AND position IN (
    SELECT node FROM planned WHERE number BETWEEN ? AND ? AND is_unknown
)
";

impl Allowed {
    /// What a plan has; nothing, if there is none. With `allow_unknown`, nodes of which it cannot tell everything may write
    /// anything. The connection is its own from now on.
    pub(crate) fn new(connection: Connection, plan: Option<i64>, allow_unknown: bool) -> Result<Self, Error> {
        connection.execute_batch(INDEX)?;
        let mut open = HashSet::new();
        if let Some(plan) = plan {
            let (first, last) = (number::first(plan), number::last(plan));
            connection.execute(FILL, [first, last])?;
            if allow_unknown {
                let mut statement = connection.prepare(OPEN)?;
                let names = statement.query_map([plan, first, last], |row| row.get(0))?;
                open = names.collect::<rusqlite::Result<_>>()?;
            }
        }
        Ok(Self { connection, open })
    }

    /// Whether this write may be sent.
    pub(crate) fn holds(&self, page: &PageName<'_>) -> Result<bool, Error> {
        if self.open.contains(page.node) {
            return Ok(true);
        }
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM allowed WHERE key = ?")?;
        Ok(statement.exists([page.key.as_bytes()])?)
    }
}
