//! The bundles of users: `user.allocate`.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::body::{Bundles, Reading};
use super::host::Host;
use super::pool::Units;
use super::refused::Refused;
use super::visit::{Done, Visit};
use crate::refusal::Refusal;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Given<'a> {
    user_id: &'a str,
    organization_id: &'a str,
    use_external_license: bool,
    user_bundle_codes: &'a [String],
}

pub(super) fn allocate(visit: &Visit<'_>) -> Result<Done, Refused> {
    let mut reading = Reading::of(visit.payload(), &["userIds", "userBundleCodes", "useExternalLicense"])?;
    let (users, asked) = (reading.users(), reading.bundles());
    let (users, Bundles { codes, external }) = reading.end((users, asked))?;
    let organization = visit.lessee()?;
    let mut unknown = Vec::new();
    for user in &users {
        if !exists(visit.connection, &organization, user)? {
            unknown.push(user.as_str());
        }
    }
    if !unknown.is_empty() {
        let message = format!("Users {} were not found in organization {organization}.", unknown.join(", "));
        return Err(Refusal::not_found(message).into());
    }
    let before = Units::of(visit.connection, &organization)?;
    let mut changed = Vec::new();
    for user in &users {
        if held(visit.connection, user)? != (codes.clone(), external) {
            set(visit.connection, user, &codes, external)?;
            changed.push(user.as_str());
        }
    }
    let units = Units::of(visit.connection, &organization)?;
    units.check_since(&before, visit.connection, &organization)?;
    Host::find(visit.connection)?.check_raise(visit.now, &units.raised_since(&before))?;
    let effect = (!changed.is_empty()).then(|| format!("gave {} to {}", told(&codes, external), changed.join(", ")));
    let given = |user| Given {
        user_id: user,
        organization_id: &organization,
        use_external_license: external,
        user_bundle_codes: &codes,
    };
    Done::new(&users.iter().map(|user| given(user)).collect::<Vec<_>>(), effect)
}

/// Bundles for the log.
pub(super) fn told(codes: &[String], external: bool) -> String {
    let codes = if codes.is_empty() { "no bundle".to_owned() } else { codes.join(", ") };
    if external { format!("{codes} from elsewhere") } else { codes }
}

fn exists(connection: &Connection, organization: &str, user: &str) -> rusqlite::Result<bool> {
    let found = connection
        .prepare_cached("SELECT 1 FROM uipath_user WHERE id = ?1 AND organization = ?2")?
        .query_row([user, organization], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// What a user was given directly, and whether it comes from elsewhere.
fn held(connection: &Connection, user: &str) -> rusqlite::Result<(Vec<String>, bool)> {
    let external = connection
        .prepare_cached("SELECT external FROM uipath_user WHERE id = ?1")?
        .query_row([user], |row| row.get(0))?;
    let mut statement =
        connection.prepare_cached("SELECT code FROM uipath_user_bundle WHERE user = ?1 ORDER BY place")?;
    let codes = statement.query_map([user], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok((codes, external))
}

fn set(connection: &Connection, user: &str, codes: &[String], external: bool) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE uipath_user SET external = ?2 WHERE id = ?1")?
        .execute(params![user, external])?;
    connection.prepare_cached("DELETE FROM uipath_user_bundle WHERE user = ?1")?.execute([user])?;
    let mut insert = connection.prepare_cached("INSERT INTO uipath_user_bundle VALUES (?1, ?2, ?3)")?;
    for (place, code) in (0i64..).zip(codes) {
        insert.execute(params![user, code, place])?;
    }
    Ok(())
}
