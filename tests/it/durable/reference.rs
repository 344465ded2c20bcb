//! What a pipeline does when nothing befalls it.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_sandbox::ReceivedRequest;

use super::journal::{Held, Record};
use super::outputs::{Outputs, Row};
use super::writers::{Writer, number, own};
use super::writes;
use crate::played::Played;

/// What a pipeline does when nothing befalls it.
pub(super) struct Reference {
    /// Its files.
    pub(super) outputs: Outputs,
    /// The rows of each file, each with the record whose write it tells of, if it does of one.
    pub(super) rows: BTreeMap<String, Vec<(Option<Record>, Row)>>,
    /// The nodes that write.
    writers: Vec<Writer>,
    /// The request for each of its writes.
    writes: BTreeMap<Record, ReceivedRequest>,
}

impl Reference {
    /// Of a run that made one call after the other, and is over.
    pub(super) fn of(played: &Played) -> Self {
        let mut requests: BTreeMap<String, Vec<ReceivedRequest>> = BTreeMap::new();
        for request in writes(played.all_requests()) {
            requests.entry(request.endpoint.unwrap().to_owned()).or_default().push(request);
        }
        let held = Held::read(&played.folder);
        let mut writes = BTreeMap::new();
        for (endpoint, records) in held.intended {
            let requests = requests.remove(&endpoint).unwrap();
            assert_eq!(records.len(), requests.len(), "each write to {endpoint} was intended, and sent once");
            writes.extend(records.into_iter().zip(requests));
        }
        assert_eq!(requests.len(), 0, "no write was sent that was not intended");
        let (outputs, all) = (Outputs::of(played), Writer::all(played, &held.file.unwrap()));
        let mut reference = Self { outputs, rows: BTreeMap::new(), writers: all, writes };
        let owned = |row: &Row| (reference.owner(row, &BTreeSet::new()), row.clone());
        let files = reference.outputs.rows.iter();
        reference.rows = files.map(|(name, rows)| (name.clone(), rows.iter().map(owned).collect())).collect();
        reference
    }

    fn writer(&self, node: &str) -> &Writer {
        self.writers.iter().find(|writer| writer.node == node).unwrap()
    }

    /// The record whose write a row of a file tells of, with its usual number, where the writes of some records are lost:
    /// on F by what the record brought along, on S by what the answer was.
    pub(super) fn owner(&self, row: &Row, lost: &BTreeSet<Record>) -> Option<Record> {
        let now = number(row)?;
        let is_on_f = row.contains_key("error.kind");
        let mut owners = self.writers.iter().filter_map(|writer| {
            let usual = writer.usual_number(now, &of_node(lost, &writer.node))?;
            let is_its = if is_on_f {
                writer.on_f(usual).contains(&own(row))
            } else {
                writer.is_on_s(usual, &with_number(row, usual))
            };
            is_its.then(|| (writer.node.clone(), usual))
        });
        let owner = owners.next();
        assert_eq!(owners.next(), None, "{row:?} may be of two nodes");
        owner
    }

    /// The record of which a row on S tells that is no usual one: that of the one node that is on S in the file.
    pub(super) fn only_owner(&self, file: &str, row: &Row) -> Option<Record> {
        let on_s = self.rows[file].iter().filter(|(_, row)| !row.contains_key("error.kind"));
        let nodes: BTreeSet<Option<&String>> = on_s.map(|(owner, _)| owner.as_ref().map(|(node, _)| node)).collect();
        let only = nodes.first().copied().flatten().filter(|_| nodes.len() == 1)?;
        Some((only.clone(), number(row)?))
    }

    /// What rows on F have of the records that are called for together.
    pub(super) fn on_f(&self, (node, call): &Record) -> Vec<Row> {
        self.writer(node).on_f(*call)
    }

    /// The request for a record's write.
    pub(super) fn request(&self, record: &Record) -> &ReceivedRequest {
        &self.writes[record]
    }

    /// The record that a request is for: by its effect, or, if it has none, by its path among those that had none either;
    /// none, if it is one that was sent again.
    pub(super) fn record_of(&self, request: &ReceivedRequest) -> Option<&Record> {
        let is_same = |write: &ReceivedRequest| match &request.effect {
            Some(_) => write.effect == request.effect,
            None => (write.endpoint, &write.path, &write.effect) == (request.endpoint, &request.path, &None),
        };
        let mut found = self.writes.iter().filter(|(_, write)| is_same(write)).map(|(record, _)| record);
        let record = found.next();
        assert_eq!(found.next(), None, "{request:?} may be for several records");
        record
    }

    /// The effects, each with its record.
    pub(super) fn effects(&self) -> BTreeMap<&str, &Record> {
        let mut effects = BTreeMap::new();
        for (record, request) in &self.writes {
            let Some(effect) = request.effect.as_deref() else { continue };
            assert_eq!(effects.insert(effect, record), None, "`{effect}` is told of one write alone");
        }
        effects
    }

    /// Whether a write is in doubt when it is sent again: it is refused then, which does not tell what became of it before.
    pub(super) fn is_doubtful_again(&self, record: &Record) -> bool {
        let (node, call) = record;
        let Writer { endpoint, failed, .. } = self.writer(node);
        let is_done = self.writes[record].status.is_some_and(|status| endpoint.already_done.contains(&status));
        failed.contains(call) && !is_done && endpoint.reconcile.is_none()
    }

    /// The records whose write has the order key of this one, and comes after it in its node.
    pub(super) fn behind(&self, record: &Record) -> Vec<Record> {
        self.of_key(record).filter(|(node, call)| *node == record.0 && *call > record.1).collect()
    }

    /// The records of other nodes whose write has the order key of this one. Which of them comes first is a matter of time.
    pub(super) fn beside(&self, record: &Record) -> Vec<Record> {
        self.of_key(record).filter(|(node, _)| *node != record.0).collect()
    }

    fn of_key(&self, record: &Record) -> impl Iterator<Item = Record> {
        let key = |(node, call): &Record| &self.writer(node).keys[call];
        self.writes.keys().filter(move |other| key(other) == key(record)).cloned()
    }

    /// The records whose write is not made because those of these, from which they come, are not done.
    pub(super) fn below(&self, failed: &BTreeSet<Record>) -> BTreeSet<Record> {
        let mut lost: BTreeSet<Record> = BTreeSet::new();
        for writer in &self.writers {
            let Some(above) = &writer.above else { continue };
            let not_done = &of_node(failed, above) | &of_node(&lost, above);
            lost.extend(writer.below(&not_done).into_iter().map(|call| (writer.node.clone(), call)));
        }
        lost
    }
}

/// The numbers of the records of a node.
fn of_node(records: &BTreeSet<Record>, node: &str) -> BTreeSet<i64> {
    records.iter().filter(|(other, _)| other == node).map(|(_, call)| *call).collect()
}

/// A row with another number.
pub(super) fn with_number(row: &Row, number: i64) -> Row {
    let mut row = row.clone();
    row.insert("_call".to_owned(), number.to_string());
    row
}
