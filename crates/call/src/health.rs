//! Whether it is worth going on.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::outcome::FailureKind;

/// So many connect or authorization failures in a row, and the run should stop.
pub const FAILURES_IN_A_ROW: u32 = 20;

/// Counts the calls that did not reach the system, in the order in which they end.
#[derive(Debug, Default)]
pub(crate) struct Health {
    in_a_row: AtomicU32,
}

impl Health {
    /// Takes the end of a call into account; none is a success.
    pub(crate) fn ended(&self, failure: Option<FailureKind>) {
        match failure {
            Some(FailureKind::Connect | FailureKind::Tls | FailureKind::Authorization) => {
                self.in_a_row.fetch_add(1, Ordering::Relaxed);
            }
            Some(FailureKind::NotAttempted) => {}
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_to_reach_the_system_are_counted_and_any_answer_ends_the_row() {
        let health = Health::default();
        for kind in [FailureKind::Connect, FailureKind::Tls, FailureKind::Authorization] {
            health.ended(Some(kind));
        }
        assert_eq!(health.in_a_row(), 3);
        health.ended(Some(FailureKind::NotAttempted));
        assert_eq!(health.in_a_row(), 3);
        health.ended(Some(FailureKind::Status));
        assert_eq!(health.in_a_row(), 0);
        health.ended(Some(FailureKind::Connect));
        health.ended(None);
        assert_eq!(health.in_a_row(), 0);
    }
}
