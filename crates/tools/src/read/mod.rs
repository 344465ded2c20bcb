//! Tools that bring records in.

mod csv;
mod read_csv;
mod rows;
mod unreadable;

pub use read_csv::ReadCsv;
pub use rows::Rows;

#[cfg(test)]
mod tests;
