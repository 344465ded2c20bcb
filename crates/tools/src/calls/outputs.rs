//! What a calling node has not sent yet, and when it is sent.

use std::time::Duration;

use arrow::record_batch::RecordBatch;
use seatflow_call::{Attempt, Failure};
use seatflow_flatten::{Document, Unparsed};
use seatflow_spec::Output;
use seatflow_tool::{Emitter, ToolError};
use tokio::time::{Instant, sleep_until};

use super::answer::Answer;
use super::failures::{EarlierFailures, Failures};
use super::logged::Logged;
use super::origin::Origin;
use super::successes::{Added, Successes};

/// Rows wait no longer than this for others to fill a batch, so that the next node has work.
const WAIT: Duration = Duration::from_millis(50);

/// The outputs S, F and L of a calling node.
pub(super) struct Outputs {
    emitter: Emitter,
    batch_rows: usize,
    successes: Successes,
    failures: Failures,
    logged: Logged,
    sent: Instant,
}

impl Outputs {
    /// Outputs into an emitter, in batches of at most `batch_rows`.
    pub(super) fn new(emitter: Emitter, batch_rows: usize, successes: Successes) -> Self {
        Self {
            emitter,
            batch_rows,
            successes,
            failures: Failures::default(),
            logged: Logged::default(),
            sent: Instant::now(),
        }
    }

    /// Whether anybody wants the log.
    pub(super) fn wants_log(&self) -> bool {
        self.emitter.is_wired(Output::L)
    }

    /// Adds the pages of a call that succeeded; each is given up before the next is looked at, and
    /// so are its rows when they fill a batch. Returns whether all of them that have a body became rows.
    pub(super) async fn succeeded(&mut self, origin: &Origin, pages: Vec<Answer>) -> Result<bool, ToolError> {
        let shown = self.successes.shown(origin)?;
        let mut all_parsed = true;
        let mut first = 0;
        for page in pages {
            let unparsed = match page {
                Answer::Parsed(document, records) => {
                    let refused = self.rows(origin, &shown, &document, first).await?;
                    first += records;
                    refused.map(|reason| document.into_unparsed(reason))
                }
                Answer::Kept(kept) => {
                    self.unparsed(origin, &shown, &kept).await?;
                    None
                }
                Answer::Unparsed(unparsed) => Some(unparsed),
            };
            if let Some(unparsed) = unparsed {
                all_parsed = false;
                self.unparsed(origin, &shown, &unparsed).await?;
            }
            if self.successes.len() >= self.batch_rows {
                self.send_successes().await?;
            }
        }
        Ok(all_parsed)
    }

    /// Adds a call whose effect was there already, as the answer to a repeated request said: what
    /// that answer holds is not what the call would have brought.
    pub(super) async fn already_done(&mut self, origin: &Origin) -> Result<(), ToolError> {
        self.send_successes().await?;
        for offset in self.successes.shown(origin)? {
            let row = self.successes.unanswered(origin, offset)?;
            self.emitter.send(Output::S, row).await?;
        }
        Ok(())
    }

    /// Adds a call that is a write and was withheld, because the run only plans.
    pub(super) async fn planned(&mut self, origin: &Origin) -> Result<(), ToolError> {
        for offset in self.successes.shown(origin)? {
            let added = match self.successes.planned(origin, offset) {
                Added::TakeFirst => {
                    self.send_successes().await?;
                    self.successes.planned(origin, offset)
                }
                added => added,
            };
            if !matches!(added, Added::Rows) {
                return Err(ToolError::bug("a planned write has no place in an empty batch"));
            }
        }
        Ok(())
    }

    /// Adds the rows of a document, or says why it has none.
    async fn rows(
        &mut self,
        origin: &Origin,
        shown: &[usize],
        document: &Document,
        first: u64,
    ) -> Result<Option<String>, ToolError> {
        for offset in shown {
            let added = match self.successes.push(origin, *offset, document, first) {
                Added::TakeFirst => {
                    self.send_successes().await?;
                    self.successes.push(origin, *offset, document, first)
                }
                added => added,
            };
            match added {
                Added::Rows => {}
                Added::Refused(reason) => return Ok(Some(reason)),
                Added::TakeFirst => return Err(ToolError::bug("an answer has no place in an empty batch")),
            }
        }
        Ok(None)
    }

    async fn unparsed(&mut self, origin: &Origin, shown: &[usize], unparsed: &Unparsed) -> Result<(), ToolError> {
        // The columns of such a row stand behind those that have appeared before it.
        self.send_successes().await?;
        for offset in shown {
            let row = self.successes.unparsed(origin, *offset, unparsed)?;
            self.emitter.send(Output::S, row).await?;
        }
        Ok(())
    }

    /// Adds the records of a call that failed.
    pub(super) fn failed(&mut self, origin: &Origin, failure: &Failure) {
        self.failures.push(origin, failure);
    }

    /// Adds the records of a call that was not made, because some of them are held back; returns how
    /// many are in doubt.
    pub(super) fn held(&mut self, origin: &Origin, others: &Failure, earlier: &EarlierFailures) -> usize {
        self.failures.push_held(origin, others, earlier)
    }

    /// Adds attempts to the log.
    pub(super) async fn log(&mut self, call: i64, attempts: &[Attempt]) -> Result<(), ToolError> {
        for attempt in attempts {
            self.logged.push(call, attempt);
            if self.logged.is_full() {
                self.send_logged().await?;
            }
        }
        Ok(())
    }

    /// Comes to its end when something has waited for long enough; if nothing waits, never.
    pub(super) async fn due(&self) {
        if self.successes.len() + self.failures.len() + self.logged.len() == 0 {
            return std::future::pending().await;
        }
        sleep_until(self.sent + WAIT).await;
    }

    /// Sends what fills a batch, and all the rest if it has waited long enough.
    pub(super) async fn send_if_due(&mut self) -> Result<(), ToolError> {
        let full = [self.successes.len(), self.failures.len(), self.logged.len()];
        if full.iter().any(|rows| *rows >= self.batch_rows) || self.sent.elapsed() >= WAIT {
            self.send_all().await?;
        }
        Ok(())
    }

    /// Sends everything.
    pub(super) async fn send_all(&mut self) -> Result<(), ToolError> {
        self.send_successes().await?;
        if self.failures.len() > 0 {
            let failures = self.failures.take()?;
            self.send(Output::F, failures).await?;
        }
        self.send_logged().await?;
        self.sent = Instant::now();
        Ok(())
    }

    async fn send_successes(&mut self) -> Result<(), ToolError> {
        if self.successes.len() == 0 {
            return Ok(());
        }
        let taken = self.successes.take()?;
        let mut start = 0;
        while start < taken.len() {
            // What the input carries on is repeated on every row: no more of it is made than leaves.
            let end = taken.len().min(start + self.batch_rows);
            self.emitter.send(Output::S, taken.rows(start..end)?).await?;
            start = end;
        }
        Ok(())
    }

    async fn send_logged(&mut self) -> Result<(), ToolError> {
        if self.logged.len() == 0 {
            return Ok(());
        }
        let logged = self.logged.take()?;
        self.send(Output::L, logged).await
    }

    async fn send(&self, anchor: Output, rows: RecordBatch) -> Result<(), ToolError> {
        let mut start = 0;
        while start < rows.num_rows() {
            let length = self.batch_rows.min(rows.num_rows() - start);
            self.emitter.send(anchor, rows.slice(start, length)).await?;
            start += length;
        }
        Ok(())
    }
}
