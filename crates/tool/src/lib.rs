//! The contract between a tool and everything else.
//!
//! A tool is a type with a [`Card`], a configuration and one function, [`Tool::bind`], that turns
//! a node of a pipeline into work without touching the world. At run time that work reaches the
//! world only through its [`Context`]. What is not here: any tool, the checks between nodes, and
//! the engine that runs them.

mod bind;
mod card;
mod columns;
mod connections;
mod context;
mod entry;
mod error;
mod facts;
mod files;
mod marks;
mod shelf;
mod spool;
mod tally;
mod unknown;

pub use bind::{Authority, Binding, Bound, BoundConnection, Task};
pub use card::{Card, Effects, Failing, Inputs, Outputs, Presence};
pub use columns::{ColumnUse, Columns, UNPARSED};
pub use connections::Connections;
pub use context::{Authorization, Authorized, Context, Emitter, Publisher, Receive, Records, Run, Send};
pub use entry::{Entry, Tool};
pub use error::{Blame, ToolError};
pub use facts::{Fact, Facts};
pub use files::{Files, PendingFile, Whereabouts};
pub use marks::{is_final, is_secret, mark_final, mark_secret};
pub use shelf::{Shelf, Shelved};
pub use spool::Spool;
pub use tally::{Count, Tally};
pub use unknown::{is_unknown, unknown, unknown_values};
