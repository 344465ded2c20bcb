//! The operations of the graph: what is posted with a name, and changes several objects at once.

pub(super) mod assignment;
pub(super) mod change;
pub(super) mod consumer;
pub(super) mod email;
pub(super) mod grant;
pub(super) mod group;
pub(super) mod organization;
mod owner;
pub(super) mod register;
pub(super) mod session;
mod target;

pub(super) use owner::{FOR_ORGANIZATIONS, FOR_USERS};

use http::StatusCode;
use serde_json::Value;

use super::objects::{Graph, Node};
use super::store::{self, Object};
use super::types::Type;
use super::visit::Visit;
use crate::exchange::Reply;
use crate::refusal::Refusal;

/// The answer that tells these objects as they are now.
fn changed(visit: &Visit<'_>, kind: Type, ids: &[String], effects: &[String]) -> Result<Reply, Refusal> {
    let graph = Graph::of(visit);
    let mut told = Vec::new();
    for id in ids {
        if let Some(object) = graph.get(kind, id)? {
            told.push(graph.json(&Node::from(object))?);
        }
    }
    let effect = (!effects.is_empty()).then(|| effects.join("; "));
    Ok(Reply { effect, ..Reply::json(StatusCode::OK, Value::Array(told).to_string()) })
}

/// The object of a type that has this id, as it is stored.
///
/// # Errors
/// There is none.
fn stored(visit: &Visit<'_>, kind: Type, id: &str) -> Result<Object, Refusal> {
    let found = store::get(visit.connection, kind, id)?;
    found.ok_or_else(|| Refusal::not_found(format!("{} {id} was not found.", kind.name())))
}

/// Sees that there is an object of a type with this id.
fn check_known(visit: &Visit<'_>, kind: Type, id: &str) -> Result<(), Refusal> {
    stored(visit, kind, id).map(drop)
}

/// So many of something, in words.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
