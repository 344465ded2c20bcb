//! What waits to be written.

use std::fmt;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

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
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    jobs: Vec<Job>,
    is_closed: bool,
    failure: Option<Arc<Error>>,
}

impl Queue {
    /// Puts a job at the end, unless all writing has failed.
    pub(super) fn push(&self, job: Job) -> Result<(), Error> {
        let mut state = self.lock();
        if let Some(failure) = &state.failure {
            return Err(Error::Earlier(Arc::clone(failure)));
        }
        state.jobs.push(job);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// All jobs, once there is one; none, when no more will come.
    pub(super) fn take(&self) -> Option<Vec<Job>> {
        let mut state = self.lock();
        while state.jobs.is_empty() {
            if state.is_closed {
                return None;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
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
