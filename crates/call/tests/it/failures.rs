//! What answers mean.

use seatflow_call::{Authorization, FailureKind};
use seatflow_catalog::{Condition, FailsWhen};
use serde_json::json;

use crate::server::{Server, answer};
use crate::support::{World, call, failure, pages, read, request, write};

#[tokio::test]
async fn a_success_is_200_and_nothing_else_unless_the_catalog_says_so() {
    let server = Server::with(|_| answer(201, r#"{"data":1}"#)).await;
    let refused = failure(call(&server, &request(read("/x"))).await);
    assert_eq!((refused.kind, refused.message.as_str()), (FailureKind::Status, "201 Created"));
    let mut created = write("/x");
    created.success = vec![201];
    assert_eq!(pages(call(&server, &request(created)).await), [json!({"data": 1})]);
}

#[tokio::test]
async fn a_body_can_be_a_failure_though_its_status_is_not() {
    let server = Server::script([answer(200, r#"{"data":null,"msg":"no seats left"}"#)]).await;
    let failure = failure(call(&server, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.status), (FailureKind::FailureInBody, Some(200)));
    assert_eq!(failure.message, "no seats left");
    assert_eq!(failure.body.as_deref(), Some(r#"{"data":null,"msg":"no seats left"}"#));
}

#[tokio::test]
async fn a_message_is_taken_from_where_the_catalog_says_it_is() {
    let server = Server::script([answer(409, r#"{"ok":false,"error":{"text":"taken"}}"#)]).await;
    let mut endpoint = read("/x");
    endpoint.fails_when = vec![FailsWhen {
        path: "ok".to_owned(),
        is: Condition::Equals("false".to_owned()),
        and_null: None,
        message: Some("error.text".to_owned()),
    }];
    let failure = failure(call(&server, &request(endpoint)).await);
    assert_eq!(failure.message, "409 Conflict: taken");
}

#[tokio::test]
async fn a_body_that_cannot_be_parsed_is_a_page_all_the_same() {
    let server = Server::script([answer(200, "not JSON")]).await;
    let called = call(&server, &request(read("/x"))).await;
    assert_eq!(called.bytes, 8);
    assert_eq!(pages(called), [json!(null)]);
}

#[tokio::test]
async fn only_the_beginning_of_a_long_body_is_kept() {
    let long = "x".repeat(70_000);
    let server = Server::script([answer(400, &long)]).await;
    let failure = failure(call(&server, &request(read("/x"))).await);
    assert_eq!(failure.body.unwrap().len(), 65_536);
}

#[tokio::test]
async fn a_401_without_a_way_to_another_token_is_an_authorization_failure() {
    let server = Server::script([answer(401, r#"{"msg":"no token"}"#), answer(200, "{}")]).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::Bearer { token: "at-given".into() });
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::Authorization, Some(401), 1));
    assert_eq!(failure.message, "401 Unauthorized: no token");
    assert_eq!(connection.failures_in_a_row(), 1);
}

#[tokio::test]
async fn the_attempts_are_kept_if_they_are_asked_for() {
    let server = Server::script([answer(500, "{}"), answer(200, "{}").with("x-request-id", "r-1")]).await;
    let called = call(&server, &request(write_idempotent())).await;
    let [first, second] = called.attempts.as_slice() else {
        panic!("{:?}", called.attempts);
    };
    assert_eq!((first.page, first.attempt, second.attempt), (Some(1), 1, 2));
    assert_eq!((first.status, second.status), (Some(500), Some(200)));
    assert_eq!(first.retry.as_deref(), Some("500 Internal Server Error"));
    assert_eq!((second.retry.as_deref(), second.error.as_deref()), (None, None));
    assert_eq!(first.url, format!("{}/x", server.url()));
    assert_eq!(first.started_at.as_second(), 1_700_000_000);
    assert_eq!(second.response_body.as_deref(), Some(&b"{}"[..]));
    assert_eq!((second.bytes_sent, second.bytes_received), (0, 2));
    let header = ("x-request-id".to_owned(), "r-1".to_owned());
    assert!(second.response_headers.contains(&header));
    let accept = ("accept".to_owned(), "application/json".to_owned());
    assert!(second.request_headers.contains(&accept));
}

fn write_idempotent() -> seatflow_catalog::Endpoint {
    seatflow_catalog::Endpoint { idempotent: true, ..write("/x") }
}
