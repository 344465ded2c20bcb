//! A licence asked for, taken, or renewed.

use serde_json::{Map, json};

use super::allow::{Allowance, Denial, Wish, allowed};
use super::candidates::candidates;
use super::order::{Candidate, in_order};
use super::query::{Item, Query};
use super::{Asker, Told};
use crate::tenduke::assign::assign;
use crate::tenduke::ids::new_id;
use crate::tenduke::license::License;
use crate::tenduke::model::Credit;
use crate::tenduke::store::{self, Link, Object};
use crate::tenduke::time::{seconds, written};
use crate::tenduke::types::Type;

/// Asks for one item; takes it, if that is wanted.
pub(super) fn consume(asker: &Asker<'_>, query: &Query, item: &Item) -> rusqlite::Result<Told> {
    let wish = Wish {
        user: asker.user,
        device: query.device.as_deref(),
        lease: item.lease.as_deref(),
        consumes: query.consumes,
        mode: query.mode,
        count: query.count,
        duration: query.duration,
    };
    let mut candidates = candidates(asker.connection, asker.user, item, asker.now)?;
    in_order(&mut candidates, asker.user, asker.now);
    for Candidate { license, .. } in &candidates {
        match allowed(license, &wish, asker.now) {
            Ok(allowance) => return granted(asker, query, item, license, &allowance),
            Err(denial) => log(item, &license.id, denial),
        }
    }
    Ok(denied(asker, &item.name))
}

/// The caller hears of no reason; who runs the sandbox does.
fn log(item: &Item, license: &str, denial: Denial) {
    tracing::debug!(item = item.name, license, %denial, "a licence was not given");
}

fn denied(asker: &Asker<'_>, item: &str) -> Told {
    let failure = Map::from_iter([
        (format!("{item}_errorKey"), json!("notAuthorized")),
        (format!("{item}_errorCode"), json!("notAuthorized")),
        (format!("{item}_errorMessage"), json!(format!("Access to \"{item}\" denied"))),
        (format!("{item}_errorTechnical"), json!(format!("Authorization failed for \"{item}\""))),
    ]);
    asker.refused(failure)
}

fn granted(
    asker: &Asker<'_>,
    query: &Query,
    item: &Item,
    license: &License,
    allowance: &Allowance<'_>,
) -> rusqlite::Result<Told> {
    let mut claims = Map::from_iter([(item.name.clone(), json!(true))]);
    claims.extend(asker.claims(allowance.until));
    let mut effect = None;
    if query.consumes {
        let before =
            allowance.renews.map(|one| store::get(asker.connection, Type::Consumption, &one.id)).transpose()?;
        let consumption = taken(asker, query, license, allowance, before.flatten().as_ref())?;
        claims.insert("rfr".to_owned(), json!(seconds(allowance.refresh)));
        claims.insert("jti".to_owned(), consumption.object.field("leaseId").clone());
        effect = consumption.effect;
    }
    claims.insert("lic".to_owned(), json!(license.id));
    if let Some(device) = &query.device {
        claims.insert("hw".to_owned(), json!(device));
    }
    for (name, moment) in [("ibb", license.valid_from), ("ibe", license.valid_until)] {
        claims.extend(moment.map(|moment| (name.to_owned(), json!(seconds(moment)))));
    }
    Ok(Told { is_done: true, claims, effect })
}

struct Taken {
    object: Object,
    effect: Option<String>,
}

/// Writes a consumption down: one that goes on, or a new one.
fn taken(
    asker: &Asker<'_>,
    query: &Query,
    license: &License,
    allowance: &Allowance<'_>,
    before: Option<&Object>,
) -> rusqlite::Result<Taken> {
    let Asker { connection, user, now, .. } = *asker;
    let mut object = match before {
        Some(object) => object.clone(),
        None => new(asker, query, license)?,
    };
    let from = allowance.renews.map_or(now, |one| one.from);
    object.set("consumptionMode", query.mode.word());
    object.set("grantedUntil", written(allowance.until));
    for (name, value) in [("process", &query.process), ("consumedVersion", &query.version)] {
        if let Some(value) = value {
            object.set(name, value.clone());
        }
    }
    match license.model.credit {
        Credit::Count => {
            let counted = object.number("consumedUseCount").unwrap_or_default();
            object.set("consumedUseCount", counted + query.count);
        }
        Credit::Time => object.set("consumedUseTime", allowance.until - from),
        Credit::Seats | Credit::Unlimited | Credit::Contradictory => {}
    }
    store::put(connection, &object)?;
    let is_changed = before != Some(&object);
    let verb = if before.is_some() { "renewed" } else { "granted" };
    let lease = object.text("leaseId").unwrap_or_default();
    let effect =
        format!("{verb} lease {lease} of license {} for {user} until {}", license.id, written(allowance.until));
    Ok(Taken { effect: is_changed.then_some(effect), object })
}

/// A new consumption below the user's assignment, which is made if there is none.
fn new(asker: &Asker<'_>, query: &Query, license: &License) -> rusqlite::Result<Object> {
    let Asker { connection, user, now, .. } = *asker;
    let assignment = match license.assignments.iter().find(|assignment| assignment.user == user) {
        Some(assignment) => assignment.id.clone(),
        None => assign(connection, &license.id, user)?.id,
    };
    let from = written(now);
    let content = format!("{assignment}\n{}\n{from}", query.device.as_deref().unwrap_or_default());
    let mut object =
        Object::new(Type::Consumption, new_id(connection, &format!("consumption\n{content}"))?, Map::new());
    object.set("leaseId", new_id(connection, &format!("lease\n{content}"))?);
    object.set("grantedFrom", from);
    object.set("hw", query.device.clone());
    store::put(connection, &object)?;
    store::link(connection, &assignment, Link::Owns, &object.id)?;
    Ok(object)
}
