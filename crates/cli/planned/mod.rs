//! What a plan would write, shown.

mod difference;
mod list;
mod save;

pub(crate) use difference::tell_drift;
pub(crate) use list::{as_json, count, text, totals};
pub(crate) use save::{SavePath, save};
