//! What a purpose of a run has written so far, and its guards.

use std::ops::AddAssign;
use std::sync::{Mutex, MutexGuard, PoisonError};

use seatflow_call::JournalError;
use seatflow_catalog::Method;

use crate::given::Guards;

/// Writes that were intended and not withdrawn. A pass that withdraws what an earlier one has intended may have less than
/// none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) writes: i64,
    /// Those of them that delete.
    pub(crate) deletes: i64,
}

impl AddAssign for Written {
    fn add_assign(&mut self, other: Self) {
        self.writes += other.writes;
        self.deletes += other.deletes;
    }
}

/// Counts writes, and lets none pass that is beyond a guard.
#[derive(Debug)]
pub(crate) struct Tally {
    guards: Guards,
    /// Those of earlier passes of the purpose are among them.
    written: Mutex<Written>,
}

impl Tally {
    /// Counts on from what earlier passes have written.
    pub(crate) fn new(guards: Guards, earlier: Written) -> Self {
        Self { guards, written: Mutex::new(earlier) }
    }

    /// One more write.
    ///
    /// # Errors
    /// A guard would be passed; then it is not counted.
    pub(crate) fn add(&self, method: Method) -> Result<(), JournalError> {
        let mut written = self.lock();
        let next = Written { writes: written.writes + 1, deletes: written.deletes + deletes(method) };
        let is_beyond = |count: i64, most: &u64| u64::try_from(count).is_ok_and(|count| count > *most);
        let beyond = |count, most: Option<u64>| most.filter(|most| is_beyond(count, most));
        if let Some(most) = beyond(next.writes, self.guards.max_writes) {
            return Err(JournalError::Guard { guard: "--max-writes", most });
        }
        if let Some(most) = beyond(next.deletes, self.guards.max_deletes)
            && method == Method::Delete
        {
            return Err(JournalError::Guard { guard: "--max-deletes", most });
        }
        *written = next;
        Ok(())
    }

    /// One write less.
    pub(crate) fn take_back(&self, method: Method) {
        let mut written = self.lock();
        written.writes -= 1;
        written.deletes -= deletes(method);
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn deletes(method: Method) -> i64 {
    i64::from(method == Method::Delete)
}
