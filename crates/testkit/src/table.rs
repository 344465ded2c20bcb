//! Records as a table of text.

use std::fmt;

use anyhow::ensure;
use arrow::record_batch::RecordBatch;

use crate::value::Value;

/// The name of a last column that stands for any others.
const OTHERS: &str = "…";

/// Records with the names of their columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The names.
    pub columns: Vec<String>,
    /// The records.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// Reads the lines of a Markdown table.
    ///
    /// # Errors
    /// They are none.
    pub fn parse(lines: &[&str]) -> anyhow::Result<Self> {
        let [header, rule, rows @ ..] = lines else { anyhow::bail!("a table has a header and a rule below it") };
        let columns: Vec<String> = cells(header).into_iter().map(|cell| cell.replace("\\|", "|")).collect();
        let ruled = cells(rule).iter().all(|cell| cell.trim_matches(['-', ':']).is_empty());
        ensure!(ruled && cells(rule).len() == columns.len(), "the rule below `{header}` does not fit");
        let rows = rows.iter().map(|row| {
            let cells = cells(row);
            ensure!(cells.len() == columns.len(), "`{row}` has {} cells, not {}", cells.len(), columns.len());
            let value =
                |cell: &String| if cell == OTHERS { Value::Any } else { Value::parse(&cell.replace("\\|", "|")) };
            Ok(cells.iter().map(value).collect())
        });
        Ok(Self { rows: rows.collect::<anyhow::Result<_>>()?, columns })
    }

    /// The records of batches that have one schema.
    ///
    /// # Errors
    /// A column is of a type that no tool gives.
    pub fn of<'a>(batches: impl IntoIterator<Item = &'a RecordBatch>) -> anyhow::Result<Self> {
        let mut table = Self::default();
        for batch in batches {
            table.columns = batch.schema_ref().fields().iter().map(|field| field.name().clone()).collect();
            for row in 0..batch.num_rows() {
                let values = batch.columns().iter().map(|column| Value::of(column, row));
                table.rows.push(values.collect::<anyhow::Result<_>>()?);
            }
        }
        Ok(table)
    }

    /// Whether the records are what an expected table asks for.
    pub fn meets(&self, expected: &Self) -> bool {
        let (columns, more) = match expected.columns.split_last() {
            Some((last, columns)) if last == OTHERS => (columns, true),
            _ => (expected.columns.as_slice(), false),
        };
        let same_columns = if more { self.columns.starts_with(columns) } else { self.columns == columns };
        let meets = |(row, expected): (&Vec<Value>, &Vec<Value>)| {
            // A record that came before a column did has null in it.
            let values = row.iter().chain(std::iter::repeat(&Value::Null));
            expected.iter().take(columns.len()).zip(values).all(|(expected, value)| value.meets(expected))
        };
        let nothing = self.rows.is_empty() && expected.rows.is_empty() && expected.columns.is_empty();
        nothing
            || (same_columns
                && self.rows.len() == expected.rows.len()
                && self.rows.iter().zip(&expected.rows).all(meets))
    }

    /// The same with every text changed.
    #[must_use]
    pub(crate) fn changed(mut self, change: impl Fn(&str) -> String) -> Self {
        for value in self.rows.iter_mut().flatten() {
            if let Value::Text(text) = value {
                *text = change(text);
            }
        }
        self
    }
}

/// The cells of a line; a `|` behind a backslash ends none.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|');
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for character in inner.chars() {
        match (character, cells.last_mut()) {
            ('|', _) if !escaped => cells.push(String::new()),
            (character, Some(cell)) => cell.push(character),
            (_, None) => {}
        }
        escaped = character == '\\' && !escaped;
    }
    // What is behind the last `|` is no cell.
    cells.pop();
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// As Markdown.
impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        writeln!(formatter, "{}", line(self.columns.iter().map(|name| name.replace('|', "\\|")).collect()))?;
        writeln!(formatter, "|{}", "---|".repeat(self.columns.len()))?;
        for row in &self.rows {
            writeln!(formatter, "{}", line(row.iter().map(|value| value.to_string().replace('|', "\\|")).collect()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::parse(&text.lines().collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_table_is_read_as_it_is_shown() {
        let text = "| a | b\\|c |\n|---|---|\n| 1 | x\\|y |\n|  | \"\" |\n";
        let read = table(text);
        assert_eq!(read.columns, ["a", "b|c"]);
        assert_eq!(read.rows[0], [Value::Integer(1), Value::Text("x|y".to_owned())]);
        assert_eq!(read.rows[1], [Value::Null, Value::Text(String::new())]);
        assert_eq!(read.to_string(), text);
    }

    #[test]
    fn types_count_and_ellipses_do_not() {
        let actual = table("| a | b |\n|---|---|\n| 1 | x |\n");
        assert!(actual.meets(&table("| a | b |\n|---|---|\n| 1 | … |\n")));
        assert!(actual.meets(&table("| a | … |\n|---|---|\n| 1 | |\n")));
        assert!(!actual.meets(&table("| a | b |\n|---|---|\n| \"1\" | x |\n")));
        assert!(!actual.meets(&table("| a |\n|---|\n| 1 |\n")));
        assert!(!actual.meets(&table("| a | b |\n|---|---|\n")));
    }

    #[test]
    fn a_record_that_came_before_a_column_has_null_in_it() {
        let mut early = table("| a | b |\n|---|---|\n| 1 | |\n");
        early.rows[0].truncate(1);
        assert!(early.meets(&table("| a | b |\n|---|---|\n| 1 | |\n")));
        assert!(!early.meets(&table("| a | b |\n|---|---|\n| 1 | x |\n")));
    }

    #[test]
    fn no_records_have_no_columns_to_meet() {
        assert!(Table::default().meets(&Table::default()));
        assert!(!Table::default().meets(&table("| a |\n|---|\n")));
    }

    #[test]
    fn lines_that_do_not_fit_are_refused() {
        assert!(Table::parse(&["| a |"]).is_err());
        assert!(Table::parse(&["| a |", "| b |"]).is_err());
        assert!(Table::parse(&["| a |", "|---|", "| 1 | 2 |"]).is_err());
    }
}
