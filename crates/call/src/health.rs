//! Whether it is worth going on.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::outcome::{Failure, FailureKind};

/// So many connect or authorization failures in a row, and the run should stop.
pub const FAILURES_IN_A_ROW: u32 = 20;

/// Counts the calls that did not reach the system, in the order in which they end.
#[derive(Debug, Default)]
pub(crate) struct Health {
    in_a_row: AtomicU32,
    latest: Mutex<Option<Unreached>>,
}

/// A call that did not reach the system, or was not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// What happened, in one sentence.
    pub message: String,
    /// Where the call should have gone.
    pub url: String,
}

impl FailureKind {
    /// Whether a failure of this kind says that the system cannot be reached, or lets nobody in.
    pub fn is_unreached(self) -> bool {
        matches!(self, Self::Connect | Self::Tls | Self::Authorization)
    }
}

impl Health {
    /// Takes the end of a call into account; none is a success.
    pub(crate) fn ended(&self, failure: Option<&Failure>) {
        match failure {
            Some(failure) if failure.kind.is_unreached() => {
                let unreached = Unreached { message: failure.message.clone(), url: failure.url.clone() };
                *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(unreached);
                self.in_a_row.fetch_add(1, Ordering::Relaxed);
            }
            Some(failure) if failure.kind == FailureKind::NotAttempted => {}
            _ => {
                // A load first: in a healthy run no core takes the line from another.
                if self.in_a_row.load(Ordering::Relaxed) != 0 {
                    self.in_a_row.store(0, Ordering::Relaxed);
                }
            }
        }
    }

    /// How many calls in a row did not reach the system.
    pub(crate) fn in_a_row(&self) -> u32 {
        self.in_a_row.load(Ordering::Relaxed)
    }

    /// The latest of [`FAILURES_IN_A_ROW`] calls or more that did not reach the system, if there are so many.
    pub(crate) fn hopeless(&self) -> Option<Unreached> {
        let latest = || self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (self.in_a_row() >= FAILURES_IN_A_ROW).then(latest).flatten()
    }
}

#[cfg(test)]
mod tests {
    use seatflow_catalog::Method;

    use super::*;

    fn failure(kind: FailureKind) -> Failure {
        let (message, url) = (format!("it was {kind}"), "https://h.test".to_owned());
        Failure { kind, message, status: None, method: Method::Get, url, attempts: 1, body: None }
    }

    #[test]
    fn the_call_that_is_told_is_one_of_those_that_were_counted() {
        let health = Health::default();
        for _ in 1..FAILURES_IN_A_ROW {
            health.ended(Some(&failure(FailureKind::Connect)));
        }
        assert_eq!(health.hopeless(), None);
        health.ended(Some(&failure(FailureKind::Tls)));
        health.ended(Some(&failure(FailureKind::NotAttempted)));
        assert_eq!(health.hopeless().unwrap().message, "it was tls");
        health.ended(Some(&failure(FailureKind::Status)));
        assert_eq!(health.hopeless(), None);
    }

    #[test]
    fn only_failures_to_reach_the_system_are_counted_and_any_answer_ends_the_row() {
        let health = Health::default();
        for kind in [FailureKind::Connect, FailureKind::Tls, FailureKind::Authorization] {
            health.ended(Some(&failure(kind)));
        }
        assert_eq!(health.in_a_row(), 3);
        health.ended(Some(&failure(FailureKind::NotAttempted)));
        assert_eq!(health.in_a_row(), 3);
        health.ended(Some(&failure(FailureKind::Status)));
        assert_eq!(health.in_a_row(), 0);
        health.ended(Some(&failure(FailureKind::Connect)));
        health.ended(None);
        assert_eq!(health.in_a_row(), 0);
    }
}
