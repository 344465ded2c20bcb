//! Passes over a pipeline: a run, its resumption, its plan, its replay.
//!
//! A run begins with one pass, and what is left of it is taken up by another. All of them are the same work of the same
//! nodes; they differ in what the journal lets be sent.

mod again;
mod begin;
pub(crate) mod begun;
mod changes;
mod look;
mod pass;
mod record;
mod take_up;

pub(crate) use again::{Again, Manner, Viewed, found, found_to_look, view};
pub(crate) use begin::{Begin, Beginning, Begun, parse_override};
pub(crate) use look::{Looked, look};
pub(crate) use pass::{Pace, inside};
pub(crate) use take_up::TakeUp;
