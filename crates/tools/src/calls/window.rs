//! The calls on their way, in the order of their records.
//!
//! Calls start in the order in which they came, end in any order, and leave in the order in which
//! they came. So an answer may have to wait for an older call; the window keeps what waits within
//! bounds, in number and in bytes.

use std::collections::{BTreeMap, VecDeque};

use futures::StreamExt as _;
use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::FuturesUnordered;
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
    /// Those that have not started, with the number of the first.
    queued: VecDeque<BoxFuture<'static, Ended<T>>>,
    first_queued: u64,
    running: FuturesUnordered<AbortOnDropHandle<(u64, Ended<T>)>>,
    /// Those that wait for an older one, and how many bytes they hold.
    ended: BTreeMap<u64, Ended<T>>,
    waiting_bytes: usize,
    /// The number of the oldest that has not left: all the others wait for it.
    oldest: u64,
}

/// The outcome of a call, and how many bytes it holds.
pub(super) type Ended<T> = (T, usize);

impl<T: Send + 'static> Window<T> {
    /// No calls yet, and so many at once later.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            queued: VecDeque::new(),
            first_queued: 0,
            running: FuturesUnordered::new(),
            ended: BTreeMap::new(),
            waiting_bytes: 0,
            oldest: 0,
        }
    }

    /// Whether another call may be added.
    pub(super) fn has_room(&self) -> bool {
        self.queued.len() + self.running.len() + self.ended.len() < CALLS
    }

    /// Whether no call is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.queued.len() + self.running.len() + self.ended.len() == 0
    }

    /// Adds the next call.
    pub(super) fn push(&mut self, work: impl Future<Output = Ended<T>> + Send + 'static) {
        self.queued.push_back(work.boxed());
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
                Ok((number, (outcome, bytes))) => {
                    self.waiting_bytes += bytes;
                    self.ended.insert(number, (outcome, bytes));
                    self.start();
                }
                Err(error) => return Some(Err(ToolError::bug("a call broke off").from_source(error))),
            }
        }
    }

    /// Starts what may start now. Where something waits, what it waits for has started.
    fn start(&mut self) {
        while self.running.len() < self.most && self.waiting_bytes < WAITING_BYTES {
            let Some(work) = self.queued.pop_front() else { return };
            let number = self.first_queued;
            self.first_queued += 1;
            self.running.push(Run::spawn(work.map(move |ended| (number, ended))));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

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
        window.push(async {
            wait.await.unwrap();
            (0, 1)
        });
        window.push(async {
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
            window.push(async move {
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
            window.push(async move {
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
        window.push(async {
            opened.await.unwrap();
            (0, 0)
        });
        for number in 1..10 {
            let started = Arc::clone(&started);
            window.push(async move {
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

    #[tokio::test]
    async fn there_is_room_for_so_many_and_no_more() {
        let mut window = Window::new(1);
        for number in 0..CALLS {
            assert!(window.has_room());
            window.push(async move { (number, 0) });
        }
        assert!(!window.has_room());
        assert_eq!(window.next().await.unwrap().unwrap(), 0);
        assert!(window.has_room());
    }

    #[tokio::test]
    async fn a_call_that_panics_is_a_bug() {
        let mut window: Window<()> = Window::new(1);
        window.push(async { panic!("no way on") });
        let ended = window.next().await.unwrap();
        assert_eq!(ended.unwrap_err().blame(), seatflow_tool::Blame::Bug);
    }
}
