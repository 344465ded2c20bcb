//! Who may use what an entitlement holds: groups and single users.

use super::{changed, check_known};
use crate::exchange::Reply;
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::store::{self, Link};
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// Lets groups and users consume.
pub(in crate::tenduke) fn add(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let (entitlement, consumers) = named(visit, &fields)?;
    let may_exist = fields.switch("allowExistingRelation")?;
    let mut effects = Vec::new();
    for (kind, consumer) in consumers {
        if store::link(visit.connection, &entitlement, Link::Consumer, &consumer)? {
            effects.push(format!("let {} {consumer} consume entitlement {entitlement}", kind.name()));
        } else if !may_exist {
            let message = format!("{} {consumer} can consume entitlement {entitlement} already.", kind.name());
            return Err(Refusal::conflict(message));
        }
    }
    changed(visit, Type::Entitlement, &[entitlement], &effects)
}

/// Lets groups and users consume no longer. Leases that run live on.
pub(in crate::tenduke) fn remove(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let (entitlement, consumers) = named(visit, &fields)?;
    let may_be_gone = fields.switch("allowAlreadyRemoved")?;
    let mut effects = Vec::new();
    for (kind, consumer) in consumers {
        if store::unlink(visit.connection, &entitlement, Link::Consumer, &consumer)? {
            effects.push(format!("let {} {consumer} no longer consume entitlement {entitlement}", kind.name()));
        } else if !may_be_gone {
            let message = format!("{} {consumer} cannot consume entitlement {entitlement}.", kind.name());
            return Err(Refusal::conflict(message));
        }
    }
    changed(visit, Type::Entitlement, &[entitlement], &effects)
}

/// The entitlement and the consumers that the fields name.
fn named(visit: &Visit<'_>, fields: &Fields) -> Result<(String, Vec<(Type, String)>), Refusal> {
    let entitlement = fields.id("entitlementId")?;
    let mut consumers = Vec::new();
    if fields.has("profileGroupId") {
        consumers.extend(fields.ids("profileGroupId")?.into_iter().map(|id| (Type::ProfileGroup, id)));
    }
    if fields.has("profileId") {
        consumers.push((Type::Profile, fields.id("profileId")?));
    }
    check_known(visit, Type::Entitlement, &entitlement)?;
    for (kind, id) in &consumers {
        check_known(visit, *kind, id)?;
    }
    Ok((entitlement, consumers))
}
