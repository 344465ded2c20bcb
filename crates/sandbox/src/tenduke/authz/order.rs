//! In which order the licences that a user may use are tried.

use std::cmp::Reverse;

use crate::tenduke::license::{License, Reservation};
use crate::tenduke::model::Credit;
use crate::tenduke::time::Moment;

/// By what a licence is meant for a user; what stands before is tried before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// The user owns it.
    Personal,
    /// By a group of the type `licenseConsumers`, or by a relation to the user alone.
    Consumers,
    /// By a group of the type `employees`.
    Employees,
    /// By a group of another type.
    Others,
}

/// A licence that is meant for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) license: License,
    pub(super) way: Way,
}

/// Puts candidates in the order in which they are tried: what the user holds and what is reserved for the user first, seats
/// before use time before counted uses; then the others, by their way. Of seats those come first that end last, of the rest
/// those that end first.
pub(super) fn in_order(candidates: &mut [Candidate], user: &str, now: Moment) {
    candidates.sort_by_cached_key(|candidate| {
        let Candidate { license, way } = candidate;
        let is_held = license.is_held_by(user, now);
        let is_reserved = license.reservation_of(user) == Some(Reservation::Reserved);
        let kind = match license.model.credit {
            Credit::Seats | Credit::Unlimited | Credit::Contradictory => 0,
            Credit::Time => 1,
            Credit::Count => 2,
        };
        let is_seat = kind == 0;
        let own = match (is_held, is_reserved) {
            (false, false) => None,
            (true, true) => Some(0),
            (false, true) => Some(1),
            (true, false) => Some(if is_seat { 2 } else { 0 }),
        };
        let end = license.valid_until.unwrap_or(Moment::MAX);
        let ends = if is_seat { (Reverse(end), 0) } else { (Reverse(0), end) };
        let way = own.is_none().then_some(*way);
        (way, kind, own, ends, license.id.clone())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenduke::license::tests::{assigned, license, used};

    fn order(candidates: &[Candidate]) -> Vec<&str> {
        candidates.iter().map(|candidate| candidate.license.id.as_str()).collect()
    }

    fn candidate(license: License, way: Way) -> Candidate {
        Candidate { license, way }
    }

    #[test]
    fn what_the_user_holds_and_what_is_reserved_comes_first() {
        let held = |license: License| License { uses: vec![used("u", None, 0, 100)], ..license };
        let reserved =
            |license: License| License { assignments: vec![assigned("u", Some(Reservation::Reserved))], ..license };
        let mut candidates = [
            candidate(license("a", Credit::Seats), Way::Personal),
            candidate(reserved(license("b", Credit::Count)), Way::Others),
            candidate(held(license("c", Credit::Count)), Way::Others),
            candidate(reserved(license("d", Credit::Time)), Way::Others),
            candidate(held(reserved(license("e", Credit::Time))), Way::Others),
            candidate(held(license("f", Credit::Seats)), Way::Others),
            candidate(reserved(license("g", Credit::Seats)), Way::Others),
            candidate(held(reserved(license("h", Credit::Seats))), Way::Others),
        ];
        in_order(&mut candidates, "u", 50);
        assert_eq!(order(&candidates), ["h", "g", "f", "e", "d", "c", "b", "a"]);
        in_order(&mut candidates, "u", 100);
        assert_eq!(order(&candidates), ["g", "h", "d", "e", "b", "a", "f", "c"], "what has ended is not held");
    }

    #[test]
    fn the_others_come_by_their_way_and_seats_by_their_end_from_the_last() {
        let until = |license: License, end| License { valid_until: end, ..license };
        let mut candidates = [
            candidate(until(license("a", Credit::Count), Some(200)), Way::Employees),
            candidate(until(license("b", Credit::Count), Some(100)), Way::Employees),
            candidate(until(license("c", Credit::Time), None), Way::Employees),
            candidate(until(license("d", Credit::Seats), Some(100)), Way::Employees),
            candidate(until(license("e", Credit::Seats), Some(200)), Way::Employees),
            candidate(until(license("f", Credit::Seats), None), Way::Employees),
            candidate(until(license("g", Credit::Seats), None), Way::Employees),
            candidate(license("h", Credit::Seats), Way::Others),
            candidate(license("i", Credit::Count), Way::Consumers),
            candidate(license("j", Credit::Count), Way::Personal),
        ];
        in_order(&mut candidates, "u", 50);
        assert_eq!(order(&candidates), ["j", "i", "f", "g", "e", "d", "c", "b", "a", "h"]);
    }
}
