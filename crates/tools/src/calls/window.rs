//! The calls on their way, in the order of their records.
//!
//! Calls start in the order in which they came, end in any order, and leave in the order in which
//! they came. So an answer may have to wait for an older call; the window keeps what waits within
//! bounds, in number and in bytes.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::task::Poll;

use futures::stream::FuturesOrdered;
use futures::{StreamExt as _, poll};
use seatflow_tool::{Run, ToolError};
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;

/// No call starts this far ahead of the oldest one that is not finished.
const CALLS: usize = 1024;

/// No call starts while answers of so many bytes wait for an older call.
const WAITING_BYTES: usize = 64 * 1024 * 1024;

/// Calls of which the oldest leaves first.
pub(super) struct Window<T> {
    calls: FuturesOrdered<AbortOnDropHandle<Waiting<T>>>,
    gate: Arc<Gate>,
    /// Tells the next call that the one before it has started.
    turn: Arc<Notify>,
}

/// The outcome of a call while older ones are on their way.
struct Waiting<T> {
    outcome: T,
    bytes: usize,
}

/// Lets calls start while not too many bytes wait.
struct Gate {
    /// The bytes of the answers that wait.
    waiting: AtomicUsize,
    /// The number of the oldest call, which always may start: all the others wait for it.
    oldest: AtomicI64,
    changed: Notify,
}

impl<T: Send + 'static> Window<T> {
    /// No calls yet; the first one has the number 0, and the numbers go up one by one.
    pub(super) fn new() -> Self {
        let gate = Gate { waiting: AtomicUsize::new(0), oldest: AtomicI64::new(0), changed: Notify::new() };
        let turn = Arc::new(Notify::new());
        turn.notify_one();
        Self { calls: FuturesOrdered::new(), gate: Arc::new(gate), turn }
    }

    /// Whether another call may be added.
    pub(super) fn has_room(&self) -> bool {
        self.calls.len() < CALLS
    }

    /// Whether no call is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Adds the next call; its work gives the outcome and how many bytes it holds.
    ///
    /// No work is touched before the work of the call before it has come to its first wait, so
    /// that calls queue up for the governor in their order.
    pub(super) fn push(&mut self, number: i64, work: impl Future<Output = (T, usize)> + Send + 'static) {
        let gate = Arc::clone(&self.gate);
        let next = Arc::new(Notify::new());
        let turn = std::mem::replace(&mut self.turn, Arc::clone(&next));
        self.calls.push_back(Run::spawn(async move {
            turn.notified().await;
            gate.pass(number).await;
            let mut work = pin!(work);
            let started = poll!(work.as_mut());
            next.notify_one();
            let (outcome, bytes) = match started {
                Poll::Ready(done) => done,
                Poll::Pending => work.await,
            };
            gate.waiting.fetch_add(bytes, Ordering::Relaxed);
            Waiting { outcome, bytes }
        }));
    }

    /// The outcome of the oldest call; `None` if there is none.
    ///
    /// # Errors
    /// If its work broke off, which is a bug.
    ///
    /// # Cancellation
    /// Nothing is lost if the future is dropped.
    pub(super) async fn next(&mut self) -> Option<Result<T, ToolError>> {
        let ended = self.calls.next().await?;
        Some(match ended {
            Ok(Waiting { outcome, bytes }) => {
                self.gate.waiting.fetch_sub(bytes, Ordering::Relaxed);
                self.gate.oldest.fetch_add(1, Ordering::Relaxed);
                self.gate.changed.notify_waiters();
                Ok(outcome)
            }
            Err(error) => Err(ToolError::bug("a call broke off").from_source(error)),
        })
    }
}

impl Gate {
    async fn pass(&self, number: i64) {
        loop {
            let changed = self.changed.notified();
            let may_start =
                self.waiting.load(Ordering::Relaxed) < WAITING_BYTES || self.oldest.load(Ordering::Relaxed) == number;
            if may_start {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn outcomes_leave_in_the_order_of_the_calls() {
        let mut window = Window::new();
        let (send, wait) = tokio::sync::oneshot::channel::<()>();
        window.push(0, async {
            wait.await.unwrap();
            (0, 1)
        });
        window.push(1, async {
            send.send(()).unwrap();
            (1, 1)
        });
        assert_eq!(window.next().await.unwrap().unwrap(), 0);
        assert_eq!(window.next().await.unwrap().unwrap(), 1);
        assert!(window.next().await.is_none());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn calls_start_in_their_order_on_any_number_of_threads() {
        let mut window = Window::new();
        let started = Arc::new(std::sync::Mutex::new(Vec::new()));
        for number in 0..500 {
            let started = Arc::clone(&started);
            window.push(number, async move {
                started.lock().unwrap().push(number);
                tokio::task::yield_now().await;
                ((), 0)
            });
        }
        while window.next().await.is_some() {}
        assert_eq!(*started.lock().unwrap(), (0..500).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn only_the_oldest_call_starts_while_too_much_waits() {
        let mut window = Window::new();
        let (open, opened) = tokio::sync::oneshot::channel::<()>();
        let started = Arc::new(AtomicUsize::new(0));
        window.push(0, async {
            opened.await.unwrap();
            (0, 0)
        });
        window.push(1, async { (1, WAITING_BYTES) });
        // The second answer waits before the third call is added.
        while window.gate.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let seen = Arc::clone(&started);
        window.push(2, async move {
            seen.fetch_add(1, Ordering::Relaxed);
            (2, 0)
        });
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(started.load(Ordering::Relaxed), 0, "the third call has to wait");
        open.send(()).unwrap();
        for expected in 0..3 {
            assert_eq!(window.next().await.unwrap().unwrap(), expected);
        }
        assert_eq!(started.load(Ordering::Relaxed), 1);
    }
}
