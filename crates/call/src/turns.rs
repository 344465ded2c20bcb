//! The order of writes: those with one order key never overlap, and none follows one in doubt.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

/// What orders a write: writes of one key go one after the other, in the order of their records.
///
/// It is made of what the endpoint names with `order_by`, or of the path where it names nothing; unless it is said, of the
/// path, and for POST of the whole URL.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrderKey(Arc<str>);

impl OrderKey {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without its text: a URL or a value in it may be a secret.
impl fmt::Debug for OrderKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OrderKey").finish_non_exhaustive()
    }
}

/// The writes under way of all connections of a run. Clones share them.
#[derive(Clone, Default)]
pub struct Turns {
    state: Arc<Mutex<State>>,
}

/// Without the keys.
impl fmt::Debug for Turns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Turns").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State {
    /// A lock for each key of which a write is under way or waits.
    taken: HashMap<String, Arc<Lock<()>>>,
    in_doubt: HashSet<String>,
}

/// The turn of one write; the next of its key comes when it is dropped.
pub(crate) struct Turn {
    turns: Turns,
    key: String,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for the turn of a write to a system, whose base URL this is. They come in the order
    /// in which they were asked for.
    pub(crate) async fn take(&self, base_url: &str, key: &OrderKey) -> Turn {
        let key = format!("{base_url}{}", key.as_str());
        let lock = Arc::clone(self.state().taken.entry(key.clone()).or_default());
        // From here on the key is given back, whatever happens.
        let mut turn = Turn { turns: self.clone(), key, guard: None };
        turn.guard = Some(lock.lock_owned().await);
        turn
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Whether an earlier write of the key is in doubt.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.turns.state().in_doubt.contains(&self.key)
    }

    /// No further write of the key is made: nobody knows what became of this one.
    pub(crate) fn leave_in_doubt(&self) {
        self.turns.state().in_doubt.insert(self.key.clone());
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        let mut state = self.turns.state();
        // One more than the map's own is one that waits.
        if state.taken.get(&self.key).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            state.taken.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_key_is_one_after_the_other_and_others_go_beside_it() {
        let turns = Turns::default();
        let (a, b) = (OrderKey::new("/a"), OrderKey::new("/b"));
        let first = turns.take("http://x", &a).await;
        let mut second = Box::pin(turns.take("http://x", &a));
        let mut third = Box::pin(turns.take("http://x", &a));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(third.as_mut().now_or_never().is_none());
        assert!(turns.take("http://x", &b).now_or_never().is_some());
        assert!(turns.take("http://y", &a).now_or_never().is_some());
        drop(first);
        assert!(third.as_mut().now_or_never().is_none());
        drop(second.await);
        drop(third.await);
        assert!(turns.state().taken.is_empty());
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_nothing_behind() {
        let turns = Turns::default();
        let a = OrderKey::new("/a");
        let first = turns.take("", &a).await;
        assert!(turns.take("", &a).now_or_never().is_none());
        drop(first);
        assert!(turns.state().taken.is_empty());
    }

    #[tokio::test]
    async fn doubt_stays_with_its_key() {
        let turns = Turns::default();
        let (a, b) = (OrderKey::new("/a"), OrderKey::new("/b"));
        let first = turns.take("", &a).await;
        assert!(!first.is_in_doubt());
        first.leave_in_doubt();
        drop(first);
        assert!(turns.take("", &a).await.is_in_doubt());
        assert!(!turns.take("", &b).await.is_in_doubt());
    }
}
