//! Objects as answers hold them: with what is told from others, their reference fields, and what comes with them.

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::license::License;
use super::relations::Relation;
use super::store::{self, Object};
use super::time::moment;
use super::types::{Field, Presence, Type};
use super::visit::Visit;

/// The graph at a moment, as reads show it: consumptions that have ended are not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Graph<'a> {
    pub(super) connection: &'a Connection,
    now: Timestamp,
}

/// An object, and the objects that come with it.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) object: Object,
    pub(super) related: Vec<(Relation, Vec<Node>)>,
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Self { object, related: Vec::new() }
    }
}

impl<'a> Graph<'a> {
    pub(super) fn of(visit: &Visit<'a>) -> Self {
        Self { connection: visit.connection, now: visit.now }
    }

    /// The objects of a type, by id.
    pub(super) fn all(&self, kind: Type) -> rusqlite::Result<Vec<Object>> {
        self.shown(store::all(self.connection, kind)?)
    }

    /// The object of a type that has this id.
    pub(super) fn get(&self, kind: Type, id: &str) -> rusqlite::Result<Option<Object>> {
        let found = store::get(self.connection, kind, id)?;
        Ok(self.shown(found.into_iter().collect())?.pop())
    }

    /// The objects to which a relation leads from an object, by id.
    pub(super) fn follow(&self, relation: Relation, id: &str) -> rusqlite::Result<Vec<Object>> {
        self.shown(relation.follow(self.connection, id)?)
    }

    fn shown(&self, mut objects: Vec<Object>) -> rusqlite::Result<Vec<Object>> {
        objects.retain(|object| object.kind != Type::Consumption || self.is_live(object));
        for object in objects.iter_mut().filter(|object| object.kind == Type::License) {
            self.tell(object)?;
        }
        Ok(objects)
    }

    /// Tells of a licence what is taken of that of which it has so much and no more.
    fn tell(&self, object: &mut Object) -> rusqlite::Result<()> {
        let license = License::of(self.connection, object)?;
        let now = self.now.as_millisecond();
        if license.seat_count.is_some() {
            object.set("seatsReserved", license.seats_reserved());
            object.set("seatsTaken", license.seats_taken(now));
        }
        if license.use_count.is_some() {
            object.set("useCountUsed", license.count_used());
        }
        if license.use_time.is_some() {
            object.set("useTimeUsed", license.time_used(now));
        }
        Ok(())
    }

    fn is_live(&self, consumption: &Object) -> bool {
        let time = |name| consumption.text(name).and_then(moment);
        let now = self.now.as_millisecond();
        time("grantedFrom").is_none_or(|from| from <= now) && time("grantedUntil").is_none_or(|until| now < until)
    }

    /// The object as an answer holds it.
    pub(super) fn json(&self, node: &Node) -> rusqlite::Result<Value> {
        let Node { object, related } = node;
        let mut answer = Map::new();
        answer.insert("__objType".to_owned(), json!(object.kind.name()));
        answer.insert("id".to_owned(), json!(object.id));
        for Field { name, presence, .. } in object.kind.fields() {
            let value = object.field(name);
            if *presence == Presence::Always || !value.is_null() {
                answer.insert((*name).to_owned(), value.clone());
            }
        }
        let references = self.references(object)?;
        if !references.is_empty() {
            answer.insert("referenceFields".to_owned(), json!({ "__objType": "HashMap", "Entries": references }));
        }
        if !related.is_empty() {
            let related: rusqlite::Result<Vec<_>> =
                related.iter().map(|(relation, nodes)| self.relation(*relation, nodes)).collect();
            answer.insert("rel_Relations".to_owned(), Value::Array(related?));
        }
        Ok(Value::Object(answer))
    }

    fn references(&self, object: &Object) -> rusqlite::Result<Vec<Value>> {
        let mut entries = Vec::new();
        for relation in Relation::references(object.kind) {
            for referred in relation.follow(self.connection, &object.id)? {
                entries.push(json!({
                    "__objType": "KeyValue",
                    "key": { "__objType": "String", "value": relation.reference_field() },
                    "value": { "__objType": "UUID", "value": referred.id },
                }));
            }
        }
        Ok(entries)
    }

    fn relation(&self, relation: Relation, nodes: &[Node]) -> rusqlite::Result<Value> {
        let mut told = json!({ "__objType": "ObjectRelation" });
        match relation.name() {
            Some(name) => told["relationType"] = json!(format!("com.tenduke.sdk2.types.object.graph.{name}")),
            None => told["multiplicity"] = json!(relation.multiplicity_name()),
        }
        told["relatedObjectType"] = json!(relation.to.long_name());
        let objects: rusqlite::Result<Vec<_>> = nodes.iter().map(|node| self.json(node)).collect();
        let list = json!({ "__objType": "RelatedObjectList", "rel_RelatedObjects": objects? });
        Ok(json!({ "rel_Relation": told, "rel_RelatedObjectList": list }))
    }
}
