//! The one thread that writes: whatever waits is written in one transaction.

mod chunk;
mod ledger;
mod queue;
mod row;

use std::fmt;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, Transaction};
use tokio::sync::oneshot;

use self::ledger::Ledger;
use self::queue::{Append, Job, Queue};
pub(crate) use self::row::{Event, EventKind, Row, RowKind};
use crate::database::Place;
use crate::error::Error;
use crate::trial::Trial;

/// So long a row waits at the most for others to share its commit.
const PATIENCE: Duration = Duration::from_micros(500);

/// The thread that writes a journal. All of its writes go through it, each in its turn.
pub(crate) struct Writer {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Opens a journal to write it, and brings it up to date.
    pub(crate) fn open(place: &Place) -> Result<Self, Error> {
        let trial = Trial::from_environment()?;
        let connection = place.open(&trial)?;
        let queue = Arc::new(Queue::new(PATIENCE));
        let work = Work { queue: Arc::clone(&queue), ledger: Ledger::new(connection, trial)? };
        let started = thread::Builder::new().name("journal".to_owned()).spawn(move || work.run());
        let thread = started.map_err(Error::Thread)?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Says that a page is on its way, and will soon have a row. Its commit may be worth waiting for.
    pub(crate) fn page_begins(&self) {
        self.queue.page_begins();
    }

    /// Says that a page has come to its end, and has its last row.
    pub(crate) fn page_ends(&self) {
        self.queue.page_ends();
    }

    /// Writes a row. It is committed when this comes to its end, together with those that came at the same time; durable
    /// if one of them asks for it, or one of a later commit.
    pub(crate) async fn append(&self, row: Row) -> Result<(), Error> {
        let (told, hears) = oneshot::channel();
        self.queue.push(Job::Append(Append { row, told }))?;
        hears.await.unwrap_or(Err(Error::Stopped))
    }

    /// Writes in a transaction of its own, which is durable when this returns.
    pub(crate) fn durably<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.with(move |ledger| ledger.durably(write))
    }

    /// Does something with the connection outside of a transaction.
    pub(crate) fn outside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.with(move |ledger| work(ledger.connection()))
    }

    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Ledger) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (told, hears) = sync_channel(1);
        let task = Box::new(move |ledger: &mut Ledger| {
            // Nobody hears it if the caller is gone.
            let _ = told.send(work(ledger));
        });
        self.queue.push(Job::Task(task))?;
        hears.recv().unwrap_or(Err(Error::Stopped))
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

/// What was begun is finished, and the database is closed.
impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("what writes the journal has panicked");
        }
    }
}

/// What the thread does.
struct Work {
    queue: Arc<Queue>,
    ledger: Ledger,
}

impl Work {
    fn run(mut self) {
        let mut appends = Vec::new();
        while let Some(jobs) = self.queue.take() {
            for job in jobs {
                match job {
                    Job::Append(append) => {
                        appends.push(append);
                        if appends.len() == ledger::MOST_ROWS {
                            self.append(&mut appends);
                        }
                    }
                    Job::Task(task) => {
                        self.append(&mut appends);
                        task(&mut self.ledger);
                    }
                }
            }
            self.append(&mut appends);
        }
    }

    /// Writes rows in one transaction and tells those who wait. If that fails, nothing is written any more: what was
    /// begun may not go on without its record.
    fn append(&mut self, appends: &mut Vec<Append>) {
        if appends.is_empty() {
            return;
        }
        let written = match self.queue.failure() {
            Some(failure) => Err(failure),
            None => self.ledger.append(appends).map_err(|error| self.queue.fail(error)),
        };
        for Append { told, .. } in appends.drain(..) {
            // Nobody hears it if the call was dropped.
            let _ = told.send(written.as_ref().copied().map_err(|failure| Error::Earlier(Arc::clone(failure))));
        }
    }
}

/// Whoever waits is told, also when the thread panics.
impl Drop for Work {
    fn drop(&mut self) {
        self.queue.fail(Error::Stopped);
        self.queue.close();
        self.queue.clear();
    }
}
