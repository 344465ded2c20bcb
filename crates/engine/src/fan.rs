//! The outputs of a node: every anchor goes to all wires that start there.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use futures::future::BoxFuture;
use seatflow_spec::Output;
use seatflow_tool::{Send, ToolError};
use tokio::sync::Mutex;

use crate::keep::Keeper;
use crate::widening::Widening;
use crate::wire::Sender;

/// The wires of a node's outputs.
#[derive(Default)]
pub(crate) struct Fan {
    lanes: Vec<(Output, Lane)>,
}

#[derive(Default)]
struct Lane {
    /// What keeps everything that leaves here.
    keeper: Option<Arc<Keeper>>,
    widening: Mutex<Widening>,
    wires: Vec<Sender>,
}

impl Fan {
    /// Adds a wire that starts at an anchor.
    pub(crate) fn add(&mut self, anchor: Output, wire: Sender) {
        self.lane_mut(anchor).wires.push(wire);
    }

    /// Keeps everything that leaves at an anchor, before it goes anywhere else.
    pub(crate) fn keep(&mut self, anchor: Output, keeper: Arc<Keeper>) {
        self.lane_mut(anchor).keeper = Some(keeper);
    }

    /// Whether anything is done with what leaves at an anchor.
    pub(crate) fn has(&self, anchor: Output) -> bool {
        self.lane(anchor).is_some()
    }

    fn lane_mut(&mut self, anchor: Output) -> &mut Lane {
        let position = self.lanes.iter().position(|(letter, _)| *letter == anchor).unwrap_or_else(|| {
            self.lanes.push((anchor, Lane::default()));
            self.lanes.len() - 1
        });
        &mut self.lanes[position].1
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
            if let Some(keeper) = &lane.keeper {
                keeper.keep(&batch)?;
            }
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
