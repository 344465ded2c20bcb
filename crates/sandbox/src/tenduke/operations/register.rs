//! Users registered.

use serde_json::Value;

use super::email::check_free;
use crate::exchange::Reply;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::tenduke::store;
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;
use crate::tenduke::{ids, merge};

/// Makes a user, with what belongs to the user in the object graph that is sent.
pub(in crate::tenduke) fn register(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let sent = Payload::of(visit.request).json()?;
    let kind = sent["__objType"].as_str().and_then(Type::named);
    if kind != Some(Type::Profile) {
        return Err(Refusal::bad_request("The body must be one Profile."));
    }
    let name = sent["userName"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Refusal::bad_request("Field userName is required."))?;
    check_free(visit, "", name)?;
    if let Some(id) = sent.get("id").and_then(Value::as_str) {
        let id = ids::checked_id("id", id)?;
        if store::find(visit.connection, &id)?.is_some() {
            return Err(Refusal::conflict(format!("There is an object {id} already.")));
        }
    }
    merge::create(visit)
}
