//! The counts of a node, kept while it works.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Records that entered on D, or that a reader found.
    In,
    /// Records whose outcome is success.
    Succeeded,
    /// Records whose outcome is F.
    Failed,
    /// Calls that were made; a call without an attempt is none.
    Calls,
    /// Attempts beyond a call's first.
    Retries,
    /// Rows on S.
    Rows,
    /// Records whose answer could not be parsed into rows.
    Unparsed,
    /// Records of which nobody knows whether their write happened.
    InDoubt,
    /// Calls that an earlier run has made in place of this one.
    Recalled,
    /// Records whose writes a plan has withheld.
    Withheld,
    /// Records of which a plan cannot tell what would be called.
    Unknown,
}

const COUNTS: usize = 11;

/// The counts of one node; any thread may add and read.
#[derive(Debug, Default)]
pub struct Tally {
    counts: [AtomicU64; COUNTS],
}

impl Tally {
    /// Adds to a count.
    pub fn add(&self, count: Count, number: usize) {
        self.counts[count as usize].fetch_add(number as u64, Ordering::Relaxed);
    }

    /// The count so far.
    pub fn get(&self, count: Count) -> u64 {
        self.counts[count as usize].load(Ordering::Relaxed)
    }

    /// Whether every record that came in has left.
    pub fn is_closed(&self) -> bool {
        self.get(Count::In) == self.get(Count::Succeeded) + self.get(Count::Failed)
    }
}
