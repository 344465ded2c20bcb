//! `entitlements.list`: entitlements with their line items, each with its licence key.

use bytes::Bytes;
use rusqlite::params;
use serde::Serialize;

use super::envelope::{Refusal, success};
use super::licenses::{Seats, TERMS};
use super::time::Time;
use super::visit::Visit;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entitlement {
    id: String,
    account_id: String,
    contract_id: String,
    status: &'static str,
    start_date: Time,
    end_date: Time,
    line_items: Vec<LineItem>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    id: String,
    product_line_id: String,
    license_key: String,
    #[serde(flatten)]
    seats: Seats,
}

/// With `productLineId`, the entitlements that have such a line item, with all their line items.
pub(super) fn list(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let parameters = &visit.parameters;
    let account = parameters.required("accountId")?;
    let contract = parameters.optional("contractId");
    let product_line = parameters.optional("productLineId");
    let status = parameters.one_of("status", TERMS)?;
    let page = parameters.page()?;
    visit.enter(account)?;
    let mut statement = visit.connection.prepare_cached(
        "SELECT entitled.id, contract, entitled.started, entitled.ended \
         FROM alteryx_contract JOIN alteryx_entitlement entitled ON contract = alteryx_contract.id \
         WHERE account = ?1 AND (?2 IS NULL OR contract = ?2) \
           AND (?3 IS NULL OR EXISTS (SELECT 1 FROM alteryx_license WHERE entitlement = entitled.id AND product_line = ?3)) \
           AND (?4 IS NULL OR ?4 = \
             CASE WHEN ?5 < entitled.started THEN 'NOT_STARTED' WHEN ?5 > entitled.ended THEN 'EXPIRED' ELSE 'ACTIVE' END) \
         ORDER BY entitled.id LIMIT ?6 OFFSET ?7",
    )?;
    let values =
        params![account, contract, product_line, status, visit.now_written, page.size, page.offset.cast_signed()];
    let rows = statement.query_map(values, |row| {
        let id: String = row.get(0)?;
        let (start_date, end_date): (Time, Time) = (row.get(2)?, row.get(3)?);
        let status = visit.now_written.status(&start_date, &end_date);
        Ok(Entitlement {
            line_items: line_items(visit, &id, status)?,
            id,
            account_id: account.to_owned(),
            contract_id: row.get(1)?,
            status,
            start_date,
            end_date,
        })
    })?;
    success(rows.collect::<Result<Vec<_>, _>>()?)
}

fn line_items(visit: &Visit<'_>, entitlement: &str, status: &str) -> rusqlite::Result<Vec<LineItem>> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT line_item, product_line, license_key, quantity, \
           (SELECT coalesce(sum(held.quantity), 0) FROM alteryx_activation held \
            WHERE held.license_key = alteryx_license.license_key) \
         FROM alteryx_license WHERE entitlement = ?1 ORDER BY line_item",
    )?;
    let rows = statement.query_map([entitlement], |row| {
        Ok(LineItem {
            id: row.get(0)?,
            product_line_id: row.get(1)?,
            license_key: row.get(2)?,
            seats: Seats::new(row.get(3)?, row.get(4)?, status),
        })
    })?;
    rows.collect()
}
