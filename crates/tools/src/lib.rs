//! The tools.
//!
//! Each tool is one file with its page beside it: what a node says, the card, the work. Here is
//! neither a check between nodes nor anything that runs them; a tool knows its own node alone, and
//! reaches the world through its context.

mod calls;
mod grouped;
mod keys;
mod options;
mod read;
mod relational;
mod text;
mod waiting;
mod write;

use seatflow_tool::Entry;

pub use calls::{Authorize, LicenseApi};
pub use read::{ReadCsv, ReadParquet, Rows};
pub use relational::Unique;
pub use write::{FileFormat, WriteCsv, WriteParquet, write_records};

/// Every tool, in the order of the manual.
pub const TOOLS: &[Entry] = &[
    Entry::of::<Rows>(),
    Entry::of::<ReadCsv>(),
    Entry::of::<ReadParquet>(),
    Entry::of::<Authorize>(),
    Entry::of::<LicenseApi>(),
    Entry::of::<Unique>(),
    Entry::of::<WriteCsv>(),
    Entry::of::<WriteParquet>(),
];

#[cfg(test)]
mod tests;
