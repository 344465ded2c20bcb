//! Runs a plan: one task a node, bounded wires between them, books at the end.
//!
//! Here are the wires, the start and the end of a run, and what a run leaves on disk. It does not
//! know what a node does, which is its tool's business, and it judges no pipeline: whether one makes
//! sense was settled by the plan.

mod above;
mod end;
mod fan;
mod folder;
mod keep;
mod merged;
mod report;
mod run;
mod widening;
mod wire;
mod wiring;

pub use folder::{Folder, RunId};
pub use report::{Ending, Failure, Kept, NodeReport, Report};
pub use run::{Progress, Purpose, Running, Settings, start};
