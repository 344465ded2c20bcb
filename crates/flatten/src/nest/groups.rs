//! Which rows become one value.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::row::{RowConverter, SortField};

use super::branch::{Branch, Numbers};
use super::{Error, Options};

/// What rows of one value have in common.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    /// The values that they are merged by.
    By(usize),
    /// The call, and the number of the record in it.
    Record(usize, i64),
    /// The call of the one record that has no number.
    Call(usize),
}

/// The group of each row, counted in the order of first appearance, and the call of each row.
pub(super) fn of(
    rows: &RecordBatch,
    options: &Options,
    root: &Branch,
    records: Option<&Numbers>,
) -> Result<(Vec<usize>, Vec<usize>), Error> {
    let by = columns(rows, &options.by)?;
    let merged = distinct(&by, rows.num_rows())?;
    let call = columns(rows, std::slice::from_ref(&options.call)).unwrap_or_default();
    let calls = distinct(&call, rows.num_rows())?;
    let key = |row: usize| {
        if !by.is_empty() {
            return Some(Key::By(merged[row]));
        }
        match records.and_then(|records| records.get(row)) {
            Some(number) => Some(Key::Record(calls[row], number)),
            None => root.has_number(row).then(|| Key::Call(calls[row])),
        }
    };
    let mut known = HashMap::new();
    let mut count = 0;
    let mut groups = Vec::with_capacity(rows.num_rows());
    for row in 0..rows.num_rows() {
        let group = match key(row).map(|key| known.entry(key)) {
            Some(Entry::Occupied(group)) => *group.get(),
            Some(Entry::Vacant(free)) => *free.insert(count),
            None => count,
        };
        count = count.max(group + 1);
        groups.push(group);
    }
    Ok((groups, calls))
}

fn columns<'a>(rows: &RecordBatch, names: &'a [String]) -> Result<Vec<(&'a str, ArrayRef)>, Error> {
    let column = |name: &'a String| match rows.column_by_name(name) {
        Some(column) => Ok((name.as_str(), Arc::clone(column))),
        None => Err(Error::NoColumn(name.clone())),
    };
    names.iter().map(column).collect()
}

/// A number for each row, equal where the columns are; nulls are equal.
fn distinct(columns: &[(&str, ArrayRef)], rows: usize) -> Result<Vec<usize>, Error> {
    let mut numbers = vec![0; rows];
    for (name, column) in columns {
        let data_type = column.data_type();
        let unsupported = |_| Error::Type { column: (*name).to_owned(), data_type: data_type.clone() };
        let converter = RowConverter::new(vec![SortField::new(data_type.clone())]).map_err(unsupported)?;
        let values = converter.convert_columns(&[Arc::clone(column)]).map_err(unsupported)?;
        let mut known = HashMap::new();
        for (number, value) in numbers.iter_mut().zip(&values) {
            let next = known.len();
            *number = *known.entry((*number, value)).or_insert(next);
        }
    }
    Ok(numbers)
}
