//! Contents, read again from their chunks.

use std::collections::VecDeque;

use rusqlite::{Connection, OptionalExtension as _};

use crate::content::{self, Content};
use crate::error::Error;

/// So many decompressed bytes are kept, besides the chunk that was read last.
const KEPT: usize = 16 * 1024 * 1024;

/// The chunks that were read last, decompressed. Contents are mostly read in about the order in which they were written.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    /// The one that was used last is the last.
    kept: VecDeque<(i64, Vec<u8>)>,
    size: usize,
}

impl Chunks {
    /// The content at a place of a chunk.
    pub(crate) fn read(&mut self, connection: &Connection, chunk: i64, place: i64) -> Result<Content, Error> {
        let raw = self.chunk(connection, chunk)?;
        let nothing = || Error::Damaged(format!("chunk {chunk} has nothing at {place}"));
        match raw.first() {
            Some(&content::VERSION) => {}
            version => return Err(Error::Damaged(format!("chunk {chunk} is of the unknown form {version:?}"))),
        }
        let place = usize::try_from(place).map_err(|_| nothing())?;
        content::read(raw.get(place..).ok_or_else(nothing)?)
    }

    fn chunk(&mut self, connection: &Connection, number: i64) -> Result<&[u8], Error> {
        let known = self.kept.iter().rposition(|(kept, _)| *kept == number);
        let chunk = if let Some(chunk) = known.and_then(|index| self.kept.remove(index)) {
            chunk
        } else {
            let raw = load(connection, number)?;
            self.size += raw.len();
            while self.size > KEPT
                && let Some((_, old)) = self.kept.pop_front()
            {
                self.size -= old.len();
            }
            (number, raw)
        };
        self.kept.push_back(chunk);
        Ok(self.kept.back().map_or(&[], |(_, raw)| raw))
    }
}

fn load(connection: &Connection, number: i64) -> Result<Vec<u8>, Error> {
    let mut statement = connection.prepare_cached("SELECT size, bytes FROM chunk WHERE number = ?")?;
    let row = statement.query_row([number], |row| Ok((row.get::<_, usize>(0)?, row.get::<_, Vec<u8>>(1)?)));
    let (size, bytes) = row.optional()?.ok_or_else(|| Error::Damaged(format!("chunk {number} is missing")))?;
    zstd::bulk::decompress(&bytes, size).map_err(Error::Compression)
}
