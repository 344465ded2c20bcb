//! The log of every request that a sandbox received.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, StatusCode};
use serde::Serialize;

/// A request that a sandbox received. It never holds a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceivedRequest {
    /// Its number, in the order in which requests came in, from 1; never used twice.
    pub number: u64,
    /// The system that it is for; none under a host that plays none.
    pub system: Option<&'static str>,
    /// The method.
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// The query as it was sent, with each token in it masked.
    pub query: Option<String>,
    /// The id of the endpoint, if the method and path are one's.
    pub endpoint: Option<&'static str>,
    /// Whose token it carried, if it carried a good one.
    pub caller: Option<String>,
    /// The status of the answer that was sent; none while there is no answer, or when the connection was reset.
    pub status: Option<u16>,
    /// The number of the last request that had come in when this one was answered, or ended without an answer; none
    /// before. A request with a higher number began when this one was done.
    pub answered_after: Option<u64>,
    /// What it changed; none for a read, for a request that was refused, and for a write that found nothing to change.
    pub effect: Option<String>,
    /// What the fault did that struck it.
    pub fault: Option<String>,
}

/// The requests received since the start, or since the log was cleared.
#[derive(Debug)]
pub(crate) struct Requests {
    keep: AtomicBool,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    /// How many were received before the first entry here.
    before: u64,
    entries: Vec<Entry>,
}

/// What is kept of a request while the log grows.
#[derive(Debug)]
struct Entry {
    system: Option<&'static str>,
    method: Method,
    target: Box<str>,
    endpoint: Option<&'static str>,
    fault: Option<Arc<str>>,
    caller: Option<Arc<str>>,
    status: Option<StatusCode>,
    answered_after: Option<u64>,
    effect: Option<Box<str>>,
}

/// What is known of a request when it comes in.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) system: Option<&'static str>,
    pub(crate) method: &'a Method,
    pub(crate) target: &'a str,
    pub(crate) endpoint: Option<&'static str>,
    pub(crate) fault: Option<Arc<str>>,
}

/// What is known of a request when it has been answered.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) caller: Option<Arc<str>>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) effect: Option<String>,
}

impl Requests {
    pub(crate) fn new(keep: bool) -> Self {
        Self { keep: AtomicBool::new(keep), log: Mutex::default() }
    }

    pub(crate) fn keeps(&self) -> bool {
        self.keep.load(Ordering::Relaxed)
    }

    pub(crate) fn set_keep(&self, keep: bool) {
        self.keep.store(keep, Ordering::Relaxed);
    }

    /// Writes down that a request came in; gives its number, if the log is kept.
    pub(crate) fn received(&self, arrival: Arrival<'_>) -> Option<u64> {
        if !self.keeps() {
            return None;
        }
        let entry = Entry {
            system: arrival.system,
            method: arrival.method.clone(),
            target: arrival.target.into(),
            endpoint: arrival.endpoint,
            fault: arrival.fault,
            caller: None,
            status: None,
            answered_after: None,
            effect: None,
        };
        let mut log = self.lock();
        log.entries.push(entry);
        Some(log.before + log.entries.len() as u64)
    }

    /// Writes down what became of a request, unless the log was cleared in between.
    pub(crate) fn answered(&self, number: Option<u64>, outcome: Outcome) {
        let Some(number) = number else { return };
        let mut log = self.lock();
        let last = log.before + log.entries.len() as u64;
        let place = number.checked_sub(log.before + 1).and_then(|place| usize::try_from(place).ok());
        if let Some(entry) = place.and_then(|place| log.entries.get_mut(place)) {
            entry.caller = outcome.caller;
            entry.status = outcome.status;
            entry.answered_after = Some(last);
            entry.effect = outcome.effect.map(String::into_boxed_str);
        }
    }

    pub(crate) fn clear(&self) {
        let mut log = self.lock();
        log.before += log.entries.len() as u64;
        log.entries = Vec::new();
    }

    /// All entries, in order. `is_token` says which values in a query are masked.
    pub(crate) fn list(&self, is_token: impl Fn(&str) -> bool) -> Vec<ReceivedRequest> {
        let log = self.lock();
        let first = log.before + 1;
        (first..).zip(&log.entries).map(|(number, entry)| entry.render(number, &is_token)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn render(&self, number: u64, is_token: impl Fn(&str) -> bool) -> ReceivedRequest {
        let (path, query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(masked(query, is_token))),
            None => (&*self.target, None),
        };
        ReceivedRequest {
            number,
            system: self.system,
            method: self.method.to_string(),
            path: path.to_owned(),
            query,
            endpoint: self.endpoint,
            caller: self.caller.as_deref().map(str::to_owned),
            status: self.status.map(|status| status.as_u16()),
            answered_after: self.answered_after,
            effect: self.effect.as_deref().map(str::to_owned),
            fault: self.fault.as_deref().map(str::to_owned),
        }
    }
}

fn masked(query: &str, is_token: impl Fn(&str) -> bool) -> String {
    let mask = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if is_token(value) => format!("{name}=***"),
        _ => pair.to_owned(),
    };
    query.split('&').map(mask).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(target: &str) -> Arrival<'_> {
        Arrival { system: Some("alteryx"), method: &Method::GET, target, endpoint: None, fault: None }
    }

    #[test]
    fn numbers_go_on_after_a_clearing_and_late_answers_are_dropped() {
        let requests = Requests::new(true);
        let first = requests.received(arrival("/a"));
        requests.clear();
        requests.received(arrival("/b"));
        requests.answered(first, Outcome { status: Some(StatusCode::OK), ..Outcome::default() });
        let list = requests.list(|_| false);
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].number, list[0].path.as_str(), list[0].status), (2, "/b", None));
    }

    #[test]
    fn it_is_told_which_requests_came_while_another_had_no_answer() {
        let requests = Requests::new(true);
        let first = requests.received(arrival("/a"));
        requests.received(arrival("/b"));
        requests.answered(first, Outcome::default());
        requests.received(arrival("/c"));
        let answered: Vec<_> = requests.list(|_| false).iter().map(|request| request.answered_after).collect();
        assert_eq!(answered, [Some(2), None, None]);
    }

    #[test]
    fn tokens_in_a_query_are_masked() {
        let requests = Requests::new(true);
        requests.received(arrival("/a?token=rt-1&x=1&flag"));
        let list = requests.list(|value| value == "rt-1");
        assert_eq!(list[0].query.as_deref(), Some("token=***&x=1&flag"));
    }

    #[test]
    fn nothing_is_kept_when_the_log_is_off() {
        let requests = Requests::new(false);
        assert_eq!(requests.received(arrival("/a")), None);
        assert_eq!(requests.list(|_| false), []);
    }
}
