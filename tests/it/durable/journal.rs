//! What a journal holds of the writes of its latest run, read without the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::catalogs::is_sent_once;
use crate::program::Folder;

/// A record of a node, by the node's name and the record's number.
pub(super) type Record = (String, i64);

/// The last that is known of each write, in the order in which they were first intended.
const WRITES: &str = "
SELECT node.name, node.endpoint, event.record, event.kind, event.failure
FROM event
JOIN pass ON pass.number = event.number >> 32
JOIN node ON node.pass = pass.number AND node.position = event.node
WHERE event.is_write AND pass.purpose IN ('run', 'apply') AND pass.run = (SELECT max(number) FROM run)
ORDER BY event.number";

/// What a journal holds of the writes of its latest run.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The id of the run, if there is one at all.
    pub(super) run: Option<String>,
    /// The file of its pipeline.
    pub(super) file: Option<String>,
    /// The endpoints of writes, each with its records in the order in which their writes were first intended.
    pub(super) intended: BTreeMap<String, Vec<Record>>,
    last: BTreeMap<Record, Last>,
    /// The writes that were sent again by earlier processes that are gone.
    sent_again_before: BTreeSet<Record>,
}

#[derive(Debug)]
struct Last {
    endpoint: String,
    kind: String,
    failure: Option<String>,
}

impl Held {
    /// Reads the journal in a folder; nobody writes it meanwhile. The files are copied, since who opens a database may
    /// change it.
    pub(super) fn read(folder: &Folder) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for name in ["journal.db", "journal.db-wal"] {
            let path = folder.path(".seatflow").join(name);
            if path.exists() {
                fs::copy(path, copy.path().join(name)).unwrap();
            }
        }
        let connection = Connection::open(copy.path().join("journal.db")).unwrap();
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        if tables == 0 { Self::default() } else { Self::of(&connection) }
    }

    fn of(connection: &Connection) -> Self {
        let latest = "SELECT id, file FROM run ORDER BY number DESC LIMIT 1";
        let named = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (run, file) = connection.query_row(latest, [], named).optional().unwrap().unzip();
        let mut held = Self { run, file, ..Self::default() };
        let mut statement = connection.prepare(WRITES).unwrap();
        let events = statement.query_map([], |row| {
            let last = Last { endpoint: row.get(1)?, kind: row.get(3)?, failure: row.get(4)? };
            Ok(((row.get(0)?, row.get(2)?), last))
        });
        for event in events.unwrap() {
            let (record, last): (Record, Last) = event.unwrap();
            if last.kind == "intent" && !held.last.contains_key(&record) {
                held.intended.entry(last.endpoint.clone()).or_default().push(record.clone());
            }
            held.last.insert(record, last);
        }
        held
    }

    /// The writes of which nobody will know: those in doubt already, and those with an intent alone that are not sent
    /// twice.
    pub(super) fn in_doubt(&self) -> BTreeSet<Record> {
        let is_in_doubt = |last: &Last| {
            last.failure.as_deref() == Some("in-doubt") || (last.kind == "intent" && is_sent_once(&last.endpoint))
        };
        self.that(is_in_doubt)
    }

    /// The writes with an intent alone that are sent again, though they may have happened, now or after an earlier death.
    pub(super) fn sent_again(&self) -> BTreeSet<Record> {
        let now = self.that(|last| last.kind == "intent" && !is_sent_once(&last.endpoint));
        now.union(&self.sent_again_before).cloned().collect()
    }

    /// Whether the outcome of a write was written down.
    pub(super) fn has_outcome(&self, record: &Record) -> bool {
        self.last.get(record).is_some_and(|last| last.kind != "intent")
    }

    /// The same of a process that went on with what an earlier one had left.
    pub(super) fn after(mut self, earlier: &Self) -> Self {
        self.sent_again_before = earlier.sent_again();
        self
    }

    fn that(&self, fulfils: impl Fn(&Last) -> bool) -> BTreeSet<Record> {
        self.last.iter().filter(|(_, last)| fulfils(last)).map(|(record, _)| record.clone()).collect()
    }
}
