//! Records as a table that fits a terminal.

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, SchemaRef, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use jiff::Timestamp;
use seatflow_flatten::ladder;
use seatflow_spec::visible;
use unicode_width::UnicodeWidthStr as _;

/// How wide a column may be where there is room.
const WIDE: usize = 60;

/// How wide a column may be for the sake of others, which would find no room else.
const NARROW: usize = 24;

/// What stands between columns.
const GAP: usize = 2;

/// A table, and what of the records it does not show.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    /// The heading and the rows, each a line.
    pub(crate) text: String,
    /// How many columns found no room.
    pub(crate) left_out: usize,
}

/// A column of cells under their heading, none wider than [`WIDE`].
struct Column {
    cells: Vec<String>,
    /// The width of the widest cell.
    width: usize,
    is_number: bool,
}

/// As many columns of these batches, from the first on, as fit into `width`; the first always does. Long
/// values are cut, which `…` tells, and a null is blank.
///
/// # Errors
/// A column has no form as text.
pub(crate) fn grid(schema: &SchemaRef, batches: &[RecordBatch], width: usize) -> Result<Grid, ladder::Conflict> {
    let columns = (0..schema.fields().len()).map(|number| Column::of(schema, batches, number));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let shown = &columns[..fitting(&columns, NARROW, width).max(1).min(columns.len())];
    let fits = |widest: &usize| fitting(shown, *widest, width) == shown.len();
    let widest = (1..=WIDE).rev().find(fits).unwrap_or(1);
    let rows = batches.iter().map(RecordBatch::num_rows).sum::<usize>();
    let mut text = String::new();
    for row in 0..=rows {
        let line: Vec<String> = shown.iter().map(|column| column.cell(row, widest)).collect();
        text.push_str(line.join(&" ".repeat(GAP)).trim_end());
        text.push('\n');
    }
    Ok(Grid { text, left_out: columns.len() - shown.len() })
}

/// How many columns fit into `width`, if none is wider than `widest`.
fn fitting(columns: &[Column], widest: usize, width: usize) -> usize {
    let mut left = width + GAP;
    let fits = |column: &&Column| match left.checked_sub(column.width.min(widest) + GAP) {
        Some(room) => {
            left = room;
            true
        }
        None => false,
    };
    columns.iter().take_while(fits).count()
}

impl Column {
    fn of(schema: &SchemaRef, batches: &[RecordBatch], number: usize) -> Result<Self, ladder::Conflict> {
        let field = schema.field(number);
        let mut cells = vec![cut(field.name(), WIDE)];
        for batch in batches {
            let texts = texts(batch.column(number))?;
            cells.extend(texts.iter().map(|text| cut(text.unwrap_or_default(), WIDE)));
        }
        let width = cells.iter().map(|cell| cell.width()).max().unwrap_or(0);
        Ok(Self { cells, width, is_number: field.data_type().is_numeric() })
    }

    /// The cell of a row, as wide as the column; row 0 is the heading.
    fn cell(&self, row: usize, widest: usize) -> String {
        let cell = self.cells.get(row).map(|cell| cut(cell, widest)).unwrap_or_default();
        let room = " ".repeat(self.width.min(widest).saturating_sub(cell.width()));
        if self.is_number { format!("{room}{cell}") } else { format!("{cell}{room}") }
    }
}

/// The values of a column as text. Of bytes it is told how many they are.
fn texts(column: &ArrayRef) -> Result<StringArray, ladder::Conflict> {
    if let Some(bytes) = column.as_binary_opt::<i32>() {
        return Ok(bytes.iter().map(|bytes| bytes.map(|bytes| format!("({} bytes)", bytes.len()))).collect());
    }
    if let Some(times) = column.as_primitive_opt::<TimestampMicrosecondType>() {
        let told =
            |micros: i64| Timestamp::from_microsecond(micros).map_or(micros.to_string(), |time| time.to_string());
        return Ok(times.iter().map(|time| time.map(told)).collect());
    }
    Ok(ladder::cast(column, &DataType::Utf8)?.as_string().clone())
}

/// The text in one line and at most so wide.
fn cut(text: &str, widest: usize) -> String {
    let mut cut = String::new();
    let (mut width, mut room_for_dots) = (0, 0);
    for character in text.chars() {
        let mut buffer = [0; 4];
        let shown = match character {
            '\n' => "\\n".into(),
            '\t' => "\\t".into(),
            _ => visible(character.encode_utf8(&mut buffer)),
        };
        width += shown.width();
        if width > widest {
            cut.truncate(room_for_dots);
            cut.push('…');
            return cut;
        }
        cut.push_str(&shown);
        if width < widest {
            room_for_dots = cut.len();
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BinaryArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
    use insta::assert_snapshot;

    use super::*;

    fn shown(columns: Vec<(&str, ArrayRef)>, width: usize) -> Grid {
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
        let batch = batch.unwrap();
        grid(&batch.schema(), &[batch.slice(0, 1), batch.slice(1, batch.num_rows() - 1)], width).unwrap()
    }

    fn texts(texts: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(texts.to_vec()))
    }

    #[test]
    fn every_kind_of_value_is_told_in_one_line() {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("_call", Arc::new(Int64Array::from(vec![Some(7), None, Some(1_000)]))),
            ("amount", Arc::new(Float64Array::from(vec![Some(0.5), Some(-2.0), None]))),
            ("name", Arc::new(StringArray::from(vec![Some("a\tb\nc"), None, Some("\u{1b}[31m")]))),
            ("at", Arc::new(TimestampMicrosecondArray::from(vec![1_740_819_600_000_000; 3]).with_timezone("UTC"))),
            ("file", Arc::new(BinaryArray::from_opt_vec(vec![Some(b"\xff\xfe"), None, Some(b"")]))),
        ];
        let grid = shown(columns, 100);
        assert_eq!(grid.left_out, 0);
        assert_snapshot!(grid.text, @r"
        _call  amount  name        at                    file
            7     0.5  a\tb\nc     2025-03-01T09:00:00Z  (2 bytes)
                   -2              2025-03-01T09:00:00Z
         1000          \u{1b}[31m  2025-03-01T09:00:00Z  (0 bytes)
        ");
    }

    #[test]
    fn long_values_are_cut_before_columns_are_left_out() {
        let long = "a value that is longer than any column of a narrow terminal could ever be shown in full";
        let three = || vec![("one", texts(&[long, "x"])), ("two", texts(&["y", long])), ("three", texts(&["z", "z"]))];
        assert_snapshot!(shown(three(), 130).text, @r"
        one                                                           two                                                           three
        a value that is longer than any column of a narrow terminal…  y                                                             z
        x                                                             a value that is longer than any column of a narrow terminal…  z
        ");
        assert_snapshot!(shown(three(), 60).text, @r"
        one                        two                        three
        a value that is longer t…  y                          z
        x                          a value that is longer t…  z
        ");
        let narrow = shown(three(), 52);
        assert_eq!(narrow.left_out, 1);
        assert_snapshot!(narrow.text, @r"
        one                        two
        a value that is longer t…  y
        x                          a value that is longer t…
        ");
        let narrowest = shown(three(), 10);
        assert_eq!(narrowest.left_out, 2);
        assert_snapshot!(narrowest.text, @r"
        one
        a value t…
        x
        ");
    }

    #[test]
    fn what_is_two_columns_wide_counts_twice() {
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("abcd", 1), "…");
    }

    #[test]
    fn without_rows_there_is_the_heading() {
        let batch = RecordBatch::try_from_iter([("id", texts(&[])), ("name", texts(&[]))]).unwrap();
        let grid = grid(&batch.schema(), &[], 80).unwrap();
        assert_eq!(grid, Grid { text: "id  name\n".to_owned(), left_out: 0 });
    }
}
