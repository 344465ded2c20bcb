//! The calls on their way, in the order of their records.
//!
//! Calls start in the order in which they came, end in any order, and leave in the order in which
//! they came. Of the writes with one order key only the oldest may start; those behind it let
//! others pass. So an answer may have to wait for an older call; the window keeps what waits
//! within bounds, in number and in bytes.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};

use futures::StreamExt as _;
use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::FuturesUnordered;
use seatflow_call::OrderKey;
use seatflow_tool::{Run, ToolError};
use tokio_util::task::AbortOnDropHandle;

/// No call starts this far ahead of the oldest one that is not finished.
const CALLS: usize = 1024;

/// No call starts while answers of so many bytes wait for an older call.
const WAITING_BYTES: usize = 64 * 1024 * 1024;

/// Calls of which the oldest leaves first.
pub(super) struct Window<T> {
    /// How many run at once.
    most: usize,
    /// The number of the next call.
    next: u64,
    /// Those that may start.
    ready: BTreeMap<u64, Queued<T>>,
    /// Behind each write that is ready or runs: those that have its order key, the oldest first.
    behind: HashMap<OrderKey, VecDeque<Behind<T>>>,
    behind_count: usize,
    running: FuturesUnordered<AbortOnDropHandle<Finished<T>>>,
    /// Those that wait for an older one, and how many bytes they hold.
    ended: BTreeMap<u64, Ended<T>>,
    waiting_bytes: usize,
    /// The number of the oldest that has not left: all the others wait for it.
    oldest: u64,
}

/// The outcome of a call, and how many bytes it holds.
pub(super) type Ended<T> = (T, usize);

/// A call that waits for its turn, with its number.
type Behind<T> = (u64, BoxFuture<'static, Ended<T>>);

/// A call that may start, with its order key.
struct Queued<T> {
    order: Option<OrderKey>,
    work: BoxFuture<'static, Ended<T>>,
}

/// A call that is over.
struct Finished<T> {
    number: u64,
    order: Option<OrderKey>,
    ended: Ended<T>,
}

impl<T: Send + 'static> Window<T> {
    /// No calls yet, and so many at once later.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            next: 0,
            ready: BTreeMap::new(),
            behind: HashMap::new(),
            behind_count: 0,
            running: FuturesUnordered::new(),
            ended: BTreeMap::new(),
            waiting_bytes: 0,
            oldest: 0,
        }
    }

    /// Whether another call may be added.
    pub(super) fn has_room(&self) -> bool {
        self.len() < CALLS
    }

    /// Whether no call is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.ready.len() + self.behind_count + self.running.len() + self.ended.len()
    }

    /// Adds the next call; one with an order key does not start before those that have it too have
    /// ended.
    pub(super) fn push(&mut self, order: Option<OrderKey>, work: impl Future<Output = Ended<T>> + Send + 'static) {
        let number = self.next;
        self.next += 1;
        let work = work.boxed();
        match order.as_ref().map(|order| self.behind.entry(order.clone())) {
            Some(Entry::Occupied(mut behind)) => {
                behind.get_mut().push_back((number, work));
                self.behind_count += 1;
                return;
            }
            Some(Entry::Vacant(free)) => {
                free.insert(VecDeque::new());
            }
            None => {}
        }
        self.ready.insert(number, Queued { order, work });
        self.start();
    }

    /// The outcome of the oldest call; `None` if there is none.
    ///
    /// # Errors
    /// If the work of a call broke off, which is a bug.
    ///
    /// # Cancellation
    /// Nothing is lost if the future is dropped.
    pub(super) async fn next(&mut self) -> Option<Result<T, ToolError>> {
        loop {
            if let Some((outcome, bytes)) = self.ended.remove(&self.oldest) {
                self.waiting_bytes -= bytes;
                self.oldest += 1;
                self.start();
                return Some(Ok(outcome));
            }
            match self.running.next().await? {
                Ok(finished) => self.finish(finished),
                Err(error) => return Some(Err(ToolError::bug("a call broke off").from_source(error))),
            }
        }
    }

    fn finish(&mut self, finished: Finished<T>) {
        let Finished { number, order, ended } = finished;
        if let Some(Entry::Occupied(mut behind)) = order.map(|order| self.behind.entry(order)) {
            match behind.get_mut().pop_front() {
                Some((number, work)) => {
                    let order = Some(behind.key().clone());
                    self.behind_count -= 1;
                    self.ready.insert(number, Queued { order, work });
                }
                None => {
                    behind.remove();
                }
            }
        }
        self.waiting_bytes += ended.1;
        self.ended.insert(number, ended);
        self.start();
    }

    /// Starts what may start now. The oldest always may, so what waits for it does not wait in
    /// vain.
    fn start(&mut self) {
        while self.running.len() < self.most {
            let Some(next) = self.ready.first_entry() else { return };
            let number = *next.key();
            if self.waiting_bytes >= WAITING_BYTES && number != self.oldest {
                return;
            }
            let Queued { order, work } = next.remove();
            self.running.push(Run::spawn(work.map(move |ended| Finished { number, order, ended })));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use tokio::sync::oneshot;

    use super::*;

    /// All outcomes, in the order in which they leave.
    async fn all<T: Send + 'static>(window: &mut Window<T>) -> Vec<T> {
        let mut all = Vec::new();
        while let Some(outcome) = window.next().await {
            all.push(outcome.unwrap());
        }
        all
    }

    #[tokio::test]
    async fn outcomes_leave_in_the_order_of_the_calls() {
        let mut window = Window::new(2);
        let (send, wait) = oneshot::channel::<()>();
        window.push(None, async {
            wait.await.unwrap();
            (0, 1)
        });
        window.push(None, async {
            send.send(()).unwrap();
            (1, 1)
        });
        assert_eq!(all(&mut window).await, [0, 1]);
        assert!(window.is_empty());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn calls_start_in_their_order_and_no_more_than_so_many_at_once() {
        let mut window = Window::new(3);
        let (started, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let ended = Arc::new(AtomicUsize::new(0));
        for number in 0..500 {
            let (started, most, ended) = (Arc::clone(&started), Arc::clone(&most), Arc::clone(&ended));
            window.push(None, async move {
                let before = started.fetch_add(1, Ordering::SeqCst);
                // Of those before it, at most two have not been touched yet.
                assert!(before + 2 >= number, "{number} is the {before}th");
                most.fetch_max(before + 1 - ended.load(Ordering::SeqCst), Ordering::SeqCst);
                tokio::task::yield_now().await;
                ended.fetch_add(1, Ordering::SeqCst);
                (number, 0)
            });
        }
        assert_eq!(all(&mut window).await, (0..500).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= 3);
    }

    #[tokio::test]
    async fn one_at_a_time_they_start_in_their_order() {
        let mut window = Window::new(1);
        let started = Arc::new(AtomicUsize::new(0));
        for number in 0..100 {
            let started = Arc::clone(&started);
            window.push(None, async move {
                assert_eq!(started.fetch_add(1, Ordering::SeqCst), number);
                tokio::task::yield_now().await;
                (number, 0)
            });
        }
        assert_eq!(all(&mut window).await.len(), 100);
    }

    #[tokio::test]
    async fn no_call_starts_while_too_much_waits_though_it_was_added_long_ago() {
        let mut window = Window::new(2);
        let (open, opened) = oneshot::channel::<()>();
        let started = Arc::new(AtomicUsize::new(0));
        window.push(None, async {
            opened.await.unwrap();
            (0, 0)
        });
        for number in 1..10 {
            let started = Arc::clone(&started);
            window.push(None, async move {
                started.fetch_add(1, Ordering::SeqCst);
                (number, WAITING_BYTES)
            });
        }
        // The oldest does not end, so this only takes what has ended behind it.
        for _ in 0..100 {
            assert!(futures::poll!(std::pin::pin!(window.next())).is_pending());
            tokio::task::yield_now().await;
        }
        assert_eq!(started.load(Ordering::SeqCst), 1, "the answer of the second fills what may wait");
        open.send(()).unwrap();
        assert_eq!(all(&mut window).await, (0..10).collect::<Vec<_>>());
        assert_eq!(started.load(Ordering::SeqCst), 9);
    }

    /// An order key, as requests have them.
    fn key(path: &str) -> Option<OrderKey> {
        let endpoint = seatflow_catalog::builtin("alteryx").unwrap().endpoint("devices.delete").unwrap().clone();
        let values = [("accountId", Some("a")), ("deviceId", Some(path))];
        let request = seatflow_call::Request::bind(Arc::new(endpoint), &values, None).unwrap();
        request.order_key().cloned()
    }

    #[tokio::test]
    async fn of_one_key_only_the_oldest_starts_and_others_pass_those_behind_it() {
        let mut window = Window::new(4);
        let started = Arc::new(Mutex::new(Vec::new()));
        let (open, opened) = oneshot::channel::<()>();
        let mut opened = Some(opened);
        for (number, path) in ["a", "a", "b", "a", "b", "c"].into_iter().enumerate() {
            let (started, wait) = (Arc::clone(&started), opened.take());
            window.push(key(path), async move {
                started.lock().unwrap().push(number);
                if let Some(wait) = wait {
                    wait.await.unwrap();
                }
                (number, 0)
            });
        }
        for _ in 0..100 {
            assert!(futures::poll!(std::pin::pin!(window.next())).is_pending());
            tokio::task::yield_now().await;
        }
        let mut others = started.lock().unwrap().clone();
        others.sort_unstable();
        assert_eq!(others, [0, 2, 4, 5], "`b` and `c` do not wait for the first `a`");
        open.send(()).unwrap();
        assert_eq!(all(&mut window).await, [0, 1, 2, 3, 4, 5]);
        let of_a: Vec<usize> =
            started.lock().unwrap().iter().copied().filter(|number| [0, 1, 3].contains(number)).collect();
        assert_eq!(of_a, [0, 1, 3]);
        assert!(window.is_empty() && window.behind.is_empty());
    }

    #[tokio::test]
    async fn the_oldest_starts_however_much_waits_for_it() {
        let mut window = Window::new(2);
        // The second cannot start beside the first; what comes after it fills what may wait.
        window.push(key("a"), async { (0, 0) });
        window.push(key("a"), async { (1, 0) });
        window.push(None, async { (2, WAITING_BYTES) });
        window.push(None, async { (3, WAITING_BYTES) });
        assert_eq!(all(&mut window).await, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn there_is_room_for_so_many_and_no_more() {
        let mut window = Window::new(1);
        for number in 0..CALLS {
            assert!(window.has_room());
            window.push(None, async move { (number, 0) });
        }
        assert!(!window.has_room());
        assert_eq!(window.next().await.unwrap().unwrap(), 0);
        assert!(window.has_room());
    }

    #[tokio::test]
    async fn a_call_that_panics_is_a_bug() {
        let mut window: Window<()> = Window::new(1);
        window.push(None, async { panic!("no way on") });
        let ended = window.next().await.unwrap();
        assert_eq!(ended.unwrap_err().blame(), seatflow_tool::Blame::Bug);
    }
}
