//! The files of a run, compared with those of one that nothing befell.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_testkit::{Table, Value};

use super::journal::Record;
use super::reference::{Reference, with_number};
use super::writers::own;
use crate::played::Played;

/// A row: its values that are there, by their columns.
pub(super) type Row = BTreeMap<String, String>;

/// The files that a run wrote; in them the sandbox has no port of its own.
#[derive(PartialEq)]
pub(super) struct Outputs {
    bytes: BTreeMap<String, Vec<u8>>,
    /// The rows of each file, in their order.
    pub(super) rows: BTreeMap<String, Vec<Row>>,
}

/// What is otherwise than in a run that nothing befell: the records of these writes, by their usual numbers.
#[derive(Debug, Default)]
pub(super) struct Otherwise {
    /// They are on F, in doubt.
    pub(super) in_doubt: BTreeSet<Record>,
    /// They are on F, not attempted, because of one in doubt.
    pub(super) not_attempted: BTreeSet<Record>,
    /// They were sent again, and may have been found done: then they are on S, and what was answered before is lost.
    pub(super) sent_again: BTreeSet<Record>,
    /// They did not come to be, since what they come from is in doubt or not attempted.
    pub(super) lost: BTreeSet<Record>,
}

impl Outputs {
    pub(super) fn of(played: &Played) -> Self {
        let (mut bytes, mut rows) = (BTreeMap::new(), BTreeMap::new());
        for (name, written) in played.folder.files("out") {
            let (written, found) = if is_parquet(&name) {
                let found = rows_of_parquet(played, &name);
                (written, found)
            } else {
                let (text, found) = rows_of_text(played, &String::from_utf8(written).unwrap());
                (text.into_bytes(), found)
            };
            bytes.insert(name.clone(), written);
            rows.insert(name, found);
        }
        Self { bytes, rows }
    }

    /// The records of writes that are on F because none was attempted.
    pub(super) fn not_attempted(&self, reference: &Reference) -> BTreeSet<Record> {
        let rows = self.rows.values().flatten();
        let not_attempted = rows.filter(|row| row.get("error.kind").is_some_and(|kind| kind == "not-attempted"));
        not_attempted.filter_map(|row| reference.owner(row, &BTreeSet::new())).collect()
    }

    /// Asserts that these are the files of a run that nothing befell: to the byte, if nothing may be otherwise.
    pub(super) fn assert_are(&self, reference: &Reference, otherwise: &Otherwise) {
        let expected = &reference.outputs;
        if otherwise.is_nothing() {
            let changed: Vec<_> =
                self.bytes.iter().filter(|(name, bytes)| expected.bytes.get(*name) != Some(bytes)).collect();
            let names: Vec<_> = changed.iter().map(|(name, _)| name).collect();
            assert!(self.bytes == expected.bytes, "other bytes: {names:?}");
            return;
        }
        assert!(self.bytes.keys().eq(expected.bytes.keys()), "other files");
        let (mut came, mut usual) = (BTreeMap::new(), BTreeMap::new());
        for (name, rows) in &self.rows {
            let rows = rows.iter().map(|row| owned(reference, otherwise, name, row));
            let left = keep_others(rows, otherwise, &mut came);
            let expected = keep_others(reference.rows[name].iter().cloned(), otherwise, &mut usual);
            if left != expected {
                let extra: Vec<_> = left.iter().filter(|row| !expected.contains(row)).collect();
                let gone: Vec<_> = expected.iter().filter(|row| !left.contains(row)).collect();
                panic!(
                    "`{name}` has other rows, or another order, than it may: it has {extra:?}, and has not {gone:?}"
                );
            }
        }
        for record in otherwise.all() {
            let none = Vec::new();
            let (came, usual) = (came.get(record).unwrap_or(&none), usual.get(record).unwrap_or(&none));
            if otherwise.lost.contains(record) {
                assert_eq!(came, &none, "{record:?} comes from what is not done");
            } else if otherwise.in_doubt.contains(record) {
                assert_on_f(reference, record, came, "in-doubt");
            } else if otherwise.not_attempted.contains(record) {
                assert_on_f(reference, record, came, "not-attempted");
            } else {
                let is_right = came == usual || is_found_done(came, usual) || is_found_undone(came, usual);
                assert!(is_right, "record {record:?}: {came:?}");
            }
        }
    }
}

/// A row and the record whose write it tells of, with its usual number.
fn owned(reference: &Reference, otherwise: &Otherwise, file: &str, row: &Row) -> (Option<Record>, Row) {
    match reference.owner(row, &otherwise.lost) {
        Some(record) => {
            let row = with_number(row, record.1);
            (Some(record), row)
        }
        None => (reference.only_owner(file, row), row.clone()),
    }
}

/// The rows that tell of nothing that may be otherwise; those that do are put beside their records.
fn keep_others(
    rows: impl Iterator<Item = (Option<Record>, Row)>,
    otherwise: &Otherwise,
    concerned: &mut BTreeMap<Record, Vec<Row>>,
) -> Vec<Row> {
    let mut others = Vec::new();
    for (owner, row) in rows {
        match owner.filter(|owner| otherwise.all().any(|record| record == owner)) {
            Some(record) => concerned.entry(record).or_default().push(row),
            None => others.push(row),
        }
    }
    others
}

/// Asserts that every record of a call is on F for this reason, with all that it brought along, and nowhere else.
fn assert_on_f(reference: &Reference, record: &Record, came: &[Row], kind: &str) {
    let brought: Vec<Row> = came.iter().map(own).collect();
    assert_eq!(brought, reference.on_f(record), "{record:?}");
    for row in came {
        assert_eq!(row.get("error.kind").map(String::as_str), Some(kind), "{record:?}: {row:?}");
        let request = reference.request(record);
        assert_eq!(row["error.method"], request.method);
        assert!(row["error.url"].contains(&request.path), "{record:?}: {row:?}");
    }
}

impl Otherwise {
    pub(super) fn is_nothing(&self) -> bool {
        self.all().next().is_none()
    }

    fn all(&self) -> impl Iterator<Item = &Record> {
        [&self.in_doubt, &self.not_attempted, &self.sent_again, &self.lost].into_iter().flatten()
    }
}

/// Whether a record has one row on S, in which nothing is but what it brought along.
fn is_found_done(came: &[Row], usual: &[Row]) -> bool {
    let is_known = |(column, value): (&String, &String)| usual.iter().any(|row| row.get(column) == Some(value));
    matches!(came, [row] if !row.contains_key("error.kind") && row.iter().all(is_known))
}

/// Whether a record is on F as usual, and it is said beside that a read has shown that its write did not happen.
fn is_found_undone(came: &[Row], usual: &[Row]) -> bool {
    let ([came], [usual]) = (came, usual) else { return false };
    let is_same = |(column, value): (&String, &String)| match came.get(column) {
        Some(message) if column == "error.message" => {
            message.strip_prefix(value.as_str()).is_some_and(|more| more.ends_with("shows that it did not happen"))
        }
        came => came == Some(value),
    };
    came.len() == usual.len() && usual.iter().all(is_same)
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

/// A text of CSV in which the sandbox has no port of its own, and its rows.
pub(super) fn rows_of_text(played: &Played, text: &str) -> (String, Vec<Row>) {
    let text = text.replace(&format!(".localhost:{}", played.address().port()), ".sandbox.test");
    let rows = crate::played::rows(text.as_bytes()).into_iter().map(without_nothing).collect();
    (text, rows)
}
