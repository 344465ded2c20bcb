//! What a reader finds, on its way to the node's outputs.

use std::path::Path;

use arrow::record_batch::RecordBatch;
use seatflow_spec::Output;
use seatflow_tool::{Context, Count, ToolError};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// A part of a file.
pub(crate) enum Part {
    /// Records.
    Read(RecordBatch),
    /// What could not be read.
    Unreadable(RecordBatch),
}

/// Takes a part; it says whether more are wanted.
pub(crate) type Give<'a> = &'a mut dyn FnMut(Part) -> bool;

/// Reads a file on a thread of its own, in batches of at most as many rows as the run has them, and sends what is found.
pub(crate) async fn send_parts(
    path: &Path,
    read: impl FnOnce(usize, Give<'_>) -> Result<(), ToolError> + Send + 'static,
    context: Context,
) -> Result<(), ToolError> {
    let Context { output, tally, run, .. } = context;
    let rows = run.batch_rows;
    tracing::info!("`{}` is read", path.display());
    let (sender, mut parts) = mpsc::channel(1);
    let work = spawn_blocking(move || read(rows, &mut |part| sender.blocking_send(part).is_ok()));
    while let Some(Some(part)) = run.stop.run_until_cancelled(parts.recv()).await {
        let (anchor, count, batch) = match part {
            Part::Read(batch) => (Output::S, Count::Succeeded, batch),
            Part::Unreadable(batch) => (Output::F, Count::Failed, batch),
        };
        tally.add(Count::In, batch.num_rows());
        tally.add(count, batch.num_rows());
        output.send(anchor, batch).await?;
    }
    drop(parts);
    work.await.map_err(|_| ToolError::bug("the reading of a file broke off"))?
}
