//! `licenses.deactivate`: one licence key taken off every device.

use serde::Serialize;

use super::find;
use crate::alteryx::envelope::{Refusal, Written, written};
use crate::alteryx::is_license_key;
use crate::alteryx::seats::{self, Seat};
use crate::alteryx::visit::Visit;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deactivated {
    license_key: String,
    released_seats: i64,
    devices: Vec<String>,
}

pub(in crate::alteryx) fn deactivate(visit: &Visit<'_>) -> Result<Written, Refusal> {
    let account = visit.parameters.required("accountId")?;
    if !is_license_key(visit.object) {
        return Err(Refusal::bad_request("Parameter licenseKey must be eight groups of four word characters."));
    }
    visit.administer(account)?;
    let license_key = find(visit, account, visit.object)?.key;
    let active = seats::of_license(visit.connection, &license_key)?;
    if active.is_empty() {
        return Err(Refusal::conflict(format!("License key {license_key} is not active on any device.")));
    }
    for seat in &active {
        seats::give_back(visit, seat)?;
    }
    let place = |seat: &Seat| format!("×{} on {}", seat.quantity, seat.device);
    let places: Vec<_> = active.iter().map(place).collect();
    let effect = format!("deactivated {license_key} {}", places.join(", "));
    let released_seats = active.iter().map(|seat| seat.quantity).sum();
    let devices = active.into_iter().map(|seat| seat.device).collect();
    written(Deactivated { license_key, released_seats, devices }, Some(effect))
}
