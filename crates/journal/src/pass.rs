//! A pass of a run that writes its journal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use seatflow_call::{Attempt, Intent, JournalError, Login, PageName, Recall, RecalledOutcome, Recorded, UnknownCall};
use seatflow_catalog::Effect;
use sha2::{Digest as _, Sha256};

use crate::allowed::Allowed;
use crate::content;
use crate::database::Place;
use crate::error::Error;
use crate::given::{Ended, Purpose};
use crate::live::Alive;
use crate::past::{Last, Past};
use crate::tally::Tally;
use crate::writer::{Event, EventKind, Row, RowKind, Writer};
use crate::{calls, passes};

/// A pass of a run that writes its journal.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) writer: Arc<Writer>,
    pub(crate) place: Place,
    pub(crate) run: i64,
    pub(crate) number: i64,
    pub(crate) purpose: Purpose,
    /// The positions of the nodes.
    pub(crate) nodes: HashMap<String, i64>,
    pub(crate) tally: Tally,
    /// Earlier passes, if there are any that count.
    pub(crate) past: Option<Mutex<Past>>,
    /// What it may write, if that is not everything.
    pub(crate) allowed: Option<Mutex<Allowed>>,
    /// It runs as long as this lives.
    pub(crate) _alive: Alive,
}

impl Pass {
    /// What is known of a page, or what is to be done with it.
    pub(crate) fn recall(&self, page: &PageName<'_>) -> Result<Recall, JournalError> {
        let recall = self.known(page)?;
        if matches!(recall, Recall::Nothing | Recall::Intent) {
            self.writer.page_begins();
        }
        Ok(recall)
    }

    fn known(&self, page: &PageName<'_>) -> Result<Recall, JournalError> {
        let is_write = page.endpoint.effect == Effect::Write;
        if is_write && self.purpose.withholds() {
            return Ok(Recall::Withhold);
        }
        if let Some(past) = &self.past {
            let last = past.lock().unwrap_or_else(PoisonError::into_inner).last(&page.key);
            match last.map_err(unreadable)? {
                // What did not reach the system may reach it now: that is why the run is gone on with.
                Some(Last::Ended(outcome, _)) if is_unreached(&outcome) && self.calls_again(is_write) => {}
                Some(Last::Ended(outcome, attempts)) => return Ok(Recall::Ended(Box::new(outcome), attempts)),
                Some(Last::Intent(_)) => return Ok(Recall::Intent),
                Some(Last::Withdrawn) | None => {}
            }
        }
        if is_write && let Some(allowed) = &self.allowed {
            let allowed = allowed.lock().unwrap_or_else(PoisonError::into_inner);
            if !allowed.holds(page).map_err(unreadable)? {
                let (node, record, request) = (page.node.to_owned(), page.record, request(page));
                return Err(JournalError::Drift { node, record, request });
            }
        }
        Ok(Recall::Nothing)
    }

    /// Whether what failed before without an effect is called once more. What a check has read is what was compared, and
    /// stays so.
    fn calls_again(&self, is_write: bool) -> bool {
        self.purpose == Purpose::Run || is_write
    }

    /// Counts a write that is about to be sent, and writes it down.
    pub(crate) async fn intent(&self, page: &PageName<'_>, intent: &Intent<'_>) -> Result<(), JournalError> {
        if self.purpose.withholds() {
            return Err(unwritable(Error::NothingIsSent(page.node.to_owned())));
        }
        let content = content::of_intent(intent).map_err(unwritable)?;
        self.tally.add(page.endpoint.method)?;
        self.append(page.node, content, RowKind::Event(Event::before(EventKind::Intent, page))).await
    }

    /// Takes back a write that was counted, and is not on its way any more.
    pub(crate) async fn withdrawn(&self, page: &PageName<'_>) -> Result<(), JournalError> {
        let event = Event::before(EventKind::Withdrawn, page);
        self.append(page.node, Vec::new(), RowKind::Event(event)).await?;
        self.tally.take_back(page.endpoint.method);
        Ok(())
    }

    /// Writes down what came of a page.
    pub(crate) async fn outcome(
        &self,
        page: &PageName<'_>,
        outcome: Recorded<'_>,
        attempts: &[Attempt],
    ) -> Result<(), JournalError> {
        let content = content::of_outcome(outcome, attempts).map_err(unwritable)?;
        self.writer.page_ends();
        self.append(page.node, content, RowKind::Event(Event::ended(page, outcome, attempts))).await
    }

    /// Writes down a write that is withheld.
    pub(crate) async fn planned(
        &self,
        page: &PageName<'_>,
        intent: &Intent<'_>,
        record: &str,
    ) -> Result<(), JournalError> {
        let content = content::of_planned(page.endpoint, intent, record).map_err(unwritable)?;
        let number = i64::try_from(page.number).unwrap_or(i64::MAX);
        let key = *page.key.as_bytes();
        let kind = RowKind::Planned { record: page.record, page: number, key, is_unknown: false };
        self.append(page.node, content, kind).await
    }

    /// Writes down a call that cannot be planned.
    pub(crate) async fn unknown(&self, unknown: &UnknownCall<'_>) -> Result<(), JournalError> {
        let content = content::of_unknown(unknown).map_err(unwritable)?;
        let kind = RowKind::Planned { record: unknown.record, page: 1, key: key_of(unknown), is_unknown: true };
        self.append(unknown.node, content, kind).await
    }

    /// Writes down how a node logged in.
    pub(crate) async fn login(&self, node: &str, login: &Login) -> Result<(), JournalError> {
        let content = content::of_login(login).map_err(unwritable)?;
        self.append(node, content, RowKind::Login).await
    }

    /// Writes down how the pass ended.
    pub(crate) fn end(&self, ended: Ended) -> Result<(), Error> {
        let in_doubt = calls::count_in_doubt(&self.place.open_to_read()?, self.run, false)?;
        let number = self.number;
        self.writer.durably(move |transaction| passes::end_pass(transaction, number, &ended, in_doubt))
    }

    async fn append(&self, node: &str, content: Vec<u8>, kind: RowKind) -> Result<(), JournalError> {
        let Some(&node) = self.nodes.get(node) else {
            return Err(unwritable(Error::NoNode(node.to_owned())));
        };
        self.writer.append(Row { pass: self.number, node, content, kind }).await.map_err(unwritable)
    }
}

/// Whether a call did not come to the system, or was not let in, and so surely had no effect.
fn is_unreached(outcome: &RecalledOutcome) -> bool {
    match outcome {
        RecalledOutcome::Answer(answer) => answer.status == 401,
        RecalledOutcome::Failure(failure) => failure.kind.is_unreached(),
        RecalledOutcome::Settled(_) => false,
    }
}

/// All that is known of an unknown call, but for its place in the input.
fn key_of(unknown: &UnknownCall<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [unknown.node, &unknown.endpoint.id, unknown.column, unknown.input] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The method and the path of a page.
pub(crate) fn request(page: &PageName<'_>) -> String {
    page.endpoint.request()
}

pub(crate) fn unreadable(error: Error) -> JournalError {
    JournalError::Read(Box::new(error))
}

pub(crate) fn unwritable(error: Error) -> JournalError {
    if error.is_busy() { JournalError::Busy(Box::new(error)) } else { JournalError::Write(Box::new(error)) }
}
