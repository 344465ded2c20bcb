//! The passes that this process makes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The passes of a store that are being made, by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    passes: Arc<Mutex<BTreeSet<i64>>>,
}

/// A pass that is being made, as long as this lives.
#[derive(Debug)]
pub(crate) struct Alive {
    live: Live,
    pass: i64,
}

impl Live {
    /// This pass is being made.
    pub(crate) fn enter(&self, pass: i64) -> Alive {
        self.lock().insert(pass);
        Alive { live: self.clone(), pass }
    }

    /// Whether this pass is being made.
    pub(crate) fn contains(&self, pass: i64) -> bool {
        self.lock().contains(&pass)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.passes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.live.lock().remove(&self.pass);
    }
}
