//! What a plan would write, shown.

mod difference;
mod guards;
mod list;
mod save;

pub(crate) use difference::tell_drift;
pub(crate) use guards::{Count, TooLow};
pub(crate) use list::{text, totals, writes_as_json};
pub(crate) use save::{Prepared, SavePath, refuse_input};
