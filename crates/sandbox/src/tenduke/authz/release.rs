//! A lease given back.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::allow::after;
use super::{Asker, Told};
use crate::tenduke::license::{License, Use};
use crate::tenduke::store::{self, Link, Object};
use crate::tenduke::time::written;
use crate::tenduke::types::Type;

/// Ends a lease, by its id or by that of its consumption.
pub(super) fn release(asker: &Asker<'_>, id: &str) -> rusqlite::Result<Told> {
    let Some((license, held, mut consumption)) = find(asker, id)? else {
        return Ok(failed(asker, id, "noConsumptionFoundById", &format!("No lease found by id {id}")));
    };
    if !license.model.allows_release {
        let technical = format!("The license model does not allow to release lease {id}");
        return Ok(failed(asker, id, "releaseNotAllowed", &technical));
    }
    let until = after(asker.now, license.model.cooldown);
    consumption.set("grantedUntil", written(until));
    consumption.set("releasedAt", written(asker.now));
    if consumption.field("consumedUseTime") != &Value::Null {
        consumption.set("consumedUseTime", until - held.from);
    }
    store::put(asker.connection, &consumption)?;
    let mut claims = Map::from_iter([(id.to_owned(), json!(true))]);
    claims.extend(asker.claims(until));
    let effect = format!("released lease {} of license {} from {}", held.lease, license.id, held.user);
    Ok(Told { is_done: true, claims, effect: Some(effect) })
}

fn failed(asker: &Asker<'_>, id: &str, code: &str, technical: &str) -> Told {
    let failure = Map::from_iter([
        (format!("{id}_errorKey"), json!("notAuthorized")),
        (format!("{id}_errorCode"), json!(code)),
        (format!("{id}_errorTechnical"), json!(technical)),
        (format!("{id}_errorMessage"), json!(format!("Releasing lease {id} failed"))),
    ]);
    asker.refused(failure)
}

/// The lease that lives under an id and may be released by who asks, with its licence.
fn find(asker: &Asker<'_>, id: &str) -> rusqlite::Result<Option<(License, Use, Object)>> {
    let Some(consumption) = consumption(asker.connection, id)? else { return Ok(None) };
    for assignment in store::from(asker.connection, &consumption.id, Link::Owns, Type::Assignment)? {
        for license in store::from(asker.connection, &assignment.id, Link::Owns, Type::License)? {
            let license = License::of(asker.connection, &license)?;
            let held = license.live(asker.now).find(|one| one.id == consumption.id && !one.is_released).cloned();
            let held = held.filter(|one| one.user == asker.user || asker.is_administrator);
            if let Some(held) = held {
                return Ok(Some((license, held, consumption)));
            }
        }
    }
    Ok(None)
}

fn consumption(connection: &Connection, id: &str) -> rusqlite::Result<Option<Object>> {
    let by_id = store::get(connection, Type::Consumption, id)?;
    match by_id {
        Some(found) => Ok(Some(found)),
        None => Ok(store::find_by(connection, Type::Consumption, "leaseId", id)?.pop()),
    }
}
