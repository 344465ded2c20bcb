//! The files of a run, compared with those of one that nothing befell.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_testkit::{Table, Value};

use crate::played::Played;

/// A row: its values that are there, by their columns.
type Row = BTreeMap<String, String>;

/// The files that a run wrote; in them the sandbox has no port of its own.
#[derive(PartialEq)]
pub(super) struct Outputs {
    bytes: BTreeMap<String, Vec<u8>>,
    /// The rows of each file, in their order.
    rows: BTreeMap<String, Vec<Row>>,
}

/// What may be otherwise than in a run that nothing befell, by the numbers of the records of the node that writes.
#[derive(Debug, Default)]
pub(super) struct Otherwise {
    /// They are on F, in doubt.
    pub(super) in_doubt: BTreeSet<i64>,
    /// They are on F, not attempted, because of one in doubt.
    pub(super) not_attempted: BTreeSet<i64>,
    /// They were sent again, and may have been found done: then they are on S, and what was answered before is lost.
    pub(super) sent_again: BTreeSet<i64>,
}

impl Outputs {
    pub(super) fn of(played: &Played) -> Self {
        let origin = (format!(".localhost:{}", played.address().port()), ".sandbox.test");
        let mut bytes = played.folder.files("out");
        for (_, bytes) in bytes.iter_mut().filter(|(name, _)| !is_parquet(name)) {
            let text = String::from_utf8(std::mem::take(bytes)).unwrap();
            *bytes = text.replace(&origin.0, origin.1).into_bytes();
        }
        let rows = bytes.iter().map(|(name, bytes)| {
            let rows = if is_parquet(name) {
                rows_of_parquet(played, name)
            } else {
                crate::played::rows(bytes).into_iter().map(without_nothing).collect()
            };
            (name.clone(), rows)
        });
        let rows = rows.collect();
        Self { bytes, rows }
    }

    /// Those whose names begin with that of a node.
    pub(super) fn of_node(&self, node: &str) -> Self {
        let bytes = self.bytes.iter().filter(|(name, _)| name.starts_with(node));
        let rows = self.rows.iter().filter(|(name, _)| name.starts_with(node));
        Self {
            bytes: bytes.map(|(name, bytes)| (name.clone(), bytes.clone())).collect(),
            rows: rows.map(|(name, rows)| (name.clone(), rows.clone())).collect(),
        }
    }

    /// Asserts that these are the files of a run that nothing befell: to the byte, if nothing may be otherwise.
    pub(super) fn assert_are(&self, expected: &Self, otherwise: &Otherwise) {
        if otherwise.is_nothing() {
            let changed: Vec<_> =
                self.bytes.iter().filter(|(name, bytes)| expected.bytes.get(*name) != Some(bytes)).collect();
            let names: Vec<_> = changed.iter().map(|(name, _)| name).collect();
            assert!(self.bytes == expected.bytes, "other bytes: {names:?}");
            return;
        }
        assert!(self.bytes.keys().eq(expected.bytes.keys()), "other files");
        for (name, rows) in &self.rows {
            let expected = expected.rows[name].iter().filter(|row| !otherwise.concerns(row));
            let rows = rows.iter().filter(|row| !otherwise.concerns(row));
            assert!(rows.eq(expected), "`{name}` has other rows than it may");
        }
        for record in otherwise.all() {
            let (came, usual) = (self.of_record(record), expected.of_record(record));
            let kinds: BTreeSet<_> = came.iter().map(|row| row.get("error.kind").map(String::as_str)).collect();
            if otherwise.in_doubt.contains(&record) {
                assert_eq!(kinds, BTreeSet::from([Some("in-doubt")]), "record {record}: {came:?}");
            } else if otherwise.not_attempted.contains(&record) {
                assert_eq!(kinds, BTreeSet::from([Some("not-attempted")]), "record {record}: {came:?}");
            } else {
                let is_right = came == usual || is_found_done(&came, &usual) || is_found_undone(&came, &usual);
                assert!(is_right, "record {record}: {came:?}");
            }
        }
    }

    fn of_record(&self, record: i64) -> Vec<&Row> {
        self.rows.values().flatten().filter(|row| number(row) == Some(record)).collect()
    }
}

impl Otherwise {
    pub(super) fn is_nothing(&self) -> bool {
        self.all().next().is_none()
    }

    fn all(&self) -> impl Iterator<Item = i64> {
        [&self.in_doubt, &self.not_attempted, &self.sent_again].into_iter().flatten().copied()
    }

    fn concerns(&self, row: &Row) -> bool {
        number(row).is_some_and(|record| self.all().any(|one| one == record))
    }
}

/// Whether a record has one row on S, in which nothing is but what it brought along.
fn is_found_done(came: &[&Row], usual: &[&Row]) -> bool {
    let is_known = |(column, value): (&String, &String)| usual.iter().any(|row| row.get(column) == Some(value));
    matches!(came, [row] if !row.contains_key("error.kind") && row.iter().all(is_known))
}

/// Whether a record is on F as usual, and it is said beside that a read has shown that its write did not happen.
fn is_found_undone(came: &[&Row], usual: &[&Row]) -> bool {
    let ([came], [usual]) = (came, usual) else { return false };
    let is_same = |(column, value): (&String, &String)| match came.get(column) {
        Some(message) if column == "error.message" => {
            message.strip_prefix(value.as_str()).is_some_and(|more| more.ends_with("shows that it did not happen"))
        }
        came => came == Some(value),
    };
    came.len() == usual.len() && usual.iter().all(is_same)
}

fn number(row: &Row) -> Option<i64> {
    row.get("_call").map(|number| number.parse().unwrap())
}

fn is_parquet(name: &str) -> bool {
    name.ends_with("parquet")
}

fn without_nothing(row: Row) -> Row {
    row.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn rows_of_parquet(played: &Played, name: &str) -> Vec<Row> {
    let Table { columns, rows } = Table::of_parquet(&played.folder.path("out").join(name)).unwrap();
    let row = |row: Vec<Value>| {
        let there = columns.iter().cloned().zip(row).filter(|(_, value)| *value != Value::Null);
        there.map(|(column, value)| (column, value.to_string())).collect()
    };
    rows.into_iter().map(row).collect()
}
