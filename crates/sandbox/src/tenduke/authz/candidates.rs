//! The licences that a user may use for an item.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::order::{Candidate, Way};
use super::query::Item;
use crate::tenduke::license::License;
use crate::tenduke::store::{self, Link, Object};
use crate::tenduke::time::Moment;
use crate::tenduke::types::Type;

/// The valid licences of an item, or of a product that contains it, that are meant for a user, and fit what the request
/// says of their owner.
pub(super) fn candidates(
    connection: &Connection,
    user: &str,
    item: &Item,
    now: Moment,
) -> rusqlite::Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for (entitlement, way) in entitlements(connection, user)? {
        if !fits(connection, &entitlement, item)? {
            continue;
        }
        for license in store::to(connection, &entitlement, Link::Owns, Type::License)? {
            let is_wanted = item.license.as_ref().is_none_or(|wanted| *wanted == license.id);
            if is_wanted && is_for(connection, &license, &item.name)? {
                candidates.push(Candidate { license: License::of(connection, &license)?, way });
            }
        }
    }
    candidates.retain(|candidate| candidate.license.is_valid(now));
    Ok(candidates)
}

/// The entitlements that are meant for a user, each by the best way that leads to it.
fn entitlements(connection: &Connection, user: &str) -> rusqlite::Result<BTreeMap<String, Way>> {
    let mut found = BTreeMap::new();
    let mut add = |entitlements: Vec<Object>, way: Way| {
        for entitlement in entitlements {
            let best = found.entry(entitlement.id).or_insert(way);
            *best = way.min(*best);
        }
    };
    add(store::to(connection, user, Link::Owns, Type::Entitlement)?, Way::Personal);
    add(store::from(connection, user, Link::Consumer, Type::Entitlement)?, Way::Consumers);
    for group in store::from(connection, user, Link::Member, Type::ProfileGroup)? {
        let way = match group.text("type") {
            Some("licenseConsumers") => Way::Consumers,
            Some("employees") => Way::Employees,
            _ => Way::Others,
        };
        add(store::from(connection, &group.id, Link::Consumer, Type::Entitlement)?, way);
    }
    Ok(found)
}

/// Whether an entitlement and its owner are those that a request names, if it names any.
fn fits(connection: &Connection, entitlement: &str, item: &Item) -> rusqlite::Result<bool> {
    let owned_by = |wanted: &Option<String>| match wanted {
        Some(owner) => store::is_linked(connection, owner, Link::Owns, entitlement),
        None => Ok(true),
    };
    let is_named = item.entitlement.as_ref().is_none_or(|wanted| wanted == entitlement);
    Ok(is_named && owned_by(&item.organization)? && owned_by(&item.owner)?)
}

/// Whether a licence is for the item of this name, by itself or as a feature of its product.
fn is_for(connection: &Connection, license: &Object, name: &str) -> rusqlite::Result<bool> {
    let mut items = store::to(connection, &license.id, Link::Refers, Type::LicensedItem)?;
    let mut seen = BTreeSet::new();
    while let Some(item) = items.pop() {
        if item.text("name") == Some(name) {
            return Ok(true);
        }
        if seen.insert(item.id.clone()) {
            items.extend(store::to(connection, &item.id, Link::Contains, Type::LicensedItem)?);
        }
    }
    Ok(false)
}
