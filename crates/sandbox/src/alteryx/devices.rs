//! Devices: `devices.list` and `devices.get` here, the writes in modules of their own.

mod activate_offline;
mod delete;
mod license_file;
mod remove_licenses;

use bytes::Bytes;
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::envelope::{Refusal, success};
use super::time::Time;
use super::visit::Visit;
pub(super) use activate_offline::activate_offline;
pub(super) use delete::delete;
pub(super) use license_file::license_file;
pub(super) use remove_licenses::remove_licenses;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    id: String,
    name: String,
    host_id: String,
    host_id_type: String,
    /// `ACTIVE` with at least one licence.
    status: &'static str,
    user_id: Option<String>,
    created_date: Time,
    last_seen_date: Option<Time>,
    licenses: Vec<Held>,
}

/// A licence that a device holds: the mirror of the activation in `licenses.list`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    license_key: String,
    product_line_id: String,
    quantity: i64,
    status: String,
    offline: bool,
    expiration_date: Time,
}

/// With `lastSeenBefore`, the devices that were not seen since then, also those that were never seen.
pub(super) fn list(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let parameters = &visit.parameters;
    let account = parameters.required("accountId")?;
    let name = parameters.optional("name");
    let user = parameters.optional("userId");
    let key = parameters.optional("licenseKey");
    let last_seen_before = parameters.time("lastSeenBefore")?.map(Time::from);
    let page = parameters.page()?;
    visit.enter(account)?;
    let mut statement = visit.connection.prepare_cached(
        "SELECT id, name, host_id, host_id_type, user, created, last_seen FROM alteryx_device \
         WHERE account = ?1 AND (?2 IS NULL OR instr(lower(name), lower(?2))) AND (?3 IS NULL OR user = ?3) \
           AND (?4 IS NULL OR EXISTS (SELECT 1 FROM alteryx_activation WHERE device = id AND license_key = ?4)) \
           AND (?5 IS NULL OR last_seen IS NULL OR last_seen < ?5) \
         ORDER BY id LIMIT ?6 OFFSET ?7",
    )?;
    let values = params![account, name, user, key, last_seen_before, page.size, page.offset.cast_signed()];
    let rows = statement.query_map(values, |row| device(visit, row))?;
    success(rows.collect::<Result<Vec<_>, _>>()?)
}

pub(super) fn get(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.enter(account)?;
    success(find(visit, account, visit.object)?)
}

fn find(visit: &Visit<'_>, account: &str, id: &str) -> Result<Device, Refusal> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT id, name, host_id, host_id_type, user, created, last_seen FROM alteryx_device \
         WHERE account = ?1 AND id = ?2",
    )?;
    let found = statement.query_row([account, id], |row| device(visit, row)).optional()?;
    found.ok_or_else(|| Refusal::not_found(format!("Device {id} was not found in account {account}.")))
}

fn device(visit: &Visit<'_>, row: &Row<'_>) -> rusqlite::Result<Device> {
    let id: String = row.get(0)?;
    let licenses = held(visit, &id)?;
    Ok(Device {
        id,
        name: row.get(1)?,
        host_id: row.get(2)?,
        host_id_type: row.get(3)?,
        status: if licenses.is_empty() { "INACTIVE" } else { "ACTIVE" },
        user_id: row.get(4)?,
        created_date: row.get(5)?,
        last_seen_date: row.get(6)?,
        licenses,
    })
}

fn held(visit: &Visit<'_>, device: &str) -> rusqlite::Result<Vec<Held>> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT held.license_key, product_line, held.quantity, held.status, offline, ended \
         FROM alteryx_activation held JOIN alteryx_license USING (license_key) \
           JOIN alteryx_entitlement ON alteryx_entitlement.id = entitlement \
         WHERE device = ?1 ORDER BY held.license_key",
    )?;
    let rows = statement.query_map([device], |row| {
        Ok(Held {
            license_key: row.get(0)?,
            product_line_id: row.get(1)?,
            quantity: row.get(2)?,
            status: row.get(3)?,
            offline: row.get(4)?,
            expiration_date: row.get(5)?,
        })
    })?;
    rows.collect()
}
