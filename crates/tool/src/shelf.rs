//! Batches on disk, each to be had again whenever it is asked for.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::ToolError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

/// Batches on disk, in an unnamed file: each is an Arrow IPC stream of its own, because schemas
/// may widen from one to the next.
#[derive(Debug)]
pub struct Shelf {
    file: File,
    end: u64,
}

/// Where a batch stands on its shelf.
#[derive(Clone, Copy, Debug)]
pub struct Shelved {
    start: u64,
    length: u64,
}

impl Shelf {
    /// An empty shelf in a folder.
    ///
    /// # Errors
    /// If no file can be made there.
    pub fn create(folder: &Path) -> Result<Self, ToolError> {
        let file = tempfile::tempfile_in(folder).map_err(cannot_wait)?;
        Ok(Self { file, end: 0 })
    }

    /// Puts a batch behind the others.
    ///
    /// # Errors
    /// If there is no room for it on the disk.
    pub fn put(&mut self, batch: &RecordBatch) -> Result<Shelved, ToolError> {
        let mut bytes = Vec::new();
        let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema())?;
        writer.write(batch)?;
        writer.finish()?;
        drop(writer);
        let place = Shelved { start: self.end, length: bytes.len() as u64 };
        self.file.seek(SeekFrom::Start(self.end)).map_err(cannot_wait)?;
        self.file.write_all(&bytes).map_err(cannot_wait)?;
        self.end += place.length;
        Ok(place)
    }

    /// Reads a batch.
    ///
    /// # Errors
    /// If the file cannot be read any more.
    pub fn get(&mut self, place: Shelved) -> Result<RecordBatch, ToolError> {
        let bytes = self.read(place).map_err(cannot_wait)?;
        let mut reader = StreamReader::try_new(Cursor::new(bytes), None)?;
        let batch = reader.next().ok_or_else(|| ToolError::bug("a batch that waited on disk is empty"))??;
        Ok(batch)
    }

    fn read(&mut self, place: Shelved) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(place.start))?;
        let mut bytes = vec![0; usize::try_from(place.length).map_err(io::Error::other)?];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// How many bytes stand on it.
    pub fn bytes(&self) -> u64 {
        self.end
    }

    /// Takes everything off, and gives its place on the disk back.
    pub(crate) fn clear(&mut self) -> Result<(), ToolError> {
        self.file.set_len(0).map_err(cannot_wait)?;
        self.end = 0;
        Ok(())
    }
}

fn cannot_wait(error: io::Error) -> ToolError {
    ToolError::pipeline(format!("records cannot wait on disk: {error}"))
        .help("make room in the state folder, or choose another with `--state DIR`")
        .from_source(error)
}
