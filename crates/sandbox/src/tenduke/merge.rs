//! Creating and updating objects: what is sent is laid over what is there.

mod sent;

use http::StatusCode;
use seatflow_catalog::Selector;
use serde_json::Value;

use super::graph::{target, unreadable};
use super::ids;
use super::objects::{Graph, Node};
use super::relations::Relation;
use super::select::Selection;
use super::store::{self, Object};
use super::types::Type;
use super::visit::Visit;
use crate::exchange::Reply;
use crate::payload::Payload;
use crate::refusal::Refusal;
use sent::Sent;

/// Answers a `POST` of an object graph: objects whose ids are known are updated, others are made.
pub(super) fn create(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    merge(visit, &Sent::all(&Payload::of(visit.request).json()?)?)
}

/// Answers a `PUT` of an object graph, or of one object to the selector in the path: the objects at its top are there.
pub(super) fn update(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let mut sent = Sent::all(&Payload::of(visit.request).json()?)?;
    let target = target(visit.request);
    if !target.is_empty() {
        let [one] = sent.as_mut_slice() else {
            return Err(Refusal::bad_request("The body of a request to a selector must be one object."));
        };
        let selected = selected(visit, target)?;
        if one.kind != selected.kind || one.id.as_ref().is_some_and(|id| *id != selected.id) {
            return Err(Refusal::bad_request("The body must be the object that the selector selects."));
        }
        one.id = Some(selected.id);
    }
    for one in &sent {
        let id = one.id.as_deref().ok_or_else(|| Refusal::bad_request("Field id is required."))?;
        store::get(visit.connection, one.kind, id)?
            .ok_or_else(|| Refusal::not_found(format!("{} {id} was not found.", one.kind.name())))?;
    }
    merge(visit, &sent)
}

/// The one object that a selector selects.
fn selected(visit: &Visit<'_>, target: &str) -> Result<Object, Refusal> {
    let selector = Selector::parse_target(target).map_err(|fault| unreadable(&fault))?;
    let mut objects = Selection::of(&selector)?.objects(Graph::of(visit))?;
    match (objects.pop(), objects.is_empty()) {
        (None, _) => Err(Refusal::not_found("No object was found.")),
        (Some(object), true) => Ok(object),
        (Some(_), false) => Err(Refusal::conflict("The selector selects several objects.")),
    }
}

fn merge(visit: &Visit<'_>, sent: &[Sent]) -> Result<Reply, Refusal> {
    let mut merge = Merge { visit, effects: Vec::new() };
    let kept: Result<Vec<Kept<'_>>, Refusal> = sent.iter().map(|one| merge.keep(one, "")).collect();
    let kept = kept?;
    for one in &kept {
        merge.relate(one)?;
    }
    let graph = Graph::of(visit);
    let mut answer = Vec::new();
    for one in &kept {
        if let Some(object) = graph.get(one.sent.kind, &one.id)? {
            answer.push(graph.json(&Node::from(object))?);
        }
    }
    let effect = (!merge.effects.is_empty()).then(|| merge.effects.join(", "));
    Ok(Reply { effect, ..Reply::json(StatusCode::OK, Value::Array(answer).to_string()) })
}

/// An object that was sent, kept under its id.
struct Kept<'a> {
    sent: &'a Sent,
    id: String,
    related: Vec<(Relation, Kept<'a>)>,
}

struct Merge<'a> {
    visit: &'a Visit<'a>,
    /// What has changed, in words.
    effects: Vec<String>,
}

impl Merge<'_> {
    /// Keeps an object and those that it relates to, all before any is linked. The id of a new one derives from what it
    /// is and from whose it is.
    fn keep<'a>(&mut self, sent: &'a Sent, whose: &str) -> Result<Kept<'a>, Refusal> {
        let connection = self.visit.connection;
        let id = match &sent.id {
            Some(id) => id.clone(),
            None => ids::new_id(connection, &format!("{whose}\n{}", sent.content))?,
        };
        match store::find(connection, &id)? {
            None => {
                store::put(connection, &Object::new(sent.kind, &id, sent.fields.clone()))?;
                self.effects.push(format!("made {} {id}", sent.kind.name()));
            }
            Some(found) if found.kind != sent.kind => {
                return Err(Refusal::conflict(format!("{id} is the id of an object of type {}.", found.kind.name())));
            }
            Some(found) => self.update(&found, sent)?,
        }
        let related: Result<Vec<_>, Refusal> =
            sent.related.iter().map(|(relation, other)| Ok((*relation, self.keep(other, &id)?))).collect();
        Ok(Kept { sent, id, related: related? })
    }

    fn update(&mut self, found: &Object, sent: &Sent) -> Result<(), Refusal> {
        let mut object = found.clone();
        for (name, value) in &sent.fields {
            object.set(name, value.clone());
        }
        if object.fields.iter().any(|(name, value)| found.field(name) != value) {
            store::put(self.visit.connection, &object)?;
            self.effects.push(format!("changed {} {}", object.kind.name(), object.id));
        }
        Ok(())
    }

    /// Links an object to those that it refers to and that it relates to.
    fn relate(&mut self, kept: &Kept<'_>) -> Result<(), Refusal> {
        for (relation, id) in &kept.sent.references {
            if store::get(self.visit.connection, relation.to, id)?.is_none() {
                return Err(Refusal::conflict(format!(
                    "{} refers to no {}: {id}.",
                    relation.reference_field(),
                    relation.to.name()
                )));
            }
            self.link(*relation, &kept.id, id)?;
        }
        for (relation, other) in &kept.related {
            self.link(*relation, &kept.id, &other.id)?;
            self.relate(other)?;
        }
        Ok(())
    }

    fn link(&mut self, relation: Relation, id: &str, to: &str) -> Result<(), Refusal> {
        if relation.add(self.visit.connection, id, to)? {
            let [from, other] = [relation.from, relation.to].map(Type::name);
            self.effects.push(format!("linked {from} {id} to {other} {to}"));
        }
        Ok(())
    }
}
