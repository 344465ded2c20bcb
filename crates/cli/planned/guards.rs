//! Guards that a plan would pass.

use seatflow_catalog::Method;
use seatflow_journal::{Guards, PlannedCall};

/// How many calls a plan has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// Writes that are known, deletions among them.
    pub(crate) writes: u64,
    /// Deletions that are known.
    pub(crate) deletes: u64,
    /// Calls that it cannot tell.
    pub(crate) unknown: u64,
}

/// A guard that is lower than what is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLow {
    /// The guard, as it is written on the command line.
    pub(crate) guard: &'static str,
    /// What it allows.
    pub(crate) most: u64,
    /// What is planned.
    pub(crate) planned: u64,
}

impl Count {
    /// Counts the calls of a plan.
    pub(crate) fn of(calls: &[PlannedCall]) -> Self {
        let known = || calls.iter().filter(|call| call.column.is_none());
        let writes = known().count() as u64;
        let deletes = known().filter(|call| call.method == Method::Delete).count() as u64;
        Self { writes, deletes, unknown: calls.len() as u64 - writes }
    }

    /// The guards that would stop a run that makes the calls that are known.
    pub(crate) fn too_low(self, guards: Guards) -> impl Iterator<Item = TooLow> {
        let guards =
            [("--max-writes", guards.max_writes, self.writes), ("--max-deletes", guards.max_deletes, self.deletes)];
        guards.into_iter().filter_map(|(guard, most, planned)| {
            most.filter(|most| planned > *most).map(|most| TooLow { guard, most, planned })
        })
    }
}
