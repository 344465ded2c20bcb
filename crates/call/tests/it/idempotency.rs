//! Writes that the system knows by a key.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use seatflow_call::{Authorization, CallKey, Context, FailureKind, Payload, Recall, Request, Unjournaled};
use seatflow_catalog::Endpoint;
use serde_json::json;

use crate::journal::Stage;
use crate::server::{Reply, Seen, Server, answer};
use crate::support::{World, failure, key, pages, read, request, write};

const HEADER: &str = "Idempotency-Key";

fn take() -> Endpoint {
    Endpoint { idempotency_key: Some(HEADER.to_owned()), ..write("/seats") }
}

fn keys(server: &Server) -> Vec<String> {
    server.seen().iter().map(|seen| seen.header(HEADER).unwrap_or_default().to_owned()).collect()
}

/// A server that takes a seat for each key, once, and whose first answer to each is lost.
async fn seats(taken: &Arc<Mutex<HashSet<String>>>) -> Server {
    let taken = Arc::clone(taken);
    Server::with(move |seen: &Seen| {
        let is_new = taken.lock().unwrap().insert(seen.header(HEADER).unwrap().to_owned());
        if is_new { answer(503, "{}") } else { answer(200, r#"{"data":{"id":"s-1"}}"#) }
    })
    .await
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_sent_again_under_its_key_and_happens_once() {
    let taken = Arc::default();
    let server = seats(&taken).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let called = world.call(&connection, &request(take())).await;
    assert_eq!((called.requests, called.retries), (2, 1));
    assert_eq!(pages(called)[0]["data"]["id"], "s-1");
    let keys = keys(&server);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(taken.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn other_calls_and_other_runs_have_other_keys() {
    let server = Server::with(|_| answer(200, "{}")).await;
    let mut world = World::new();
    let bound = |holder: &str| {
        let payload = Payload::new(json!({ "holder": holder }));
        Request::bind::<&str, &str>(Arc::new(take()), &[], Some(&payload)).unwrap()
    };
    for run in ["first", "second"] {
        world.surroundings.run = run.into();
        let connection = world.connect(&server, Authorization::None);
        for (holder, occurrence) in [("ann", 0), ("bob", 0), ("ann", 1), ("ann", 0)] {
            let request = bound(holder);
            let key = CallKey { occurrence, ..key(&request) };
            let stop = &world.stop;
            let context = Context { key, node: "node", record: 0, journal: &Unjournaled, stop, keep_attempts: false };
            connection.call::<crate::support::Document>(&request, &context).await.unwrap();
        }
    }
    let keys = keys(&server);
    assert_eq!((&keys[3], &keys[7]), (&keys[0], &keys[4]));
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 6, "{keys:?}");
    assert_eq!(bound("ann").digest("portal", "node"), {
        let plain = Endpoint { idempotency_key: None, ..take() };
        let payload = Payload::new(json!({ "holder": "ann" }));
        Request::bind::<&str, &str>(Arc::new(plain), &[], Some(&payload)).unwrap().digest("portal", "node")
    });
}

#[tokio::test]
async fn what_an_earlier_run_was_about_to_send_is_sent_again_under_its_key() {
    let stage = Stage::set([answer(200, "{}"), answer(200, "{}")]).await;
    let request = request(take());
    pages(stage.try_call(&request).await.unwrap());
    stage.journal.known.lock().unwrap().insert(key(&request).page(1), Recall::Intent);
    pages(stage.try_call(&request).await.unwrap());
    let keys = keys(&stage.server);
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(stage.journal.told(), ["intent POST", "sent", "outcome 200", "sent", "outcome 200"]);
}

#[tokio::test]
async fn a_write_with_a_key_is_in_doubt_only_when_its_attempts_are_over() {
    let server = Server::with(|_| Reply::Reset).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let lost = failure(world.call(&connection, &request(take())).await);
    assert_eq!((lost.kind, lost.attempts), (FailureKind::InDoubt, 5));
}

#[tokio::test]
async fn nothing_else_has_a_key() {
    let server = Server::with(|_| answer(200, "{}")).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    for endpoint in [read("/seats"), write("/seats")] {
        pages(world.call(&connection, &request(endpoint)).await);
    }
    assert!(server.seen().iter().all(|seen| seen.header(HEADER).is_none()));
    let bad = Endpoint { idempotency_key: Some("no header".to_owned()), ..take() };
    assert!(Request::bind::<&str, &str>(Arc::new(bad), &[], None).is_err());
}
