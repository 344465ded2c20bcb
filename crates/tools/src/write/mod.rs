//! Tools that write files.

mod output;
mod rebatch;
mod table;
mod write_csv;
mod write_parquet;

pub use write_csv::WriteCsv;
pub use write_parquet::WriteParquet;

#[cfg(test)]
mod tests;
