//! A journal to write, and calls to write into it.

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use seatflow_call::{
    Answer, Attempt, CallKey, Failure, FailureKind, Intent, Journal as _, JournalError, Key, PageName, Recall,
    RecalledOutcome, Recorded, Request, UnknownCall,
};
use seatflow_catalog::{Effect, Endpoint, Method, builtin};
use seatflow_journal::{Ended, Ending, Guards, NewPass, NewRun, NodeEntry, Purpose, RunRecord, Session, Source, Store};
use tempfile::TempDir;

/// Runs a test on a journal in a folder, and on one in memory.
pub(crate) fn everywhere(test: impl Fn(&Store)) {
    let folder = TempDir::new().unwrap();
    test(&Store::open(folder.path()).unwrap());
    test(&Store::in_memory().unwrap());
}

/// A journal in a folder.
pub(crate) fn in_folder() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

/// Waits for a future.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// A moment, so many seconds after the beginning of all tests.
pub(crate) fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + seconds).unwrap()
}

/// A run that begins.
pub(crate) fn run(id: &str) -> NewRun {
    NewRun {
        id: id.to_owned(),
        pipeline: "seats".to_owned(),
        file: "pipelines/seats.yaml".into(),
        is_sandbox: true,
        version: "0.1.0".to_owned(),
        user: "somebody".to_owned(),
        began_at: moment(0),
    }
}

/// A pass that begins.
pub(crate) fn pass(purpose: Purpose) -> NewPass {
    let node = |name: &str, endpoint: Option<&str>, writes, is_below_write| NodeEntry {
        name: name.to_owned(),
        tool: if endpoint.is_some() { "license_api" } else { "authorize" }.to_owned(),
        endpoint: endpoint.map(str::to_owned),
        writes,
        is_below_write,
    };
    NewPass {
        purpose,
        began_at: moment(1),
        guards: Guards::default(),
        nodes: vec![
            node("login", None, false, false),
            node("found", Some("seats.list"), false, false),
            node("granted", Some("seats.grant"), true, false),
            node("removed", Some("seats.remove"), true, false),
            node("seen", Some("seats.list"), false, true),
        ],
        overrides: vec!["accounts=a.csv".to_owned(), "limit=3".to_owned()],
        sources: vec![source("pipelines/seats.yaml", Some("version: 1\npipeline: seats\n")), source("a.csv", None)],
        base_urls: vec![("seats".to_owned(), "https://seats.test/api".to_owned())],
        allow_unknown: false,
    }
}

/// A file that a pass reads.
pub(crate) fn source(path: &str, text: Option<&str>) -> Source {
    Source { path: path.into(), sha256: "00ff".to_owned(), text: text.map(str::to_owned) }
}

/// A run with its first pass, for `run`.
pub(crate) fn begin(store: &Store, id: &str) -> Session {
    store.begin(run(id), pass(Purpose::Run)).unwrap()
}

/// Ends a pass.
pub(crate) fn end(session: &Session, ending: Ending) {
    let ended = Ended { ending, exit_status: 0, message: None, ended_at: moment(9), nodes: Vec::new() };
    session.end(ended).unwrap();
}

/// The run of an id.
pub(crate) fn record(store: &Store, id: &str) -> RunRecord {
    store.run(id).unwrap().unwrap()
}

/// A call of which nobody but its key knows which one it is.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) node: &'static str,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) record: i64,
    pub(crate) number: u64,
}

static ENDPOINTS: LazyLock<[(&str, Arc<Endpoint>); 4]> = LazyLock::new(|| {
    let read = builtin("alteryx").unwrap().endpoint("devices.get").unwrap();
    let endpoint = |id: &str, method, effect| {
        let path = "/seats".to_owned();
        Arc::new(Endpoint { id: id.to_owned(), method, effect, path, parameters: Vec::new(), ..read.clone() })
    };
    let list = endpoint("seats.list", Method::Get, Effect::Read);
    [
        ("found", Arc::clone(&list)),
        ("granted", endpoint("seats.grant", Method::Post, Effect::Write)),
        ("removed", endpoint("seats.remove", Method::Delete, Effect::Write)),
        ("seen", list),
    ]
});

/// A call of a node, told from others by its record.
pub(crate) fn call(node: &'static str, record: i64) -> Call {
    let (_, endpoint) = ENDPOINTS.iter().find(|(name, _)| *name == node).unwrap();
    Call { node, endpoint: Arc::clone(endpoint), record, number: 1 }
}

/// A read.
pub(crate) fn read(record: i64) -> Call {
    call("found", record)
}

/// A write.
pub(crate) fn write(record: i64) -> Call {
    call("granted", record)
}

impl Call {
    /// Its key.
    pub(crate) fn key(&self) -> Key {
        let none: &[(&str, Option<&str>)] = &[];
        let digest = Request::bind(Arc::clone(&self.endpoint), none, None).unwrap().digest("portal", self.node);
        CallKey { digest, occurrence: u64::try_from(self.record).unwrap() }.page(self.number)
    }

    /// Its name.
    pub(crate) fn page(&self) -> PageName<'_> {
        PageName {
            key: self.key(),
            node: self.node,
            record: self.record,
            number: self.number,
            endpoint: &self.endpoint,
            fails_when: &self.endpoint.fails_when,
        }
    }

    /// What is known of it.
    pub(crate) fn recall(&self, session: &Session) -> Recall {
        wait(session.recall(self.page())).unwrap()
    }

    /// Why nothing is told of it.
    pub(crate) fn refused(&self, session: &Session) -> String {
        wait(session.recall(self.page())).unwrap_err().to_string()
    }

    /// Tells that it is about to be sent.
    pub(crate) fn try_intend(&self, session: &Session) -> Result<(), JournalError> {
        let body = Bytes::from(format!("{{\"seat\":{}}}", self.record));
        let url = format!("https://portal.test/seats?record={}", self.record);
        wait(session.intent(self.page(), Intent { method: self.endpoint.method, url: &url, body: Some(&body) }))
    }

    /// As [`Call::try_intend`], which has to be possible.
    pub(crate) fn intend(&self, session: &Session) {
        self.try_intend(session).unwrap();
    }

    /// Takes that back.
    pub(crate) fn withdraw(&self, session: &Session) {
        wait(session.withdrawn(self.page())).unwrap();
    }

    /// Tells what came of it.
    pub(crate) fn try_answer(&self, session: &Session, answer: &Answer) -> Result<(), JournalError> {
        wait(session.outcome(self.page(), Recorded::Answer(answer), &[attempt(answer)]))
    }

    /// As [`Call::try_answer`], with the usual answer, which has to be possible.
    pub(crate) fn answer(&self, session: &Session) {
        self.try_answer(session, &answer(self.record)).unwrap();
    }

    /// Tells that it failed.
    pub(crate) fn fail(&self, session: &Session, kind: FailureKind) {
        let failure = failure(kind, self.endpoint.method);
        wait(session.outcome(self.page(), Recorded::Failure(&failure), &[])).unwrap();
    }

    /// As [`Call::answer`], after so many milliseconds.
    pub(crate) fn answer_after(&self, session: &Session, milliseconds: u64) {
        let answer = answer(self.record);
        let attempt = Attempt { duration: Duration::from_millis(milliseconds), ..attempt(&answer) };
        wait(session.outcome(self.page(), Recorded::Answer(&answer), &[attempt])).unwrap();
    }

    /// What is recalled of it after [`Call::answer`].
    pub(crate) fn answered(&self) -> Recall {
        let answer = answer(self.record);
        let attempts = vec![attempt(&answer)];
        Recall::Ended(Box::new(RecalledOutcome::Answer(answer)), attempts)
    }

    /// What is recalled of it after [`Call::fail`].
    pub(crate) fn failed(&self, kind: FailureKind) -> Recall {
        let failure = failure(kind, self.endpoint.method);
        Recall::Ended(Box::new(RecalledOutcome::Failure(failure)), Vec::new())
    }

    /// Tells that it is withheld.
    pub(crate) fn plan(&self, session: &Session) {
        let url = format!("https://portal.test/seats?record={}", self.record);
        let body = Bytes::from("{}");
        let intent = Intent { method: self.endpoint.method, url: &url, body: Some(&body) };
        let input = format!("{{\"id\":{}}}", self.record);
        wait(session.planned(self.page(), intent, &input)).unwrap();
    }
}

impl Call {
    /// Tells that it cannot be planned.
    pub(crate) fn leave_unknown(&self, session: &Session, column: &str) {
        self.leave_unknown_of(session, column, &format!("{{\"id\":{}}}", self.record));
    }

    /// As [`Call::leave_unknown`], of this input.
    pub(crate) fn leave_unknown_of(&self, session: &Session, column: &str, input: &str) {
        let Self { node, endpoint, record, .. } = self;
        let unknown = UnknownCall { node, record: *record, endpoint, column, input };
        wait(session.unknown(unknown)).unwrap();
    }
}

/// The usual answer to a record's call.
pub(crate) fn answer(record: i64) -> Answer {
    Answer {
        status: 200,
        content_type: Some("application/json".to_owned()),
        link: None,
        body: Bytes::from(format!("{{\"data\":[{{\"id\":{record}}}]}}")),
        url: format!("https://portal.test/seats?record={record}"),
        attempts: 1,
        repeated: false,
    }
}

/// The request that led to an answer.
pub(crate) fn attempt(answer: &Answer) -> Attempt {
    Attempt {
        page: Some(1),
        attempt: 1,
        started_at: moment(2),
        duration: Duration::from_millis(20),
        method: Method::Get,
        url: answer.url.clone(),
        request_headers: vec![("accept".to_owned(), "application/json".to_owned())],
        request_body: None,
        status: Some(answer.status),
        response_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        response_body: Some(answer.body.clone()),
        error: None,
        retry: None,
        bytes_sent: 0,
        bytes_received: answer.body.len() as u64,
    }
}

/// A failure.
pub(crate) fn failure(kind: FailureKind, method: Method) -> Failure {
    Failure {
        kind,
        message: "the server was silent".to_owned(),
        status: None,
        method,
        url: "https://portal.test/seats".to_owned(),
        attempts: 1,
        body: None,
    }
}

/// The commits in the write-ahead log of a journal.
pub(crate) fn commits(state: &Path) -> usize {
    let log = std::fs::read(state.join("journal.db-wal")).unwrap();
    let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let (page_size, salts) = (word(8) as usize, &log[16..24]);
    let frames = (32..).step_by(24 + page_size).take_while(|at| at + 24 + page_size <= log.len());
    // What is left of an earlier round has other salts.
    let frames = frames.take_while(|at| &log[at + 8..at + 16] == salts);
    frames.filter(|at| word(at + 4) > 0).count()
}
