//! How values become a request.

use std::sync::Arc;

use proptest::prelude::*;
use seatflow_call::{Payload, Refusal, RefusalKind, Request};
use seatflow_catalog::{Body, BodyForm, Endpoint, Location, Method, Schema, ValueKind};
use serde_json::json;

use crate::server::{Server, answer};
use crate::support::{call, pages, parameter, read, request_with, write};

fn user() -> Endpoint {
    let mut endpoint = read("/v1/users/{userId}");
    endpoint.parameters = vec![
        parameter("userId", Location::Path, true),
        parameter("accountId", Location::Query, true),
        parameter("filter", Location::Query, false),
        parameter("X-Trace", Location::Header, false),
    ];
    endpoint
}

fn refused(values: &[(&str, Option<&str>)]) -> Refusal {
    Request::bind(Arc::new(user()), values, None).unwrap_err()
}

#[test]
fn the_query_stands_in_the_order_of_the_catalog() {
    let values = [("filter", Some("a b&c=d+e")), ("accountId", Some("7")), ("userId", Some("u"))];
    let request = request_with(user(), &values);
    assert_eq!(request.target(), "/v1/users/u?accountId=7&filter=a%20b%26c%3Dd%2Be");
}

#[test]
fn what_is_null_is_left_out_and_what_is_empty_is_sent() {
    let request = request_with(user(), &[("userId", Some("u")), ("accountId", Some("")), ("filter", None)]);
    assert_eq!(request.target(), "/v1/users/u?accountId=");
}

#[test]
fn a_required_parameter_without_a_value_is_missing() {
    let refusal = refused(&[("userId", Some("u")), ("accountId", None)]);
    assert_eq!(refusal.kind, RefusalKind::MissingParameter);
    assert_eq!(refusal.message, "the parameter `accountId` is required and has no value");
    assert_eq!(refused(&[("accountId", Some("7"))]).kind, RefusalKind::MissingParameter);
}

#[test]
fn a_value_that_does_not_fit_is_refused_by_name() {
    for (values, message) in [
        ([("userId", Some("")), ("accountId", Some("7"))], "the parameter `userId` must not be empty in a path"),
        ([("userId", Some(".")), ("accountId", Some("7"))], "the parameter `userId` must not be `.` in a path"),
        ([("userId", Some("..")), ("accountId", Some("7"))], "the parameter `userId` must not be `..` in a path"),
    ] {
        let refusal = refused(&values);
        assert_eq!((refusal.kind, refusal.message.as_str()), (RefusalKind::BadParameter, message));
    }
    for value in ["a\r\nX-Evil: 1", "a\nb", "a\rb"] {
        let refusal = refused(&[("userId", Some("u")), ("accountId", Some("7")), ("X-Trace", Some(value))]);
        assert_eq!(refusal.message, "the parameter `X-Trace` must not hold a line break in a header");
    }
    let unknown = refused(&[("userId", Some("u")), ("accountId", Some("7")), ("acountId", Some("7"))]);
    assert_eq!(unknown.message, "the parameter `acountId` is no parameter of `things.list`");
}

#[test]
fn types_are_checked() {
    let mut endpoint = read("/v1/users");
    let kind = ValueKind::Integer { minimum: Some(1), maximum: Some(500) };
    endpoint.parameters = vec![seatflow_catalog::Parameter { kind, ..parameter("size", Location::Query, false) }];
    let refusal = Request::bind(Arc::new(endpoint), &[("size", Some("501"))], None).unwrap_err();
    assert_eq!(refusal.message, "the parameter `size` must be a whole number from 1 to 500, not `501`");
}

#[test]
fn a_payload_goes_only_where_one_is_taken() {
    let payload = Payload::new(json!({}));
    let taken = Request::bind::<&str, &str>(Arc::new(write("/v1/things")), &[], Some(&payload));
    assert_eq!(taken.unwrap().body().unwrap(), "{}");
    let refusal = Request::bind::<&str, &str>(Arc::new(read("/v1/things")), &[], Some(&payload)).unwrap_err();
    assert_eq!(refusal.message, "`things.list` takes no payload");
}

#[test]
fn equal_requests_have_equal_digests_whatever_the_order_of_their_values() {
    let one = request_with(user(), &[("userId", Some("u")), ("accountId", Some("7"))]);
    let two = request_with(user(), &[("accountId", Some("7")), ("userId", Some("u"))]);
    let three = request_with(user(), &[("accountId", Some("8")), ("userId", Some("u"))]);
    assert_eq!(one.digest("portal", "node"), two.digest("portal", "node"));
    assert_ne!(one.digest("portal", "node"), three.digest("portal", "node"));
    assert_ne!(one.digest("portal", "node"), one.digest("portal", "other"));
    assert_ne!(one.digest("portal", "node"), one.digest("other", "node"));
}

proptest! {
    #[test]
    fn no_value_leaves_its_place(user_id in "\\PC*|[./%?#2e\\\\]{1,12}", account in "\\PC*") {
        let values = [("userId", Some(user_id.as_str())), ("accountId", Some(account.as_str()))];
        let Ok(request) = Request::bind(Arc::new(user()), &values, None) else {
            prop_assert!(matches!(user_id.as_str(), "" | "." | ".."));
            return Ok(());
        };
        let url = url::Url::parse("http://h.test/base").unwrap().join(&format!("/base{}", request.target())).unwrap();
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        prop_assert_eq!(&segments[..3], ["base", "v1", "users"]);
        prop_assert_eq!(segments.len(), 4);
        let decoded = percent_encoding::percent_decode_str(segments[3]).decode_utf8().unwrap();
        prop_assert_eq!(decoded, user_id);
        let query: Vec<_> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(query, [("accountId".to_owned(), account)]);
        prop_assert_eq!(url.fragment(), None);
    }
}

#[tokio::test]
async fn a_request_arrives_as_it_was_bound() {
    let server = Server::script([answer(200, r#"{"data":[1]}"#)]).await;
    let values = [("userId", Some("a/../b")), ("accountId", Some("7")), ("X-Trace", Some("t-1"))];
    let called = call(&server, &request_with(user(), &values)).await;
    assert_eq!(called.bytes, 12);
    assert_eq!(pages(called), [serde_json::json!({"data": [1]})]);
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("GET", "/v1/users/a%2F..%2Fb?accountId=7"));
    assert_eq!(seen.header("x-trace"), Some("t-1"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert!(seen.header("user-agent").unwrap().starts_with("seatflow/"));
}

#[tokio::test]
async fn a_payload_arrives_with_its_type() {
    let server = Server::script([answer(200, "{}")]).await;
    let payload = Payload::new(json!({ "seats": 1 }));
    let request = Request::bind::<&str, &str>(Arc::new(write("/v1/things")), &[], Some(&payload)).unwrap();
    pages(call(&server, &request).await);
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.body.as_str()), ("POST", r#"{"seats":1}"#));
    assert_eq!(seen.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_form_arrives_with_its_type() {
    let server = Server::script([answer(200, "{}")]).await;
    let mut endpoint = write("/v1/things");
    endpoint.body = Some(Body { form: BodyForm::Form, fixed: Vec::new(), schema: None, example: None });
    let payload = Payload::new(json!({ "name": "a b", "seats": 1 }));
    let request = Request::bind::<&str, &str>(Arc::new(endpoint), &[], Some(&payload)).unwrap();
    pages(call(&server, &request).await);
    let seen = &server.seen()[0];
    assert_eq!(seen.body, "name=a+b&seats=1");
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn what_is_fixed_in_a_payload_arrives_before_the_rest_and_alone() {
    let server = Server::with(|_| answer(200, "{}")).await;
    let mut endpoint = write("/graph");
    let fixed = vec![("operation".to_owned(), json!("Reserve")), ("reservationType".to_owned(), json!(""))];
    endpoint.body = Some(Body { form: BodyForm::Form, fixed, schema: None, example: None });
    endpoint.order_by = Some(vec!["operation".to_owned(), "id".to_owned()]);
    let bind = |payload: Option<&Payload>| Request::bind::<&str, &str>(Arc::new(endpoint.clone()), &[], payload);
    let with = bind(Some(&Payload::new(json!({ "id": 7 })))).unwrap();
    let without = bind(None).unwrap();
    pages(call(&server, &with).await);
    pages(call(&server, &without).await);
    let bodies: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies, ["operation=Reserve&reservationType=&id=7", "operation=Reserve&reservationType="]);
    assert_ne!(with.order_key(), without.order_key());
    let refusal = bind(Some(&Payload::new(json!({ "operation": "Deny" })))).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::BadParameter);
    assert_eq!(refusal.message, "the payload must not hold `operation`, which is fixed in the catalog");
}

#[test]
fn a_payload_with_fixed_fields_still_needs_those_that_the_node_gives() {
    let mut endpoint = write("/graph");
    let schema =
        Schema::compile(json!({ "required": ["id"], "additionalProperties": false, "properties": { "id": {} } }));
    let fixed = vec![("operation".to_owned(), json!("Reserve"))];
    endpoint.body = Some(Body { form: BodyForm::Json, fixed, schema: Some(schema.unwrap()), example: None });
    let bind = |payload: Option<&Payload>| Request::bind::<&str, &str>(Arc::new(endpoint.clone()), &[], payload);
    assert_eq!(bind(None).unwrap_err().kind, RefusalKind::MissingParameter);
    let bound = bind(Some(&Payload::new(json!({ "id": 7 })))).unwrap();
    assert_eq!(bound.body().unwrap(), r#"{"operation":"Reserve","id":7}"#);
}

#[test]
fn writes_are_ordered_by_what_they_change() {
    let order_said = |method, order_by: Option<&[&str]>, account: &str, payload: serde_json::Value| {
        let mut endpoint = Endpoint { method, ..write("/v1/things/{id}") };
        endpoint.order_by = order_by.map(|names| names.iter().map(|&name| name.to_owned()).collect());
        endpoint.parameters =
            vec![parameter("id", Location::Path, true), parameter("accountId", Location::Query, true)];
        let values = [("id", Some("t-1")), ("accountId", Some(account))];
        let request = Request::bind(Arc::new(endpoint), &values, Some(&Payload::new(payload))).unwrap();
        request.order_key().unwrap().clone()
    };
    let order = |method, account, payload| order_said(method, None, account, payload);
    let none = || json!({});
    // By the path, whatever the rest; and for POST by the whole URL.
    assert_eq!(order(Method::Patch, "7", none()), order(Method::Delete, "8", none()));
    assert_eq!(order(Method::Post, "7", none()), order(Method::Post, "7", json!({ "a": 1 })));
    assert_ne!(order(Method::Post, "7", none()), order(Method::Post, "8", none()));
    // By the path alone, where it names nothing.
    let of_path = |account, payload| order_said(Method::Post, Some(&[]), account, payload);
    assert_eq!(of_path("7", none()), of_path("8", json!({ "a": 1 })));
    assert_eq!(of_path("7", none()), order(Method::Put, "7", none()));
    // By what the endpoint names.
    let names: Option<&[&str]> = Some(&["accountId", "host"]);
    let by = |account, host: &str| order_said(Method::Post, names, account, json!({ "host": host, "x": 1 }));
    assert_eq!(by("7", "h"), order_said(Method::Post, names, "7", json!({ "host": "h" })));
    assert_ne!(by("7", "h"), by("7", "i"));
    assert_ne!(by("7", "h"), by("8", "h"));
    assert_ne!(by("7", "\n8"), by("7\n", "8"));
    assert!(request_with(user(), &[("userId", Some("u")), ("accountId", Some("7"))]).order_key().is_none());
}
