//! Batches that wait on disk, first in, first out.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::ToolError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

/// Batches that wait on disk, first in, first out, in an unnamed file: each is a length and an Arrow IPC stream of its own,
/// because schemas may widen from one to the next.
#[derive(Debug)]
pub struct Spool {
    file: File,
    written: u64,
    read: u64,
}

impl Spool {
    /// An empty queue in a folder.
    ///
    /// # Errors
    /// If no file can be made there.
    pub fn create(folder: &Path) -> Result<Self, ToolError> {
        let file = tempfile::tempfile_in(folder).map_err(cannot_spool)?;
        Ok(Self { file, written: 0, read: 0 })
    }

    /// Whether every batch has been taken.
    pub fn is_empty(&self) -> bool {
        self.read == self.written
    }

    /// Adds a batch at the end.
    ///
    /// # Errors
    /// If there is no room for it on the disk.
    pub fn append(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
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

    /// Takes the first batch; `None` if the queue is empty.
    ///
    /// # Errors
    /// If the file cannot be read any more.
    pub fn take(&mut self) -> Result<Option<RecordBatch>, ToolError> {
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
        .help("make room in the state folder, or choose another with `--state DIR`")
        .from_source(error)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
    }

    #[test]
    fn batches_come_back_in_order_whatever_their_schemas() {
        let folder = tempfile::tempdir().unwrap();
        let numbers = |values: Vec<i64>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None]));
        let batches = [
            batch(vec![("a", numbers(vec![1, 2]))]),
            batch(vec![("a", numbers(vec![3]))]),
            batch(vec![("a", numbers(vec![4, 5])), ("b", texts)]),
            batch(vec![("a", numbers(vec![6]))]),
        ];
        let mut spool = Spool::create(folder.path()).unwrap();
        // The first is taken before the last is there.
        for batch in &batches[..3] {
            spool.append(batch).unwrap();
        }
        let mut back = vec![spool.take().unwrap().unwrap()];
        spool.append(&batches[3]).unwrap();
        back.extend(std::iter::from_fn(|| spool.take().unwrap()));
        assert_eq!(back, batches);
        assert!(spool.is_empty());
        // An empty queue begins anew.
        spool.append(&batches[0]).unwrap();
        assert_eq!(spool.take().unwrap().as_ref(), Some(&batches[0]));
    }

    #[test]
    fn nothing_that_waited_is_nothing_that_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Spool::create(folder.path()).unwrap().take().unwrap(), None);
    }
}
