//! The rules of groups: `group.allocate`, `group.read`, `group.list`.

use rusqlite::Connection;
use serde::Serialize;

use super::body::{Bundles, Reading};
use super::codes::is_bundle;
use super::holder::Holder;
use super::host::Host;
use super::pool::Units;
use super::refused::Refused;
use super::visit::{Done, Visit};
use crate::refusal::Refusal;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    group_id: &'a str,
    organization_id: &'a str,
    use_external_license: bool,
    user_bundle_codes: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct State {
    available_user_bundles: Vec<Available>,
    allocated_user_bundles: Vec<String>,
    use_external_license: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Available {
    code: String,
    allocated: i64,
    total: i64,
    in_use: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    id: String,
    name: String,
    display_name: String,
    #[serde(rename = "type")]
    kind: i64,
    members: Vec<Member>,
}

#[derive(Serialize)]
struct Member {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

pub(super) fn allocate(visit: &Visit<'_>) -> Result<Done, Refused> {
    let mut reading = Reading::of(visit.payload(), &["userBundleCodes", "useExternalLicense"])?;
    let asked = reading.bundles();
    let bundles = reading.end(asked)?;
    let (organization, group) = group(visit)?;
    let before = Units::of(visit.connection, &organization)?;
    let was = Holder::Group(&group).bundles(visit.connection)?;
    Holder::Group(&group).give(visit.connection, &bundles)?;
    let units = Units::of(visit.connection, &organization)?;
    units.check_since(&before, visit.connection, &organization)?;
    Host::find(visit.connection)?.check_raise(visit.now, &units.raised_since(&before))?;
    let effect = (was != bundles).then(|| format!("gave {bundles} to {group}"));
    let answer = Rule {
        group_id: &group,
        organization_id: &organization,
        use_external_license: bundles.external,
        user_bundle_codes: &bundles.codes,
    };
    Done::new(&answer, effect)
}

pub(super) fn read(visit: &Visit<'_>) -> Result<Done, Refused> {
    let (organization, group) = group(visit)?;
    let Bundles { codes, external } = Holder::Group(&group).bundles(visit.connection)?;
    let state = State {
        available_user_bundles: available(visit.connection, &organization)?,
        allocated_user_bundles: codes,
        use_external_license: external,
    };
    Done::new(&state, None)
}

pub(super) fn list(visit: &Visit<'_>) -> Result<Done, Refused> {
    let organization = visit.partition()?;
    let mut statement = visit
        .connection
        .prepare_cached("SELECT id, name, display_name, type FROM uipath_group WHERE organization = ?1 ORDER BY id")?;
    let group = |row: &rusqlite::Row<'_>| {
        let id: String = row.get(0)?;
        let members = members(visit.connection, &id)?;
        Ok(Group { id, name: row.get(1)?, display_name: row.get(2)?, kind: row.get(3)?, members })
    };
    let groups: Vec<_> = statement.query_map([&organization], group)?.collect::<rusqlite::Result<_>>()?;
    Done::new(&groups, None)
}

/// The organization and the group that a path is about.
fn group(visit: &Visit<'_>) -> Result<(String, String), Refused> {
    let organization = visit.lessee()?;
    let group = visit.required("groupId")?;
    if !Holder::Group(&group).is_of(visit.connection, &organization)? {
        let message = format!("Group {group} was not found in organization {organization}.");
        return Err(Refusal::not_found(message).into());
    }
    Ok((organization, group))
}

/// Every user bundle that an organization has, by code.
fn available(connection: &Connection, organization: &str) -> rusqlite::Result<Vec<Available>> {
    let mut statement = connection.prepare_cached(
        "SELECT product.code, count(unit.user), product.quantity, coalesce(sum(unit.signed_in), 0) \
         FROM uipath_organization_product AS product \
         LEFT JOIN uipath_unit AS unit ON unit.organization = product.organization AND unit.code = product.code \
         WHERE product.organization = ?1 GROUP BY product.code ORDER BY product.code",
    )?;
    let bundle = |row: &rusqlite::Row<'_>| {
        Ok(Available { code: row.get(0)?, allocated: row.get(1)?, total: row.get(2)?, in_use: row.get(3)? })
    };
    let bundles: Vec<Available> = statement.query_map([organization], bundle)?.collect::<rusqlite::Result<_>>()?;
    Ok(bundles.into_iter().filter(|bundle| is_bundle(&bundle.code)).collect())
}

fn members(connection: &Connection, group: &str) -> rusqlite::Result<Vec<Member>> {
    let mut statement =
        connection.prepare_cached("SELECT user FROM uipath_member WHERE group_id = ?1 ORDER BY place")?;
    let members = statement.query_map([group], |row| Ok(Member { id: row.get(0)?, kind: "user" }))?;
    members.collect()
}
