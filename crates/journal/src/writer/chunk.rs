//! Contents of many rows together, compressed.

use rusqlite::{Connection, params};
use zstd::bulk::Compressor;
use zstd::zstd_safe::compress_bound;

use crate::content;
use crate::error::Error;

/// A chunk has about so many bytes before it is compressed. A larger content has a chunk of its own.
const SIZE: usize = 256 * 1024;

/// Buffers larger than this are not kept for the next chunk.
const KEPT: usize = 4 * SIZE;

/// Fast, and still a third of what answers in JSON are.
const LEVEL: i32 = 1;

const INSERT: &str = "INSERT INTO chunk (number, size, bytes) VALUES (?, ?, ?)";

/// Where a content stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) chunk: i64,
    pub(super) place: i64,
}

/// The chunk that is being filled.
pub(super) struct Chunk {
    number: i64,
    raw: Vec<u8>,
    compressor: Compressor<'static>,
    compressed: Vec<u8>,
}

impl Chunk {
    pub(super) fn new() -> Result<Self, Error> {
        let compressor = Compressor::new(LEVEL).map_err(Error::Compression)?;
        Ok(Self { number: 0, raw: Vec::new(), compressor, compressed: Vec::new() })
    }

    /// Puts a content at the end, and says where it stands. A chunk that it does not fit into is written before; `next`
    /// gives the number of a new one.
    pub(super) fn put(
        &mut self,
        content: &[u8],
        connection: &Connection,
        next: impl FnOnce() -> i64,
    ) -> Result<Spot, Error> {
        if self.raw.len() + content.len() > SIZE {
            self.write(connection)?;
        }
        if self.raw.is_empty() {
            self.number = next();
            self.raw.push(content::VERSION);
        }
        let place = i64::try_from(self.raw.len()).unwrap_or(i64::MAX);
        self.raw.extend_from_slice(content);
        Ok(Spot { chunk: self.number, place })
    }

    /// Writes what there is.
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), Error> {
        if self.raw.is_empty() {
            return Ok(());
        }
        self.compressed.clear();
        self.compressed.reserve(compress_bound(self.raw.len()));
        self.compressor.compress_to_buffer(&self.raw, &mut self.compressed).map_err(Error::Compression)?;
        connection.prepare_cached(INSERT)?.execute(params![self.number, self.raw.len(), self.compressed])?;
        self.raw.clear();
        self.raw.shrink_to(KEPT);
        self.compressed.clear();
        self.compressed.shrink_to(KEPT);
        Ok(())
    }
}
