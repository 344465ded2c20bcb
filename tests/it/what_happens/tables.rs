//! The page, read as a table reads it.

use std::fs;

use crate::program::repository;

/// A table of a page: what stands in its cells, as text.
pub(super) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The tables of the page, all of which are known here.
pub(super) fn tables() -> Vec<Table> {
    let tables = read(&fs::read_to_string(repository().join("docs/what-happens-when.md")).unwrap());
    for Table { header, .. } in &tables {
        let is_known = matches!((header[0].as_str(), header.len()), ("in a cell", 3) | ("what happens", 3 | 4 | 6));
        assert!(is_known, "nothing tests the table under {header:?}");
    }
    tables
}

/// The tables of a text, in order.
pub(super) fn read(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.starts_with('|') || !lines.peek().is_some_and(|next| next.starts_with("| ---")) {
            continue;
        }
        let header = cells(line);
        let body = lines.by_ref().skip(1).take_while(|line| line.starts_with('|'));
        let rows: Vec<Vec<String>> = body.map(cells).collect();
        assert!(rows.iter().all(|row| row.len() == header.len()), "a row is ragged under {header:?}");
        tables.push(Table { header, rows });
    }
    tables
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

impl Table {
    /// The rows of a table with such a heading over its first column.
    pub(super) fn rows_under(&self, first: &str) -> &[Vec<String>] {
        if self.header[0] == first { &self.rows } else { &[] }
    }

    /// How many columns it has.
    pub(super) fn width(&self) -> usize {
        self.header.len()
    }
}

/// What stands between backticks in a cell.
pub(super) fn code(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
