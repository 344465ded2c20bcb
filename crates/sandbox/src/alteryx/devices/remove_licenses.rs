//! `devices.removeLicenses`: licence keys taken off a device, which stays.

use super::find;
use crate::alteryx::envelope::{Refusal, Written, written};
use crate::alteryx::licenses;
use crate::alteryx::seats::{self, Seat};
use crate::alteryx::visit::Visit;
use crate::payload::Fields;

/// Which keys the payload asks to remove.
enum Wanted<'a> {
    All,
    Keys(Vec<&'a str>),
}

pub(in crate::alteryx) fn remove_licenses(visit: &Visit<'_>) -> Result<Written, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.administer(account)?;
    let payload = visit.payload.json()?;
    let wanted = Wanted::read(&Fields::of(&payload, &["licenseKeysToRemove", "removeAllLicenseKeys"])?)?;

    let device = visit.object;
    find(visit, account, device)?;
    let held = seats::of_device(visit.connection, device)?;
    let removed = match wanted {
        Wanted::All => held,
        Wanted::Keys(keys) => keys.iter().map(|key| seat_of(&held, key, device)).collect::<Result<_, _>>()?,
    };
    for seat in &removed {
        seats::give_back(visit, seat)?;
    }
    let effect = (!removed.is_empty()).then(|| format!("removed {} from {device}", seats::keys(&removed)));
    written(find(visit, account, device)?, effect)
}

impl<'a> Wanted<'a> {
    fn read(fields: &Fields<'a>) -> Result<Self, Refusal> {
        match (fields.optional("licenseKeysToRemove"), fields.optional("removeAllLicenseKeys")) {
            (Some(field), None) => {
                let mut keys = Vec::new();
                for element in field.elements()? {
                    keys.push(licenses::key(&element, &keys)?);
                }
                Ok(Self::Keys(keys))
            }
            (None, Some(field)) => field.check_true().map(|()| Self::All),
            _ => Err(Refusal::bad_request(
                "The body must have exactly one of the fields licenseKeysToRemove and removeAllLicenseKeys.",
            )),
        }
    }
}

fn seat_of(held: &[Seat], key: &str, device: &str) -> Result<Seat, Refusal> {
    let seat = held.iter().find(|seat| seat.license_key.eq_ignore_ascii_case(key));
    seat.cloned().ok_or_else(|| Refusal::not_found(format!("License key {key} was not found on device {device}.")))
}
