//! A licence with its assignments and uses: who holds it, and what is left of it.

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde_json::Value;

use super::model::Model;
use super::store::{self, Link, Object};
use super::time::{Moment, moment};
use super::types::Type;

/// A licence, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct License {
    pub(super) id: String,
    pub(super) entitlement: String,
    pub(super) model: Model,
    pub(super) seat_count: Option<u64>,
    pub(super) use_count: Option<u64>,
    /// In milliseconds.
    pub(super) use_time: Option<u64>,
    pub(super) valid_from: Option<Moment>,
    pub(super) valid_until: Option<Moment>,
    pub(super) assignments: Vec<Assignment>,
    /// All that there ever were.
    pub(super) uses: Vec<Use>,
}

/// What ties a user to a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) id: String,
    pub(super) user: String,
    pub(super) reservation: Option<Reservation>,
}

/// What an assignment says beyond that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reservation {
    /// A seat is kept for the user.
    Reserved,
    /// The user gets none.
    Denied,
}

/// One use of a licence, running or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) id: String,
    /// The id of its lease.
    pub(super) lease: String,
    pub(super) user: String,
    pub(super) device: Option<String>,
    pub(super) from: Moment,
    pub(super) until: Moment,
    pub(super) is_released: bool,
    /// How often it was counted.
    pub(super) count: u64,
}

impl Reservation {
    pub(super) const WORDS: [(&str, Self); 2] = [("reserved", Self::Reserved), ("denied", Self::Denied)];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Denied => "denied",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, reservation)| reservation)
    }
}

impl Use {
    fn of(object: Object, user: &str) -> Self {
        let time = |name| object.text(name).and_then(moment).unwrap_or_default();
        Self {
            lease: object.text("leaseId").unwrap_or_default().to_owned(),
            user: user.to_owned(),
            device: object.text("hw").map(str::to_owned),
            from: time("grantedFrom"),
            until: time("grantedUntil"),
            is_released: object.text("releasedAt").is_some(),
            count: object.number("consumedUseCount").unwrap_or_default(),
            id: object.id,
        }
    }

    pub(super) fn is_live(&self, now: Moment) -> bool {
        self.from <= now && now < self.until
    }

    /// How long it lasts, in milliseconds.
    fn length(&self) -> u64 {
        u64::try_from(self.until.saturating_sub(self.from)).unwrap_or_default()
    }
}

impl License {
    /// The licence that an object of this type is, with what hangs on it.
    pub(super) fn of(connection: &Connection, license: &Object) -> rusqlite::Result<Self> {
        let entitlement = store::from(connection, &license.id, Link::Owns, Type::Entitlement)?.pop();
        let model = store::to(connection, &license.id, Link::Refers, Type::LicenseModel)?.pop();
        let (mut assignments, mut uses) = (Vec::new(), Vec::new());
        for assignment in store::to(connection, &license.id, Link::Owns, Type::Assignment)? {
            for user in store::from(connection, &assignment.id, Link::Owns, Type::Profile)? {
                let consumptions = store::to(connection, &assignment.id, Link::Owns, Type::Consumption)?;
                uses.extend(consumptions.into_iter().map(|consumption| Use::of(consumption, &user.id)));
                let reservation = assignment.text("reservationType").and_then(Reservation::named);
                assignments.push(Assignment { id: assignment.id.clone(), user: user.id, reservation });
            }
        }
        Ok(Self {
            id: license.id.clone(),
            entitlement: entitlement.map(|entitlement| entitlement.id).unwrap_or_default(),
            model: Model::of(model.as_ref().map_or(&Value::Null, |model| model.field("settings"))),
            seat_count: license.number("seatCount"),
            use_count: license.number("useCount"),
            use_time: license.number("useTime"),
            valid_from: license.text("validFrom").and_then(moment),
            valid_until: license.text("validUntil").and_then(moment),
            assignments,
            uses,
        })
    }

    pub(super) fn is_valid(&self, now: Moment) -> bool {
        self.valid_from.is_none_or(|from| from <= now) && self.valid_until.is_none_or(|until| now < until)
    }

    pub(super) fn live(&self, now: Moment) -> impl Iterator<Item = &Use> {
        self.uses.iter().filter(move |one| one.is_live(now))
    }

    pub(super) fn is_held_by(&self, user: &str, now: Moment) -> bool {
        self.live(now).any(|one| one.user == user)
    }

    pub(super) fn reservation_of(&self, user: &str) -> Option<Reservation> {
        self.assignments.iter().find(|assignment| assignment.user == user)?.reservation
    }

    fn reserved(&self) -> impl Iterator<Item = &str> {
        let reserved = |assignment: &&Assignment| assignment.reservation == Some(Reservation::Reserved);
        self.assignments.iter().filter(reserved).map(|assignment| assignment.user.as_str())
    }

    pub(super) fn seats_reserved(&self) -> u64 {
        count(self.reserved())
    }

    /// The seats of those who hold one and of those for whom one is reserved; of each user one.
    pub(super) fn seats_taken(&self, now: Moment) -> u64 {
        count(self.live(now).map(|one| one.user.as_str()).chain(self.reserved()))
    }

    pub(super) fn seats_free(&self, now: Moment) -> u64 {
        self.seat_count.unwrap_or_default().saturating_sub(self.seats_taken(now))
    }

    pub(super) fn count_used(&self) -> u64 {
        self.uses.iter().map(|one| one.count).sum()
    }

    pub(super) fn count_left(&self) -> u64 {
        self.use_count.unwrap_or_default().saturating_sub(self.count_used())
    }

    /// The use time of the leases that have ended.
    pub(super) fn time_used(&self, now: Moment) -> u64 {
        self.uses.iter().filter(|one| one.until <= now).map(Use::length).sum()
    }

    /// What is left of the use time when this use, if it is named, ends now: a lease that lives holds its whole length.
    pub(super) fn time_left(&self, now: Moment, renewed: Option<&Use>) -> u64 {
        let gone = self.uses.iter().map(|one| match renewed {
            Some(renewed) if renewed.id == one.id => u64::try_from(now - one.from).unwrap_or_default(),
            _ => one.length(),
        });
        self.use_time.unwrap_or_default().saturating_sub(gone.sum::<u64>())
    }
}

fn count<'a>(users: impl Iterator<Item = &'a str>) -> u64 {
    users.collect::<BTreeSet<_>>().len() as u64
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::tenduke::model::Credit;

    /// A licence without end of two seats, ten uses or a second of use, whose leases last a hundred milliseconds.
    pub(in crate::tenduke) fn license(id: &str, credit: Credit) -> License {
        let leases = json!({ "LeaseTimeBehavior": { "leaseTimeCache": 100, "leaseTimeCheckOut": 500 } });
        License {
            id: id.to_owned(),
            entitlement: "e".to_owned(),
            model: Model { credit, ..Model::of(&leases) },
            seat_count: Some(2),
            use_count: Some(10),
            use_time: Some(1000),
            valid_from: None,
            valid_until: None,
            assignments: Vec::new(),
            uses: Vec::new(),
        }
    }

    pub(in crate::tenduke) fn assigned(user: &str, reservation: Option<Reservation>) -> Assignment {
        Assignment { id: format!("a-{user}"), user: user.to_owned(), reservation }
    }

    /// A use whose lease is called after its user.
    pub(in crate::tenduke) fn used(user: &str, device: Option<&str>, from: Moment, until: Moment) -> Use {
        Use {
            id: format!("c-{user}"),
            lease: format!("l-{user}"),
            user: user.to_owned(),
            device: device.map(str::to_owned),
            from,
            until,
            is_released: false,
            count: 1,
        }
    }

    #[test]
    fn a_user_takes_one_seat_however_many_leases_and_reservations_there_are() {
        let mut license = license("l", Credit::Seats);
        license.uses = vec![used("a", Some("x"), 0, 100), used("a", Some("y"), 0, 100), used("b", None, 0, 50)];
        license.assignments =
            vec![assigned("a", Some(Reservation::Reserved)), assigned("c", Some(Reservation::Denied))];
        assert_eq!((license.seats_taken(20), license.seats_free(20), license.seats_reserved()), (2, 0, 1));
        assert_eq!((license.seats_taken(50), license.seats_free(50)), (1, 1), "a lease ends before its end");
        assert_eq!((license.seats_taken(100), license.is_held_by("a", 100)), (1, false));
    }

    #[test]
    fn use_time_is_held_as_long_as_a_lease_lives() {
        let mut license = license("l", Credit::Time);
        license.uses = vec![used("a", None, 0, 100), used("b", None, 50, 450)];
        assert_eq!((license.time_used(99), license.time_left(99, None)), (0, 500));
        assert_eq!((license.time_used(100), license.time_left(100, None)), (100, 500));
        assert_eq!(license.time_left(100, Some(&license.uses[1])), 850, "what is left of a renewed lease comes back");
        license.use_time = Some(400);
        assert_eq!(license.time_left(100, None), 0);
    }

    #[test]
    fn a_licence_is_valid_from_its_begin_until_before_its_end() {
        let license = License { valid_from: Some(10), valid_until: Some(20), ..license("l", Credit::Count) };
        assert_eq!([9, 10, 19, 20].map(|now| license.is_valid(now)), [false, true, true, false]);
    }
}
