//! Keeps the failed records that are wired nowhere: nothing is lost for want of a wire.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use seatflow_flatten::ladder;
use seatflow_tool::{Receive, ToolError};

use crate::report::Kept;
use crate::spool::Spool;
use crate::wire::Receiver;

/// Writes what comes over a wire to `NODE.F.arrow` in the run's folder; `None` if nothing came.
pub(crate) async fn keep(node: String, mut wire: Receiver, folder: PathBuf) -> Result<Option<Kept>, ToolError> {
    let Some(mut last) = wire.receive().await? else { return Ok(None) };
    // The schema is known at the end, so the records wait on disk till then.
    let mut spool = Spool::create(&folder)?;
    let mut records = 0;
    loop {
        records += last.num_rows() as u64;
        spool.append(&last)?;
        match wire.receive().await? {
            Some(batch) => last = batch,
            None => break,
        }
    }
    let path = folder.join(format!("{node}.F.arrow"));
    write(&path, &last, &mut spool)?;
    Ok(Some(Kept { node, records, path }))
}

fn write(path: &Path, last: &RecordBatch, spool: &mut Spool) -> Result<(), ToolError> {
    let schema = ladder::settle(last.schema_ref());
    let file = File::create(path).map_err(|error| {
        ToolError::pipeline(format!("failed records cannot be kept in `{}`: {error}", path.display()))
    })?;
    let mut writer = StreamWriter::try_new_buffered(file, &schema)?;
    while let Some(batch) = spool.next()? {
        let batch = ladder::conform(&batch, &schema).map_err(|conflict| ToolError::bug(conflict.to_string()))?;
        writer.write(&batch)?;
    }
    writer.finish()?;
    Ok(())
}
