//! What a pipeline does when nothing befalls it.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_sandbox::ReceivedRequest;

use super::journal::{Held, Record};
use super::outputs::Outputs;
use super::writes;
use crate::played::Played;

/// The statuses by which an endpoint says of a repeated write that it is done already.
const ALREADY_DONE: [(&str, u16); 3] = [("devices.delete", 404), ("users.delete", 404), ("licenses.deactivate", 409)];

/// The endpoints of whose writes a read tells whether they happened.
const TOLD_BY_A_READ: [&str; 1] = ["users.delete"];

/// What a pipeline does when nothing befalls it.
pub(super) struct Reference {
    /// Its files.
    pub(super) outputs: Outputs,
    /// The request for each of its writes.
    pub(super) writes: BTreeMap<Record, ReceivedRequest>,
}

impl Reference {
    /// Of a run that made one call after the other, and is over.
    pub(super) fn of(played: &Played) -> Self {
        let mut requests: BTreeMap<String, Vec<ReceivedRequest>> = BTreeMap::new();
        for request in writes(played.all_requests()) {
            requests.entry(request.endpoint.unwrap().to_owned()).or_default().push(request);
        }
        let mut writes = BTreeMap::new();
        for (endpoint, records) in Held::read(&played.folder).intended {
            let requests = requests.remove(&endpoint).unwrap();
            assert_eq!(records.len(), requests.len(), "each write to {endpoint} was intended, and sent once");
            writes.extend(records.into_iter().zip(requests));
        }
        assert_eq!(requests.len(), 0, "no write was sent that was not intended");
        Self { outputs: Outputs::of(played), writes }
    }

    /// The nodes that write.
    pub(super) fn nodes(&self) -> BTreeSet<&str> {
        self.writes.keys().map(|(node, _)| node.as_str()).collect()
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
        let effects = self.writes.iter().filter_map(|(record, request)| Some((request.effect.as_deref()?, record)));
        effects.collect()
    }

    /// Whether a write is in doubt when it is sent again: it is refused then, which does not tell what became of it before.
    pub(super) fn is_doubtful_again(&self, record: &Record) -> bool {
        let request = &self.writes[record];
        let (endpoint, status) = (request.endpoint.unwrap(), request.status.unwrap());
        status != 200 && !ALREADY_DONE.contains(&(endpoint, status)) && !TOLD_BY_A_READ.contains(&endpoint)
    }

    /// The records whose write goes to where that of this one goes, and which come after it. A POST has none: its order
    /// hangs on more than its path.
    pub(super) fn behind(&self, (node, number): &Record) -> Vec<Record> {
        let Some(before) = self.writes.get(&(node.clone(), *number)) else { return Vec::new() };
        let is_behind = |((other, later), request): &(&Record, &ReceivedRequest)| {
            other == node && later > number && request.path == before.path && request.method != "POST"
        };
        self.writes.iter().filter(is_behind).map(|(record, _)| record.clone()).collect()
    }
}
