//! What a node's work can reach while it runs.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use futures::future::BoxFuture;
use seatflow_call::{Clock, Connection, Journal};
use seatflow_spec::Output;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::{Connections, Count, Files, Tally, ToolError};

/// Everything a node's work can reach.
pub struct Context {
    /// The records on D, if it is wired.
    pub records: Option<Records>,
    /// What is wired into A.
    pub authorization: Authorization,
    /// The A output.
    pub authority: Publisher,
    /// The outputs S, F and L.
    pub output: Emitter,
    /// The node's counts.
    pub tally: Arc<Tally>,
    /// What all nodes share.
    pub run: Arc<Run>,
}

/// What all nodes of a run share.
pub struct Run {
    /// The time: the machine's, or the sandbox's.
    pub clock: Arc<dyn Clock>,
    /// How many rows a batch has, at the most.
    pub batch_rows: usize,
    /// The run's own folder, for what must wait on disk.
    pub folder: PathBuf,
    /// The files that the run writes.
    pub files: Files,
    /// When it is cancelled, the run is to end, because its user wants it or something has failed:
    /// sources read no more, nothing more is sent, and what is on its way is waited for.
    pub stop: CancellationToken,
    /// The connections of the pipeline.
    pub connections: Connections,
    /// Where what is sent, and what comes of it, is written down.
    pub journal: Arc<dyn Journal>,
    /// Whether only a plan is made: writes are withheld, and columns that come too late may be missing.
    pub is_plan: bool,
    /// Whether the records are those of a run that may have ended anywhere: columns that come too late may be missing.
    pub is_partial: bool,
}

impl Run {
    /// Starts work beside the node's own; it ends, at the latest, when its handle is dropped.
    #[expect(clippy::disallowed_methods, reason = "the one place where a run's work is spawned; the handle ends it")]
    pub fn spawn<T: std::marker::Send + 'static>(
        work: impl Future<Output = T> + std::marker::Send + 'static,
    ) -> AbortOnDropHandle<T> {
        AbortOnDropHandle::new(tokio::spawn(work))
    }
}

/// Where a node's records come from; the engine knows how.
pub trait Receive: std::marker::Send {
    /// The next batch, or `None` at the end.
    ///
    /// # Cancellation
    /// Nothing is lost if the future is dropped.
    fn receive(&mut self) -> BoxFuture<'_, Result<Option<RecordBatch>, ToolError>>;
}

/// The records on an input anchor, in order.
pub struct Records {
    source: Box<dyn Receive>,
    tally: Option<Arc<Tally>>,
}

impl Records {
    /// Records from a source; with a tally they are counted as they come.
    pub fn new(source: Box<dyn Receive>, tally: Option<Arc<Tally>>) -> Self {
        Self { source, tally }
    }

    /// The next batch, never an empty one; `None` at the end.
    ///
    /// # Errors
    /// If records that waited on disk cannot be read.
    ///
    /// # Cancellation
    /// Nothing is lost if the future is dropped.
    pub async fn recv(&mut self) -> Result<Option<RecordBatch>, ToolError> {
        let batch = self.source.receive().await?;
        if let (Some(batch), Some(tally)) = (&batch, &self.tally) {
            tally.add(Count::In, batch.num_rows());
        }
        Ok(batch)
    }
}

/// Where a node's outputs go; the engine knows how.
pub trait Send: std::marker::Send + Sync {
    /// Sends a batch on an output anchor; waits while a slow reader is behind.
    fn send(&self, anchor: Output, batch: RecordBatch) -> BoxFuture<'_, Result<(), ToolError>>;

    /// Whether what is sent there goes anywhere.
    fn is_wired(&self, anchor: Output) -> bool;
}

/// The outputs S, F and L of a node.
pub struct Emitter {
    sink: Box<dyn Send>,
    tally: Arc<Tally>,
}

impl Emitter {
    /// Outputs into a sink, counted.
    pub fn new(sink: Box<dyn Send>, tally: Arc<Tally>) -> Self {
        Self { sink, tally }
    }

    /// Sends a batch; empty ones go nowhere.
    ///
    /// # Errors
    /// If the batch does not fit behind the earlier ones of its anchor.
    pub async fn send(&self, anchor: Output, batch: RecordBatch) -> Result<(), ToolError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        if anchor == Output::S {
            self.tally.add(Count::Rows, batch.num_rows());
        }
        self.sink.send(anchor, batch).await
    }

    /// Whether what is sent there goes anywhere; what does not need not be made.
    pub fn is_wired(&self, anchor: Output) -> bool {
        self.sink.is_wired(anchor)
    }
}

/// A live authorization on an A wire, or why there is none.
pub type Authorized = Result<Arc<Connection>, Arc<str>>;

/// What is wired into a node's A.
pub enum Authorization {
    /// Nothing.
    None,
    /// The A output of another node, when that node has it.
    Node(watch::Receiver<Option<Authorized>>),
    /// Records, of which the first one counts.
    Records(Records),
}

/// A node's A output.
#[derive(Clone)]
pub struct Publisher {
    sender: watch::Sender<Option<Authorized>>,
}

impl Default for Publisher {
    fn default() -> Self {
        Self { sender: watch::Sender::new(None) }
    }
}

impl Publisher {
    /// Gives the authorization to all nodes that wait for it, now and later.
    pub fn publish(&self, authorized: Authorized) {
        self.sender.send_replace(Some(authorized));
    }

    /// Another end of the wire.
    pub fn subscribe(&self) -> watch::Receiver<Option<Authorized>> {
        self.sender.subscribe()
    }
}
