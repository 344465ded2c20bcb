//! What is there of each code, what is given on, and who asks for more than is left.

use std::fmt::Write as _;

use rusqlite::{Connection, params};

use super::refused::Refused;
use crate::refusal::Refusal;

/// A code of which more is asked for than is left.
#[derive(Debug)]
struct Short {
    code: String,
    asked: i64,
    left: i64,
}

/// Refuses what is short, in the order in which it was asked for.
fn refuse(short: &[Short], license: &str) -> Result<(), Refused> {
    if short.is_empty() {
        return Ok(());
    }
    let mut message = String::new();
    for Short { code, asked, left } in short {
        let sign = if message.is_empty() { "" } else { "; " };
        // Writing into a text does not fail.
        _ = write!(message, "{sign}{code}: {asked} asked, {left} left");
    }
    Err(Refusal::conflict(format!("{message} in the {license} license.")).into())
}

/// Refuses what an organization was just given beyond what the host has.
pub(super) fn check_host(connection: &Connection, organization: &str) -> Result<(), Refused> {
    let mut statement = connection.prepare_cached(
        "SELECT code, quantity, \
           coalesce((SELECT quantity FROM uipath_host_product AS host WHERE host.code = asked.code), 0) \
           - (SELECT coalesce(sum(quantity), 0) FROM uipath_organization_product AS other \
              WHERE other.code = asked.code AND other.organization <> asked.organization) AS left \
         FROM uipath_organization_product AS asked WHERE organization = ?1 AND quantity > left ORDER BY place",
    )?;
    refuse(&shorts(&mut statement, params![organization])?, "host")
}

/// Refuses what a service of a tenant was just given beyond what the organization has.
pub(super) fn check_account(
    connection: &Connection,
    organization: &str,
    tenant: &str,
    service: &str,
) -> Result<(), Refused> {
    let mut statement = connection.prepare_cached(
        "SELECT code, quantity, \
           coalesce((SELECT quantity FROM uipath_organization_product AS account \
                     WHERE account.organization = ?1 AND account.code = asked.code), 0) \
           - (SELECT coalesce(sum(quantity), 0) \
              FROM uipath_service_product AS other JOIN uipath_tenant ON uipath_tenant.id = other.tenant \
              WHERE organization = ?1 AND other.code = asked.code AND (other.tenant, other.type) <> (?2, ?3)) AS left \
         FROM uipath_service_product AS asked WHERE tenant = ?2 AND type = ?3 AND quantity > left ORDER BY place",
    )?;
    refuse(&shorts(&mut statement, params![organization, tenant, service])?, "account")
}

fn shorts(statement: &mut rusqlite::Statement<'_>, parameters: impl rusqlite::Params) -> rusqlite::Result<Vec<Short>> {
    let short = |row: &rusqlite::Row<'_>| Ok(Short { code: row.get(0)?, asked: row.get(1)?, left: row.get(2)? });
    statement.query_map(parameters, short)?.collect()
}

/// Refuses to leave an organization less than its tenants or its users hold.
pub(super) fn check_held(connection: &Connection, organization: &str) -> Result<(), Refused> {
    let mut statement = connection.prepare_cached(
        "SELECT held.code, coalesce(account.quantity, 0), held.quantity, holders FROM uipath_held AS held \
         LEFT JOIN uipath_organization_product AS account \
           ON account.organization = held.organization AND account.code = held.code \
         WHERE held.organization = ?1 AND held.quantity > coalesce(account.quantity, 0) ORDER BY held.code, holders",
    )?;
    let held = |row: &rusqlite::Row<'_>| {
        let (code, asked, quantity, holders): (String, i64, i64, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!("{code}: {asked} asked, {quantity} held by {holders}"))
    };
    let held: Vec<_> = statement.query_map([organization], held)?.collect::<rusqlite::Result<_>>()?;
    if held.is_empty() {
        return Ok(());
    }
    Err(Refusal::conflict(format!("{}.", held.join("; "))).into())
}

/// How many units the users of an organization take, by code.
#[derive(Debug)]
pub(super) struct Units(Vec<(String, i64)>);

impl Units {
    pub(super) fn of(connection: &Connection, organization: &str) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT code, count(*) FROM uipath_unit WHERE organization = ?1 GROUP BY code ORDER BY code",
        )?;
        let units = statement.query_map([organization], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self(units.collect::<rusqlite::Result<_>>()?))
    }

    fn get(&self, code: &str) -> i64 {
        self.0.iter().find(|(found, _)| found == code).map_or(0, |(_, units)| *units)
    }

    /// The codes of which more units are taken than at this earlier moment, by the alphabet.
    pub(super) fn raised_since<'a>(&'a self, before: &Self) -> Vec<&'a str> {
        let raised = self.0.iter().filter(|(code, units)| *units > before.get(code));
        raised.map(|(code, _)| code.as_str()).collect()
    }

    /// Refuses units that were taken since then, beyond what the organization has.
    pub(super) fn check_since(
        &self,
        before: &Self,
        connection: &Connection,
        organization: &str,
    ) -> Result<(), Refused> {
        let mut short = Vec::new();
        for code in self.raised_since(before) {
            let left = quantity(connection, organization, code)? - before.get(code);
            let asked = self.get(code) - before.get(code);
            if asked > left {
                short.push(Short { code: code.to_owned(), asked, left });
            }
        }
        refuse(&short, "account")
    }
}

/// How much an organization has of a code.
fn quantity(connection: &Connection, organization: &str, code: &str) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "SELECT coalesce(sum(quantity), 0) FROM uipath_organization_product WHERE organization = ?1 AND code = ?2",
        )?
        .query_row([organization, code], |row| row.get(0))
}
