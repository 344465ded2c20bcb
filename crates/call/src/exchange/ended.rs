//! What the attempts of a page come to.

use std::borrow::Cow;
use std::time::Duration;

use http::header::{CONTENT_TYPE, LINK};
use http::{HeaderMap, HeaderName};

use super::{Ended, Exchange, Page};
use crate::classify::{Meaning, meaning};
use crate::journal::Answer;
use crate::outcome::{Failure, FailureKind, body_as_text};
use crate::page::Page as _;
use crate::reconcile::Document;
use crate::retry::too_long;
use crate::send::{Reply, why};
use crate::trouble::Trouble;
use crate::url::without_keys;

impl Exchange<'_> {
    /// The last answer, or why there is none.
    pub(super) fn ended(&self, page: &Page<'_>, sent: Result<Reply, Trouble>) -> Ended {
        match sent {
            Ok(Reply { status, headers, body: Ok(body) }) => Ended::Answered(Answer {
                status,
                content_type: self.header(&headers, &CONTENT_TYPE),
                link: self.header(&headers, &LINK),
                body,
                url: self.shown(page),
                attempts: page.sent,
                repeated: page.retries.is_doubtful(),
            }),
            sent => Ended::Failed(Box::new(self.failure_of(page, &sent))),
        }
    }

    /// The answer as it is written down. One that is no success becomes no data, so it is without all that must not be
    /// told.
    pub(super) fn written_down<'b>(&self, answer: &'b Answer) -> Cow<'b, Answer> {
        let body = self.connection.redactor().told(answer.body.clone());
        if body == answer.body {
            return Cow::Borrowed(answer);
        }
        let endpoint = self.request.endpoint();
        match meaning(self.request.terms(), answer, &Document::parse(answer, endpoint)) {
            Meaning::Success | Meaning::AlreadyDone => Cow::Borrowed(answer),
            Meaning::Failure(..) | Meaning::InDoubt(..) => Cow::Owned(Answer { body, ..answer.clone() }),
        }
    }

    /// The failure that an attempt would be, if it were the last.
    pub(super) fn failure_of(&self, page: &Page<'_>, sent: &Result<Reply, Trouble>) -> Failure {
        let (kind, reply) = match sent {
            Err(trouble) => (trouble.kind, None),
            Ok(reply) => match (&reply.body, reply.status) {
                (_, 401) => (FailureKind::Authorization, Some(reply)),
                (_, 429) | (Ok(_), _) => (FailureKind::Status, Some(reply)),
                (Err(trouble), _) => (trouble.kind, Some(reply)),
            },
        };
        self.failure(page, kind, &why(sent), reply)
    }

    pub(super) fn failure(&self, page: &Page<'_>, kind: FailureKind, message: &str, reply: Option<&Reply>) -> Failure {
        let body = reply.and_then(|reply| reply.body.as_ref().ok());
        Failure {
            kind,
            message: self.connection.redactor().text(message).into_owned(),
            status: reply.map(|reply| reply.status),
            method: self.request.endpoint().method,
            url: self.shown(page),
            attempts: page.sent,
            body: body.and_then(|body| body_as_text(body, self.connection.redactor())),
        }
    }

    /// The run stopped before the page was sent, or sent again.
    pub(super) fn stopped(&self, page: &mut Page<'_>) -> Ended {
        let is_doubtful = self.request.is_write() && page.retries.is_doubtful();
        let failure = match page.latest.take() {
            Some(latest) if is_doubtful => latest,
            Some(latest) => {
                let message = format!("the run stopped before it was sent again: {}", latest.message);
                self.failure(page, FailureKind::NotAttempted, &message, None)
            }
            None => self.failure(page, FailureKind::NotAttempted, "the run stopped before it was sent", None),
        };
        Ended::Stopped(Box::new(failure))
    }

    /// The system asked for a silence that is longer than anybody waits, so the page is not sent, or not again.
    pub(super) fn silenced(&self, page: &mut Page<'_>, left: Duration) -> Ended {
        let failure = match page.latest.take() {
            Some(latest) => Failure { message: format!("{}; {}", latest.message, too_long(left)), ..latest },
            None => self.failure(page, FailureKind::Refused, &format!("it was not sent: {}", too_long(left)), None),
        };
        Ended::Failed(Box::new(failure))
    }

    /// The URL of a page without secrets. One that a server gave away may be signed, and is shown without its values.
    pub(super) fn shown(&self, page: &Page<'_>) -> String {
        let redactor = self.connection.redactor();
        if page.redirects.is_abroad() {
            return redactor.text(&without_keys(&page.url)).into_owned();
        }
        redactor.text(page.url.as_str()).into_owned()
    }

    /// The values of a header, joined by commas.
    fn header(&self, headers: &HeaderMap, name: &HeaderName) -> Option<String> {
        let redactor = self.connection.redactor();
        let values: Vec<_> = headers.get_all(name).iter().map(|value| redactor.header(name, value)).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}
