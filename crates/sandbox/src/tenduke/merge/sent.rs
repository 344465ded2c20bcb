//! The objects that a payload holds, read in full before anything is changed.

use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::tenduke::ids;
use crate::tenduke::license::Reservation;
use crate::tenduke::relations::{Relation, multiplicity_named};
use crate::tenduke::time::{moment, written};
use crate::tenduke::types::{Kind, Presence, Type};

/// An object that was sent, with what it relates to.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) kind: Type,
    pub(super) id: Option<String>,
    /// All that was sent of it, as text.
    pub(super) content: String,
    /// The fields that can be written.
    pub(super) fields: Map<String, Value>,
    /// The ids in its reference fields.
    pub(super) references: Vec<(Relation, String)>,
    pub(super) related: Vec<(Relation, Sent)>,
}

impl Sent {
    /// Reads an object or an array of objects.
    ///
    /// # Errors
    /// A type, a field or a relation is unknown, or a value is none of its field.
    pub(super) fn all(body: &Value) -> Result<Vec<Self>, Refusal> {
        match body {
            Value::Array(objects) if !objects.is_empty() => objects.iter().map(Self::of).collect(),
            Value::Object(_) => Ok(vec![Self::of(body)?]),
            _ => Err(Refusal::bad_request("The body must be a JSON object, or an array of them.")),
        }
    }

    fn of(value: &Value) -> Result<Self, Refusal> {
        let object =
            value.as_object().ok_or_else(|| Refusal::bad_request("An object of the graph must be a JSON object."))?;
        let name = text(object, "__objType")?;
        let kind = Type::named(name).ok_or_else(|| Refusal::bad_request(format!("Type {name} is unknown.")))?;
        let mut sent = Self {
            kind,
            id: None,
            content: value.to_string(),
            fields: Map::new(),
            references: Vec::new(),
            related: Vec::new(),
        };
        for (name, value) in object {
            match name.as_str() {
                "__objType" => {}
                "id" => sent.id = Some(id("id", value)?),
                "referenceFields" => sent.references = references(kind, value)?,
                "rel_Relations" => sent.related = relations(kind, value)?,
                _ => sent.set(name, value)?,
            }
        }
        Ok(sent)
    }

    /// Takes the value of a field. What is told from other objects is read and left alone, so that what was read can be
    /// sent back.
    fn set(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
        let field = self.kind.field(name);
        let field = field.ok_or_else(|| Refusal::bad_request(format!("{} has no field {name}.", self.kind.name())))?;
        let value = checked(name, field.kind, value)?;
        if field.presence != Presence::Told {
            self.fields.insert(name.to_owned(), value);
        }
        Ok(())
    }
}

/// The value of a field, times in the form in which all are kept.
fn checked(name: &str, kind: Kind, value: &Value) -> Result<Value, Refusal> {
    let must = |what: &str| Refusal::bad_request(format!("Field {name} must be {what} or null."));
    if value.is_null() {
        return Ok(Value::Null);
    }
    match kind {
        Kind::Text if name == "reservationType" => {
            let known = value.as_str().is_some_and(|text| Reservation::named(text).is_some());
            if known { Ok(value.clone()) } else { Err(must("reserved, denied")) }
        }
        Kind::Text if !value.is_string() => Err(must("a string")),
        Kind::Integer if !value.is_u64() => Err(must("an integer from 0")),
        Kind::Boolean if !value.is_boolean() => Err(must("a boolean")),
        Kind::Settings if !value.is_object() => Err(must("an object")),
        Kind::Time => {
            let moment = value.as_str().and_then(moment).ok_or_else(|| must("a time such as 2025-03-01T09:00:00Z"))?;
            Ok(Value::String(written(moment)))
        }
        Kind::Text | Kind::Integer | Kind::Boolean | Kind::Settings => Ok(value.clone()),
    }
}

fn references(kind: Type, value: &Value) -> Result<Vec<(Relation, String)>, Refusal> {
    let mut references = Vec::new();
    for entry in elements(value, "Entries")? {
        let key = entry["key"]["value"].as_str().unwrap_or_default();
        let to = key.strip_prefix("ref_").and_then(|name| Type::named(name.strip_suffix("_id")?));
        let relation = to.and_then(|to| Relation::all_from(kind).find(|one| one.to == to && one.leads_to_one()));
        let relation =
            relation.ok_or_else(|| Refusal::bad_request(format!("{} has no reference field {key}.", kind.name())))?;
        references.push((relation, id(key, &entry["value"]["value"])?));
    }
    Ok(references)
}

fn relations(kind: Type, value: &Value) -> Result<Vec<(Relation, Sent)>, Refusal> {
    let relations = value.as_array().ok_or_else(|| Refusal::bad_request("Field rel_Relations must be an array."))?;
    let mut related = Vec::new();
    for one in relations {
        let told = &one["rel_Relation"];
        let last = |name: &str| told[name].as_str().and_then(|name| name.rsplit('.').next());
        let multiplicity = last("multiplicity").and_then(multiplicity_named);
        for object in elements(&one["rel_RelatedObjectList"], "rel_RelatedObjects")? {
            let sent = Sent::of(object)?;
            let relation = Relation::between(kind, sent.kind, multiplicity, last("relationType"));
            let fits = |relation: &Relation| last("relatedObjectType").is_none_or(|name| name == relation.to.name());
            let relation = relation.filter(fits).ok_or_else(|| {
                Refusal::bad_request(format!("There is no such relation from {} to {}.", kind.name(), sent.kind.name()))
            })?;
            related.push((relation, sent));
        }
    }
    Ok(related)
}

fn elements<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], Refusal> {
    let elements = value[name].as_array().map(Vec::as_slice);
    elements.ok_or_else(|| Refusal::bad_request(format!("Field {name} must be an array.")))
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    let text = object.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Refusal::bad_request(format!("Field {name} is required.")))
}

fn id(name: &str, value: &Value) -> Result<String, Refusal> {
    let id = value.as_str().and_then(|text| ids::checked_id(name, text).ok());
    id.ok_or_else(|| {
        Refusal::bad_request(format!("Field {name} must be an id such as 10000000-0000-4000-8000-000000000001."))
    })
}
