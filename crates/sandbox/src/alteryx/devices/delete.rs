//! `devices.delete`: a device deleted, and its seats free.

use serde::Serialize;

use super::find;
use crate::alteryx::envelope::{Refusal, Written, written};
use crate::alteryx::seats::{self, Seat};
use crate::alteryx::visit::Visit;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    id: &'a str,
    deleted: bool,
    released_licenses: Vec<Released>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Released {
    license_key: String,
    quantity: i64,
}

pub(in crate::alteryx) fn delete(visit: &Visit<'_>) -> Result<Written, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.administer(account)?;
    let device = visit.object;
    find(visit, account, device)?;
    let held = seats::of_device(visit.connection, device)?;
    for seat in &held {
        seats::give_back(visit, seat)?;
    }
    visit.connection.prepare_cached("DELETE FROM alteryx_device WHERE id = ?1")?.execute([device])?;
    let effect = match seats::keys(&held) {
        keys if keys.is_empty() => format!("deleted {device}"),
        keys => format!("deleted {device} with {keys}"),
    };
    let released = |seat: Seat| Released { license_key: seat.license_key, quantity: seat.quantity };
    let released_licenses = held.into_iter().map(released).collect();
    written(Answer { id: device, deleted: true, released_licenses }, Some(effect))
}
