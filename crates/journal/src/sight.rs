//! A view of a run: everything is taken from its journal, and nothing is sent.

use std::sync::{Mutex, MutexGuard, PoisonError};

use seatflow_call::{Failure, FailureKind, JournalError, Login, PageName, Recall, RecalledOutcome};
use seatflow_catalog::{Effect, Method};

use crate::given::View;
use crate::pass::{request, unreadable};
use crate::past::{Last, Past};

/// A view of a run.
#[derive(Debug)]
pub(crate) struct Sight {
    pub(crate) view: View,
    pub(crate) past: Mutex<Past>,
    /// Whether the run is a plan, whose writes were withheld.
    pub(crate) is_plan: bool,
    /// Whether somebody is still at work on the run.
    pub(crate) is_running: bool,
}

impl Sight {
    /// What is known of a page. Never that it is to be sent: an intent without an outcome is a write in
    /// doubt, unless the run is still under way.
    pub(crate) fn recall(&self, page: &PageName<'_>) -> Result<Recall, JournalError> {
        if self.is_plan && page.endpoint.effect == Effect::Write {
            return Ok(Recall::Withhold);
        }
        let last = self.past().last(&page.key).map_err(unreadable)?;
        match (last, self.view) {
            (Some(Last::Ended(outcome, attempts)), _) => Ok(Recall::Ended(Box::new(outcome), attempts)),
            (Some(Last::Intent(url)), _) if self.is_running => {
                let failure = nothing(page.endpoint.method, url, "the run is still under way");
                Ok(Recall::Ended(Box::new(RecalledOutcome::Failure(failure)), Vec::new()))
            }
            (Some(Last::Intent(url)), _) => {
                let message = "it was about to be sent when the run ended; whether it had its effect is not known";
                let failure = Failure { kind: FailureKind::InDoubt, ..nothing(page.endpoint.method, url, message) };
                Ok(Recall::Ended(Box::new(RecalledOutcome::Failure(failure)), Vec::new()))
            }
            (Some(Last::Withdrawn) | None, View::Look) => Ok(Recall::Absent),
            (Some(Last::Withdrawn) | None, View::Replay) => {
                Err(JournalError::Missing { node: page.node.to_owned(), record: page.record, request: request(page) })
            }
        }
    }

    /// How a node logged in.
    pub(crate) fn recall_login(&self, node: &str) -> Result<Login, JournalError> {
        match (self.past().last_login(node).map_err(unreadable)?, self.view) {
            (Some(login), _) => Ok(login),
            (None, View::Look) => {
                let failure = nothing(Method::Post, String::new(), "the journal does not hold that it logged in");
                Ok(Login { failure: Some(Box::new(failure)), attempts: Vec::new() })
            }
            (None, View::Replay) => {
                let request = "how it logged in".to_owned();
                Err(JournalError::Missing { node: node.to_owned(), record: 0, request })
            }
        }
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was never answered.
fn nothing(method: Method, url: String, message: &str) -> Failure {
    Failure {
        kind: FailureKind::NotAttempted,
        message: message.to_owned(),
        status: None,
        method,
        url,
        attempts: 0,
        body: None,
    }
}
