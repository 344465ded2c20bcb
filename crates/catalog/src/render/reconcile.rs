//! How a write in doubt is reconciled, in words.

use crate::{Given, Presence, Reconcile};

/// What is asked: `devices.get, with deviceId = { parameter: deviceId }`.
pub(super) fn question(reconcile: &Reconcile) -> String {
    let id = &reconcile.read.id;
    if reconcile.parameters.is_empty() { id.clone() } else { format!("{id}, with {}", said(&reconcile.parameters)) }
}

/// What shows that it happened: `no record has id = { parameter: deviceId }, or it answers 404`.
pub(super) fn condition(reconcile: &Reconcile) -> String {
    let found = said(&reconcile.find);
    let statuses: Vec<_> = reconcile.not_found.iter().map(ToString::to_string).collect();
    let statuses = statuses.join(" or ");
    match reconcile.done {
        Presence::Absent if statuses.is_empty() => format!("no record has {found}"),
        Presence::Absent => format!("no record has {found}, or it answers {statuses}"),
        Presence::Present if reconcile.compare.is_empty() => format!("a record has {found}"),
        Presence::Present => {
            format!("a record has {found}; and, where the call says it, {}", said(&reconcile.compare))
        }
    }
}

fn said(entries: &[(String, Given)]) -> String {
    let said = entries.iter().map(|(name, given)| match given {
        Given::Parameter(parameter) => format!("{name} = {{ parameter: {parameter} }}"),
        Given::Payload(path) => format!("{name} = {{ payload: {path} }}"),
        Given::Literal(literal) => format!("{name} = {literal}"),
    });
    said.collect::<Vec<_>>().join(", ")
}
