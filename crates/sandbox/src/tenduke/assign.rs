//! Assignments: what ties users to licences.

use rusqlite::Connection;
use serde_json::Map;

use super::ids::new_id;
use super::store::{self, Link, Object};
use super::types::Type;

/// Ties a user to a licence to which nothing ties them yet.
pub(super) fn assign(connection: &Connection, license: &str, user: &str) -> rusqlite::Result<Object> {
    let id = new_id(connection, &format!("assignment\n{license}\n{user}"))?;
    let assignment = Object::new(Type::Assignment, id, Map::new());
    store::put(connection, &assignment)?;
    store::link(connection, license, Link::Owns, &assignment.id)?;
    store::link(connection, user, Link::Owns, &assignment.id)?;
    Ok(assignment)
}
