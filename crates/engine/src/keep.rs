//! Keeps the failed records that are wired nowhere: nothing is lost for want of a wire.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use seatflow_call::MASK;
use seatflow_flatten::ladder;
use seatflow_tool::{Receive, Spool, ToolError, is_secret};

use crate::report::Kept;
use crate::wire::Receiver;

/// Writes what comes over a wire to `NODE.F.arrow` in the run's folder, secrets masked; `None` if
/// nothing came.
pub(crate) async fn keep(node: String, mut wire: Receiver, folder: PathBuf) -> Result<Option<Kept>, ToolError> {
    let Some(mut last) = next(&mut wire).await? else { return Ok(None) };
    // The schema is known at the end, so the records wait on disk till then.
    let mut spool = Spool::create(&folder)?;
    let mut records = 0;
    loop {
        records += last.num_rows() as u64;
        spool.append(&last)?;
        match next(&mut wire).await? {
            Some(batch) => last = batch,
            None => break,
        }
    }
    let path = folder.join(format!("{node}.F.arrow"));
    write(&path, &last, &mut spool)?;
    Ok(Some(Kept { node, records, path }))
}

async fn next(wire: &mut Receiver) -> Result<Option<RecordBatch>, ToolError> {
    wire.receive().await?.map(without_secrets).transpose()
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

fn write(path: &Path, last: &RecordBatch, spool: &mut Spool) -> Result<(), ToolError> {
    let schema = ladder::settle(last.schema_ref());
    let file = File::create(path).map_err(|error| cannot_keep(path, error))?;
    let mut writer = StreamWriter::try_new_buffered(file, &schema).map_err(|error| cannot_keep(path, error))?;
    while let Some(batch) = spool.take()? {
        let batch = ladder::conform(&batch, &schema).map_err(|conflict| ToolError::bug(conflict.to_string()))?;
        writer.write(&batch).map_err(|error| cannot_keep(path, error))?;
    }
    writer.finish().map_err(|error| cannot_keep(path, error))
}

fn cannot_keep(path: &Path, error: impl Error + Send + Sync + 'static) -> ToolError {
    ToolError::pipeline(format!("failed records cannot be kept in `{}`: {error}", path.display()))
        .help("make room in the state folder, or choose another with `--state DIR`")
        .from_source(error)
}
