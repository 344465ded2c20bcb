//! Endpoints, pages and connections for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use seatflow_call::{
    Answer, Authorization, CallKey, Called, Clock, Connection, Context, Credentials, Failure, Found, Limits, Outcome,
    Page, Request, Settings, Surroundings, Unjournaled,
};
use seatflow_catalog::{
    Body, BodyForm, Condition, Effect, Endpoint, FailsWhen, Location, Method, Parameter, Response, ResponseForm, Trust,
    ValueKind,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::server::Server;

/// A body that is JSON, or is not.
#[derive(Debug, PartialEq)]
pub(crate) struct Document {
    pub(crate) value: Option<Value>,
    records: Option<u64>,
}

impl Page for Document {
    fn parse(answer: &Answer, endpoint: &Endpoint) -> Self {
        let value: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let records = value.as_ref().map(|value| {
            let records = endpoint.response.records.as_ref().map_or(value, |path| at(value, path));
            records.as_array().map_or(1, |records| records.len() as u64)
        });
        let is_kept = endpoint.response.form == ResponseForm::File || answer.status == 204;
        Self { value, records: records.or(is_kept.then_some(0)) }
    }

    fn records(&self) -> Option<u64> {
        self.records
    }

    fn at(&self, path: &str) -> Found {
        let Some(value) = &self.value else { return Found::Unread };
        match if path == "." { value } else { at(value, path) } {
            Value::Null => Found::Nothing,
            Value::String(text) => Found::Scalar(text.clone()),
            Value::Array(_) | Value::Object(_) => Found::Nested,
            scalar => Found::Scalar(scalar.to_string()),
        }
    }
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    let mut names = vec![String::new()];
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        match character {
            '.' => names.push(String::new()),
            '\\' => names.last_mut().unwrap().push(characters.next().unwrap()),
            plain => names.last_mut().unwrap().push(plain),
        }
    }
    names.iter().fold(value, |value, name| &value[name])
}

/// A read without parameters.
pub(crate) fn read(path: &str) -> Endpoint {
    Endpoint {
        response: Response { records: Some("data".to_owned()), ..Response::default() },
        fails_when: vec![FailsWhen {
            path: "msg".to_owned(),
            is: Condition::Present,
            and_null: Some("data".to_owned()),
            message: None,
        }],
        ..Endpoint::read("things.list", path)
    }
}

/// A write that must not be sent twice.
pub(crate) fn write(path: &str) -> Endpoint {
    Endpoint {
        id: "things.create".to_owned(),
        method: Method::Post,
        effect: Effect::Write,
        idempotent: false,
        body: Some(Body { form: BodyForm::Json, fixed: Vec::new(), schema: None, example: None }),
        ..read(path)
    }
}

/// A write that may be sent twice.
pub(crate) fn delete(path: &str) -> Endpoint {
    Endpoint { method: Method::Delete, effect: Effect::Write, already_done: vec![404], ..read(path) }
}

/// A parameter that takes any text.
pub(crate) fn parameter(name: &str, location: Location, required: bool) -> Parameter {
    Parameter {
        name: name.to_owned(),
        location,
        kind: ValueKind::Text,
        required,
        allowed: Vec::new(),
        refused: Vec::new(),
        suggested: Vec::new(),
        list: None,
        default: None,
        description: String::new(),
        source: Trust::Assumed,
    }
}

/// A request without values.
pub(crate) fn request(endpoint: Endpoint) -> Request {
    Request::bind::<&str, &str>(Arc::new(endpoint), &[], None).unwrap()
}

/// A request with values.
pub(crate) fn request_with(endpoint: Endpoint, values: &[(&str, Option<&str>)]) -> Request {
    Request::bind(Arc::new(endpoint), values, None).unwrap()
}

/// The limits of a test: five attempts without a pause between them.
pub(crate) fn limits() -> Limits {
    Limits { backoff: Duration::ZERO, backoff_most: Duration::ZERO, ..Limits::default() }
}

/// A clock that is moved by hand.
#[derive(Debug, Default)]
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// What the connections of a test have in common.
pub(crate) struct World {
    pub(crate) clock: Arc<HandClock>,
    pub(crate) folder: TempDir,
    pub(crate) surroundings: Surroundings,
    pub(crate) stop: CancellationToken,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(HandClock::default());
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("credentials.json"));
        let surroundings = Surroundings::new(Arc::clone(&clock) as Arc<dyn Clock>, credentials);
        Self { clock, folder, surroundings, stop: CancellationToken::new() }
    }

    /// A connection to a server, with the usual limits of a test.
    pub(crate) fn connect(&self, server: &Server, authorization: Authorization) -> Arc<Connection> {
        let settings = Settings { limits: limits(), ..Settings::new("portal", server.url(), authorization) };
        self.open(settings)
    }

    pub(crate) fn open(&self, settings: Settings) -> Arc<Connection> {
        Connection::open(settings, self.surroundings.clone()).unwrap()
    }

    /// Makes a call, and keeps its attempts.
    pub(crate) async fn call(&self, connection: &Connection, request: &Request) -> Called<Document> {
        let context = Context {
            key: key(request),
            node: "node",
            record: 0,
            journal: &Unjournaled,
            stop: &self.stop,
            keep_attempts: true,
        };
        connection.call(request, &context).await.unwrap()
    }
}

/// The key of the first of equal requests.
pub(crate) fn key(request: &Request) -> CallKey {
    CallKey { digest: request.digest("portal", "node"), occurrence: 0 }
}

/// The pages of a call that must have succeeded, as JSON.
pub(crate) fn pages(called: Called<Document>) -> Vec<Value> {
    match called.outcome {
        Outcome::Succeeded { pages, .. } => pages.into_iter().map(|page| page.value.unwrap_or_default()).collect(),
        outcome => panic!("the call did not succeed: {outcome:?}"),
    }
}

/// The failure of a call that must have failed.
pub(crate) fn failure(called: Called<Document>) -> Failure {
    match called.outcome {
        Outcome::Failed(failure) => *failure,
        outcome => panic!("the call did not fail: {outcome:?}"),
    }
}

/// Makes a call to a server that plays a script, without authorization.
pub(crate) async fn call(server: &Server, request: &Request) -> Called<Document> {
    let world = World::new();
    let connection = world.connect(server, Authorization::None);
    world.call(&connection, request).await
}
