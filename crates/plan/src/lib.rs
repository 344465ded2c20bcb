//! Checks a pipeline and binds its nodes. No I/O: what it must know of the world it names as
//! facts, and is given.

mod connections;
mod cycle;
mod facts;
mod outputs;
mod plan;
mod wires;

pub use facts::{World, facts};
pub use plan::{Plan, PlannedNode, PlannedWire, plan};
