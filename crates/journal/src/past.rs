//! What earlier passes know of the pages of calls, by their keys.

use rusqlite::{Connection, OptionalExtension as _};
use seatflow_call::{Attempt, Key, Login, RecalledOutcome};

use crate::chunks::Chunks;
use crate::content::Content;
use crate::counted::{self, Counted};
use crate::error::Error;

/// Earlier passes that are recalled from, and an index of their last events.
///
/// The index is a table of its own in a temporary file, made when it is needed: keys are sorted once, and memory does
/// not grow with them.
#[derive(Debug)]
pub(crate) struct Past {
    connection: Connection,
    chunks: Chunks,
}

/// The last that is known of a page.
#[derive(Debug, PartialEq)]
pub(crate) enum Last {
    /// A write to this URL was about to be sent.
    Intent(String),
    /// It was not on its way any more.
    Withdrawn,
    /// It ended so.
    Ended(RecalledOutcome, Vec<Attempt>),
}

const INDEX: &str = "
CREATE TEMP TABLE recalled (key BLOB PRIMARY KEY, chunk INTEGER, place INTEGER) WITHOUT ROWID;
INSERT INTO recalled SELECT key, chunk, place FROM last ORDER BY key;
";

const LAST: &str = "SELECT chunk, place FROM recalled WHERE key = ?";

const LAST_LOGIN: &str = "
SELECT login.chunk, login.place
FROM counted CROSS JOIN login ON login.number BETWEEN counted.pass << 32 AND (counted.pass << 32) + 0xFFFFFFFF
JOIN node ON node.pass = counted.pass AND node.position = login.node
WHERE node.name = ? ORDER BY counted.rank DESC, login.number DESC LIMIT 1
";

impl Past {
    /// Sorts what these passes know. The connection is its own from now on.
    pub(crate) fn new(connection: Connection, counted: &[Counted]) -> Result<Self, Error> {
        counted::count(&connection, counted)?;
        connection.execute_batch(INDEX)?;
        Ok(Self { connection, chunks: Chunks::default() })
    }

    /// The last that is known of a page.
    pub(crate) fn last(&mut self, key: &Key) -> Result<Option<Last>, Error> {
        let found = {
            let mut statement = self.connection.prepare_cached(LAST)?;
            statement.query_row([key.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?
        };
        let (chunk, place) = match found {
            None => return Ok(None),
            Some((Some(chunk), Some(place))) => (chunk, place),
            // Of the events, only this one has no content.
            Some(_) => return Ok(Some(Last::Withdrawn)),
        };
        match self.chunks.read(&self.connection, chunk, place)? {
            Content::Intent { url, .. } => Ok(Some(Last::Intent(url))),
            Content::Ended(outcome, attempts) => Ok(Some(Last::Ended(outcome, attempts))),
            _ => Err(Error::Damaged(format!("chunk {chunk} has at {place} what is no event"))),
        }
    }

    /// How a node logged in, the last time.
    pub(crate) fn last_login(&mut self, node: &str) -> Result<Option<Login>, Error> {
        let found = {
            let mut statement = self.connection.prepare_cached(LAST_LOGIN)?;
            statement.query_row([node], |row| Ok((row.get(0)?, row.get(1)?))).optional()?
        };
        let Some((chunk, place)) = found else { return Ok(None) };
        match self.chunks.read(&self.connection, chunk, place)? {
            Content::Login(login) => Ok(Some(login)),
            _ => Err(Error::Damaged(format!("chunk {chunk} has at {place} what is no login"))),
        }
    }
}
