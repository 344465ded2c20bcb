//! Keeps the records of an anchor in a file: failed ones that are wired nowhere, or those that somebody looks at.

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use seatflow_call::MASK;
use seatflow_flatten::ladder;
use seatflow_spec::Output;
use seatflow_tool::{Spool, ToolError, is_secret};

use crate::report::Kept;
use crate::widening::Widening;

/// Everything that has left a node on one anchor, on disk in the run's folder.
pub(crate) struct Keeper {
    node: String,
    anchor: Output,
    folder: PathBuf,
    waiting: Mutex<Option<Waiting>>,
}

/// The schema is known at the end, so the records wait till then.
struct Waiting {
    spool: Spool,
    widening: Widening,
    schema: SchemaRef,
    records: u64,
}

impl Keeper {
    /// One that keeps nothing yet.
    pub(crate) fn new(node: &str, anchor: Output, folder: &Path) -> Self {
        Self { node: node.to_owned(), anchor, folder: folder.to_owned(), waiting: Mutex::default() }
    }

    /// The node whose output it keeps.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// Keeps a batch, secrets masked. It is on disk when this returns.
    ///
    /// # Errors
    /// If there is no room for it on the disk.
    pub(crate) fn keep(&self, batch: &RecordBatch) -> Result<(), ToolError> {
        let batch = without_secrets(batch.clone())?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let so_far = match waiting.as_mut() {
            Some(so_far) => so_far,
            None => waiting.insert(Waiting {
                spool: Spool::create(&self.folder)?,
                widening: Widening::default(),
                schema: batch.schema(),
                records: 0,
            }),
        };
        let batch = so_far.widening.conform(batch)?;
        so_far.spool.append(&batch)?;
        so_far.schema = batch.schema();
        so_far.records += batch.num_rows() as u64;
        Ok(())
    }

    /// Writes what was kept to `NODE.ANCHOR.arrow` in the run's folder; `None` if nothing was.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn write(&self) -> Result<Option<Kept>, ToolError> {
        let Some(waiting) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Ok(None);
        };
        let Waiting { mut spool, schema, records, .. } = waiting;
        let anchor = self.anchor.as_str();
        let path = self.folder.join(format!("{}.{anchor}.arrow", self.node));
        write(&path, &ladder::settle(&schema), &mut spool)?;
        Ok(Some(Kept { node: self.node.clone(), anchor, records, path }))
    }
}

/// The batch with a mask for every secret in it.
fn without_secrets(batch: RecordBatch) -> Result<RecordBatch, ToolError> {
    let schema = batch.schema_ref();
    if !schema.fields().iter().any(|field| is_secret(field)) {
        return Ok(batch);
    }
    let shown = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        if is_secret(field) {
            let masks = (0..column.len()).map(|row| column.is_valid(row).then_some(MASK));
            let masks: ArrayRef = Arc::new(masks.collect::<StringArray>());
            (Arc::new(Field::new(field.name(), DataType::Utf8, true)), masks)
        } else {
            (Arc::clone(field), Arc::clone(column))
        }
    });
    let (fields, columns): (Vec<_>, Vec<_>) = shown.unzip();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

fn write(path: &Path, schema: &SchemaRef, spool: &mut Spool) -> Result<(), ToolError> {
    let file = create(path).map_err(|error| cannot_keep(path, error))?;
    let mut writer = StreamWriter::try_new_buffered(file, schema).map_err(|error| cannot_keep(path, error))?;
    while let Some(batch) = spool.take()? {
        let batch = ladder::conform(&batch, schema).map_err(|conflict| ToolError::bug(conflict.to_string()))?;
        writer.write(&batch).map_err(|error| cannot_keep(path, error))?;
    }
    writer.finish().map_err(|error| cannot_keep(path, error))
}

/// A file for its owner alone.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn cannot_keep(path: &Path, error: impl Error + Send + Sync + 'static) -> ToolError {
    ToolError::pipeline(format!("records cannot be kept in `{}`: {error}", path.display()))
        .help("make room in the state folder, or choose another with `--state DIR`")
        .from_source(error)
}
