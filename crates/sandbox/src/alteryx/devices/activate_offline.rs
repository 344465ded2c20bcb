//! `devices.activateOffline`: seats for a machine that is offline, and the licence file to carry to it.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::license_file::{self, LicenseFile, OfflineRequest};
use super::{Device, find};
use crate::alteryx::envelope::{Refusal, Written, written};
use crate::alteryx::licenses::{self, Grant};
use crate::alteryx::seats::{self, Seat};
use crate::alteryx::users;
use crate::alteryx::visit::Visit;
use crate::payload::Fields;

/// The numbers of devices that are created here: they come after those of the starting state.
const FIRST_NUMBER: u64 = 811;
const LAST_NUMBER: u64 = 999_999;
/// With this salt the documented example of an activation has its documented id, `DEV-000811`.
const ID_SALT: &str = "device 2221052";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Activated {
    #[serde(flatten)]
    device: Device,
    license_file: LicenseFile,
}

/// What the payload asks for.
struct Wanted<'a> {
    name: &'a str,
    /// The digits of an Ethernet address are capital letters: it is the same machine in either case.
    host_id: String,
    host_id_type: &'a str,
    user: Option<&'a str>,
    /// The keys and how many seats of each.
    licenses: Vec<(&'a str, i64)>,
    request: Option<OfflineRequest<'a>>,
}

/// The keys go to the device with this host, which takes the name and the user of the payload; without one it is
/// created.
pub(in crate::alteryx) fn activate_offline(visit: &Visit<'_>) -> Result<Written, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.administer(account)?;
    let payload = visit.payload.json()?;
    let wanted = Wanted::read(&Fields::of(
        &payload,
        &["name", "hostId", "hostIdType", "userId", "licenses", "offlineRequest"],
    )?)?;

    let active = wanted.user.map(|user| users::is_active(visit, account, user)).transpose()?;
    let mut grants = Vec::new();
    for (key, quantity) in &wanted.licenses {
        grants.push((licenses::find(visit, account, key)?, *quantity));
    }

    if let (Some(user), Some(false)) = (wanted.user, active) {
        return Err(Refusal::conflict(format!("User {user} is INACTIVE and cannot be named in an activation.")));
    }
    let known = device_with_host(visit, account, &wanted)?;
    let held = known.as_deref().map(|device| seats::of_device(visit.connection, device)).transpose()?;
    let held = held.unwrap_or_default();
    for (grant, quantity) in &grants {
        check(grant, *quantity, &held)?;
    }

    let device = match known {
        Some(device) => {
            replace(visit, &device, &wanted)?;
            device
        }
        None => create(visit, account, &wanted)?,
    };
    for seat in &held {
        seats::hand_over(visit, seat, wanted.user)?;
    }
    let seat = |(grant, quantity): (Grant, i64)| Seat {
        license_key: grant.key,
        device: device.clone(),
        user: wanted.user.map(str::to_owned),
        quantity,
    };
    let taken: Vec<_> = grants.into_iter().map(seat).collect();
    for seat in &taken {
        seats::take_offline(visit, seat)?;
    }
    if let Some(request) = &wanted.request {
        request.keep(visit, &device)?;
    }
    let found = find(visit, account, &device)?;
    let license_file = license_file::make(visit, account, &found)?;
    written(Activated { device: found, license_file }, Some(format!("activated {} on {device}", seats::keys(&taken))))
}

impl<'a> Wanted<'a> {
    fn read(fields: &Fields<'a>) -> Result<Self, Refusal> {
        let name = fields.required("name")?.short_text(64)?;
        let host_id = fields.required("hostId")?;
        let host_id_type = match fields.optional("hostIdType") {
            Some(field) => field.one_of(&["ETHERNET", "STRING"])?,
            None => "ETHERNET",
        };
        let host_id = if host_id_type == "STRING" {
            host_id.short_text(64)?.to_owned()
        } else {
            let text = host_id.text()?;
            if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(host_id.must("be 12 hexadecimal digits"));
            }
            text.to_ascii_uppercase()
        };
        let user = fields.optional("userId").and_then(|field| field.unless_null().map(|field| field.text()));
        let mut licenses: Vec<(&str, i64)> = Vec::new();
        for element in fields.required("licenses")?.elements()? {
            let license = element.fields(&["licenseKey", "quantity"])?;
            let earlier: Vec<_> = licenses.iter().map(|(key, _)| *key).collect();
            let key = licenses::key(&license.required("licenseKey")?, &earlier)?;
            let quantity = license.optional("quantity").map_or(Ok(1), |quantity| quantity.count())?;
            licenses.push((key, quantity));
        }
        let request = fields.optional("offlineRequest").map(|field| OfflineRequest::read(&field)).transpose()?;
        Ok(Self { name, host_id, host_id_type, user: user.transpose()?, licenses, request })
    }
}

/// Whether seats of a licence key can go to a device that holds some already.
fn check(grant: &Grant, quantity: i64, held: &[Seat]) -> Result<(), Refusal> {
    let Grant { key, status, seats } = grant;
    if *status != "ACTIVE" {
        return Err(Refusal::conflict(format!("License key {key} is {status}.")));
    }
    if let Some(seat) = held.iter().find(|seat| seat.license_key == *key) {
        return Err(Refusal::conflict(format!("License key {key} is already active on device {}.", seat.device)));
    }
    if seats.available < quantity {
        let message = format!("License key {key} has {} free seats of the {quantity} asked for.", seats.available);
        return Err(Refusal::conflict(message));
    }
    Ok(())
}

fn device_with_host(visit: &Visit<'_>, account: &str, wanted: &Wanted<'_>) -> rusqlite::Result<Option<String>> {
    visit
        .connection
        .prepare_cached("SELECT id FROM alteryx_device WHERE account = ?1 AND host_id = ?2 AND host_id_type = ?3")?
        .query_row([account, &wanted.host_id, wanted.host_id_type], |row| row.get(0))
        .optional()
}

fn replace(visit: &Visit<'_>, device: &str, wanted: &Wanted<'_>) -> rusqlite::Result<()> {
    visit
        .connection
        .prepare_cached("UPDATE alteryx_device SET name = ?2, user = ?3 WHERE id = ?1")?
        .execute(params![device, wanted.name, wanted.user])
        .map(drop)
}

/// Creates a device, whose id is new.
fn create(visit: &Visit<'_>, account: &str, wanted: &Wanted<'_>) -> rusqlite::Result<String> {
    let device = new_id(visit, account, wanted)?;
    visit.connection.prepare_cached("INSERT INTO alteryx_device VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)")?.execute(
        params![device, account, wanted.name, wanted.host_id, wanted.host_id_type, wanted.user, visit.now_written],
    )?;
    Ok(device)
}

/// An id that no device has or had. It derives from the account and the host, so it does not hang on which devices come
/// before: calls at one time give the same ids in any order.
fn new_id(visit: &Visit<'_>, account: &str, wanted: &Wanted<'_>) -> rusqlite::Result<String> {
    let host = format!("{ID_SALT} {account} {} {}", wanted.host_id_type, wanted.host_id);
    let digest = Sha256::digest(host);
    let place = digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    let mut number = FIRST_NUMBER + place % (LAST_NUMBER + 1 - FIRST_NUMBER);
    loop {
        let device = format!("DEV-{number:06}");
        let is_known: bool = visit
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM alteryx_device WHERE id = ?1) \
                   OR EXISTS (SELECT 1 FROM alteryx_ledger WHERE device = ?1)",
            )?
            .query_row([&device], |row| row.get(0))?;
        if !is_known {
            return Ok(device);
        }
        number = if number == LAST_NUMBER { FIRST_NUMBER } else { number + 1 };
    }
}
