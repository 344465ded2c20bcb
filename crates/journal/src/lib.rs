//! The durable record of runs: what they called, what came of it, and what they only planned.
//!
//! A [`Store`] is the journal of a state folder. A run writes into it through a [`Session`], which is the
//! [`Journal`](seatflow_call::Journal) of its calls: intents and outcomes, which a later pass of the run, a replay, or
//! somebody who looks at the run finds again by their keys.
//!
//! It knows no Arrow, no tools and no engine. It sends nothing, and what it is given holds no secrets.

mod allowed;
mod books;
mod calls;
mod chunks;
mod content;
mod counted;
mod database;
mod error;
mod given;
mod live;
mod lock;
mod number;
mod pass;
mod passes;
mod past;
mod plans;
mod removal;
mod runs;
mod session;
mod sight;
mod store;
mod tally;
mod told;
#[cfg_attr(not(debug_assertions), path = "no_trial.rs")]
mod trial;
mod writer;

pub use error::Error;
pub use given::{Books, Ended, Ending, Guards, NewPass, NewRun, NodeEntry, Purpose, Source, View};
pub use lock::RunLock;
pub use session::Session;
pub use store::{Store, Turn};
pub use told::{CallRecord, Difference, Failures, PassRecord, PlannedCall, RunRecord, RunState};
