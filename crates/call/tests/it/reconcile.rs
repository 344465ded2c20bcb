//! Writes in doubt of which a read tells whether they happened.

use std::sync::Arc;

use seatflow_call::{Called, FailureKind, Outcome, Payload, Recall, Request};
use seatflow_catalog::{Endpoint, Given, Location, Method, Paging, Presence, Reconcile};
use serde_json::{Value, json};

use crate::journal::Stage;
use crate::server::{Reply, Server, answer};
use crate::support::{Document, World, failure, key, parameter, read, write};

fn parameter_of(name: &str) -> Given {
    Given::Parameter(name.to_owned())
}

fn payload_of(path: &str) -> Given {
    Given::Payload(path.to_owned())
}

fn entries(entries: &[(&str, Given)]) -> Vec<(String, Given)> {
    entries.iter().map(|(name, given)| ((*name).to_owned(), given.clone())).collect()
}

/// The list that is asked, of one account.
fn list() -> Endpoint {
    let account = parameter("account", Location::Query, true);
    Endpoint { id: "things.list".to_owned(), parameters: vec![account], ..read("/things") }
}

/// The thing's record in the list.
fn record() -> Reconcile {
    Reconcile {
        read: Arc::new(list()),
        parameters: entries(&[("account", parameter_of("account"))]),
        find: entries(&[("id", parameter_of("id"))]),
        compare: Vec::new(),
        done: Presence::Absent,
        not_found: Vec::new(),
    }
}

/// A write that must not be sent twice, and is over when the thing is not listed.
fn release(reconcile: Reconcile) -> Endpoint {
    let parameters = vec![parameter("id", Location::Path, true), parameter("account", Location::Query, false)];
    Endpoint { method: Method::Patch, parameters, reconcile: Some(reconcile), ..write("/things/{id}") }
}

/// A call of a write, for the thing `t-1` of the account `a`.
fn bound(endpoint: Endpoint, payload: Option<Value>) -> Request {
    let values = [("id", Some("t-1")), ("account", Some("a"))];
    Request::bind(Arc::new(endpoint), &values, payload.map(Payload::new).as_ref()).unwrap()
}

/// The usual call.
fn released() -> Request {
    bound(release(record()), None)
}

const THERE: &str = r#"{"data":[{"id":"t-1"},{"id":"t-2"}]}"#;
const GONE: &str = r#"{"data":[{"id":"t-2"}]}"#;

async fn call(stage: &Stage, request: &Request) -> Called<Document> {
    stage.try_call(request).await.unwrap()
}

fn is_settled(called: &Called<Document>) -> bool {
    matches!(&called.outcome, Outcome::Succeeded { pages, already_done: true } if pages.is_empty())
}

/// How a call ends whose write is lost, and whose read answers this: `done`, or the kind of its failure.
async fn end_of(request: &Request, told: &str) -> String {
    let stage = Stage::set([Reply::Reset, answer(200, told)]).await;
    let called = call(&stage, request).await;
    if is_settled(&called) { "done".to_owned() } else { failure(called).kind.to_string() }
}

#[tokio::test]
async fn what_the_read_shows_to_be_done_has_succeeded() {
    let stage = Stage::set([answer(503, "{}"), answer(200, GONE)]).await;
    let called = call(&stage, &released()).await;
    assert!(is_settled(&called), "{called:?}");
    assert_eq!((called.requests, called.retries), (2, 0));
    assert_eq!(stage.server.targets(), ["/things/t-1?account=a", "/things?account=a"]);
    let attempts: Vec<_> = called.attempts.iter().map(|attempt| (attempt.method, attempt.status)).collect();
    assert_eq!(attempts, [(Method::Patch, Some(503)), (Method::Get, Some(200))]);
    assert_eq!(stage.journal.told(), ["intent PATCH", "sent", "sent", "outcome settled"]);
    let again = call(&stage, &released()).await;
    assert!(is_settled(&again), "{again:?}");
    assert_eq!((again.requests, again.attempts.len(), stage.server.seen().len()), (0, 2, 2));
}

#[tokio::test]
async fn what_the_read_shows_not_to_be_done_failed_as_without_a_doubt_and_bars_nothing() {
    let stage = Stage::set([answer(503, "{}"), answer(200, THERE), answer(200, "{}")]).await;
    let undone = failure(call(&stage, &released()).await);
    assert_eq!((undone.kind, undone.status, undone.attempts), (FailureKind::Status, Some(503), 1));
    assert_eq!(undone.message, "503 Service Unavailable; `things.list` shows that it did not happen");
    assert_eq!(stage.journal.told(), ["intent PATCH", "sent", "sent", "outcome status"]);
    // Another write to the same thing.
    let other = bound(release(record()), Some(json!({ "why": "again" })));
    assert!(matches!(call(&stage, &other).await.outcome, Outcome::Succeeded { already_done: false, .. }));
}

#[tokio::test]
async fn the_failure_is_what_the_cause_says() {
    for (reply, kind, status) in [
        (Reply::Reset, FailureKind::Connect, None),
        (Reply::Cut { status: 200, body: b"{".to_vec() }, FailureKind::Connect, Some(200)),
        (answer(500, "{}"), FailureKind::Status, Some(500)),
        (answer(202, "{}"), FailureKind::Status, Some(202)),
        (answer(302, "{}").with("Location", "/elsewhere"), FailureKind::Status, Some(302)),
    ] {
        let stage = Stage::set([reply, answer(200, THERE)]).await;
        let undone = failure(call(&stage, &released()).await);
        assert_eq!((undone.kind, undone.status), (kind, status), "{}", undone.message);
        assert!(undone.message.ends_with("; `things.list` shows that it did not happen"), "{}", undone.message);
        assert!(!undone.message.contains("not known"), "{}", undone.message);
    }
}

#[tokio::test]
async fn a_repeatable_write_is_asked_for_when_its_attempts_are_over() {
    let endpoint = || Endpoint { method: Method::Delete, idempotent: true, ..release(record()) };
    let stage = Stage::set([answer(503, "{}"), answer(403, "{}"), answer(200, THERE)]).await;
    let undone = failure(call(&stage, &bound(endpoint(), None)).await);
    assert_eq!((undone.kind, undone.attempts), (FailureKind::Status, 2));
    assert_eq!(undone.message, "403 Forbidden; `things.list` shows that it did not happen");
    let lost = (0..5).map(|_| answer(503, "{}")).chain([answer(200, GONE)]);
    let stage = Stage::set(lost).await;
    let called = call(&stage, &bound(endpoint(), None)).await;
    assert!(is_settled(&called), "{called:?}");
    assert_eq!((called.requests, called.retries), (6, 4));
}

#[tokio::test]
async fn a_read_that_fails_leaves_the_doubt_and_says_so() {
    let stage = Stage::set([Reply::Reset, answer(403, "{}")]).await;
    let doubtful = failure(call(&stage, &released()).await);
    assert_eq!((doubtful.kind, doubtful.status), (FailureKind::InDoubt, None));
    let expected = "whether it had its effect is not known; `things.list` could not tell: 403 Forbidden";
    assert!(doubtful.message.ends_with(expected), "{}", doubtful.message);
    assert_eq!(stage.journal.told(), ["intent PATCH", "sent", "sent", "outcome in-doubt"]);
    let other = bound(release(record()), Some(json!({ "why": "again" })));
    assert_eq!(failure(call(&stage, &other).await).kind, FailureKind::NotAttempted);
    let stage = Stage::set([answer(202, "{}"), answer(403, "{}")]).await;
    let doubtful = failure(call(&stage, &released()).await);
    assert_eq!(doubtful.kind, FailureKind::InDoubt, "{}", doubtful.message);
    assert!(doubtful.message.ends_with("`things.list` could not tell: 403 Forbidden"), "{}", doubtful.message);
}

#[tokio::test]
async fn the_read_is_tried_again_as_any_read_is() {
    let stage = Stage::set([Reply::Reset, answer(503, "{}"), Reply::Reset, answer(200, GONE)]).await;
    let called = call(&stage, &released()).await;
    assert!(is_settled(&called), "{called:?}");
    assert_eq!((called.requests, called.retries), (4, 2));
}

#[tokio::test]
async fn an_answer_that_does_not_say_it_tells_nothing() {
    for told in [
        "{}",
        r#"{"data":"none"}"#,
        r#"{"data":[{"no":"t-1"}]}"#,
        r#"{"data":[{"id":{"no":"t-1"}}]}"#,
        "no JSON",
        r#"{"msg":"not now"}"#,
    ] {
        assert_eq!(end_of(&released(), told).await, "in-doubt", "{told}");
    }
    for told in [r#"{"data":null}"#, r#"{"data":[]}"#, r#"{"data":{"id":"t-9"}}"#] {
        assert_eq!(end_of(&released(), told).await, "done", "{told}");
    }
}

#[tokio::test]
async fn all_pages_are_asked_for_and_none_counts_as_gone_that_may_have_moved() {
    let paging = Paging::Page { page: "page".to_owned(), first: 0, size: "size".to_owned(), default_size: 2 };
    let paged = Reconcile { read: Arc::new(Endpoint { paging, ..list() }), ..record() };
    let request = bound(release(paged), None);
    let full = r#"{"data":[{"id":"t-3"},{"id":"t-4"}]}"#;
    let stage = Stage::set([Reply::Reset, answer(200, full), answer(200, r#"{"data":[{"id":"t-1"}]}"#)]).await;
    assert_eq!(failure(call(&stage, &request).await).kind, FailureKind::Connect);
    assert_eq!(stage.server.targets()[1..], ["/things?account=a&page=0&size=2", "/things?account=a&page=1&size=2"]);
    let stage = Stage::set([Reply::Reset, answer(200, full), answer(200, r#"{"data":[]}"#)]).await;
    let moved = failure(call(&stage, &request).await);
    assert_eq!(moved.kind, FailureKind::InDoubt);
    assert!(moved.message.ends_with("it is on none of several pages, between which it may have moved"));
    let stage = Stage::set([Reply::Reset, answer(200, r#"{"data":[{"id":"t-3"}]}"#)]).await;
    assert!(is_settled(&call(&stage, &request).await));
}

#[tokio::test]
async fn a_status_of_the_read_may_say_that_there_is_none() {
    let one = || Reconcile { not_found: vec![404], ..record() };
    let stage = Stage::set([Reply::Reset, answer(404, "{}")]).await;
    assert!(is_settled(&call(&stage, &bound(release(one()), None)).await));
    let present = Reconcile { done: Presence::Present, ..one() };
    let stage = Stage::set([Reply::Reset, answer(404, "{}")]).await;
    assert_eq!(failure(call(&stage, &bound(release(present), None)).await).kind, FailureKind::Connect);
    let stage = Stage::set([Reply::Reset, answer(410, "{}")]).await;
    assert_eq!(failure(call(&stage, &bound(release(one()), None)).await).kind, FailureKind::InDoubt);
}

#[tokio::test]
async fn what_is_compared_must_be_equal_as_far_as_the_write_says_it() {
    let compared = Reconcile {
        compare: entries(&[("role", payload_of("role")), ("keys.seats", payload_of("seats"))]),
        find: entries(&[("id", parameter_of("id")), ("keys.key", payload_of("key"))]),
        done: Presence::Present,
        ..record()
    };
    let change = |payload: Value| bound(release(compared.clone()), Some(payload));
    let list =
        r#"{"data":[{"id":"t-1","role":"ADMIN","keys":[{"key":"K","seats":1},{"key":"L","seats":2}]},{"id":"t-2"}]}"#;
    for (payload, expected) in [
        (json!({ "key": "L", "role": "ADMIN", "seats": 2 }), "done"),
        (json!({ "key": "L", "role": "ADMIN" }), "done"),
        (json!({ "key": "L", "seats": "2" }), "done"),
        (json!({ "key": "K", "seats": 2 }), "connect"),
        (json!({ "key": "L", "role": "MEMBER", "seats": 2 }), "connect"),
        (json!({ "key": "M", "role": "ADMIN" }), "connect"),
        (json!({ "key": "L" }), "in-doubt"),
        (json!({ "role": "ADMIN" }), "in-doubt"),
    ] {
        assert_eq!(end_of(&change(payload.clone()), list).await, expected, "{payload}");
    }
    let lacking = r#"{"data":[{"id":"t-1","keys":[{"key":"L","seats":2}]}]}"#;
    assert_eq!(end_of(&change(json!({ "key": "L", "role": "ADMIN" })), lacking).await, "in-doubt");
}

#[tokio::test]
async fn each_value_of_a_list_is_looked_for() {
    let keys = Reconcile {
        find: entries(&[("id", parameter_of("id")), ("licenses.licenseKey", payload_of("remove.key"))]),
        ..record()
    };
    let remove = |removed: &[&str]| {
        let removed: Vec<_> = removed.iter().map(|key| json!({ "key": key })).collect();
        bound(release(keys.clone()), Some(json!({ "remove": removed })))
    };
    let list = r#"{"data":[{"id":"t-1","licenses":[{"licenseKey":"A"},{"licenseKey":"B"}]},{"id":"t-2","licenses":[{"licenseKey":"C"}]}]}"#;
    for (removed, expected) in [
        (&["A", "B"][..], "connect"),
        (&["C"], "done"),
        (&["C", "D"], "done"),
        (&["A", "C"], "in-doubt"),
        (&[], "in-doubt"),
    ] {
        assert_eq!(end_of(&remove(removed), list).await, expected, "{removed:?}");
    }
}

#[tokio::test]
async fn nothing_is_asked_that_could_not_be_told() {
    let without = Request::bind(Arc::new(release(record())), &[("id", Some("t-1"))], None).unwrap();
    let stage = Stage::set([Reply::Reset]).await;
    let doubtful = failure(call(&stage, &without).await);
    let why = "`things.list` could not tell: the parameter `account` is required and has no value";
    assert!(doubtful.message.ends_with(why), "{}", doubtful.message);
    assert_eq!(doubtful.kind, FailureKind::InDoubt);
    // An answer would hold its mask, and it would be found nowhere.
    let stage = Stage::set([Reply::Reset, answer(200, THERE)]).await;
    stage.world.surroundings.redactor.learn(&"secret-thing".into());
    let values = [("id", Some("secret-thing")), ("account", Some("a"))];
    let secret = Request::bind(Arc::new(release(record())), &values, None).unwrap();
    let doubtful = failure(call(&stage, &secret).await);
    assert!(doubtful.message.ends_with("what is looked for is a secret, and masked in every answer"));
    assert_eq!(stage.server.seen().len(), 1);
}

#[tokio::test]
async fn what_an_earlier_run_was_about_to_send_is_asked_for_first() {
    let left = |stage: &Stage| {
        stage.journal.known.lock().unwrap().insert(key(&released()).page(1), Recall::Intent);
    };
    let stage = Stage::set([answer(200, GONE)]).await;
    left(&stage);
    assert!(is_settled(&call(&stage, &released()).await));
    assert_eq!(stage.journal.told(), ["sent", "outcome settled"]);
    let stage = Stage::set([answer(200, THERE), answer(200, "{}")]).await;
    left(&stage);
    let called = call(&stage, &released()).await;
    assert!(matches!(called.outcome, Outcome::Succeeded { already_done: false, .. }), "{called:?}");
    assert_eq!(stage.journal.told(), ["sent", "withdrawn", "intent PATCH", "sent", "outcome 200"]);
    let stage = Stage::set([answer(403, "{}")]).await;
    left(&stage);
    let doubtful = failure(call(&stage, &released()).await);
    assert_eq!((doubtful.kind, doubtful.attempts), (FailureKind::InDoubt, 0));
    let expected = "it was about to be sent when an earlier run ended; `things.list` could not tell: 403 Forbidden";
    assert_eq!(doubtful.message, expected);
    assert_eq!(stage.journal.told(), ["sent", "outcome in-doubt"]);
}

#[tokio::test]
async fn the_read_is_asked_also_when_the_run_is_to_stop() {
    let world = World::new();
    let stop = world.stop.clone();
    let server = Server::with(move |seen| {
        stop.cancel();
        if seen.method == "GET" { answer(200, GONE) } else { Reply::Reset }
    })
    .await;
    let connection = world.connect(&server, seatflow_call::Authorization::None);
    let called = world.call(&connection, &released()).await;
    assert!(is_settled(&called), "{called:?}");
}

#[tokio::test]
async fn a_repeatable_write_that_a_stop_leaves_undone_is_left_for_the_next_run() {
    let stage = Stage::set([answer(200, THERE)]).await;
    let endpoint = Endpoint { method: Method::Delete, idempotent: true, ..release(record()) };
    let request = bound(endpoint, None);
    stage.journal.known.lock().unwrap().insert(key(&request).page(1), Recall::Intent);
    stage.world.stop.cancel();
    let left = failure(call(&stage, &request).await);
    assert_eq!(left.kind, FailureKind::NotAttempted);
    let expected = "the run stopped before it was sent; `things.list` shows that it did not happen";
    assert_eq!(left.message, expected);
    assert_eq!(stage.journal.told(), ["sent", "withdrawn"]);
    assert_eq!(stage.server.targets(), ["/things?account=a"]);
}

#[tokio::test]
async fn a_system_that_answers_the_read_is_reached() {
    let server = Server::with(|seen| if seen.method == "GET" { answer(200, THERE) } else { Reply::Reset }).await;
    let world = World::new();
    let connection = world.connect(&server, seatflow_call::Authorization::None);
    for _ in 0..3 {
        assert_eq!(failure(world.call(&connection, &released()).await).kind, FailureKind::Connect);
    }
    assert_eq!(connection.failures_in_a_row(), 1);
}
