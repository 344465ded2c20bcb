//! What a pipeline does when nothing befalls it.

use std::collections::BTreeMap;

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
        let requests = writes(played.all_requests());
        let intended = Held::read(&played.folder).intended;
        assert_eq!(intended.len(), requests.len(), "each write was intended, and sent once");
        Self { outputs: Outputs::of(played), writes: intended.into_iter().zip(requests).collect() }
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
