//! The run's clock.

use std::fmt;

use jiff::Timestamp;

/// Tells the time of a run: when tokens end, and when attempts began.
///
/// How long something took is never read from it but from a monotonic clock.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
