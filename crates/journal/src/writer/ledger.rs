//! The connection that writes.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::chunk::Chunk;
use super::queue::Append;
use crate::error::Error;
use crate::number;
use crate::trial::Trial;

/// The most rows of one transaction.
pub(super) const MOST_ROWS: usize = 512;

/// The connection that writes, and what it knows of the rows that it has written.
pub(super) struct Ledger {
    connection: Connection,
    trial: Trial,
    /// How many numbers each pass has given.
    given: HashMap<i64, i64>,
    chunk: Chunk,
    /// Whether a commit waits for the disk; nobody knows before the first one.
    waits: Option<bool>,
}

impl Ledger {
    pub(super) fn new(connection: Connection, trial: Trial) -> Result<Self, Error> {
        Ok(Self { connection, trial, given: HashMap::new(), chunk: Chunk::new()?, waits: None })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Writes in a transaction, which is on disk when this returns.
    pub(super) fn durably<T>(&mut self, write: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.wait_for_disk(true)?;
        let transaction = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)?;
        let written = write(&transaction)?;
        self.trial.commit(|| transaction.commit())?;
        Ok(written)
    }

    /// Writes rows in a transaction, which is on disk when this returns if one of them is urgent; else it is with the
    /// next one that is.
    pub(super) fn append(&mut self, appends: &[Append]) -> Result<(), Error> {
        self.wait_for_disk(appends.iter().any(|append| append.row.is_urgent()))?;
        let Self { connection, trial, given, chunk, .. } = self;
        let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
        let mut pass = None;
        for Append { row, .. } in appends {
            if pass.replace(row.pass).is_some_and(|pass| pass != row.pass) {
                // A chunk belongs to one pass, and goes with it.
                chunk.write(&transaction)?;
            }
            let given = given.entry(row.pass).or_default();
            let mut next = || {
                let number = number::first(row.pass) + *given;
                *given += 1;
                number
            };
            let spot = match row.content.as_slice() {
                [] => None,
                content => Some(chunk.put(content, &transaction, &mut next)?),
            };
            row.insert(&transaction, next(), spot)?;
        }
        chunk.write(&transaction)?;
        trial.commit(|| transaction.commit())
    }

    /// In the write-ahead log a commit that does not wait for the disk is still whole or not there, and those before it
    /// are with it: only its durability waits for a later one.
    fn wait_for_disk(&mut self, waits: bool) -> Result<(), Error> {
        if self.waits != Some(waits) {
            self.connection.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" })?;
            self.waits = Some(waits);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use seatflow_catalog::builtin;
    use tokio::sync::oneshot;

    use super::*;
    use crate::database::Place;
    use crate::writer::{Event, EventKind, Row, RowKind};

    fn append(ledger: &mut Ledger, kind: EventKind) {
        let endpoint = builtin("alteryx").unwrap().endpoint("devices.get").unwrap();
        let none = [("accountId", Some("1")), ("deviceId", Some("1"))];
        let request = seatflow_call::Request::bind(std::sync::Arc::new(endpoint.clone()), &none, None).unwrap();
        let key = seatflow_call::CallKey { digest: request.digest("a", "b"), occurrence: 0 }.page(1);
        let page = seatflow_call::PageName { key, node: "b", record: 0, number: 1, endpoint, fails_when: &[] };
        let kind = RowKind::Event(Event::before(kind, &page));
        let (told, _hears) = oneshot::channel();
        ledger.append(&[Append { row: Row { pass: 1, node: 0, content: vec![1, 2, 3], kind }, told }]).unwrap();
    }

    #[test]
    fn only_a_commit_with_an_intent_waits_for_the_disk() {
        let trial = Trial::from_environment().unwrap();
        let connection = Place::in_memory().open(&trial).unwrap();
        let mut ledger = Ledger::new(connection, trial).unwrap();
        let waits = |ledger: &Ledger| -> i64 {
            ledger.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap()
        };
        let (normal, full) = (1, 2);
        append(&mut ledger, EventKind::Withdrawn);
        assert_eq!(waits(&ledger), normal);
        append(&mut ledger, EventKind::Intent);
        assert_eq!(waits(&ledger), full);
        append(&mut ledger, EventKind::Withdrawn);
        assert_eq!(waits(&ledger), normal);
        ledger.durably(|_| Ok(())).unwrap();
        assert_eq!(waits(&ledger), full);
    }
}
