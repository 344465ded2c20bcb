//! A call: its pages, one after the other, and its one outcome.

use tokio_util::sync::CancellationToken;
use url::Url;

use crate::classify::{Meaning, meaning};
use crate::connection::Connection;
use crate::exchange::{Ended, Exchange};
use crate::failing::Terms;
use crate::journal::{Answer, Journal, JournalError, PageName};
use crate::key::CallKey;
use crate::log::Log;
use crate::outcome::{Called, Failure, FailureKind, Outcome, Withheld, body_as_text};
use crate::page::Page;
use crate::paging::{Next, PageUrl, Pager};
use crate::request::Request;
use crate::turns::Turn;

/// What a call needs to know of the run.
pub struct Context<'a> {
    /// Its name in the journal.
    pub key: CallKey,
    /// The node that calls.
    pub node: &'a str,
    /// The number of the input record, from 0.
    pub record: i64,
    /// The journal.
    pub journal: &'a dyn Journal,
    /// When it is cancelled, nothing more is sent; what is on its way is waited for.
    pub stop: &'a CancellationToken,
    /// Whether the attempts are kept for the log.
    pub keep_attempts: bool,
}

/// How the pages of a call ended.
pub(crate) enum Pages<P> {
    Complete { pages: Vec<P>, already_done: bool },
    Failed(Box<Failure>),
    Withheld(Box<Withheld>),
}

impl<'a> Context<'a> {
    /// The name of a page of a request, counted from 1.
    pub fn page(&self, number: u64, request: &'a Request) -> PageName<'a> {
        let Self { key, node, record, .. } = *self;
        let Terms { endpoint, fails_when } = request.terms();
        PageName { key: key.page(number), node, record, number, endpoint, fails_when }
    }
}

impl Connection {
    /// Makes a call: sends the request for each of its pages as often as it takes, and gives back
    /// what came of it.
    ///
    /// # Errors
    ///
    /// Only that the journal does not let it be made, which ends the run; everything else is an outcome.
    ///
    /// # Cancellation
    ///
    /// A call that is dropped may have had its effect; its journal holds the intent. Cancel
    /// `stop` instead.
    pub async fn call<P: Page>(&self, request: &Request, context: &Context<'_>) -> Result<Called<P>, JournalError> {
        let turn = self.turn(request).await;
        let mut exchange = Exchange {
            connection: self,
            request,
            context,
            is_barred: turn.as_ref().is_some_and(Turn::is_in_doubt),
            log: Log::new(context.keep_attempts || context.journal.keeps_attempts()),
            requests: 0,
            retries: 0,
            recalled: 0,
            is_recalled: false,
            is_for_keys: false,
        };
        let mut bytes = 0;
        let outcome = match self.pages(&mut exchange, &mut bytes).await? {
            Pages::Complete { pages, already_done } => {
                self.note_health(&exchange, None);
                Outcome::Succeeded { pages, already_done }
            }
            Pages::Failed(failure) => Outcome::Failed(failure),
            Pages::Withheld(withheld) => Outcome::Withheld(withheld),
        };
        if let (Some(turn), Outcome::Failed(failure)) = (&turn, &outcome)
            && failure.kind == FailureKind::InDoubt
        {
            turn.leave_in_doubt();
        }
        Ok(Called {
            outcome,
            attempts: exchange.log.into_attempts(),
            requests: exchange.requests,
            retries: exchange.retries,
            recalled: exchange.recalled,
            bytes,
        })
    }

    /// Makes no call, and takes its write for one in doubt: an earlier run left it so, and now no
    /// other of its order key is made. It has its turn as if it were called.
    pub async fn leave_in_doubt(&self, request: &Request) {
        if let Some(turn) = self.turn(request).await {
            turn.leave_in_doubt();
        }
    }

    /// The turn of a write; a read needs none.
    async fn turn(&self, request: &Request) -> Option<Turn> {
        Some(self.surroundings.turns.take(self.base_url(), request.order_key()?).await)
    }

    /// Brings the pages of a call in, and counts their bytes.
    pub(crate) async fn pages<P: Page>(
        &self,
        exchange: &mut Exchange<'_>,
        bytes: &mut u64,
    ) -> Result<Pages<P>, JournalError> {
        let request = exchange.request;
        let endpoint = request.endpoint();
        let limits = &self.settings.limits;
        let mut walk = Pager::new(request);
        let mut at = walk.first();
        let mut pages = Vec::new();
        loop {
            let number = pages.len() as u64 + 1;
            let url = match self.url(&at) {
                Ok(url) => url,
                Err(message) => return Ok(self.failed(exchange, number, no_url(request, &message))),
            };
            let answer = match exchange.page(number, url.clone()).await? {
                Ended::Answered(answer) => answer,
                Ended::Failed(failure) => return Ok(self.failed(exchange, number, *failure)),
                Ended::Stopped(failure) => {
                    self.note_health(exchange, Some(&failure));
                    return Ok(Pages::Failed(failure));
                }
                Ended::Settled => return Ok(Pages::Complete { pages, already_done: true }),
                Ended::Withheld(withheld) => return Ok(Pages::Withheld(withheld)),
            };
            *bytes += answer.body.len() as u64;
            let page = P::parse(&answer, endpoint);
            let next = match meaning(request.terms(), &answer, &page) {
                Meaning::Success => walk.after(&url, &answer, &page),
                Meaning::AlreadyDone => {
                    pages.push(page);
                    return Ok(Pages::Complete { pages, already_done: true });
                }
                Meaning::Failure(kind, message) => {
                    let failure = self.answered(request, answer, kind, &message);
                    return Ok(self.failed(exchange, number, failure));
                }
                Meaning::InDoubt(_, message, doubt) => {
                    let message = format!("{message}; {doubt}");
                    let failure = self.answered(request, answer, FailureKind::InDoubt, &message);
                    return Ok(self.failed(exchange, number, failure));
                }
            };
            pages.push(page);
            let broken = match next {
                Next::Done => {
                    return Ok(Pages::Complete { pages, already_done: false });
                }
                Next::Page(_) if *bytes > limits.pages_bytes => {
                    let message = format!("the pages of one call may not have more than {} bytes", limits.pages_bytes);
                    let failure = self.answered(request, answer, FailureKind::TooLarge, &message);
                    self.note_health(exchange, Some(&failure));
                    return Ok(Pages::Failed(Box::new(failure)));
                }
                Next::Page(next) if number < limits.pages => {
                    at = next;
                    continue;
                }
                Next::Page(_) => format!("a call may not have more than {number} pages"),
                Next::Broken(message) => message,
            };
            let failure = self.answered(request, answer, FailureKind::Incomplete, &broken);
            return Ok(self.failed(exchange, number + 1, failure));
        }
    }

    /// What the failure of a page is for its call: the call's own failure, if it is the first
    /// page; else the pages that came before are of no use without it.
    fn failed<P>(&self, exchange: &Exchange<'_>, number: u64, mut failure: Failure) -> Pages<P> {
        self.note_health(exchange, Some(&failure));
        if number > 1 {
            failure.kind = FailureKind::Incomplete;
            failure.message = format!("page {number}: {}", failure.message);
        }
        Pages::Failed(Box::new(failure))
    }

    /// Takes the end of a call into account, unless it came from the journal: that says nothing of the system now.
    fn note_health(&self, exchange: &Exchange<'_>, failure: Option<&Failure>) {
        if !exchange.is_recalled {
            self.health.ended(failure);
        }
    }

    /// The failure that an answer is.
    pub(crate) fn answered(&self, request: &Request, answer: Answer, kind: FailureKind, message: &str) -> Failure {
        let redactor = self.redactor();
        Failure {
            kind,
            message: redactor.text(message).into_owned(),
            status: Some(answer.status),
            method: request.endpoint().method,
            url: answer.url,
            attempts: answer.attempts,
            body: body_as_text(&answer.body, redactor),
        }
    }

    fn url(&self, at: &PageUrl) -> Result<Url, String> {
        match at {
            PageUrl::Target(target) => self.base.join(target),
            PageUrl::Whole(url) => Ok(url.clone()),
        }
    }
}

fn no_url(request: &Request, message: &str) -> Failure {
    Failure {
        kind: FailureKind::Refused,
        message: format!("it has no URL: {message}"),
        status: None,
        method: request.endpoint().method,
        url: request.target().to_owned(),
        attempts: 0,
        body: None,
    }
}
