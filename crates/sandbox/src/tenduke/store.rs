//! The objects of the graph and their links, in the database.

use rusqlite::types::Type as Column;
use rusqlite::{Connection, Error, OptionalExtension, Row, params};
use serde_json::{Map, Value};

use super::types::Type;

/// An object of the graph, without what is told from others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub(super) kind: Type,
    pub(super) id: String,
    /// Its fields but `id`; what is not there is null.
    pub(super) fields: Map<String, Value>,
}

/// What leads from one object to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// To a part, which is deleted with its owner: `License` → `Assignment`, `Profile` → `Assignment`.
    Owns,
    /// To what it is made with: `License` → `LicensedItem`, `License` → `LicenseModel`, `Profile` → `Person`.
    Refers,
    /// To what it holds: `ProductPackage` → `LicensedItem`, `LicensedItem` → `LicensedItem`.
    Contains,
    /// From a `ProfileGroup` to a `Profile` in it.
    Member,
    /// From an `Entitlement` to who may consume its licences: a `ProfileGroup`, a `Profile`.
    Consumer,
}

impl Link {
    fn word(self) -> &'static str {
        match self {
            Self::Owns => "owns",
            Self::Refers => "refers",
            Self::Contains => "contains",
            Self::Member => "member",
            Self::Consumer => "consumer",
        }
    }
}

impl Object {
    pub(super) fn new(kind: Type, id: impl Into<String>, fields: Map<String, Value>) -> Self {
        Self { kind, id: id.into(), fields }
    }

    /// The value of a field, null where there is none.
    pub(super) fn field(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    /// The value of a field or of the id, by name.
    pub(super) fn value(&self, name: &str) -> Value {
        if name == "id" { Value::String(self.id.clone()) } else { self.field(name).clone() }
    }

    /// The text of a field that holds one.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.field(name).as_str()
    }

    /// The number in a field that holds one from 0.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.field(name).as_u64()
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let unreadable = |column: usize, what: &str| Error::InvalidColumnType(column, what.to_owned(), Column::Text);
        let (id, kind, fields): (_, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let kind = Type::named(&kind).ok_or_else(|| unreadable(1, "type"))?;
        let fields = serde_json::from_str(&fields).map_err(|_| unreadable(2, "fields"))?;
        Ok(Self { kind, id, fields })
    }
}

/// The object of a type that has this id.
pub(super) fn get(connection: &Connection, kind: Type, id: &str) -> rusqlite::Result<Option<Object>> {
    Ok(find(connection, id)?.filter(|object| object.kind == kind))
}

/// The object that has this id, whatever it is.
pub(super) fn find(connection: &Connection, id: &str) -> rusqlite::Result<Option<Object>> {
    connection
        .prepare_cached("SELECT id, type, fields FROM tenduke_object WHERE id = ?1")?
        .query_row([id], Object::read)
        .optional()
}

/// The objects of a type, by id.
pub(super) fn all(connection: &Connection, kind: Type) -> rusqlite::Result<Vec<Object>> {
    connection
        .prepare_cached("SELECT id, type, fields FROM tenduke_object WHERE type = ?1 ORDER BY id")?
        .query_map([kind.name()], Object::read)?
        .collect()
}

/// The objects of a type whose field has this text, by id.
pub(super) fn find_by(connection: &Connection, kind: Type, field: &str, text: &str) -> rusqlite::Result<Vec<Object>> {
    connection
        .prepare_cached(
            "SELECT id, type, fields FROM tenduke_object WHERE type = ?1 AND fields ->> ?2 = ?3 ORDER BY id",
        )?
        .query_map([kind.name(), field, text], Object::read)?
        .collect()
}

/// Keeps an object, in the place of one with its id. Its links stay.
pub(super) fn put(connection: &Connection, object: &Object) -> rusqlite::Result<()> {
    let fields = Value::Object(object.fields.clone()).to_string();
    connection
        .prepare_cached(
            "INSERT INTO tenduke_object VALUES (?1, ?2, ?3) \
             ON CONFLICT (id) DO UPDATE SET type = excluded.type, fields = excluded.fields",
        )?
        .execute(params![object.id, object.kind.name(), fields])
        .map(drop)
}

/// Deletes an object, what it owns, what that owns, and so on, and every link of these.
pub(super) fn delete(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    for part in linked(connection, id, Link::Owns)? {
        delete(connection, &part)?;
    }
    for statement in ["DELETE FROM tenduke_link WHERE from_id = ?1", "DELETE FROM tenduke_link WHERE to_id = ?1"] {
        connection.prepare_cached(statement)?.execute([id])?;
    }
    connection.prepare_cached("DELETE FROM tenduke_object WHERE id = ?1")?.execute([id]).map(drop)
}

/// The objects of a type to which links of a kind lead from an object, by id.
pub(super) fn to(connection: &Connection, from: &str, link: Link, kind: Type) -> rusqlite::Result<Vec<Object>> {
    at_end(connection, "to_id", "from_id", [from, link.word(), kind.name()])
}

/// The objects of a type from which links of a kind lead to an object, by id.
pub(super) fn from(connection: &Connection, to: &str, link: Link, kind: Type) -> rusqlite::Result<Vec<Object>> {
    at_end(connection, "from_id", "to_id", [to, link.word(), kind.name()])
}

/// The objects at one end of links, by id, whose other end, kind of link and type are given.
fn at_end(connection: &Connection, end: &str, other: &str, given: [&str; 3]) -> rusqlite::Result<Vec<Object>> {
    connection.prepare_cached(&ends(end, other))?.query_map(given, Object::read)?.collect()
}

/// The statement that finds them. A `CROSS JOIN` keeps its order: from the few links to their objects. Left to itself,
/// `SQLite` goes through all objects of the type, since these come in the order that is wanted.
fn ends(end: &str, other: &str) -> String {
    format!(
        "SELECT id, type, fields FROM tenduke_link CROSS JOIN tenduke_object ON id = {end} \
         WHERE {other} = ?1 AND kind = ?2 AND type = ?3 ORDER BY id",
    )
}

/// Links an object to another. Says whether it was not linked so before.
pub(super) fn link(connection: &Connection, from: &str, link: Link, to: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("INSERT INTO tenduke_link (from_id, kind, to_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute([from, link.word(), to])
        .map(|changed| changed > 0)
}

/// Takes a link away. Says whether there was one.
pub(super) fn unlink(connection: &Connection, from: &str, link: Link, to: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("DELETE FROM tenduke_link WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3")?
        .execute([from, link.word(), to])
        .map(|changed| changed > 0)
}

pub(super) fn is_linked(connection: &Connection, from: &str, link: Link, to: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM tenduke_link WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3")?.exists([
        from,
        link.word(),
        to,
    ])
}

fn linked(connection: &Connection, from: &str, link: Link) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached("SELECT to_id FROM tenduke_link WHERE from_id = ?1 AND kind = ?2 ORDER BY to_id")?
        .query_map([from, link.word()], |row| row.get(0))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_from_their_ends_and_not_from_all_objects_of_a_type() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("schema.sql")).unwrap();
        for (end, other, first) in [
            ("to_id", "from_id", "SEARCH tenduke_link USING PRIMARY KEY (from_id=? AND kind=?)"),
            ("from_id", "to_id", "SEARCH tenduke_link USING COVERING INDEX tenduke_link_back (to_id=? AND kind=?)"),
        ] {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", ends(end, other))).unwrap();
            let steps = plan.query_map(["a", "owns", "License"], |row| row.get::<_, String>("detail")).unwrap();
            let steps: Vec<_> = steps.collect::<Result<_, _>>().unwrap();
            assert_eq!(steps[..2], [first, "SEARCH tenduke_object USING PRIMARY KEY (id=?)"], "{steps:?}");
        }
    }
}
