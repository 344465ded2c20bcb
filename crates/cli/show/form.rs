//! How records are printed, and where.

use std::path::Path;

use clap::ValueEnum;

use crate::usage::Usage;

/// How records are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A table that fits the terminal.
    Table,
    /// CSV.
    Csv,
    /// A JSON object on each line.
    Json,
    /// Parquet.
    Parquet,
}

impl Form {
    /// The form that the ending of a file's name tells.
    ///
    /// # Errors
    /// It tells none.
    pub(crate) fn of_file(path: &Path) -> Result<Self, Usage> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("json" | "jsonl" | "ndjson") => Ok(Self::Json),
            Some("parquet") => Ok(Self::Parquet),
            Some("txt") => Ok(Self::Table),
            _ => {
                let usage = Usage::new(format!("the name of `{}` does not tell its format", path.display()));
                Err(usage.help("say it with `--format`: `table`, `csv`, `json` or `parquet`"))
            }
        }
    }
}
