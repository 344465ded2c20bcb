//! A wire: a bounded queue of batches between two nodes.
//!
//! While its reader has not begun to read, a wire that may have to wait (the second of several
//! into one anchor, say) puts what does not fit in memory on disk, so that no shape of pipeline
//! can deadlock. Once the reader reads, a full wire slows its sender.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::record_batch::RecordBatch;
use futures::future::BoxFuture;
use seatflow_tool::{Receive, Spool, ToolError};
use tokio::sync::Notify;

/// The sending end; dropping it ends the stream.
pub(crate) struct Sender {
    shared: Arc<Shared>,
}

/// The receiving end; dropping it lets the sender go on into the void.
pub(crate) struct Receiver {
    shared: Arc<Shared>,
}

struct Shared {
    capacity: usize,
    state: Mutex<State>,
    room: Notify,
    ready: Notify,
}

struct State {
    memory: VecDeque<RecordBatch>,
    disk: Option<Spool>,
    reading: bool,
    ended: bool,
    abandoned: bool,
}

/// A wire that holds `capacity` batches in memory, and the rest in `disk`, if given, until its
/// reader begins.
pub(crate) fn wire(capacity: usize, disk: Option<Spool>) -> (Sender, Receiver) {
    let shared = Arc::new(Shared {
        capacity: capacity.max(1),
        state: Mutex::new(State { memory: VecDeque::new(), disk, reading: false, ended: false, abandoned: false }),
        room: Notify::new(),
        ready: Notify::new(),
    });
    (Sender { shared: Arc::clone(&shared) }, Receiver { shared })
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the batch if there is a place for it now.
    fn offer(&mut self, batch: &RecordBatch, capacity: usize) -> Result<bool, ToolError> {
        if self.abandoned {
            return Ok(true);
        }
        let disk_is_empty = self.disk.as_ref().is_none_or(Spool::is_empty);
        if disk_is_empty && self.memory.len() < capacity {
            self.memory.push_back(batch.clone());
            return Ok(true);
        }
        match &mut self.disk {
            Some(disk) if !self.reading => disk.append(batch).map(|()| true),
            _ => Ok(false),
        }
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, ToolError> {
        match self.memory.pop_front() {
            Some(batch) => Ok(Some(batch)),
            None => self.disk.as_mut().map_or(Ok(None), Spool::take),
        }
    }
}

impl Sender {
    /// Sends a batch; waits while the wire is full and its reader reads.
    pub(crate) async fn send(&self, batch: &RecordBatch) -> Result<(), ToolError> {
        loop {
            if self.shared.lock().offer(batch, self.shared.capacity)? {
                self.shared.ready.notify_one();
                return Ok(());
            }
            self.shared.room.notified().await;
        }
    }
}

impl Receive for Receiver {
    fn receive(&mut self) -> BoxFuture<'_, Result<Option<RecordBatch>, ToolError>> {
        Box::pin(async {
            loop {
                let ended = {
                    let mut state = self.shared.lock();
                    state.reading = true;
                    if let Some(batch) = state.next()? {
                        self.shared.room.notify_one();
                        return Ok(Some(batch));
                    }
                    state.ended
                };
                if ended {
                    return Ok(None);
                }
                self.shared.ready.notified().await;
            }
        })
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.ready.notify_one();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.abandoned = true;
        state.memory.clear();
        state.disk = None;
        self.shared.room.notify_one();
    }
}
