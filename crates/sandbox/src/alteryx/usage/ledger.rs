//! The ledger of one licence key, played forward in time.

use std::collections::HashMap;

use crate::alteryx::time::Time;

/// Seats taken (a positive delta) or given back.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) time: Time,
    pub(super) device: String,
    pub(super) user: Option<String>,
    pub(super) delta: i64,
}

/// The ledger, at some place in time.
#[derive(Debug)]
pub(super) struct Ledger {
    events: std::iter::Peekable<std::vec::IntoIter<Event>>,
    used: i64,
    by_device: HashMap<String, i64>,
    by_user: HashMap<String, i64>,
}

impl Ledger {
    /// The events stand in the order of their times.
    pub(super) fn new(events: Vec<Event>) -> Self {
        Self { events: events.into_iter().peekable(), used: 0, by_device: HashMap::new(), by_user: HashMap::new() }
    }

    /// Plays what happened before `end`; gives the most that was used from `start` on.
    pub(super) fn play(&mut self, start: &Time, end: &Time) -> i64 {
        self.play_while(start, |event| event.time < *end)
    }

    /// Plays everything that is left; gives the most that was used from `start` on.
    pub(super) fn play_to_the_end(&mut self, start: &Time) -> i64 {
        self.play_while(start, |_| true)
    }

    /// How many seats are used.
    pub(super) fn used(&self) -> i64 {
        self.used
    }

    /// How many devices hold a seat.
    pub(super) fn devices(&self) -> usize {
        self.by_device.len()
    }

    /// How many users have a seat on a device.
    pub(super) fn users(&self) -> usize {
        self.by_user.len()
    }

    fn play_while(&mut self, start: &Time, mut goes_on: impl FnMut(&Event) -> bool) -> i64 {
        // What is used before the first event of the span counts, too.
        let mut peak = None;
        while let Some(event) = self.events.next_if(&mut goes_on) {
            if event.time >= *start {
                peak = peak.max(Some(self.used));
            }
            self.used += event.delta;
            count(&mut self.by_device, event.device, event.delta);
            if let Some(user) = event.user {
                count(&mut self.by_user, user, event.delta);
            }
            if event.time >= *start {
                peak = peak.max(Some(self.used));
            }
        }
        peak.unwrap_or(self.used)
    }
}

/// Adds to a count and forgets it when it is 0.
fn count(counts: &mut HashMap<String, i64>, name: String, delta: i64) {
    match counts.get_mut(&name) {
        Some(count) if *count + delta == 0 => {
            counts.remove(&name);
        }
        Some(count) => *count += delta,
        None => {
            counts.insert(name, delta);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: &str, device: &str, delta: i64) -> Event {
        Event { time: Time(time.into()), device: device.into(), user: Some("ann".into()), delta }
    }

    #[test]
    fn a_peak_counts_what_was_there_before_and_what_went_in_between() {
        let mut ledger = Ledger::new(vec![
            event("1", "a", 1),
            event("3", "b", 2),
            event("4", "b", -2),
            event("5", "a", -1),
            event("7", "c", 1),
        ]);
        let mut play = |start: &str, end: &str| ledger.play(&Time(start.into()), &Time(end.into()));
        assert_eq!([play("2", "3"), play("3", "5"), play("5", "6"), play("6", "7")], [1, 3, 1, 0]);
        assert_eq!((ledger.used(), ledger.devices(), ledger.users()), (0, 0, 0));
        assert_eq!(ledger.play_to_the_end(&Time("7".into())), 1);
        assert_eq!((ledger.used(), ledger.devices(), ledger.users()), (1, 1, 1));
    }
}
