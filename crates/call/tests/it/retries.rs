//! What is sent again, and what never is.

use seatflow_call::{Authorization, FailureKind, Limits, Outcome, Settings};

use crate::server::{Reply, Server, answer};
use crate::support::{World, call, delete, failure, limits, pages, read, request, write};

const GOOD: &str = r#"{"data":[]}"#;

fn good() -> Reply {
    answer(200, GOOD)
}

/// Everything after which nobody knows whether a request had its effect.
fn doubtful() -> Vec<(&'static str, Reply)> {
    vec![
        ("500", answer(500, "{}")),
        ("503", answer(503, "{}").with("retry-after", "0")),
        ("reset", Reply::Reset),
        ("cut", Reply::Cut { status: 200, body: b"{".to_vec() }),
    ]
}

#[tokio::test]
async fn reads_and_idempotent_writes_are_repeated_after_anything() {
    for (name, reply) in doubtful().into_iter().chain([("429", answer(429, "{}"))]) {
        for endpoint in [read("/x"), delete("/x")] {
            let server = Server::script([reply.clone(), reply.clone(), good()]).await;
            let called = call(&server, &request(endpoint)).await;
            assert_eq!((called.requests, called.retries), (3, 2), "{name}");
            pages(called);
        }
    }
}

#[tokio::test]
async fn a_write_that_may_have_had_its_effect_is_in_doubt_and_never_repeated() {
    for (name, reply) in doubtful() {
        let server = Server::script([reply, good()]).await;
        let failure = failure(call(&server, &request(write("/x"))).await);
        assert_eq!((failure.kind, failure.attempts), (FailureKind::InDoubt, 1), "{name}");
        assert!(failure.message.ends_with("; whether it had its effect is not known"), "{}", failure.message);
        assert_eq!(server.seen().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_write_that_was_turned_away_is_repeated() {
    let server = Server::script([answer(429, "{}").with("retry-after", "0"), good()]).await;
    let called = call(&server, &request(write("/x"))).await;
    assert_eq!(called.retries, 1);
    pages(called);
}

#[tokio::test]
async fn after_the_last_attempt_the_failure_says_what_happened() {
    for (reply, kind, message, status) in [
        (answer(503, r#"{"msg":"tired"}"#), FailureKind::Status, "503 Service Unavailable: tired", Some(503)),
        (answer(429, "{}"), FailureKind::Status, "429 Too Many Requests", Some(429)),
    ] {
        let server = Server::with(move |_| reply.clone()).await;
        let failure = failure(call(&server, &request(read("/x"))).await);
        assert_eq!((failure.kind, failure.status, failure.attempts), (kind, status, 5));
        assert_eq!(failure.message, message);
    }
    let server = Server::with(|_| Reply::Reset).await;
    let broken = failure(call(&server, &request(read("/x"))).await);
    assert_eq!((broken.kind, broken.status, broken.attempts), (FailureKind::Connect, None, 5));
    let server = Server::with(|_| Reply::Cut { status: 200, body: Vec::new() }).await;
    let cut = failure(call(&server, &request(read("/x"))).await);
    assert_eq!((cut.kind, cut.status, cut.attempts), (FailureKind::Connect, Some(200), 5));
    assert!(cut.message.starts_with("the connection broke: "), "{}", cut.message);
}

#[tokio::test]
async fn other_statuses_are_not_repeated() {
    let server = Server::script([answer(404, r#"{"data":null,"msg":"no such thing"}"#)]).await;
    let failure = failure(call(&server, &request(read("/x"))).await);
    assert_eq!(failure.message, "404 Not Found: no such thing");
    assert_eq!(failure.body.as_deref(), Some(r#"{"data":null,"msg":"no such thing"}"#));
    assert_eq!(failure.url, format!("{}/x", server.url()));
    assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::Status, Some(404), 1));
}

#[tokio::test]
async fn what_is_gone_on_a_retry_is_done_already() {
    let server = Server::script([answer(503, "{}"), answer(404, r#"{"msg":"gone"}"#)]).await;
    let called = call(&server, &request(delete("/x"))).await;
    assert!(matches!(called.outcome, Outcome::Succeeded { already_done: true, .. }));
}

#[tokio::test]
async fn what_was_never_there_is_a_failure() {
    for first in [None, Some(answer(429, "{}"))] {
        let server = Server::script(first.into_iter().chain([answer(404, "{}")])).await;
        let failure = failure(call(&server, &request(delete("/x"))).await);
        assert_eq!(failure.status, Some(404));
    }
}

#[tokio::test]
async fn a_host_that_refuses_is_tried_again_by_all_and_is_a_connect_failure() {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let world = World::new();
    for endpoint in [read("/x"), write("/x")] {
        let connection = world.open(Settings {
            limits: limits(),
            ..Settings::new("portal", format!("http://{address}"), Authorization::None)
        });
        let called = world.call(&connection, &request(endpoint)).await;
        assert_eq!(called.requests, 5);
        let failure = failure(called);
        assert_eq!((failure.kind, failure.attempts), (FailureKind::Connect, 5));
        assert!(failure.message.starts_with("no connection to `127.0.0.1`: "), "{}", failure.message);
        assert_eq!(connection.failures_in_a_row(), 1);
    }
}

#[tokio::test]
async fn the_row_of_failures_ends_with_an_answer() {
    let server = Server::script([Reply::Reset, Reply::Reset, answer(404, "{}"), Reply::Reset]).await;
    let world = World::new();
    let once = Limits { attempts: 1, ..limits() };
    let connection =
        world.open(Settings { limits: once, ..Settings::new("portal", server.url(), Authorization::None) });
    let mut rows = Vec::new();
    for _ in 0..4 {
        world.call(&connection, &request(read("/x"))).await;
        rows.push(connection.failures_in_a_row());
    }
    assert_eq!(rows, [1, 2, 0, 1]);
}

#[tokio::test]
async fn a_stop_before_the_first_request_sends_nothing() {
    let server = Server::script([good()]).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    world.stop.cancel();
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::NotAttempted, 0));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_stop_ends_the_wait_that_a_server_asked_for() {
    let world = World::new();
    let stop = world.stop.clone();
    let server = Server::with(move |_| {
        stop.cancel();
        answer(429, "{}").with("retry-after", "600")
    })
    .await;
    let connection = world.connect(&server, Authorization::None);
    let failure = failure(world.call(&connection, &request(write("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::NotAttempted, 1));
    assert_eq!(failure.message, "the run stopped before it was sent again: 429 Too Many Requests");
}

#[tokio::test]
async fn a_stop_does_not_call_a_write_unattempted_that_may_have_had_its_effect() {
    let world = World::new();
    let stop = world.stop.clone();
    let server = Server::with(move |_| {
        stop.cancel();
        answer(500, "{}")
    })
    .await;
    let connection = world.connect(&server, Authorization::None);
    let failure = failure(world.call(&connection, &request(delete("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::InDoubt, 1));
}
