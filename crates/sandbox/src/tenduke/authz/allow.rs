//! Whether a licence lets a user use it, and for how long.

use std::fmt;

use crate::tenduke::license::{License, Reservation, Use};
use crate::tenduke::model::{Credit, Mode};
use crate::tenduke::time::Moment;

/// What a user wants of a licence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) user: &'a str,
    pub(super) device: Option<&'a str>,
    /// The lease that is to be renewed.
    pub(super) lease: Option<&'a str>,
    /// Whether the licence is used, or is only asked for.
    pub(super) consumes: bool,
    pub(super) mode: Mode,
    /// How often the use is counted.
    pub(super) count: u64,
    /// How much use time is wanted, in milliseconds.
    pub(super) duration: Option<u64>,
}

/// What a licence lets a user do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance<'a> {
    /// The use that goes on.
    pub(super) renews: Option<&'a Use>,
    pub(super) until: Moment,
    /// From when on it is to be renewed.
    pub(super) refresh: Moment,
}

/// Why a licence does not let a user use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denial {
    Contradictory,
    Denied,
    NotReserved,
    NoSuchLease,
    OtherDevice,
    NoExtension,
    NoSeat,
    NoCount,
    NoTime,
}

/// Looks at a licence that is valid and meant for the user.
pub(super) fn allowed<'a>(license: &'a License, wish: &Wish<'_>, now: Moment) -> Result<Allowance<'a>, Denial> {
    if license.model.credit == Credit::Contradictory {
        return Err(Denial::Contradictory);
    }
    let reservation = license.reservation_of(wish.user);
    if reservation == Some(Reservation::Denied) {
        return Err(Denial::Denied);
    }
    if license.model.is_named && reservation != Some(Reservation::Reserved) {
        return Err(Denial::NotReserved);
    }
    let renews = renewed(license, wish, now)?;
    if renews.is_some() && !license.model.allows_extension {
        return Err(Denial::NoExtension);
    }
    let time_left = match license.model.credit {
        Credit::Seats if !has_seat(license, wish.user, now) => return Err(Denial::NoSeat),
        Credit::Count if license.count_left() < wish.count => return Err(Denial::NoCount),
        Credit::Time => Some(license.time_left(now, renews)),
        Credit::Seats | Credit::Count | Credit::Unlimited | Credit::Contradictory => None,
    };
    if time_left == Some(0) {
        return Err(Denial::NoTime);
    }
    let lease = license.model.lease_time(wish.mode);
    let wanted = wish.duration.filter(|_| time_left.is_some());
    let length = [Some(lease.length), time_left, wanted].into_iter().flatten().min().unwrap_or_default();
    let until = after(now, length).min(license.valid_until.unwrap_or(Moment::MAX));
    let three_quarters = now + (until - now) / 4 * 3 + (until - now) % 4 * 3 / 4;
    let refresh = lease.refresh.map_or(three_quarters, |refresh| after(now, refresh)).min(until);
    Ok(Allowance { renews, until, refresh })
}

/// The lease that a wish renews.
fn renewed<'a>(license: &'a License, wish: &Wish<'_>, now: Moment) -> Result<Option<&'a Use>, Denial> {
    let mut own = license.live(now).filter(|one| one.user == wish.user);
    if let Some(lease) = wish.lease {
        let lease = own.find(|one| one.lease == lease && !one.is_released).ok_or(Denial::NoSuchLease)?;
        let is_other = wish.device.is_some() && wish.device != lease.device.as_deref();
        return if is_other { Err(Denial::OtherDevice) } else { Ok(Some(lease)) };
    }
    let own: Vec<_> = own.collect();
    if !wish.consumes && wish.device.is_none() {
        return Ok(own.into_iter().find(|one| !one.is_released));
    }
    if license.model.is_bound_to_device && own.iter().any(|one| one.device.as_deref() != wish.device) {
        return Err(Denial::OtherDevice);
    }
    Ok(own.into_iter().find(|one| one.device.as_deref() == wish.device && !one.is_released))
}

fn has_seat(license: &License, user: &str, now: Moment) -> bool {
    let is_within = license.seats_taken(now) <= license.seat_count.unwrap_or_default();
    license.reservation_of(user) == Some(Reservation::Reserved)
        || (license.is_held_by(user, now) && is_within)
        || license.seats_free(now) > 0
}

/// The moment that comes so many milliseconds after another.
pub(in crate::tenduke) fn after(moment: Moment, milliseconds: u64) -> Moment {
    moment.saturating_add(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}

impl fmt::Display for Denial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Contradictory => "its model has several constraints of use",
            Self::Denied => "it is denied to the user",
            Self::NotReserved => "it is not reserved for the user",
            Self::NoSuchLease => "the user has no such lease",
            Self::OtherDevice => "the user's lease is on another device",
            Self::NoExtension => "its leases are not renewed",
            Self::NoSeat => "it has no free seat",
            Self::NoCount => "too few uses are left",
            Self::NoTime => "no use time is left",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenduke::license::tests::{assigned, license, used};

    const NOW: Moment = 1000;

    fn wish(user: &str) -> Wish<'_> {
        Wish { user, device: None, lease: None, consumes: true, mode: Mode::Cache, count: 1, duration: None }
    }

    /// A licence of two seats, of which `a` holds one on the device `x`.
    fn held() -> License {
        let mut license = license("l", Credit::Seats);
        license.model.is_bound_to_device = true;
        license.uses = vec![used("a", Some("x"), 950, 1050)];
        license
    }

    fn until(license: &License, wish: &Wish<'_>) -> Result<(Moment, Option<String>), Denial> {
        allowed(license, wish, NOW).map(|allowance| (allowance.until, allowance.renews.map(|one| one.id.clone())))
    }

    #[test]
    fn a_lease_lasts_as_long_as_its_mode_its_licence_and_the_use_time_let_it() {
        fn of<'a>(license: &'a License, wish: &Wish<'_>) -> Allowance<'a> {
            allowed(license, wish, NOW).unwrap()
        }
        let mut license = license("l", Credit::Seats);
        assert_eq!(of(&license, &wish("a")), Allowance { renews: None, until: 1100, refresh: 1075 });
        assert_eq!(of(&license, &Wish { mode: Mode::Checkout, ..wish("a") }).until, 1500);
        let long = Wish { duration: Some(1), ..wish("a") };
        assert_eq!(of(&license, &long).until, 1100, "a seat has no use time");
        license.valid_until = Some(1040);
        assert_eq!(of(&license, &wish("a")), Allowance { renews: None, until: 1040, refresh: 1030 });
        license.model.cache.refresh = Some(60);
        assert_eq!(of(&license, &wish("a")).refresh, 1040, "before the end at the latest");
        license.model.cache.length = 0;
        assert_eq!(of(&license, &wish("a")).until, NOW, "such a lease ends at once");
    }

    #[test]
    fn a_lease_is_renewed_on_its_device_alone() {
        let license = held();
        let on = |device| Wish { device, ..wish("a") };
        assert_eq!(until(&license, &on(Some("x"))), Ok((1100, Some("c-a".to_owned()))));
        assert_eq!(until(&license, &on(Some("y"))), Err(Denial::OtherDevice));
        assert_eq!(until(&license, &on(None)), Err(Denial::OtherDevice));
        let asks = Wish { consumes: false, ..on(None) };
        assert_eq!(until(&license, &asks), Ok((1100, Some("c-a".to_owned()))), "who only asks need not say where");
        let mut free = held();
        free.model.is_bound_to_device = false;
        assert_eq!(until(&free, &on(Some("y"))), Ok((1100, None)), "a second lease on the same seat");
        free.model.allows_extension = false;
        assert_eq!(until(&free, &on(Some("x"))), Err(Denial::NoExtension));
    }

    #[test]
    fn a_lease_that_is_named_must_live_and_be_the_users_own() {
        let mut license = held();
        let named = |user, lease| Wish { lease: Some(lease), ..wish(user) };
        assert_eq!(until(&license, &named("a", "l-a")), Ok((1100, Some("c-a".to_owned()))));
        assert_eq!(until(&license, &named("b", "l-a")), Err(Denial::NoSuchLease));
        assert_eq!(until(&license, &Wish { device: Some("y"), ..named("a", "l-a") }), Err(Denial::OtherDevice));
        license.uses[0].is_released = true;
        assert_eq!(until(&license, &named("a", "l-a")), Err(Denial::NoSuchLease), "it only cools down");
        license.uses[0].until = NOW;
        assert_eq!(until(&license, &named("a", "l-a")), Err(Denial::NoSuchLease));
    }

    #[test]
    fn a_seat_is_for_who_has_it_reserved_who_holds_it_or_who_finds_it_free() {
        let mut license = held();
        let own = Wish { device: Some("x"), ..wish("a") };
        assert_eq!(until(&license, &wish("b")), Ok((1100, None)));
        license.seat_count = Some(1);
        assert_eq!(until(&license, &wish("b")), Err(Denial::NoSeat));
        assert!(until(&license, &own).is_ok());
        license.seat_count = Some(0);
        assert_eq!(until(&license, &own), Err(Denial::NoSeat), "more are taken than there are");
        license.assignments = vec![assigned("a", Some(Reservation::Reserved))];
        assert!(until(&license, &own).is_ok());
        license.assignments = vec![assigned("a", Some(Reservation::Denied))];
        assert_eq!(until(&license, &own), Err(Denial::Denied));
        license.seat_count = None;
        license.assignments.clear();
        assert_eq!(until(&license, &own), Err(Denial::NoSeat), "nobody granted any");
    }

    #[test]
    fn a_named_seat_needs_a_reservation() {
        let mut license = license("l", Credit::Seats);
        license.model.is_named = true;
        license.assignments = vec![assigned("a", None)];
        assert_eq!(until(&license, &wish("a")), Err(Denial::NotReserved));
        license.assignments = vec![assigned("a", Some(Reservation::Reserved))];
        assert!(until(&license, &wish("a")).is_ok());
    }

    #[test]
    fn uses_are_counted_and_use_time_runs_out() {
        let mut counted = license("l", Credit::Count);
        counted.uses = vec![Use { count: 8, ..used("a", None, 0, 10) }];
        assert!(until(&counted, &Wish { count: 2, ..wish("a") }).is_ok());
        assert_eq!(until(&counted, &Wish { count: 3, ..wish("a") }), Err(Denial::NoCount));
        let mut timed = license("l", Credit::Time);
        timed.uses = vec![used("b", None, 0, 960)];
        assert_eq!(until(&timed, &wish("a")), Ok((1040, None)));
        assert_eq!(until(&timed, &Wish { duration: Some(30), ..wish("a") }), Ok((1030, None)));
        timed.use_time = Some(960);
        assert_eq!(until(&timed, &wish("a")), Err(Denial::NoTime));
        timed.model.credit = Credit::Contradictory;
        assert_eq!(until(&timed, &wish("a")), Err(Denial::Contradictory));
    }
}
