//! Records that wait on disk until the columns that a node uses by name are there.

use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use seatflow_spec::help_for_unknown;
use seatflow_tool::{Records, Run, Spool, ToolError, is_final};

/// The records on D of a node that uses some of their columns by name.
///
/// A column may come later than the first records, whose values in it are null then; or it may
/// never come, because its name is misspelt. Until it is known which, the records wait on disk: a
/// node that took the column for null would do the wrong thing with every record.
pub(crate) struct NamedColumns {
    records: Records,
    names: Vec<String>,
    run: Arc<Run>,
    /// The failure for a column that has not come so far.
    missing: Option<ToolError>,
    waiting: Option<Spool>,
    is_open: bool,
}

impl NamedColumns {
    /// Records of which these columns are used.
    pub(crate) fn new(records: Records, names: Vec<String>, run: Arc<Run>) -> Self {
        Self { records, is_open: names.is_empty(), names, run, missing: None, waiting: None }
    }

    /// The next batch; `None` at the end. All columns are there, or will be.
    ///
    /// # Errors
    /// A column that did not come and cannot come any more, before any batch; and what
    /// [`Records::recv`] and the disk fail with.
    ///
    /// # Cancellation
    /// Nothing is lost if the future is dropped.
    pub(crate) async fn recv(&mut self) -> Result<Option<RecordBatch>, ToolError> {
        while !self.is_open {
            let Some(batch) = self.records.recv().await? else {
                self.end()?;
                break;
            };
            self.missing = self.names.iter().find_map(|name| unknown_column(name, batch.schema_ref()));
            if is_final(batch.schema_ref()) {
                self.end()?;
            }
            self.is_open = self.missing.is_none();
            if self.is_open && self.waiting.is_none() {
                return Ok(Some(batch));
            }
            self.wait(&batch)?;
        }
        if let Some(waiting) = &mut self.waiting {
            if let Some(batch) = waiting.take()? {
                return Ok(Some(batch));
            }
            self.waiting = None;
        }
        self.records.recv().await
    }

    /// No further column can come. Where the user has stopped the run it might have, and what has
    /// come goes on, to be counted.
    fn end(&mut self) -> Result<(), ToolError> {
        let missing = self.missing.take();
        self.is_open = true;
        missing.filter(|_| !self.run.stop.is_cancelled()).map_or(Ok(()), Err)
    }

    fn wait(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        match &mut self.waiting {
            Some(waiting) => waiting.append(batch),
            None => self.waiting.insert(Spool::create(&self.run.folder)?).append(batch),
        }
    }
}

/// The failure for a column that is not there.
fn unknown_column(name: &str, schema: &Schema) -> Option<ToolError> {
    if schema.column_with_name(name).is_some() {
        return None;
    }
    let error = ToolError::pipeline(format!("there is no column `{name}` on `D`"));
    let names = schema.fields().iter().map(|field| field.name().as_str());
    Some(error.help(help_for_unknown(name, names).unwrap_or_else(|| "the records have no columns".to_owned())))
}
