//! Batches that wait on disk, first in, first out.

use std::collections::VecDeque;
use std::path::Path;

use crate::ToolError;
use crate::shelf::{Shelf, Shelved};
use arrow::record_batch::RecordBatch;

/// Batches that wait on disk, first in, first out.
#[derive(Debug)]
pub struct Spool {
    shelf: Shelf,
    waiting: VecDeque<Shelved>,
}

impl Spool {
    /// An empty queue in a folder.
    ///
    /// # Errors
    /// If no file can be made there.
    pub fn create(folder: &Path) -> Result<Self, ToolError> {
        Ok(Self { shelf: Shelf::create(folder)?, waiting: VecDeque::new() })
    }

    /// Whether every batch has been taken.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a batch at the end.
    ///
    /// # Errors
    /// If there is no room for it on the disk.
    pub fn append(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        let place = self.shelf.put(batch)?;
        self.waiting.push_back(place);
        Ok(())
    }

    /// Takes the first batch; `None` if the queue is empty.
    ///
    /// # Errors
    /// If the file cannot be read any more.
    pub fn take(&mut self) -> Result<Option<RecordBatch>, ToolError> {
        let Some(place) = self.waiting.pop_front() else { return Ok(None) };
        let batch = self.shelf.get(place)?;
        if self.waiting.is_empty() {
            // What has been read needs no place any more.
            self.shelf.clear()?;
        }
        Ok(Some(batch))
    }
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
