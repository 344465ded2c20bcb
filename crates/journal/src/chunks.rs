//! Contents, read again from their chunks.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use rusqlite::{Connection, OptionalExtension as _};
use zstd::bulk::Decompressor;

use crate::content::{self, Content};
use crate::error::Error;

/// So many decompressed bytes are kept, besides the chunk that was read last.
const KEPT: usize = 16 * 1024 * 1024;

/// The chunks that were loaded last, decompressed. Contents are mostly read in about the order in which they were
/// written.
#[derive(Default)]
pub(crate) struct Chunks {
    kept: HashMap<i64, Vec<u8>>,
    /// Their numbers, in the order in which they were loaded.
    order: VecDeque<i64>,
    size: usize,
    /// It is large, so it is not made anew for each chunk.
    decompressor: Decompressor<'static>,
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
        if !self.kept.contains_key(&number) {
            let raw = self.load(connection, number)?;
            self.size += raw.len();
            while self.size > KEPT
                && let Some(old) = self.order.pop_front()
            {
                self.size -= self.kept.remove(&old).map_or(0, |old| old.len());
            }
            self.order.push_back(number);
            self.kept.insert(number, raw);
        }
        Ok(self.kept.get(&number).map_or(&[], Vec::as_slice))
    }

    fn load(&mut self, connection: &Connection, number: i64) -> Result<Vec<u8>, Error> {
        let mut statement = connection.prepare_cached("SELECT size, bytes FROM chunk WHERE number = ?")?;
        let found = statement.query_row([number], |row| {
            let bytes = row.get_ref(1)?.as_blob()?;
            Ok(self.decompressor.decompress(bytes, row.get(0)?).map_err(Error::Compression))
        });
        found.optional()?.ok_or_else(|| Error::Damaged(format!("chunk {number} is missing")))?
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Chunks").finish_non_exhaustive()
    }
}
