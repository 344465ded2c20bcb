//! Users: `users.list` and `users.get` here, the writes in modules of their own.

mod administration;
mod delete;
mod update;

use bytes::Bytes;
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::envelope::{Refusal, success};
use super::time::Time;
use super::visit::Visit;
pub(super) use delete::delete;
pub(super) use update::update;

const ACTIVE: &str = "ACTIVE";
const INACTIVE: &str = "INACTIVE";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    #[serde(rename = "userName")]
    name: String,
    email: String,
    status: String,
    last_login_date: Option<Time>,
    accounts: Vec<Membership>,
    devices: Vec<Device>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    account_id: String,
    role: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    device_id: String,
    name: String,
}

pub(super) fn list(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let account = visit.parameters.required("accountId")?;
    let name = visit.parameters.optional("userName");
    let email = visit.parameters.optional("email");
    let status = visit.parameters.one_of("status", &[ACTIVE, INACTIVE])?;
    let page = visit.parameters.page()?;
    visit.enter(account)?;
    let mut statement = visit.connection.prepare_cached(
        "SELECT id, name, email, status, last_login FROM alteryx_member JOIN alteryx_user ON id = user \
         WHERE account = ?1 AND (?2 IS NULL OR instr(lower(name), lower(?2))) \
         AND (?3 IS NULL OR instr(lower(email), lower(?3))) AND (?4 IS NULL OR status = ?4) \
         ORDER BY user LIMIT ?5 OFFSET ?6",
    )?;
    let rows = statement
        .query_map(params![account, name, email, status, page.size, page.offset.cast_signed()], |row| {
            user(visit, account, row)
        })?;
    success(rows.collect::<Result<Vec<_>, _>>()?)
}

pub(super) fn get(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.enter(account)?;
    success(find(visit, account, visit.object)?)
}

/// Whether a user of an account is active.
pub(super) fn is_active(visit: &Visit<'_>, account: &str, id: &str) -> Result<bool, Refusal> {
    Ok(find(visit, account, id)?.status == ACTIVE)
}

fn find(visit: &Visit<'_>, account: &str, id: &str) -> Result<User, Refusal> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT id, name, email, status, last_login FROM alteryx_member JOIN alteryx_user ON id = user \
         WHERE account = ?1 AND id = ?2",
    )?;
    let found = statement.query_row([account, id], |row| user(visit, account, row)).optional()?;
    found.ok_or_else(|| Refusal::not_found(format!("User {id} was not found in account {account}.")))
}

fn user(visit: &Visit<'_>, account: &str, row: &Row<'_>) -> rusqlite::Result<User> {
    let id: String = row.get(0)?;
    Ok(User {
        accounts: memberships(visit, &id)?,
        devices: devices(visit, account, &id)?,
        id,
        name: row.get(1)?,
        email: row.get(2)?,
        status: row.get(3)?,
        last_login_date: row.get(4)?,
    })
}

/// All accounts of a user, also those that the caller cannot see.
fn memberships(visit: &Visit<'_>, user: &str) -> rusqlite::Result<Vec<Membership>> {
    let mut statement =
        visit.connection.prepare_cached("SELECT account, role FROM alteryx_member WHERE user = ?1 ORDER BY account")?;
    let rows = statement.query_map([user], |row| Ok(Membership { account_id: row.get(0)?, role: row.get(1)? }))?;
    rows.collect()
}

/// The devices of a user in one account.
fn devices(visit: &Visit<'_>, account: &str, user: &str) -> rusqlite::Result<Vec<Device>> {
    let mut statement = visit
        .connection
        .prepare_cached("SELECT id, name FROM alteryx_device WHERE account = ?1 AND user = ?2 ORDER BY id")?;
    let rows = statement.query_map([account, user], |row| Ok(Device { device_id: row.get(0)?, name: row.get(1)? }))?;
    rows.collect()
}
