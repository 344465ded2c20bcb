//! Records that wait on disk until something that only later records can tell is known.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::vec;

use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use seatflow_tool::ToolError;

/// Batches in an unnamed file, to be read once from the first to the last. It holds one Arrow IPC
/// stream for each schema, since schemas may widen from one batch to the next.
pub(crate) struct Waiting {
    file: File,
    writer: Option<(SchemaRef, StreamWriter<BufWriter<File>>)>,
    /// Where the streams begin.
    starts: Vec<u64>,
}

/// The batches that have waited.
pub(crate) struct Waited {
    file: File,
    starts: vec::IntoIter<u64>,
    reader: Option<StreamReader<BufReader<File>>>,
}

impl Waiting {
    /// An empty file in a folder.
    pub(crate) fn new(folder: &Path) -> Result<Self, ToolError> {
        let file = tempfile::tempfile_in(folder).map_err(cannot_wait)?;
        Ok(Self { file, writer: None, starts: Vec::new() })
    }

    /// Adds a batch.
    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        if self.writer.as_ref().is_none_or(|(schema, _)| schema != batch.schema_ref()) {
            self.end_stream()?;
            self.starts.push(self.file.stream_position().map_err(cannot_wait)?);
            let file = self.file.try_clone().map_err(cannot_wait)?;
            let writer = StreamWriter::try_new_buffered(file, batch.schema_ref()).map_err(cannot_wait)?;
            self.writer = Some((batch.schema(), writer));
        }
        if let Some((_, writer)) = &mut self.writer {
            writer.write(batch).map_err(cannot_wait)?;
        }
        Ok(())
    }

    /// The batches, from the first.
    pub(crate) fn read(mut self) -> Result<Waited, ToolError> {
        self.end_stream()?;
        Ok(Waited { file: self.file, starts: self.starts.into_iter(), reader: None })
    }

    fn end_stream(&mut self) -> Result<(), ToolError> {
        if let Some((_, mut writer)) = self.writer.take() {
            writer.finish().map_err(cannot_wait)?;
            writer.get_mut().flush().map_err(cannot_wait)?;
        }
        Ok(())
    }
}

impl Iterator for Waited {
    type Item = Result<RecordBatch, ToolError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = self.reader.as_mut().and_then(Iterator::next) {
                return Some(batch.map_err(cannot_wait));
            }
            let start = self.starts.next()?;
            match self.open(start) {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Waited {
    fn open(&mut self, start: u64) -> Result<StreamReader<BufReader<File>>, ToolError> {
        self.file.seek(SeekFrom::Start(start)).map_err(cannot_wait)?;
        let file = self.file.try_clone().map_err(cannot_wait)?;
        StreamReader::try_new_buffered(file, None).map_err(cannot_wait)
    }
}

fn cannot_wait(error: impl std::error::Error + Send + Sync + 'static) -> ToolError {
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
        let mut waiting = Waiting::new(folder.path()).unwrap();
        for batch in &batches {
            waiting.add(batch).unwrap();
        }
        let back: Vec<RecordBatch> = waiting.read().unwrap().map(Result::unwrap).collect();
        assert_eq!(back, batches);
    }

    #[test]
    fn nothing_that_waited_is_nothing_that_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Waiting::new(folder.path()).unwrap().read().unwrap().next().is_none());
    }
}
