//! Users given another address: to log in, or to be written to.

use super::{changed, stored};
use crate::exchange::Reply;
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::store::{self, Link, Object};
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// Makes an address the user's name.
pub(in crate::tenduke) fn change_login(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let (mut user, address) = wanted(visit)?;
    check_free(visit, &user.id, &address)?;
    let is_other = user.text("userName") != Some(address.as_str());
    user.set("userName", address);
    store::put(visit.connection, &user)?;
    let effect = is_other.then(|| format!("changed the user name of {}", user.id));
    changed(visit, Type::Profile, &[user.id], effect.as_slice())
}

/// Makes an address the first one at which the user is written to. It is not verified yet.
pub(in crate::tenduke) fn change_contact(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let (user, address) = wanted(visit)?;
    let first = addresses(visit, &user.id)?.into_iter().next();
    let mut first = first.ok_or_else(|| Refusal::conflict(format!("User {} has no address.", user.id)))?;
    let is_other = first.text("value") != Some(address.as_str());
    if is_other {
        first.set("value", address);
        first.set("verified", false);
        store::put(visit.connection, &first)?;
    }
    let effect = is_other.then(|| format!("changed address {} of {}", first.id, user.id));
    changed(visit, Type::Profile, &[user.id], effect.as_slice())
}

/// Sees that nobody else has this user name.
pub(super) fn check_free(visit: &Visit<'_>, user: &str, name: &str) -> Result<(), Refusal> {
    let others = store::find_by(visit.connection, Type::Profile, "userName", name)?;
    if others.iter().any(|other| other.id != user) {
        return Err(Refusal::conflict(format!("There is a user {name} already.")));
    }
    Ok(())
}

/// The user, and the address that is named by itself or by its id.
fn wanted(visit: &Visit<'_>) -> Result<(Object, String), Refusal> {
    let fields = Fields::of(visit.request)?;
    let id = fields.id("profileId")?;
    let address = if fields.has("recoveryEmailId") { Some(fields.id("recoveryEmailId")?) } else { None };
    let Some(address) = address else {
        let address = fields.required("newEmail")?;
        if !address.contains('@') {
            return Err(Refusal::bad_request("Parameter newEmail must be an address."));
        }
        return Ok((stored(visit, Type::Profile, &id)?, address.to_owned()));
    };
    let user = stored(visit, Type::Profile, &id)?;
    let found = addresses(visit, &id)?.into_iter().find(|own| own.id == address);
    let found = found.as_ref().and_then(|found| found.text("value"));
    let text = found.ok_or_else(|| Refusal::not_found(format!("User {id} has no address {address}.")))?;
    Ok((user, text.to_owned()))
}

/// The addresses of a user.
fn addresses(visit: &Visit<'_>, user: &str) -> Result<Vec<Object>, Refusal> {
    let mut addresses = Vec::new();
    for contact in store::to(visit.connection, user, Link::Owns, Type::ContactInformation)? {
        addresses.extend(store::to(visit.connection, &contact.id, Link::Owns, Type::EmailAddress)?);
    }
    Ok(addresses)
}
