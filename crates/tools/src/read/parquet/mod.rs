//! Parquet files: their footers, their columns as records have them, their rows.

mod footer;
mod form;
mod source;

pub(crate) use footer::{Footer, Unreadable};
pub(crate) use source::Source;
