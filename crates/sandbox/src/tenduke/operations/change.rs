//! A licence that was granted, given another validity, another count, or another limit of use time.

use super::owner::Owner;
use super::target::target;
use super::{changed, counted};
use crate::exchange::Reply;
use crate::refusal::Refusal;
use crate::tenduke::fields::{Fields, MOST_MILLISECONDS};
use crate::tenduke::license::License;
use crate::tenduke::model::Credit;
use crate::tenduke::store::{self, Link, Object};
use crate::tenduke::time::{moment, written};
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// How another limit of use time stands to the one before.
const INCREMENTS: [&str; 2] = ["fair", "append"];

/// Gives a licence another validity, which counts from the next check on.
pub(in crate::tenduke) fn validity(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let (from, until) = (fields.time("validFrom")?, fields.time("validUntil")?);
    if from.is_none() && until.is_none() {
        return Err(Refusal::bad_request("Parameter validFrom or validUntil is required."));
    }
    let (mut object, _) = license(visit, &fields)?;
    let before = object.clone();
    for (name, time) in [("validFrom", from), ("validUntil", until)] {
        if let Some(time) = time {
            object.set(name, written(time));
        }
    }
    let time = |name| object.text(name).and_then(moment);
    if let (Some(from), Some(until)) = (time("validFrom"), time("validUntil"))
        && until <= from
    {
        return Err(Refusal::bad_request("The end of the validity must be after its begin."));
    }
    let told = |name, none| object.text(name).unwrap_or(none).to_owned();
    let what = format!("be valid from {} until {}", told("validFrom", "the beginning"), told("validUntil", "any time"));
    keep(visit, &before, &object, &what)
}

/// Gives a licence another count of seats or uses. It is the new total, not a difference.
pub(in crate::tenduke) fn quota(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let count = fields.number("licensedItemCount", 0)?;
    let (mut object, license) = license(visit, &fields)?;
    let before = object.clone();
    let (name, what) = match license.model.credit {
        Credit::Seats => {
            let reserved = license.seats_reserved();
            if count < reserved {
                let message =
                    format!("License {} has {}, more than {count}.", license.id, counted(reserved, "reserved seat"));
                return Err(Refusal::conflict(message));
            }
            ("seatCount", "seat")
        }
        Credit::Count => ("useCount", "use"),
        Credit::Time | Credit::Unlimited | Credit::Contradictory => {
            return Err(Refusal::conflict(format!(
                "License {} has neither seats nor uses that are counted.",
                license.id
            )));
        }
    };
    object.set(name, count);
    keep(visit, &before, &object, &counted(count, what))
}

/// Gives a licence another limit of use time, or adds to it.
pub(in crate::tenduke) fn use_time(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let time = fields.milliseconds("maxAggregateUseTime")?;
    let increment = fields.required("incrementModel")?;
    if !INCREMENTS.contains(&increment) {
        return Err(Refusal::bad_request(format!(
            "Parameter incrementModel must be one of {}.",
            INCREMENTS.join(", ")
        )));
    }
    let (mut object, license) = license(visit, &fields)?;
    let before = object.clone();
    if license.model.credit != Credit::Time {
        return Err(Refusal::conflict(format!("License {} has no use time.", license.id)));
    }
    let limit = match increment {
        "append" => license.use_time.unwrap_or_default().checked_add(time),
        _ => Some(time),
    };
    let limit = limit.filter(|limit| *limit <= MOST_MILLISECONDS).ok_or_else(|| {
        Refusal::bad_request(format!("Parameter maxAggregateUseTime leads beyond {MOST_MILLISECONDS}."))
    })?;
    object.set("useTime", limit);
    object.set("incrementModel", increment);
    keep(visit, &before, &object, &format!("{limit} ms of use"))
}

/// The licence that is to be changed, which must be the named owner's.
fn license(visit: &Visit<'_>, fields: &Fields) -> Result<(Object, License), Refusal> {
    let owner = Owner::of(visit, fields)?;
    let object = target(visit, Type::License)?;
    let license = License::of(visit.connection, &object)?;
    if !store::is_linked(visit.connection, &owner.id, Link::Owns, &license.entitlement)? {
        let message = format!("License {} does not belong to {} {}.", license.id, owner.kind.name(), owner.id);
        return Err(Refusal::conflict(message));
    }
    Ok((object, license))
}

fn keep(visit: &Visit<'_>, before: &Object, after: &Object, what: &str) -> Result<Reply, Refusal> {
    store::put(visit.connection, after)?;
    let effect = (before != after).then(|| format!("changed license {} to {what}", after.id));
    changed(visit, Type::License, std::slice::from_ref(&after.id), effect.as_slice())
}
