//! One page of a call: its attempts, and what is written down around them.

mod abroad;
mod ended;
mod recalled;
mod reconciled;

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use seatflow_catalog::{BodyForm, Method, ResponseForm};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::authorization::{Denied, Token};
use crate::call::Context;
use crate::classify::is_success;
use crate::connection::Connection;
use crate::governor::NotAdmitted;
use crate::idempotency::idempotency_key;
use crate::journal::{Answer, Intent, JournalError, PageName, Recall, Recorded, Settled};
use crate::log::{Log, Sent};
use crate::outcome::{Failure, FailureKind, Withheld};
use crate::redirect::Redirects;
use crate::request::Request;
use crate::retry::{Cause, Repeating, Retries, Verdict, retry_after, too_long};
use crate::send::{Reply, cause_of, send, why};
use crate::trouble::Trouble;

pub(crate) use self::abroad::Strangers;
use self::abroad::without_signature;

/// Sends the pages of one call.
pub(crate) struct Exchange<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) request: &'a Request,
    pub(crate) context: &'a Context<'a>,
    /// Whether an earlier write to the same thing is in doubt, so that this one must not be sent.
    pub(crate) is_barred: bool,
    pub(crate) log: Log,
    /// How many requests were sent.
    pub(crate) requests: u64,
    /// How many of them repeated an earlier one.
    pub(crate) retries: u64,
    /// How many were sent by an earlier run, and recalled from the journal.
    pub(crate) recalled: u64,
    /// Whether the latest page was: what became of it says nothing about the system as it is now.
    pub(crate) is_recalled: bool,
    /// Whether keys are asked for that verify what has come. They are open to everybody, so no token is sent; and they are
    /// asked for once also if the run is to stop, since what has come is worth nothing without them.
    pub(crate) is_for_keys: bool,
}

/// How the attempts of a page ended.
pub(crate) enum Ended {
    /// The server answered.
    Answered(Answer),
    /// It did not, or not so that it counts.
    Failed(Box<Failure>),
    /// It was not sent, or not again, and what is left is for another run.
    Stopped(Box<Failure>),
    /// A write was in doubt, and a read has told that it happened.
    Settled,
    /// It is a write of which only a plan is made.
    Withheld(Box<Withheld>),
}

/// What is said of a write in doubt.
const UNKNOWN: &str = "whether it had its effect is not known";

impl Ended {
    /// The same; but no answer to a write that may have had its effect means that nobody knows.
    fn or_in_doubt(self, is_in_doubt: bool) -> Self {
        let doubt = |mut failure: Box<Failure>| {
            if is_in_doubt && failure.kind != FailureKind::InDoubt {
                failure.kind = FailureKind::InDoubt;
                failure.message = format!("{}; {UNKNOWN}", failure.message);
            }
            failure
        };
        match self {
            Self::Failed(failure) => Self::Failed(doubt(failure)),
            Self::Stopped(failure) => Self::Stopped(doubt(failure)),
            ended => ended,
        }
    }
}

/// A page on its way.
struct Page<'a> {
    name: PageName<'a>,
    url: Url,
    retries: Retries,
    redirects: Redirects,
    /// How many requests were sent for it.
    sent: u32,
    /// How long they took together.
    spent: Duration,
    /// Whether the journal holds an intent.
    intended: bool,
    /// How the latest attempt failed.
    latest: Option<Failure>,
}

/// What follows an attempt.
enum Step {
    Again(Duration),
    End(Ended),
}

impl Exchange<'_> {
    /// Brings a page in, from the journal or from the server, and writes its outcome down.
    pub(crate) async fn page(&mut self, number: u64, url: Url) -> Result<Ended, JournalError> {
        let name = self.context.page(number, self.request);
        let journal = self.context.journal;
        let first_attempt = self.log.len();
        self.is_recalled = false;
        let was_intended = match journal.recall(name).await? {
            Recall::Nothing => false,
            Recall::Intent => true,
            Recall::Ended(outcome, attempts) => return Ok(self.recalled(*outcome, attempts)),
            Recall::Withhold => return Ok(Ended::Withheld(Box::new(self.withheld(&url)))),
            Recall::Absent => return Ok(Ended::Stopped(Box::new(self.not_made(&url)))),
        };
        let repeating = match (self.request.is_write(), self.request.is_repeatable()) {
            (false, _) => Repeating::Read,
            (true, true) => Repeating::Idempotent,
            (true, false) => Repeating::Write,
        };
        let mut page = Page {
            name,
            url,
            retries: Retries::new(repeating, was_intended, self.connection.settings.limits),
            redirects: Redirects::new(self.connection.surroundings.origins.clone()),
            sent: 0,
            spent: Duration::ZERO,
            intended: was_intended,
            latest: None,
        };
        let is_left_in_doubt = was_intended && repeating == Repeating::Write;
        let left = if is_left_in_doubt { self.left_in_doubt(&mut page).await? } else { None };
        let ended = if let Some(ended) = left {
            ended
        } else if self.is_barred {
            let message = "it was not sent: what became of an earlier write to the same thing is in doubt";
            Ended::Failed(Box::new(self.failure(&page, FailureKind::NotAttempted, message, None)))
        } else {
            self.attempts(&mut page).await?
        };
        let ended = self.verified(ended, &mut page.latest).await?;
        let ended = self.reconciled(&mut page, ended).await?;
        let attempts = self.log.since(first_attempt);
        match &ended {
            Ended::Answered(answer) => {
                let answer = self.written_down(answer);
                journal.outcome(name, Recorded::Answer(&answer), attempts).await?;
            }
            Ended::Failed(failure) => journal.outcome(name, Recorded::Failure(failure), attempts).await?,
            Ended::Settled => {
                let settled = Settled { url: self.shown(&page), attempts: page.sent };
                journal.outcome(name, Recorded::Settled(&settled), attempts).await?;
            }
            // It is left for another run, which must not take it for one that may have happened.
            Ended::Stopped(_) if page.intended && !page.retries.is_doubtful() => journal.withdrawn(name).await?,
            Ended::Stopped(_) | Ended::Withheld(_) => {}
        }
        Ok(ended)
    }

    async fn attempts(&mut self, page: &mut Page<'_>) -> Result<Ended, JournalError> {
        loop {
            let wait = match self.attempt(page).await? {
                Step::End(ended) => return Ok(ended),
                Step::Again(wait) => wait,
            };
            self.withdraw(page).await?;
            if !wait.is_zero() {
                tokio::select! {
                    () = sleep(wait) => {}
                    () = self.context.stop.cancelled() => return Ok(self.stopped(page)),
                }
            }
        }
    }

    /// Sends the request once, when the governor and a live token allow it.
    async fn attempt(&mut self, page: &mut Page<'_>) -> Result<Step, JournalError> {
        let connection = self.connection;
        let never = CancellationToken::new();
        let stop = if self.is_for_keys && page.sent == 0 { &never } else { self.context.stop };
        let permit = match connection.governor.admit(connection.settings.limits.wait, stop).await {
            Ok(permit) => permit,
            Err(NotAdmitted::Stopped) => return Ok(Step::End(self.stopped(page))),
            Err(NotAdmitted::Silent(left)) => return Ok(Step::End(self.silenced(page, left))),
        };
        let token = match self.token(page, stop).await {
            Ok(token) => token,
            Err(Denied::Stopped) => return Ok(Step::End(self.stopped(page))),
            Err(denied) => {
                let is_dead_end = matches!(denied, Denied::Hopeless { .. });
                let method = self.request.endpoint().method;
                let failure = Box::new(denied.into_failure(method, self.shown(page), page.sent));
                // A dead end ends the run. It may be mended, and then the page is sent.
                return Ok(Step::End(if is_dead_end { Ended::Stopped(failure) } else { Ended::Failed(failure) }));
            }
        };
        let client = match self.client(page) {
            Ok(client) => client,
            Err(error) => {
                let failure = self.failure(page, FailureKind::Refused, &error.to_string(), None);
                return Ok(Step::End(Ended::Failed(Box::new(failure))));
            }
        };
        self.intend(page).await?;
        let started_at = connection.surroundings.clock.now();
        let began = Instant::now();
        let request = self.http_request(page, token.as_deref());
        let shown = self.log.shown(&request).map(|shown| match &token {
            Some(_) => shown.with_defaults(&connection.headers),
            None => shown.without_keys(),
        });
        let limits = &connection.settings.limits;
        let within = limits.call.saturating_sub(page.spent);
        let sent = send(&client, request, limits, within).await;
        let duration = began.elapsed();
        drop(permit);
        page.sent += 1;
        page.spent += duration;
        self.requests += 1;
        self.retries += u64::from(page.sent > 1);

        let redirect = self.redirect(page, &sent);
        let sent = self.without_secrets(page, sent);
        let (next, retry) = match self.follow(page, redirect, &sent) {
            Some((next, retry)) => (Some(next), retry),
            None => self.judge(page, &sent, token.as_ref()),
        };
        if let Some(shown) = shown {
            let (page, number, method) = (Some(page.name.number), page.sent, self.request.endpoint().method);
            let sent = Sent { page, number, started_at, duration, method, shown, outcome: &sent, retry };
            self.log.write(sent.attempt(connection.redactor()));
        }
        Ok(next.unwrap_or_else(|| Step::End(self.ended(page, sent))))
    }

    /// What follows, and why another request follows if one does; nothing, if this was the last. Only what was sent with
    /// a `token` says something about it, and about how hard the system may be asked.
    fn judge(
        &self,
        page: &mut Page<'_>,
        sent: &Result<Reply, Trouble>,
        token: Option<&Arc<Token>>,
    ) -> (Option<Step>, Option<String>) {
        let refused = token.filter(|_| sent.as_ref().is_ok_and(|reply| reply.status == 401));
        let cause = if refused.is_some() { Some(Cause::Unauthorized) } else { cause_of(sent) };
        let Some(cause) = cause else {
            return (None, None);
        };
        let asked = token.and_then(|_| self.asked_to_wait(sent));
        let is_renewable = self.connection.is_renewable();
        match page.retries.judge(cause, page.spent, is_renewable, asked) {
            Verdict::Again(wait) => {
                // A token that was not accepted though it is new is kept: the next call, which
                // may be accepted, would otherwise ask for yet another.
                if let Some(token) = refused {
                    self.connection.reject(token);
                }
                page.latest = Some(self.failure_of(page, sent));
                let (why, name) = (why(sent), self.connection.name());
                let method = self.request.endpoint().method;
                let after = if wait.is_zero() { String::new() } else { format!(" in {wait:.1?}") };
                tracing::info!("`{name}`: {method} {} is tried again{after}: {why}", self.shown(page));
                (Some(Step::Again(wait)), Some(why))
            }
            Verdict::Fail => (None, None),
            Verdict::WaitTooLong => {
                let message = format!("{}; {}", why(sent), too_long(asked.unwrap_or_default()));
                let failure = Failure { message, ..self.failure_of(page, sent) };
                (Some(Step::End(Ended::Failed(Box::new(failure)))), None)
            }
            Verdict::InDoubt => {
                page.latest = Some(self.failure_of(page, sent));
                let message = format!("{}; {UNKNOWN}", why(sent));
                let reply = sent.as_ref().ok();
                let failure = self.failure(page, FailureKind::InDoubt, &message, reply);
                (Some(Step::End(Ended::Failed(Box::new(failure)))), None)
            }
        }
    }

    /// How long the server asks its callers to wait, which from now on they all do.
    fn asked_to_wait(&self, sent: &Result<Reply, Trouble>) -> Option<Duration> {
        let reply = sent.as_ref().ok()?;
        if reply.status != 429 && reply.status < 500 {
            return None;
        }
        let asked = retry_after(&reply.headers, self.connection.surroundings.clock.now())?;
        self.connection.governor.hold(asked);
        tracing::info!("`{}` asks to be sent nothing for {} s", self.connection.name(), asked.as_secs());
        Some(asked)
    }

    /// Writes the intent of a write down, unless it stands there already.
    async fn intend(&self, page: &mut Page<'_>) -> Result<(), JournalError> {
        if page.intended || !self.request.is_write() {
            return Ok(());
        }
        let redactor = self.connection.redactor();
        let body = self.request.body().map(|body| redactor.told(body.clone()));
        let intent = Intent { method: self.request.endpoint().method, url: &self.shown(page), body: body.as_ref() };
        self.context.journal.intent(page.name, intent).await?;
        page.intended = true;
        Ok(())
    }

    /// Takes the intent of a write back that had no effect, so that it is not in doubt while it
    /// waits. A write that can be repeated never is.
    async fn withdraw(&self, page: &mut Page<'_>) -> Result<(), JournalError> {
        if page.intended && !self.request.is_repeatable() {
            self.context.journal.withdrawn(page.name).await?;
            page.intended = false;
        }
        Ok(())
    }

    /// The request for a page; without a token it has nothing but its URL.
    fn http_request(&self, page: &Page<'_>, token: Option<&Token>) -> reqwest::Request {
        let (endpoint, connection) = (self.request.endpoint(), self.connection);
        let mut request = reqwest::Request::new(method(endpoint.method), page.url.clone());
        let Some(token) = token else {
            return request;
        };
        let headers = request.headers_mut();
        for (name, value) in self.request.headers() {
            headers.append(name, value.clone());
        }
        if let Some(name) = self.request.idempotency_key()
            && let Ok(key) = HeaderValue::try_from(idempotency_key(&connection.surroundings.run, &self.context.key))
        {
            headers.insert(name, key);
        }
        if let Some((name, value)) = token.as_header() {
            headers.insert(name, value.clone());
        }
        if let (Some(body), Some(form)) = (self.request.body(), &endpoint.body) {
            let content_type = match form.form {
                BodyForm::Json => "application/json",
                BodyForm::Form => "application/x-www-form-urlencoded",
            };
            if !connection.headers.contains_key(CONTENT_TYPE) {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            }
            *request.body_mut() = Some(body.clone().into());
        }
        request
    }

    /// An answer whose body is in UTF-8; or, if it is a file, as it came.
    fn readable(&self, reply: Reply) -> Reply {
        let endpoint = self.request.endpoint();
        if endpoint.response.form == ResponseForm::File && is_success(endpoint, reply.status) {
            reply
        } else {
            reply.in_utf_8()
        }
    }

    /// What came without what is known to be secret, and without what a URL that it leads to may be signed with.
    fn without_secrets(&self, page: &Page<'_>, sent: Result<Reply, Trouble>) -> Result<Reply, Trouble> {
        let redactor = self.connection.redactor();
        let reply = self.readable(sent?);
        let reply = Reply { body: reply.body.map(|body| redactor.data(body)), ..reply };
        Ok(match page.redirects.elsewhere() {
            Some(to) => without_signature(reply, to),
            None => reply,
        })
    }
}

fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Head => http::Method::HEAD,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}
