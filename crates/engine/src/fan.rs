//! The outputs of a node: every anchor goes to all wires that start there.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use futures::future::BoxFuture;
use seatflow_spec::Output;
use seatflow_tool::{Send, ToolError};
use tokio::sync::Mutex;

use crate::widening::Widening;
use crate::wire::Sender;

/// The wires of a node's outputs.
#[derive(Default)]
pub(crate) struct Fan {
    lanes: Vec<(Output, Lane)>,
}

#[derive(Default)]
struct Lane {
    widening: Mutex<Widening>,
    wires: Vec<Sender>,
}

impl Fan {
    /// Adds a wire that starts at an anchor.
    pub(crate) fn add(&mut self, anchor: Output, wire: Sender) {
        match self.lanes.iter_mut().find(|(letter, _)| *letter == anchor) {
            Some((_, lane)) => lane.wires.push(wire),
            None => self.lanes.push((anchor, Lane { widening: Mutex::default(), wires: vec![wire] })),
        }
    }

    /// Whether any wire starts at an anchor.
    pub(crate) fn has(&self, anchor: Output) -> bool {
        self.lane(anchor).is_some()
    }

    fn lane(&self, anchor: Output) -> Option<&Lane> {
        self.lanes.iter().find_map(|(letter, lane)| (*letter == anchor).then_some(lane))
    }
}

/// A fan whose wires are all joined. Clones share it; the wires end with the last of them.
#[derive(Clone)]
pub(crate) struct Outputs(Arc<Fan>);

impl From<Fan> for Outputs {
    fn from(fan: Fan) -> Self {
        Self(Arc::new(fan))
    }
}

impl Send for Outputs {
    fn send(&self, anchor: Output, batch: RecordBatch) -> BoxFuture<'_, Result<(), ToolError>> {
        Box::pin(async move {
            let Some(lane) = self.0.lane(anchor) else { return Ok(()) };
            let mut widening = lane.widening.lock().await;
            let batch = widening.conform(batch)?;
            for wire in &lane.wires {
                wire.send(&batch).await?;
            }
            Ok(())
        })
    }

    fn is_wired(&self, anchor: Output) -> bool {
        self.0.has(anchor)
    }
}
