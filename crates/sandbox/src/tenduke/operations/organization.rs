//! Users taken out of an organization.

use super::{changed, check_known};
use crate::exchange::Reply;
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::store::{self, Link};
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// Takes a user out of all groups of an organization, and off its entitlements. Leases that run live on.
pub(in crate::tenduke) fn remove_user(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let (user, organization) = (fields.id("profileId")?, fields.id("organizationId")?);
    check_known(visit, Type::Profile, &user)?;
    check_known(visit, Type::Organization, &organization)?;
    let mut is_out = false;
    for (kind, link) in [(Type::ProfileGroup, Link::Member), (Type::Entitlement, Link::Consumer)] {
        for part in store::to(visit.connection, &organization, Link::Owns, kind)? {
            is_out |= store::unlink(visit.connection, &part.id, link, &user)?;
        }
    }
    if !is_out {
        return Err(Refusal::conflict(format!("User {user} is not in organization {organization}.")));
    }
    let effect = format!("removed {user} from organization {organization}");
    changed(visit, Type::Profile, &[user], &[effect])
}
