//! Batches that wait on disk, first in, first out.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use seatflow_tool::ToolError;

/// A queue of batches in an unnamed file: each is a length and an Arrow IPC stream of its own,
/// because schemas may widen from one to the next.
pub(crate) struct Spool {
    file: File,
    written: u64,
    read: u64,
}

impl Spool {
    /// An empty queue in a folder.
    pub(crate) fn create(folder: &Path) -> Result<Self, ToolError> {
        let file = tempfile::tempfile_in(folder).map_err(cannot_spool)?;
        Ok(Self { file, written: 0, read: 0 })
    }

    /// Whether every batch has been taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.read == self.written
    }

    /// Adds a batch at the end.
    pub(crate) fn append(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        let mut bytes = Vec::new();
        let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema())?;
        writer.write(batch)?;
        writer.finish()?;
        drop(writer);
        self.push(&bytes).map_err(cannot_spool)
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.written))?;
        self.file.write_all(&(bytes.len() as u64).to_le_bytes())?;
        self.file.write_all(bytes)?;
        self.written += 8 + bytes.len() as u64;
        Ok(())
    }

    /// Takes the first batch.
    pub(crate) fn next(&mut self) -> Result<Option<RecordBatch>, ToolError> {
        if self.is_empty() {
            return Ok(None);
        }
        let bytes = self.pop().map_err(cannot_spool)?;
        let mut reader = StreamReader::try_new(Cursor::new(bytes), None)?;
        let batch = reader.next().ok_or_else(|| ToolError::bug("a batch that waited on disk is empty"))??;
        Ok(Some(batch))
    }

    fn pop(&mut self) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(self.read))?;
        let mut length = [0; 8];
        self.file.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.read_exact(&mut bytes)?;
        self.read += 8 + length;
        if self.is_empty() {
            // What has been read needs no place any more.
            self.file.set_len(0)?;
            (self.read, self.written) = (0, 0);
        }
        Ok(bytes)
    }
}

fn cannot_spool(error: io::Error) -> ToolError {
    ToolError::pipeline(format!("records cannot wait on disk: {error}"))
        .help("make room in the state folder, or choose another with `--state`")
        .from_source(error)
}
