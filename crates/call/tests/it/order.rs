//! Writes to one thing: one after the other, and none after one in doubt.

use std::sync::Arc;

use futures::future::join;
use seatflow_call::{FailureKind, Payload, Request};
use seatflow_catalog::Endpoint;
use serde_json::json;
use tokio::sync::Notify;

use crate::server::{Reply, Server, answer};
use crate::support::{World, call, delete, failure, pages, read, request, write};

fn grant(host: &str) -> Request {
    let endpoint = Endpoint { order_by: Some(vec!["host".to_owned()]), ..write("/grants") };
    let payload = Payload::new(json!({ "host": host }));
    Request::bind::<&str, &str>(Arc::new(endpoint), &[], Some(&payload)).unwrap()
}

#[tokio::test]
async fn nothing_is_sent_after_a_write_in_doubt_to_the_same_thing() {
    let server = Server::script([answer(503, "{}"), answer(200, "{}"), answer(200, "{}")]).await;
    let world = World::new();
    let connection = world.connect(&server, seatflow_call::Authorization::None);
    assert_eq!(failure(world.call(&connection, &grant("a")).await).kind, FailureKind::InDoubt);
    let second = failure(world.call(&connection, &grant("a")).await);
    assert_eq!((second.kind, second.attempts), (FailureKind::NotAttempted, 0));
    let expected = "it was not sent: what became of an earlier write to the same thing is in doubt";
    assert_eq!(second.message, expected);
    // Another thing, and a read, have nothing to do with it. Another connection to the system has.
    pages(world.call(&connection, &grant("b")).await);
    pages(world.call(&connection, &request(read("/grants"))).await);
    let other = world.connect(&server, seatflow_call::Authorization::None);
    assert_eq!(failure(world.call(&other, &grant("a")).await).kind, FailureKind::NotAttempted);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_write_that_was_left_in_doubt_before_is_as_one_that_is_now() {
    let server = Server::script([]).await;
    let world = World::new();
    let connection = world.connect(&server, seatflow_call::Authorization::None);
    connection.leave_in_doubt(&grant("a")).await;
    assert_eq!(failure(world.call(&connection, &grant("a")).await).kind, FailureKind::NotAttempted);
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn writes_to_one_thing_do_not_overlap() {
    let open = Arc::new(Notify::new());
    let first = Reply::After(Arc::clone(&open), Box::new(answer(200, "{}")));
    let server = Server::script([first, answer(200, "{}"), answer(200, "{}")]).await;
    let world = World::new();
    let connection = world.connect(&server, seatflow_call::Authorization::None);
    let (slow, fast) = (grant("a"), grant("b"));
    let all = join(world.call(&connection, &slow), async {
        // It is sent while the first waits for its answer; the one to the first's thing is not.
        pages(world.call(&connection, &fast).await);
        let mut same = Box::pin(world.call(&connection, &slow));
        assert!(futures::poll!(same.as_mut()).is_pending());
        open.notify_one();
        same.await
    });
    let (first, last) = all.await;
    pages(first);
    pages(last);
    let sent: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(sent, [r#"{"host":"a"}"#, r#"{"host":"b"}"#, r#"{"host":"a"}"#]);
}

#[tokio::test]
async fn an_idempotent_write_whose_attempts_are_used_up_is_in_doubt() {
    let server = Server::script([answer(503, "{}"), answer(503, "{}")]).await;
    let world = World::new();
    let settings = seatflow_call::Settings::new("portal", server.url(), seatflow_call::Authorization::None);
    let limits = seatflow_call::Limits { attempts: 2, ..crate::support::limits() };
    let connection = world.open(seatflow_call::Settings { limits, ..settings });
    let lost = failure(world.call(&connection, &request(delete("/things/1"))).await);
    assert_eq!((lost.kind, lost.status, lost.attempts), (FailureKind::InDoubt, Some(503), 2));
    assert!(lost.message.ends_with("whether it had its effect is not known"), "{}", lost.message);
}

#[tokio::test]
async fn a_refusal_does_not_take_the_doubt_of_an_earlier_request_away() {
    let server = Server::script([answer(503, "{}"), answer(403, "{}")]).await;
    let doubtful = failure(call(&server, &request(delete("/things/1"))).await);
    assert_eq!((doubtful.kind, doubtful.status), (FailureKind::InDoubt, Some(403)));
    assert_eq!(doubtful.message, "403 Forbidden; an earlier request may have had its effect");
    let server = Server::script([answer(503, "{}"), answer(403, "{}")]).await;
    let refused = failure(call(&server, &request(read("/things"))).await);
    assert_eq!((refused.kind, refused.status), (FailureKind::Status, Some(403)));
}

#[tokio::test]
async fn a_success_that_the_catalog_does_not_know_leaves_a_write_in_doubt_and_a_read_failed() {
    for status in [201, 202, 204, 301, 302, 303] {
        for endpoint in [write("/things"), delete("/things/1")] {
            let reply = answer(status, "").with("Location", "/elsewhere");
            let server = Server::script([reply]).await;
            let doubtful = failure(call(&server, &request(endpoint)).await);
            assert_eq!((doubtful.kind, doubtful.status), (FailureKind::InDoubt, Some(status)), "{}", doubtful.message);
            assert!(doubtful.message.ends_with("whether it had its effect is not known"), "{}", doubtful.message);
            assert_eq!(server.seen().len(), 1);
        }
    }
    for (status, endpoint) in [(307, write("/things")), (308, delete("/things/1")), (201, read("/things"))] {
        let server = Server::script([answer(status, "").with("Location", "/elsewhere")]).await;
        assert_eq!(failure(call(&server, &request(endpoint)).await).kind, FailureKind::Status, "{status}");
    }
}

#[tokio::test]
async fn a_status_that_there_is_not_leaves_a_write_in_doubt() {
    for status in [600, 999] {
        let server = Server::script([answer(status, "{}")]).await;
        assert_eq!(failure(call(&server, &request(write("/things"))).await).kind, FailureKind::InDoubt, "{status}");
    }
}
