//! `accounts.list`: the accounts that the caller can see, with their contracts.

use bytes::Bytes;
use rusqlite::params;
use serde::Serialize;

use super::envelope::{Refusal, success};
use super::time::Time;
use super::visit::Visit;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    id: String,
    name: String,
    status: String,
    role: String,
    created_date: Time,
    contracts: Vec<Contract>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contract {
    #[serde(rename = "contractId")]
    id: String,
    status: &'static str,
    start_date: Time,
    end_date: Time,
    products: Vec<Product>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    product_line_id: String,
    quantity: i64,
}

pub(super) fn list(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let name = visit.parameters.optional("name");
    let status = visit.parameters.one_of("status", &["ACTIVE", "INACTIVE"])?;
    let mut statement = visit.connection.prepare_cached(
        "SELECT id, name, status, role, created FROM alteryx_member JOIN alteryx_account ON id = account \
         WHERE user = ?1 AND (?2 IS NULL OR instr(lower(name), lower(?2))) AND (?3 IS NULL OR status = ?3) ORDER BY account",
    )?;
    let rows = statement.query_map(params![visit.caller, name, status], |row| {
        let id: String = row.get(0)?;
        Ok(Account {
            contracts: contracts(visit, &id)?,
            id,
            name: row.get(1)?,
            status: row.get(2)?,
            role: row.get(3)?,
            created_date: row.get(4)?,
        })
    })?;
    success(rows.collect::<Result<Vec<_>, _>>()?)
}

fn contracts(visit: &Visit<'_>, account: &str) -> rusqlite::Result<Vec<Contract>> {
    let mut statement = visit
        .connection
        .prepare_cached("SELECT id, started, ended FROM alteryx_contract WHERE account = ?1 ORDER BY id")?;
    let rows = statement.query_map([account], |row| {
        let (id, start_date, end_date): (String, Time, Time) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Contract {
            products: products(visit, &id)?,
            id,
            status: visit.now_written.status(&start_date, &end_date),
            start_date,
            end_date,
        })
    })?;
    rows.collect()
}

fn products(visit: &Visit<'_>, contract: &str) -> rusqlite::Result<Vec<Product>> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT product_line, sum(quantity) FROM alteryx_license \
         JOIN alteryx_entitlement ON alteryx_entitlement.id = entitlement \
         WHERE contract = ?1 GROUP BY product_line ORDER BY product_line",
    )?;
    let rows =
        statement.query_map([contract], |row| Ok(Product { product_line_id: row.get(0)?, quantity: row.get(1)? }))?;
    rows.collect()
}
