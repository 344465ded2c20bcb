//! Records that wait on disk until the columns that a node uses by name are there.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use seatflow_flatten::ladder;
use seatflow_spec::help_for_unknown;
use seatflow_tool::{Records, Run, Spool, ToolError, is_final, unknown};

/// The records on D of a node that uses some of their columns by name.
///
/// A column may come later than the first records, whose values in it are null then; or it may
/// never come, because its name is misspelt. Until it is known which, the records wait on disk: a
/// node that took the column for null would do the wrong thing with every record.
///
/// Where only a plan is made, the answer that would have brought the column may be that of a write
/// that is withheld. Then it is there all the same, null and unknown.
pub(crate) struct NamedColumns {
    records: Records,
    names: Vec<String>,
    run: Arc<Run>,
    /// The columns that have come so far, unless they are all of those that are used.
    incomplete: Option<SchemaRef>,
    waiting: Option<Spool>,
    /// The columns that every batch has, if some are there only because they are unknown.
    completed: Option<SchemaRef>,
    is_open: bool,
}

impl NamedColumns {
    /// Records of which these columns are used.
    pub(crate) fn new(records: Records, names: Vec<String>, run: Arc<Run>) -> Self {
        Self { records, is_open: names.is_empty(), names, run, incomplete: None, waiting: None, completed: None }
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
            let schema = batch.schema_ref();
            self.incomplete = self.names.iter().any(|name| is_missing(name, schema)).then(|| batch.schema());
            if is_final(batch.schema_ref()) {
                self.end()?;
            }
            self.is_open = self.incomplete.is_none();
            if self.is_open && self.waiting.is_none() {
                return self.complete(batch).map(Some);
            }
            self.wait(&batch)?;
        }
        if let Some(waiting) = &mut self.waiting {
            if let Some(batch) = waiting.take()? {
                return self.complete(batch).map(Some);
            }
            self.waiting = None;
        }
        let batch = self.records.recv().await?;
        batch.map(|batch| self.complete(batch)).transpose()
    }

    /// No further column can come. Where the run is being stopped, or was before and is looked at, it might have, and
    /// what has come goes on, to be counted.
    fn end(&mut self) -> Result<(), ToolError> {
        self.is_open = true;
        let Some(schema) = self.incomplete.take() else { return Ok(()) };
        if self.run.is_plan {
            self.completed = Some(completed(&schema, &self.names));
            return Ok(());
        }
        let missing = self.names.iter().find(|name| is_missing(name, &schema));
        let may_have_come = self.run.is_partial || self.run.stop.is_cancelled();
        let failure = missing.filter(|_| !may_have_come).map(|name| missing_column(name, &schema));
        failure.map_or(Ok(()), Err)
    }

    /// The batch with the columns that are there only because they are unknown.
    fn complete(&self, batch: RecordBatch) -> Result<RecordBatch, ToolError> {
        let Some(schema) = &self.completed else { return Ok(batch) };
        ladder::conform(&batch, schema)
            .map_err(|conflict| ToolError::bug("a column came after the last of them").from_source(conflict))
    }

    fn wait(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        match &mut self.waiting {
            Some(waiting) => waiting.append(batch),
            None => self.waiting.insert(Spool::create(&self.run.folder)?).append(batch),
        }
    }
}

fn is_missing(name: &str, schema: &Schema) -> bool {
    schema.column_with_name(name).is_none()
}

/// The columns of a schema, then those of the names that it lacks, unknown.
fn completed(schema: &SchemaRef, names: &[String]) -> SchemaRef {
    let mut fields = schema.fields().to_vec();
    for name in names {
        if fields.iter().all(|field| field.name() != name) {
            fields.push(Arc::new(unknown(Field::new(name, DataType::Null, true))));
        }
    }
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// The failure for a column that is not there.
fn missing_column(name: &str, schema: &Schema) -> ToolError {
    let error = ToolError::pipeline(format!("there is no column `{name}` on `D`"));
    let names = schema.fields().iter().map(|field| field.name().as_str());
    error.help(help_for_unknown(name, names).unwrap_or_else(|| "the records have no columns".to_owned()))
}
