//! Reads CSV: bytes to text, text to records, records to columns, with the exact line and the raw
//! text of whatever cannot be read.

mod columns;
mod encoding;
mod header;
mod scan;
mod source;
mod split;
mod text;

pub(crate) use columns::{ColumnType, Empty};
pub(crate) use encoding::Encoding;
pub(crate) use header::{HeaderError, check_names, read_header};
pub(crate) use scan::Scanner;
pub(crate) use source::{IfUnreadable, Names, Source};
pub(crate) use split::Dialect;

#[cfg(test)]
mod tests;
