//! Reading and deleting by selector.

use http::StatusCode;
use seatflow_catalog::{Selector, SelectorFault};
use serde_json::{Map, Value, json};

use super::objects::Graph;
use super::select::Selection;
use super::store::{self, Object};
use super::visit::Visit;
use crate::exchange::{Reply, Request};
use crate::refusal::Refusal;

/// What follows `/graph/` in the target of a request.
pub(super) fn target(request: &Request) -> &str {
    let target = request.target();
    let rest = target.strip_prefix("/graph").unwrap_or(target);
    rest.strip_prefix('/').unwrap_or(rest)
}

/// The refusal of a selector that cannot be read, with the place.
pub(super) fn unreadable(fault: &SelectorFault) -> Refusal {
    let help = fault.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    Refusal::bad_request(format!("The selector cannot be read at {fault}{help}."))
}

/// Answers a read: the objects, the values of their fields, or their number.
pub(super) fn read(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let selector = Selector::parse_target(target(visit.request)).map_err(|fault| unreadable(&fault))?;
    let selection = Selection::of(&selector)?;
    let graph = Graph::of(visit);
    let answer = if selector.parameters().counts() {
        json!({ "count": selection.count(graph)? })
    } else if selector.projection().is_empty() {
        let objects: rusqlite::Result<_> = selection.nodes(graph)?.iter().map(|node| graph.json(node)).collect();
        Value::Array(objects?)
    } else {
        projected(selector.projection(), &selection.objects(graph)?)
    };
    Ok(Reply::json(StatusCode::OK, answer.to_string()))
}

/// The values of one field but nulls, or objects with several fields.
fn projected(fields: &[String], objects: &[Object]) -> Value {
    match fields {
        [field] => objects.iter().map(|object| object.value(field)).filter(|value| !value.is_null()).collect(),
        fields => objects
            .iter()
            .map(|object| fields.iter().map(|field| (field.clone(), object.value(field))).collect::<Map<_, _>>())
            .collect(),
    }
}

/// Deletes the objects that a selector selects, with what they own.
pub(super) fn delete(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let selector = Selector::parse_target(target(visit.request)).map_err(|fault| unreadable(&fault))?;
    let selection = Selection::of(&selector)?;
    if !selection.is_narrowed() {
        return Err(Refusal::bad_request("The last step must tell which objects: not all of a type can be deleted."));
    }
    if selector.parameters().counts() || !selector.projection().is_empty() || !selector.includes().is_empty() {
        return Err(Refusal::bad_request("A selector that deletes takes no count, no fields and no includes."));
    }
    let objects = selection.objects(Graph::of(visit))?;
    if objects.is_empty() {
        return Err(Refusal::not_found("No object was found."));
    }
    for object in &objects {
        store::delete(visit.connection, &object.id)?;
    }
    let told: Vec<_> = objects.iter().map(|object| format!("{} {}", object.kind.name(), object.id)).collect();
    Ok(Reply { effect: Some(format!("deleted {}", told.join(", "))), ..Reply::json(StatusCode::NO_CONTENT, "") })
}
