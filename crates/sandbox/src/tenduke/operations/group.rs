//! Users put into groups and taken out of them.

use super::{changed, check_known};
use crate::exchange::Reply;
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::store::{self, Link};
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// Puts a user into groups.
pub(in crate::tenduke) fn add(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let (user, groups) = named(visit, &fields)?;
    let may_be_there = fields.switch("allowAlreadyAdded")?;
    let mut effects = Vec::new();
    for group in &groups {
        if store::link(visit.connection, group, Link::Member, &user)? {
            effects.push(format!("added {user} to group {group}"));
        } else if !may_be_there {
            return Err(Refusal::conflict(format!("User {user} is in group {group} already.")));
        }
    }
    changed(visit, Type::ProfileGroup, &groups, &effects)
}

/// Takes a user out of groups. Leases that run live on.
pub(in crate::tenduke) fn remove(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let (user, groups) = named(visit, &fields)?;
    let may_be_gone = fields.switch("allowAlreadyRemoved")?;
    let mut effects = Vec::new();
    for group in &groups {
        if store::unlink(visit.connection, group, Link::Member, &user)? {
            effects.push(format!("removed {user} from group {group}"));
        } else if !may_be_gone {
            return Err(Refusal::conflict(format!("User {user} is not in group {group}.")));
        }
    }
    changed(visit, Type::ProfileGroup, &groups, &effects)
}

/// The user and the groups that the fields name.
fn named(visit: &Visit<'_>, fields: &Fields) -> Result<(String, Vec<String>), Refusal> {
    let (user, groups) = (fields.id("profileId")?, fields.ids("profileGroupId")?);
    check_known(visit, Type::Profile, &user)?;
    for group in &groups {
        check_known(visit, Type::ProfileGroup, group)?;
    }
    Ok((user, groups))
}
