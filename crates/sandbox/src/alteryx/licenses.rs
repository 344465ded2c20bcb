//! Licence keys with their seats and activations: `licenses.list` here, the write in a module of its own.

mod deactivate;

use bytes::Bytes;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::envelope::{Refusal, success};
use super::is_license_key;
use super::time::Time;
use super::visit::Visit;
use crate::payload::Field;
pub(super) use deactivate::deactivate;

pub(super) const TERMS: &[&str] = &["ACTIVE", "EXPIRED", "NOT_STARTED"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct License {
    #[serde(rename = "licenseKey")]
    key: String,
    product_line_id: String,
    entitlement_id: String,
    contract_id: String,
    status: &'static str,
    #[serde(flatten)]
    seats: Seats,
    start_date: Time,
    expiration_date: Time,
    activations: Vec<Activation>,
}

/// The seats of a key: what is free is what is not used, and nothing when the key is not active.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Seats {
    quantity: i64,
    used: i64,
    pub(super) available: i64,
}

impl Seats {
    pub(super) fn new(quantity: i64, used: i64, status: &str) -> Self {
        let available = if status == "ACTIVE" { quantity - used } else { 0 };
        Self { quantity, used, available }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Activation {
    device_id: String,
    user_id: Option<String>,
    quantity: i64,
    status: String,
    offline: bool,
    activated_date: Time,
}

pub(super) fn list(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let parameters = &visit.parameters;
    let account = parameters.required("accountId")?;
    let key = parameters.optional("licenseKey");
    let product_line = parameters.optional("productLineId");
    let status = parameters.one_of("status", TERMS)?;
    let expires_before = parameters.time("expiresBefore")?.map(Time::from);
    let page = parameters.page()?;
    visit.enter(account)?;
    let mut statement = visit.connection.prepare_cached(
        "SELECT license_key, product_line, entitlement, contract, quantity, entitled.started, entitled.ended, \
           (SELECT coalesce(sum(held.quantity), 0) FROM alteryx_activation held \
            WHERE held.license_key = alteryx_license.license_key) \
         FROM alteryx_contract JOIN alteryx_entitlement entitled ON contract = alteryx_contract.id \
           JOIN alteryx_license ON entitlement = entitled.id \
         WHERE account = ?1 AND (?2 IS NULL OR license_key = ?2) AND (?3 IS NULL OR product_line = ?3) \
           AND (?4 IS NULL OR entitled.ended < ?4) AND (?5 IS NULL OR ?5 = \
             CASE WHEN ?6 < entitled.started THEN 'NOT_STARTED' WHEN ?6 > entitled.ended THEN 'EXPIRED' ELSE 'ACTIVE' END) \
         ORDER BY license_key LIMIT ?7 OFFSET ?8",
    )?;
    let values = params![
        account,
        key,
        product_line,
        expires_before,
        status,
        visit.now_written,
        page.size,
        page.offset.cast_signed()
    ];
    let rows = statement.query_map(values, |row| {
        let key: String = row.get(0)?;
        let (start_date, expiration_date): (Time, Time) = (row.get(5)?, row.get(6)?);
        let status = visit.now_written.status(&start_date, &expiration_date);
        Ok(License {
            activations: activations(visit, &key)?,
            key,
            product_line_id: row.get(1)?,
            entitlement_id: row.get(2)?,
            contract_id: row.get(3)?,
            seats: Seats::new(row.get(4)?, row.get(7)?, status),
            status,
            start_date,
            expiration_date,
        })
    })?;
    success(rows.collect::<Result<Vec<_>, _>>()?)
}

fn activations(visit: &Visit<'_>, key: &str) -> rusqlite::Result<Vec<Activation>> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT device, user, quantity, status, offline, activated FROM alteryx_activation \
         WHERE license_key = ?1 ORDER BY device",
    )?;
    let rows = statement.query_map([key], |row| {
        Ok(Activation {
            device_id: row.get(0)?,
            user_id: row.get(1)?,
            quantity: row.get(2)?,
            status: row.get(3)?,
            offline: row.get(4)?,
            activated_date: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// What a change needs to know of a licence key.
#[derive(Debug)]
pub(super) struct Grant {
    /// The key as it is stored, whatever the case in which it was asked for.
    pub(super) key: String,
    pub(super) status: &'static str,
    pub(super) seats: Seats,
}

/// A licence key of an account.
pub(super) fn find(visit: &Visit<'_>, account: &str, key: &str) -> Result<Grant, Refusal> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT license_key, quantity, entitled.started, entitled.ended, \
           (SELECT coalesce(sum(held.quantity), 0) FROM alteryx_activation held \
            WHERE held.license_key = alteryx_license.license_key) \
         FROM alteryx_license JOIN alteryx_entitlement entitled ON entitled.id = entitlement \
           JOIN alteryx_contract ON alteryx_contract.id = contract \
         WHERE license_key = ?2 AND account = ?1",
    )?;
    let found = statement.query_row([account, key], |row| {
        let status = visit.now_written.status(&row.get(2)?, &row.get(3)?);
        Ok(Grant { key: row.get(0)?, status, seats: Seats::new(row.get(1)?, row.get(4)?, status) })
    });
    let found = found.optional()?;
    found.ok_or_else(|| Refusal::not_found(format!("License key {key} was not found in account {account}.")))
}

/// The licence key in a field of a payload; it is not among the earlier ones, whatever its case.
pub(super) fn key<'a>(field: &Field<'a>, earlier: &[&str]) -> Result<&'a str, Refusal> {
    let text = field.text()?;
    if !is_license_key(text) {
        return Err(field.must("be eight groups of four word characters"));
    }
    if earlier.iter().any(|key| key.eq_ignore_ascii_case(text)) {
        return Err(field.must("not name a license key again"));
    }
    Ok(text)
}
