//! A CSV file as batches: what could be read, and what could not.

use std::fs::File;
use std::path::PathBuf;

use schemars::JsonSchema;
use seatflow_spec::help_for_unknown;
use seatflow_tool::ToolError;

use super::columns::{ColumnType, Columns, Empty};
use super::encoding::Encoding;
use super::header::{HeaderError, read_header};
use super::scan::{ScanError, Scanner};
use super::split::Dialect;
use crate::read::part::Part;
use crate::read::unreadable::Unreadable;

/// A batch ends with the record that brings its text to this size.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// A file and how it is to be read.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// How its characters are written.
    pub(crate) encoding: Encoding,
    /// How its fields are.
    pub(crate) dialect: Dialect,
    /// What an empty cell is.
    pub(crate) empty: Empty,
    /// The columns that are not text.
    pub(crate) types: Vec<(String, ColumnType)>,
    /// The names of its columns.
    pub(crate) names: Names,
    /// What happens if a part of it cannot be read.
    pub(crate) unreadable: IfUnreadable,
}

/// What happens when a part of a file cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(crate) enum IfUnreadable {
    /// It is on F, and the rest is read.
    #[default]
    Fail,
    /// The run ends before any record leaves.
    Stop,
}

/// Where the names of a file's columns come from.
#[derive(Debug)]
pub(crate) enum Names {
    /// The pipeline; the file has no header.
    Given(Vec<String>),
    /// The header, with what it was when the pipeline was checked, if that is known.
    Header(Option<Vec<String>>),
}

impl Source {
    /// Reads the file in batches of at most `rows` and gives each away, until `give` wants no more.
    ///
    /// # Errors
    /// If the file cannot be read; if a part of it cannot, and that stops: then nothing was given.
    pub(crate) fn read(&self, rows: usize, give: impl FnMut(Part) -> bool) -> Result<(), ToolError> {
        if self.unreadable == IfUnreadable::Stop {
            self.pass(rows, |_| true)?;
        }
        self.pass(rows, give)
    }

    /// Goes through the file once.
    fn pass(&self, rows: usize, mut give: impl FnMut(Part) -> bool) -> Result<(), ToolError> {
        let open = || Scanner::new(File::open(&self.path)?, self.encoding, self.dialect);
        let mut scanner = open().map_err(|error| self.cannot_read(error.into()))?;
        let names = self.column_names(&mut scanner)?;
        let mut columns = self.columns(&names)?;
        let mut unreadable = Unreadable::of(&self.path.display().to_string());
        while let Some(found) = scanner.next().map_err(|error| self.cannot_read(error))? {
            let read = found.fields.and_then(|fields| columns.push(fields));
            if let Err(why) = read {
                if self.unreadable == IfUnreadable::Stop {
                    return Err(self.stopped(found.line, &why));
                }
                unreadable.push(&why, found.line, &found.text);
            }
            let full = |filled: usize, bytes: usize| filled >= rows || bytes >= BATCH_BYTES;
            if full(columns.rows(), columns.bytes()) && !give(Part::Read(columns.take()?)) {
                return Ok(());
            }
            if full(unreadable.rows(), unreadable.bytes()) && !give(Part::Unreadable(unreadable.take()?)) {
                return Ok(());
            }
        }
        if give(Part::Read(columns.take()?)) {
            give(Part::Unreadable(unreadable.take()?));
        }
        Ok(())
    }

    fn column_names(&self, scanner: &mut Scanner<File>) -> Result<Vec<String>, ToolError> {
        let expected = match &self.names {
            Names::Given(names) => return Ok(names.clone()),
            Names::Header(expected) => expected,
        };
        let names = read_header(scanner, true).map_err(|error| match error {
            HeaderError::Scan(error) => self.cannot_read(error),
            error => {
                let help = error.help();
                ToolError::pipeline(format!("`{}` cannot be read: {error}", self.path.display())).help(help)
            }
        })?;
        let names = names.ok_or_else(|| ToolError::bug("a whole file's header was not found"))?;
        if expected.as_ref().is_some_and(|expected| *expected != names) {
            let message = format!("the header of `{}` has changed since the pipeline was checked", self.path.display());
            return Err(ToolError::pipeline(message).help("run again; a pipe cannot be read twice, so use a file"));
        }
        Ok(names)
    }

    fn columns(&self, names: &[String]) -> Result<Columns, ToolError> {
        for (name, _) in &self.types {
            if !names.contains(name) {
                let message = format!("`{}` has no column `{name}`, whose type is given", self.path.display());
                let help = help_for_unknown(name, names.iter().map(String::as_str));
                return Err(ToolError::pipeline(message).help(help.unwrap_or_default()));
            }
        }
        let of = |name: &String| {
            let given = self.types.iter().find(|(column, _)| column == name);
            given.map_or(ColumnType::Text, |(_, of)| *of)
        };
        Ok(Columns::new(names.iter().map(|name| (name.as_str(), of(name))), self.empty))
    }

    fn stopped(&self, line: u64, why: &str) -> ToolError {
        let message = format!("line {line} of `{}` cannot be read: {why}", self.path.display());
        ToolError::pipeline(message).help("mend the line; no record of the file was used")
    }

    fn cannot_read(&self, error: ScanError) -> ToolError {
        let help = match &error {
            ScanError::Unreadable(_) => "see that the file is there and may be read",
            ScanError::TooLong { .. } => {
                "close the quote that opens in that line, or say the file's `quote`, `delimiter` or `encoding`"
            }
        };
        let message = format!("`{}` cannot be read: {error}", self.path.display());
        ToolError::pipeline(message).help(help).from_source(error)
    }
}
