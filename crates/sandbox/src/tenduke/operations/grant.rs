//! Licences granted: one for each item of a package, under the owner's first entitlement.

use serde_json::{Map, json};

use super::owner::Owner;
use super::target::target;
use super::{changed, counted, stored};
use crate::exchange::Reply;
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::ids::new_id;
use crate::tenduke::model::{Credit, Model};
use crate::tenduke::store::{self, Link, Object};
use crate::tenduke::time::written;
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// The groups whose members may use what an organization owns.
const CONSUMERS: [&str; 2] = ["licenseConsumers", "employees"];

pub(in crate::tenduke) fn grant(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let count = fields.number("licensedItemCount", 1)?;
    let from = fields.time("validFrom")?.unwrap_or(visit.now.as_millisecond());
    let until = fields.time("validUntil")?;
    if until.is_some_and(|until| until <= from) {
        return Err(Refusal::bad_request("Parameter validUntil must be after validFrom."));
    }
    let owner = Owner::of(visit, &fields)?;
    let package = target(visit, Type::ProductPackage)?;
    let model = store::to(visit.connection, &package.id, Link::Refers, Type::LicenseModel)?.pop();
    let model = model.ok_or_else(|| Refusal::conflict(format!("Package {} has no license model.", package.id)))?;
    let settings = model.field("settings");
    let entitlement = entitlement(visit, &owner)?;
    let (mut ids, mut effects) = (Vec::new(), Vec::new());
    for item in store::to(visit.connection, &package.id, Link::Contains, Type::LicensedItem)? {
        let mut license = Object::new(Type::License, "", Map::new());
        let credit = match Model::of(settings).credit {
            Credit::Seats => {
                license.set("seatCount", count);
                format!(" with {}", counted(count, "seat"))
            }
            Credit::Count => {
                license.set("useCount", count);
                format!(" with {}", counted(count, "use"))
            }
            Credit::Time => {
                let time = Model::use_time_at_first(settings).unwrap_or_default();
                license.set("useTime", time);
                format!(" with {time} ms of use")
            }
            Credit::Unlimited | Credit::Contradictory => String::new(),
        };
        license.set("validFrom", written(from));
        license.set("validUntil", until.map(written));
        let terms = json!(license.fields).to_string();
        license.id = new_id(visit.connection, &format!("license\n{entitlement}\n{}\n{}\n{terms}", item.id, model.id))?;
        store::put(visit.connection, &license)?;
        store::link(visit.connection, &entitlement, Link::Owns, &license.id)?;
        store::link(visit.connection, &license.id, Link::Refers, &item.id)?;
        store::link(visit.connection, &license.id, Link::Refers, &model.id)?;
        let item = item.text("name").unwrap_or(&item.id).to_owned();
        effects.push(format!("granted license {} of {item}{credit} to {}", license.id, owner.id));
        ids.push(license.id);
    }
    changed(visit, Type::License, &ids, &effects)
}

/// The owner's first entitlement, which is made if there is none.
fn entitlement(visit: &Visit<'_>, owner: &Owner) -> Result<String, Refusal> {
    let connection = visit.connection;
    if let Some(first) = store::to(connection, &owner.id, Link::Owns, Type::Entitlement)?.into_iter().next() {
        return Ok(first.id);
    }
    let owner_object = stored(visit, owner.kind, &owner.id)?;
    let name = owner_object.text("name").or(owner_object.text("displayName"));
    let mut entitlement =
        Object::new(Type::Entitlement, new_id(connection, &format!("entitlement\n{}", owner.id))?, Map::new());
    entitlement.set("name", name);
    store::put(connection, &entitlement)?;
    store::link(connection, &owner.id, Link::Owns, &entitlement.id)?;
    for group in store::to(connection, &owner.id, Link::Owns, Type::ProfileGroup)? {
        if group.text("type").is_some_and(|kind| CONSUMERS.contains(&kind)) {
            store::link(connection, &entitlement.id, Link::Consumer, &group.id)?;
        }
    }
    Ok(entitlement.id)
}
