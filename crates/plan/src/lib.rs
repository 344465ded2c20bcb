//! Checks a pipeline and binds its nodes.
//!
//! It does no I/O: what it must know of the world it names with [`facts`], and is given. What a
//! node's own settings mean is its tool's business; here is what stands between the nodes.

mod columns;
mod connections;
mod cycle;
mod facts;
mod outline;
mod outputs;
mod plan;
mod tools;
mod wires;

pub use connections::COLUMNS;
pub use facts::facts;
pub use outline::{OutlinedNode, outline};
pub use plan::{Plan, PlannedNode, plan};
pub use wires::PlannedWire;

/// How a connection is written: the page for users.
pub const CONNECTION: &str = include_str!("connections/connection.md");
