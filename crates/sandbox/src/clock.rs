//! The clock that the systems go by.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use crate::ClockKind;

/// Where a fixed clock starts: 2025-03-01T09:00:00Z, in microseconds.
pub(crate) const START_MICROSECONDS: i64 = 1_740_819_600_000_000;

/// A handle on a sandbox's clock. Clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    Fixed(AtomicI64),
    Real,
}

impl Clock {
    pub(crate) fn new(kind: ClockKind, fixed_microseconds: i64) -> Self {
        Self(Arc::new(match kind {
            ClockKind::Fixed => Source::Fixed(AtomicI64::new(fixed_microseconds)),
            ClockKind::Real => Source::Real,
        }))
    }

    /// The time now, by this clock, to the microsecond.
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::Fixed(microseconds) => {
                Timestamp::from_microsecond(microseconds.load(Ordering::Acquire)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
            Source::Real => Timestamp::now(),
        }
    }

    /// The last whole second: the time by which the systems answer, so that an answer can be kept for a second.
    pub(crate) fn second(&self) -> Timestamp {
        Timestamp::from_second(self.now().as_microsecond().div_euclid(1_000_000)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Which kind of clock this is.
    pub fn kind(&self) -> ClockKind {
        match &*self.0 {
            Source::Fixed(_) => ClockKind::Fixed,
            Source::Real => ClockKind::Real,
        }
    }

    /// Sets a fixed clock; says whether it is one.
    pub(crate) fn set(&self, now: Timestamp) -> bool {
        match &*self.0 {
            Source::Fixed(microseconds) => {
                microseconds.store(now.as_microsecond(), Ordering::Release);
                true
            }
            Source::Real => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_until_it_is_set() {
        let clock = Clock::new(ClockKind::Fixed, START_MICROSECONDS);
        let handle = clock.clone();
        assert_eq!(handle.now().to_string(), "2025-03-01T09:00:00Z");
        assert!(clock.set("2025-03-01T09:00:01.75Z".parse().unwrap()));
        assert_eq!(handle.now().to_string(), "2025-03-01T09:00:01.75Z");
        assert_eq!(handle.second().to_string(), "2025-03-01T09:00:01Z");
    }

    #[test]
    fn a_real_clock_cannot_be_set() {
        let clock = Clock::new(ClockKind::Real, START_MICROSECONDS);
        assert!(!clock.set(Timestamp::UNIX_EPOCH));
        assert_ne!(clock.now(), Timestamp::UNIX_EPOCH);
    }
}
