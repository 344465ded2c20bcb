//! Tools that bring records in.

mod csv;
mod parquet;
mod part;
mod read_csv;
mod read_parquet;
mod rows;
mod unreadable;

pub use read_csv::ReadCsv;
pub use read_parquet::ReadParquet;
pub use rows::Rows;

#[cfg(test)]
mod tests;
