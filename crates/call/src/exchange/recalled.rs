//! Pages that are not sent: an earlier run has, or none may.

use url::Url;

use super::{Ended, Exchange};
use crate::journal::{Outcome, Settled};
use crate::log::Attempt;
use crate::outcome::{Failure, FailureKind, Withheld};

impl Exchange<'_> {
    /// What the journal tells of a page that came to its end before.
    pub(super) fn recalled(&mut self, outcome: Outcome, attempts: Vec<Attempt>) -> Ended {
        self.is_recalled = true;
        self.log.extend(attempts);
        let (sent, ended) = match outcome {
            Outcome::Answer(answer) => (answer.attempts, Ended::Answered(answer)),
            Outcome::Failure(failure) => (failure.attempts, Ended::Failed(Box::new(failure))),
            Outcome::Settled(Settled { attempts, .. }) => (attempts, Ended::Settled),
        };
        self.recalled += u64::from(sent);
        self.retries += u64::from(sent.saturating_sub(1));
        ended
    }

    /// The write that would be sent.
    pub(super) fn withheld(&self, url: &Url) -> Withheld {
        let redactor = self.connection.redactor();
        Withheld {
            method: self.request.endpoint().method,
            url: redactor.text(url.as_str()).into_owned(),
            body: self.request.body().map(|body| redactor.told(body.clone())),
        }
    }

    /// The run came to its end before this page was sent.
    pub(super) fn not_made(&self, url: &Url) -> Failure {
        Failure {
            kind: FailureKind::NotAttempted,
            message: "the run ended before it was sent".to_owned(),
            status: None,
            method: self.request.endpoint().method,
            url: self.connection.redactor().text(url.as_str()).into_owned(),
            attempts: 0,
            body: None,
        }
    }
}
