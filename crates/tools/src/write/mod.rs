//! Tools that write files.

mod export;
mod json;
mod output;
mod rebatch;
mod table;
mod write_csv;
mod write_parquet;

pub use export::{FileFormat, write_records};
pub use write_csv::WriteCsv;
pub use write_parquet::WriteParquet;

#[cfg(test)]
mod tests;
