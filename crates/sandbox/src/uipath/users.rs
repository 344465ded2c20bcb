//! The bundles of users: `user.allocate`.

use serde::Serialize;

use super::body::Reading;
use super::holder::Holder;
use super::host::Host;
use super::pool::Units;
use super::refused::Refused;
use super::visit::{Done, Visit};
use crate::refusal::Refusal;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Given<'a> {
    user_id: &'a str,
    organization_id: &'a str,
    use_external_license: bool,
    user_bundle_codes: &'a [String],
}

pub(super) fn allocate(visit: &Visit<'_>) -> Result<Done, Refused> {
    let mut reading = Reading::of(visit.payload(), &["userIds", "userBundleCodes", "useExternalLicense"])?;
    let (users, asked) = (reading.users(), reading.bundles());
    let (users, bundles) = reading.end((users, asked))?;
    let organization = visit.lessee()?;
    let mut unknown = Vec::new();
    for user in &users {
        if !Holder::User(user).is_of(visit.connection, &organization)? {
            unknown.push(user.as_str());
        }
    }
    if !unknown.is_empty() {
        let message = format!("Users {} were not found in organization {organization}.", unknown.join(", "));
        return Err(Refusal::not_found(message).into());
    }
    let before = Units::of(visit.connection, &organization)?;
    let mut changed = Vec::new();
    for user in &users {
        if Holder::User(user).bundles(visit.connection)? != bundles {
            Holder::User(user).give(visit.connection, &bundles)?;
            changed.push(user.as_str());
        }
    }
    let units = Units::of(visit.connection, &organization)?;
    units.check_since(&before, visit.connection, &organization)?;
    Host::find(visit.connection)?.check_raise(visit.now, &units.raised_since(&before))?;
    let effect = (!changed.is_empty()).then(|| format!("gave {bundles} to {}", changed.join(", ")));
    let given = |user| Given {
        user_id: user,
        organization_id: &organization,
        use_external_license: bundles.external,
        user_bundle_codes: &bundles.codes,
    };
    Done::new(&users.iter().map(|user| given(user)).collect::<Vec<_>>(), effect)
}
