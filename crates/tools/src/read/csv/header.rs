//! The names of a file's columns.

use std::collections::BTreeMap;
use std::io::Read;

use super::scan::{ScanError, Scanner};

/// Why a file has no usable header.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HeaderError {
    /// There is nothing in the file.
    #[error("it is empty, without even a header")]
    Missing,
    /// The line cannot be read.
    #[error("its header in line {line} cannot be read: {why}")]
    Spoilt {
        /// The number of the line.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Columns without names, or with one name.
    #[error("in its header, {0}")]
    Names(String),
    /// The file itself cannot be read.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

impl HeaderError {
    /// What to do.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Missing => "is it the right file? One without a header needs `columns`",
            Self::Spoilt { .. } => "mend the line, or say the file's `encoding`, `delimiter` or `quote`",
            Self::Names(_) => "give every column a name of its own in the file's first line",
            Self::Scan(_) => "is it the right file?",
        }
    }
}

/// Reads the header, which is the first record. `None` if these bytes are not the `whole` file and
/// the header might go on behind them.
pub(crate) fn read_header(scanner: &mut Scanner<impl Read>, whole: bool) -> Result<Option<Vec<String>>, HeaderError> {
    let Some(first) = scanner.next()? else {
        return if whole { Err(HeaderError::Missing) } else { Ok(None) };
    };
    if first.open_ended && !whole {
        return Ok(None);
    }
    let line = first.line;
    let fields = first.fields.map_err(|why| HeaderError::Spoilt { line, why })?;
    let names: Vec<String> = fields.iter().map(|cell| cell.text.into_owned()).collect();
    check_names(names.iter().map(String::as_str)).map_err(HeaderError::Names)?;
    Ok(Some(names))
}

/// Whether names can be the names of columns: none is empty, none is there twice. The error says
/// which are, in words that follow "in the header".
pub(crate) fn check_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), String> {
    let mut numbers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, name) in names.into_iter().enumerate() {
        numbers.entry(name).or_default().push(position + 1);
    }
    let complaints = numbers.iter().filter_map(|(name, numbers)| match (*name, numbers.as_slice()) {
        ("", [one]) => Some(format!("column {one} has no name")),
        ("", several) => Some(format!("columns {} have no name", listed(several))),
        (_, [_]) => None,
        (name, several) => Some(format!("columns {} are all named `{name}`", listed(several))),
    });
    let complaints: Vec<String> = complaints.collect();
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("; ")) }
}

/// "2, 5 and 7".
fn listed(numbers: &[usize]) -> String {
    let mut texts: Vec<String> = numbers.iter().map(usize::to_string).collect();
    let last = texts.pop().unwrap_or_default();
    format!("{} and {last}", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::encoding::Encoding;
    use super::super::split::Dialect;
    use super::*;

    fn header(head: &str, whole: bool) -> Result<Option<Vec<String>>, String> {
        let mut scanner = Scanner::new(head.as_bytes(), Encoding::Utf8, Dialect::default()).unwrap();
        read_header(&mut scanner, whole).map_err(|error| error.to_string())
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_first_line_that_is_not_empty_is_the_header() {
        assert_eq!(header("id,\"full, name\"\nx", false), Ok(Some(names(&["id", "full, name"]))));
        assert_eq!(header("\n\r\nid\n", true), Ok(Some(names(&["id"]))));
    }

    #[test]
    fn a_header_that_might_go_on_behind_the_head_is_not_known() {
        assert_eq!(header("id,na", false), Ok(None));
        assert_eq!(header("id,na", true), Ok(Some(names(&["id", "na"]))));
        assert_eq!(header("id,\"na\nme", false), Ok(None));
        assert_eq!(header("\n\n", false), Ok(None));
    }

    #[test]
    fn a_file_without_a_header_says_so() {
        assert_eq!(header("", true).unwrap_err(), "it is empty, without even a header");
        assert_eq!(header("\n\n", true).unwrap_err(), "it is empty, without even a header");
    }

    #[test]
    fn every_nameless_and_every_repeated_column_is_told() {
        let error = header("id,,name,id,,id,name\n", true).unwrap_err();
        let expected = "in its header, columns 2 and 5 have no name; columns 1, 4 and 6 are all named `id`; \
                        columns 3 and 7 are all named `name`";
        assert_eq!(error, expected);
        assert_eq!(header("id,\n", true).unwrap_err(), "in its header, column 2 has no name");
    }

    #[test]
    fn a_spoilt_header_tells_its_line() {
        let error = header("\n\"id\"x,name\n", true).unwrap_err();
        let expected = "its header in line 2 cannot be read: in the record that begins in line 2, text follows a \
                        closing quote";
        assert_eq!(error, expected);
    }
}
