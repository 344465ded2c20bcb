//! Writes in doubt, of which a read may tell whether they happened.

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::{Ended, Exchange, Page, UNKNOWN};
use crate::call::{Context, Pages};
use crate::classify::{Meaning, meaning};
use crate::journal::{JournalError, Unjournaled};
use crate::key::CallKey;
use crate::log::Log;
use crate::outcome::{Failure, FailureKind};
use crate::page::Page as _;
use crate::reconcile::{Document, Question, Told};
use crate::retry::{Repeating, Retries};

/// A write in doubt.
struct Doubt {
    /// What it comes to as long as nobody knows.
    unknown: Failure,
    /// What it comes to if it did not happen.
    undone: Failure,
}

impl Exchange<'_> {
    /// What becomes of a write that was about to be sent when an earlier run ended, and must not be sent twice; nothing,
    /// if it did not happen, so that it is sent now.
    pub(super) async fn left_in_doubt(&mut self, page: &mut Page<'_>) -> Result<Option<Ended>, JournalError> {
        let message = "it was about to be sent when an earlier run ended";
        let mut unknown = self.failure(page, FailureKind::InDoubt, message, None);
        let Some(question) = self.request.question() else {
            return Ok(Some(Ended::Failed(Box::new(unknown))));
        };
        match self.ask(question).await? {
            Told::Done => Ok(Some(Ended::Settled)),
            Told::NotDone => {
                self.withdraw(page).await?;
                page.retries = Retries::new(Repeating::Write, false, self.connection.settings.limits);
                Ok(None)
            }
            Told::Nothing(why) => {
                unknown.message = format!("{message}; {}", untold(question, &why));
                Ok(Some(Ended::Failed(Box::new(unknown))))
            }
        }
    }

    /// What a page comes to whose attempts are over. A write in doubt is settled, if a read tells of it.
    pub(super) async fn reconciled(&mut self, page: &mut Page<'_>, ended: Ended) -> Result<Ended, JournalError> {
        let Some(question) = self.request.question() else {
            return Ok(ended.or_in_doubt(page.retries.is_in_doubt()));
        };
        let Some(Doubt { mut unknown, mut undone }) = self.doubt(page, &ended) else {
            return Ok(ended);
        };
        let told = self.ask(question).await?;
        let failure = match &told {
            Told::Done => return Ok(Ended::Settled),
            Told::NotDone => {
                undone.message = format!("{}; `{}` shows that it did not happen", undone.message, question.name());
                undone
            }
            Told::Nothing(why) => {
                unknown.message = format!("{}; {}", unknown.message, untold(question, why));
                unknown
            }
        };
        let failure = Box::new(failure);
        if !matches!(ended, Ended::Stopped(_)) {
            return Ok(Ended::Failed(failure));
        }
        if told == Told::NotDone && std::mem::take(&mut page.intended) {
            self.context.journal.withdrawn(page.name).await?;
        }
        Ok(Ended::Stopped(failure))
    }

    /// What is in doubt of a page whose attempts are over.
    fn doubt(&self, page: &Page<'_>, ended: &Ended) -> Option<Doubt> {
        match ended {
            Ended::Failed(failure) | Ended::Stopped(failure) => {
                if failure.kind == FailureKind::InDoubt {
                    let undone = page.latest.clone()?;
                    return Some(Doubt { unknown: failure.as_ref().clone(), undone });
                }
                let undone = failure.as_ref().clone();
                let message = format!("{}; {UNKNOWN}", undone.message);
                let unknown = Failure { kind: FailureKind::InDoubt, message, ..undone.clone() };
                page.retries.is_in_doubt().then_some(Doubt { unknown, undone })
            }
            Ended::Answered(answer) => {
                let endpoint = self.request.endpoint();
                let Meaning::InDoubt(kind, message, doubt) =
                    meaning(self.request.terms(), answer, &Document::parse(answer, endpoint))
                else {
                    return None;
                };
                let undone = self.connection.answered(self.request, answer.clone(), kind, &message);
                let message = format!("{}; {doubt}", undone.message);
                let unknown = Failure { kind: FailureKind::InDoubt, message, ..undone.clone() };
                Some(Doubt { unknown, undone })
            }
            Ended::Settled | Ended::Withheld(_) => None,
        }
    }

    /// Asks the read, also if the run is to stop: the books close better. Its requests belong to the call.
    fn ask<'b>(&'b mut self, question: &'b Question) -> BoxFuture<'b, Result<Told, JournalError>> {
        Box::pin(async move {
            let connection = self.connection;
            let read = match question.read(connection.redactor()) {
                Ok(read) => read,
                Err(why) => return Ok(Told::Nothing(why)),
            };
            let never = CancellationToken::new();
            let digest = read.digest(connection.name(), self.context.node);
            let key = CallKey { digest, occurrence: 0 };
            let context = Context { key, journal: &Unjournaled, stop: &never, ..*self.context };
            let log = std::mem::replace(&mut self.log, Log::new(false));
            let mut exchange = Exchange { request: read, context: &context, log, is_barred: false, ..*self };
            let pages = connection.pages(&mut exchange, &mut 0).await;
            let Exchange { log, requests, retries, .. } = exchange;
            (self.log, self.requests, self.retries) = (log, requests, retries);
            Ok(match pages? {
                Pages::Complete { pages, .. } => {
                    connection.health.ended(None);
                    question.told(&pages)
                }
                Pages::Failed(failure) => match failure.status {
                    Some(status) if failure.kind == FailureKind::Status && question.is_none(status) => {
                        question.told(&[])
                    }
                    _ => Told::Nothing(failure.message),
                },
                Pages::Withheld(_) => Told::Nothing("it was not asked".to_owned()),
            })
        })
    }
}

/// Why a write stays in doubt, though a read was to tell of it.
fn untold(question: &Question, why: &str) -> String {
    format!("`{}` could not tell: {why}", question.name())
}
