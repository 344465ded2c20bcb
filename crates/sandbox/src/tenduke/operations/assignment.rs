//! Seats reserved for users, licences denied to them, and both taken back.

use super::{changed, check_known, stored};
use crate::exchange::Reply;
use crate::refusal::Refusal;
use crate::tenduke::assign::assign;
use crate::tenduke::fields::Fields;
use crate::tenduke::license::{License, Reservation};
use crate::tenduke::model::Credit;
use crate::tenduke::store;
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// Gives the assignment of a user to a licence another type. A lease that runs lives on.
pub(in crate::tenduke) fn set(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let fields = Fields::of(visit.request)?;
    let creates = fields.switch("createAssignment")?;
    let (user, license) = (fields.id("profileId")?, fields.id("licenseId")?);
    let wanted = fields.optional("reservationType").and_then(Reservation::named);
    check_known(visit, Type::Profile, &user)?;
    let license = License::of(visit.connection, &stored(visit, Type::License, &license)?)?;
    let found = license.assignments.iter().find(|assignment| assignment.user == user);
    let before = found.and_then(|assignment| assignment.reservation);
    if wanted == Some(Reservation::Reserved) && before != wanted {
        check_seat(visit, &license, &user)?;
    }
    let (mut assignment, is_new) = match found {
        Some(found) => (stored(visit, Type::Assignment, &found.id)?, false),
        None if creates => (assign(visit.connection, &license.id, &user)?, true),
        None => return Err(Refusal::not_found(format!("User {user} has no assignment to license {}.", license.id))),
    };
    assignment.set("reservationType", wanted.map(Reservation::word));
    store::put(visit.connection, &assignment)?;
    let license = &license.id;
    let effect = match wanted {
        Some(Reservation::Reserved) => format!("reserved license {license} for {user}"),
        Some(Reservation::Denied) => format!("denied license {license} to {user}"),
        None if before.is_none() => format!("assigned license {license} to {user}"),
        None => format!("cleared what license {license} kept for or from {user}"),
    };
    let effect = (is_new || before != wanted).then_some(effect);
    changed(visit, Type::Assignment, &[assignment.id], effect.as_slice())
}

/// Sees that there is a seat to reserve: one that is free, or one that the user holds.
fn check_seat(visit: &Visit<'_>, license: &License, user: &str) -> Result<(), Refusal> {
    let now = visit.now.as_millisecond();
    let has_seats = license.model.credit == Credit::Seats;
    if !has_seats || license.is_held_by(user, now) || license.seats_free(now) > 0 {
        return Ok(());
    }
    Err(Refusal::conflict(format!("License {} has no free seat.", license.id)))
}
