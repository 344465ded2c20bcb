//! What waits to be written.

use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::ledger::Ledger;
use super::row::Row;
use crate::error::Error;

/// What the thread is to do.
pub(super) enum Job {
    /// A row of somebody who waits for its commit.
    Append(Append),
    /// Anything else.
    Task(Box<dyn FnOnce(&mut Ledger) + Send>),
}

/// A row, and who waits for its commit.
pub(super) struct Append {
    pub(super) row: Row,
    pub(super) told: oneshot::Sender<Result<(), Error>>,
}

/// Jobs in their order. It is bounded by those who wait: each of them has one job in it.
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    patience: Duration,
    /// About how many rows will come soon.
    expected: AtomicUsize,
}

#[derive(Default)]
struct State {
    jobs: Vec<Job>,
    /// With so many jobs the thread is woken up; nobody wakes it up while it is at work.
    awaited: usize,
    is_closed: bool,
    failure: Option<Arc<Error>>,
}

impl Queue {
    /// An empty one. For so long rows wait at the most for others that are expected.
    pub(super) fn new(patience: Duration) -> Self {
        Self { state: Mutex::default(), arrived: Condvar::new(), patience, expected: AtomicUsize::new(0) }
    }

    /// Expects one row more.
    pub(super) fn page_begins(&self) {
        self.expected.fetch_add(1, Ordering::Relaxed);
    }

    /// Expects one row less.
    pub(super) fn page_ends(&self) {
        // It fails where none is expected, and there is none to take away.
        let _ = self.expected.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |expected| expected.checked_sub(1));
    }

    /// Puts a job at the end, unless all writing has failed.
    pub(super) fn push(&self, job: Job) -> Result<(), Error> {
        let mut state = self.lock();
        if let Some(failure) = &state.failure {
            return Err(Error::Earlier(Arc::clone(failure)));
        }
        state.jobs.push(job);
        let is_awaited = state.jobs.len() == state.awaited;
        drop(state);
        if is_awaited {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// All jobs, once there is one; none, when no more will come.
    ///
    /// A commit costs about the same for one row and for many. So a row waits until there are half as many as are
    /// expected besides, but not for long, and not if anything else has come behind it. Who is alone does not wait.
    pub(super) fn take(&self) -> Option<Vec<Job>> {
        let mut state = self.lock();
        state.awaited = 1;
        while state.jobs.is_empty() {
            if state.is_closed {
                return None;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let is_row = matches!(state.jobs.last(), Some(Job::Append(_)));
        state.awaited = if is_row { self.expected.load(Ordering::Relaxed) / 2 } else { 0 };
        let is_early = |state: &mut State| state.jobs.len() < state.awaited && !state.is_closed;
        let waited = self.arrived.wait_timeout_while(state, self.patience, is_early);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.awaited = 0;
        Some(mem::take(&mut state.jobs))
    }

    /// No more jobs will come.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_one();
    }

    /// Lets go of whoever waits.
    pub(super) fn clear(&self) {
        let jobs = mem::take(&mut self.lock().jobs);
        drop(jobs);
    }

    /// Lets nothing be written any more. The first failure stands, and is given back.
    pub(super) fn fail(&self, error: Error) -> Arc<Error> {
        Arc::clone(self.lock().failure.get_or_insert_with(|| Arc::new(error)))
    }

    /// Why nothing is written any more, if so.
    pub(super) fn failure(&self) -> Option<Arc<Error>> {
        self.lock().failure.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Queue").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::writer::row::RowKind;

    fn queue(patience: Duration, expected: usize) -> Queue {
        let queue = Queue::new(patience);
        (0..expected).for_each(|_| queue.page_begins());
        queue
    }

    fn push(queue: &Queue) {
        let row = Row { pass: 1, node: 0, content: Vec::new(), kind: RowKind::Login };
        queue.push(Job::Append(Append { row, told: oneshot::channel().0 })).unwrap();
    }

    fn taken(queue: &Queue) -> Option<usize> {
        queue.take().map(|jobs| jobs.len())
    }

    #[test]
    fn who_comes_waits_until_there_are_half_as_many_as_are_expected() {
        let queue = queue(Duration::MAX, 9);
        queue.page_ends();
        thread::scope(|threads| {
            let taking = threads.spawn(|| taken(&queue));
            push(&queue);
            while queue.lock().awaited != 4 {
                assert!(!taking.is_finished(), "it did not wait");
                thread::yield_now();
            }
            (1..4).for_each(|_| push(&queue));
            assert_eq!(taking.join().unwrap(), Some(4));
        });
    }

    #[test]
    fn who_is_alone_does_not_wait() {
        let queue = queue(Duration::MAX, 1);
        push(&queue);
        assert_eq!(taken(&queue), Some(1));
        queue.page_ends();
        queue.page_ends();
        push(&queue);
        assert_eq!(taken(&queue), Some(1));
    }

    #[test]
    fn what_is_no_row_keeps_nobody_waiting() {
        let queue = queue(Duration::MAX, 8);
        push(&queue);
        queue.push(Job::Task(Box::new(|_| {}))).unwrap();
        assert_eq!(taken(&queue), Some(2));
        push(&queue);
        queue.close();
        assert_eq!(taken(&queue), Some(1));
        assert_eq!(taken(&queue), None);
    }

    #[test]
    fn nobody_waits_long_for_who_does_not_come() {
        let queue = queue(Duration::ZERO, 8);
        push(&queue);
        assert_eq!(taken(&queue), Some(1));
    }
}
