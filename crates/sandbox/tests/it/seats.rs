//! The invented system of seats: what its requests change, and what they refuse.

use serde_json::{Value, json};

use crate::client::{Answer, Portal, send};
use crate::kept::Kept;

pub(crate) const HOST: &str = "seats.sandbox.test";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const JSON: &str = "content-type: application/json\r\n";
const ONE: &str = r#"{"holder": "cem", "product": "editor", "quantity": 1}"#;

/// A request with the token of the environment.
pub(crate) async fn call(portal: &Portal, method: &str, target: &str, headers: &str, body: &str) -> Answer {
    let headers = format!("authorization: Bearer {}\r\n{headers}", portal.variable("SEATS_TOKEN"));
    send(portal.sandbox.address(), HOST, method, target, &headers, body).await.unwrap()
}

async fn list(portal: &Portal, query: &str) -> Vec<Value> {
    let answer = call(portal, "GET", &format!("/v1/seats{query}"), "", "").await;
    answer.json()["data"].as_array().unwrap_or_else(|| panic!("{answer:?}")).clone()
}

fn seat(id: &str, holder: &str, product: &str, quantity: i64) -> Value {
    json!({"id": id, "holder": holder, "product": product, "quantity": quantity})
}

#[tokio::test]
async fn it_is_found_by_its_environment() {
    let portal = Portal::start().await;
    assert_eq!(portal.variable("SEATS_BASE_URL"), "http://seats.sandbox.test");
    assert!(portal.sandbox.origins().contains(&HOST.to_owned()));
    let start =
        [seat("seat-0001", "ann@example.test", "editor", 2), seat("seat-0002", "bob@example.test", "viewer", 1)];
    assert_eq!(list(&portal, "").await, start);
    assert_eq!(list(&portal, "?product=viewer").await, start[1..]);
    assert_eq!(list(&portal, "?holder=ann%40example.test&product=viewer").await, start[..0]);
    let one = call(&portal, "GET", "/v1/seats/seat-0001", "", "").await;
    assert_eq!((one.status, one.json()), (200, json!({"data": start[0]})));
    let received = portal.sandbox.requests().pop().unwrap();
    assert_eq!((received.system, received.endpoint), (Some("seats"), Some("seats.get")));
    assert_eq!((received.caller.as_deref(), received.effect), (Some("seats-admin"), None));
}

#[tokio::test]
async fn a_put_makes_a_seat_replaces_it_and_is_twice_as_once() {
    let portal = Portal::start().await;
    let put = async |payload: &str| call(&portal, "PUT", "/v1/seats/desk%201%2Fa", JSON, payload).await;
    let made = put(ONE).await;
    assert_eq!((made.status, made.json()), (200, json!({"data": seat("desk 1/a", "cem", "editor", 1)})));
    assert_eq!(portal.last_effect().unwrap(), "made desk 1/a with editor ×1 for cem");
    assert_eq!((put(ONE).await.body, portal.last_effect()), (made.body, None));
    let all = r#"{"holder": "dana", "product": "editor", "quantity": 3}"#;
    assert_eq!(put(all).await.status, 200, "its own seat is free for it");
    assert_eq!(portal.last_effect().unwrap(), "replaced desk 1/a with editor ×3 for dana");
    assert_eq!(list(&portal, "?product=editor").await.len(), 2);
}

#[tokio::test]
async fn each_post_takes_a_seat_unless_it_names_a_key_that_came_before() {
    let portal = Portal::start().await;
    let form = "holder=cem%40example.test&product=viewer&quantity=2";
    let take =
        async |headers: &str, form: &str| call(&portal, "POST", "/v1/seats", &format!("{FORM}{headers}"), form).await;
    let taken = take("", form).await;
    assert_eq!(taken.json(), json!({"data": seat("seat-9f7912e9", "cem@example.test", "viewer", 2)}));
    assert_eq!(portal.last_effect().unwrap(), "took seat-9f7912e9 with viewer ×2 for cem@example.test");
    // What others take meanwhile does not change the next id.
    take("", "holder=dana&product=viewer&quantity=2").await;
    assert_eq!(take("", form).await.json()["data"]["id"], "seat-1949e1b9");
    let key = "idempotency-key: one\r\n";
    let first = take(key, form).await;
    assert_eq!((&first.json()["data"]["id"], portal.last_effect().is_some()), (&json!("seat-ed9ae9fa"), true));
    assert_eq!((take(key, form).await.body, portal.last_effect()), (first.body, None));
    let other = take(key, "holder=cem&product=viewer&quantity=1").await;
    assert_eq!(
        (other.status, &other.json()["error"]),
        (422, &json!("The idempotency key came before, with another payload."))
    );
    // An id is not given twice, and none that a PUT gave.
    call(&portal, "DELETE", "/v1/seats/seat-ed9ae9fa", "", "").await;
    call(&portal, "PUT", "/v1/seats/seat-fc788194", JSON, ONE).await;
    assert_eq!(take("", form).await.json()["data"]["id"], "seat-db896501");
    assert_eq!(list(&portal, "?holder=cem%40example.test").await.len(), 3);
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_a_delete_gives_back() {
    let portal = Portal::start().await;
    let patch = async |payload: &str| call(&portal, "PATCH", "/v1/seats/seat-0001", JSON, payload).await;
    let changed = patch(r#"{"quantity": 5}"#).await;
    assert_eq!(changed.json(), json!({"data": seat("seat-0001", "ann@example.test", "editor", 5)}));
    assert_eq!(portal.last_effect().unwrap(), "changed seat-0001 with editor ×5 for ann@example.test");
    assert_eq!((patch(r#"{"quantity": 5}"#).await.status, portal.last_effect()), (200, None));
    let full = call(&portal, "PUT", "/v1/seats/desk", JSON, ONE).await;
    assert_eq!(
        (full.status, &full.json()["error"]),
        (409, &json!("Product editor has 0 free seats of the 1 asked for."))
    );
    let gone = call(&portal, "DELETE", "/v1/seats/seat-0001", "", "").await;
    assert_eq!(gone.json(), changed.json());
    assert_eq!(portal.last_effect().unwrap(), "released seat-0001 with editor ×5 for ann@example.test");
    assert_eq!(call(&portal, "PUT", "/v1/seats/desk", JSON, ONE).await.status, 200);
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    let long = "a".repeat(65);
    let long_path = format!("/v1/seats/{long}");
    let long_form = format!("holder={long}&product=editor&quantity=1");
    let (one, all) = ("/v1/seats/seat-0001", "/v1/seats");
    for (method, target, headers, body, status, message) in [
        ("GET", "/v1/seats/", "", "", 404, "Path /v1/seats/ was not found."),
        ("PUT", all, JSON, ONE, 405, "Method PUT is not offered on /v1/seats."),
        ("GET", "/v1/seats?product=%FF", "", "", 400, "A parameter is not UTF-8."),
        ("GET", "/v1/seats/%FF", "", "", 400, "The path is not UTF-8."),
        ("PUT", one, "", ONE, 415, "The content type must be application/json."),
        ("PUT", one, JSON, "", 400, "The body is not valid JSON: EOF while parsing a value at line 1 column 0."),
        ("PUT", one, JSON, "[]", 400, "The body must be a JSON object."),
        ("PUT", one, JSON, r#"{"holder": "a", "product": "editor"}"#, 400, "Field quantity is required."),
        (
            "PUT",
            one,
            JSON,
            r#"{"holder": "", "product": "editor", "quantity": 1}"#,
            400,
            "Field holder must have 1 to 64 characters.",
        ),
        (
            "PUT",
            one,
            JSON,
            r#"{"holder": "a", "product": "x", "quantity": 1}"#,
            400,
            "Field product must be one of editor, viewer, server.",
        ),
        (
            "PUT",
            one,
            JSON,
            r#"{"holder": "a", "product": "editor", "quantity": 0}"#,
            400,
            "Field quantity must be an integer from 1.",
        ),
        ("PUT", one, JSON, r#"{"seat": "a"}"#, 400, "Field seat is unknown."),
        ("PUT", &long_path, JSON, ONE, 400, "Parameter seatId must have 1 to 64 characters."),
        (
            "PUT",
            one,
            JSON,
            r#"{"holder": "a", "product": "server", "quantity": 3}"#,
            409,
            "Product server has 2 free seats of the 3 asked for.",
        ),
        ("PATCH", one, JSON, "{}", 400, "The body must have at least one of holder, product, quantity."),
        ("PATCH", one, FORM, "quantity=1", 415, "The content type must be application/json."),
        ("PATCH", "/v1/seats/seat-0009", JSON, r#"{"quantity": 9}"#, 404, "Seat seat-0009 was not found."),
        ("PATCH", one, JSON, r#"{"quantity": 6}"#, 409, "Product editor has 5 free seats of the 6 asked for."),
        ("POST", all, JSON, ONE, 415, "The content type must be application/x-www-form-urlencoded."),
        ("POST", all, FORM, "", 400, "Parameter holder is required."),
        ("POST", all, FORM, "holder=a&product=editor", 400, "Parameter quantity is required."),
        ("POST", all, FORM, "holder=a&holder=b", 400, "Parameter holder is given more than once."),
        (
            "POST",
            all,
            FORM,
            "holder=a&product=x&quantity=1",
            400,
            "Parameter product must be one of editor, viewer, server.",
        ),
        (
            "POST",
            all,
            FORM,
            "holder=a&product=editor&quantity=1.0",
            400,
            "Parameter quantity must be an integer from 1.",
        ),
        ("POST", all, FORM, "holder=a&product=editor&quantity=1&seat=b", 400, "Parameter seat is unknown."),
        ("POST", all, FORM, &long_form, 400, "Parameter holder must have 1 to 64 characters."),
        (
            "POST",
            all,
            FORM,
            "holder=a&product=editor&quantity=4",
            409,
            "Product editor has 3 free seats of the 4 asked for.",
        ),
        ("GET", "/v1/seats/seat-0009", "", "", 404, "Seat seat-0009 was not found."),
        ("DELETE", "/v1/seats/seat-0009", "", "", 404, "Seat seat-0009 was not found."),
    ] {
        let before = kept.dump();
        let answer = call(portal, method, target, headers, body).await;
        let told = format!("{method} {target} {body}");
        assert_eq!((answer.status, answer.json()), (status, json!({"error": message})), "{told}");
        assert_eq!((kept.dump(), portal.last_effect()), (before, None), "{told}");
    }
}

#[tokio::test]
async fn it_knows_its_own_token_alone() {
    let portal = Portal::start().await;
    let with = async |host: &str, headers: &str| {
        let answer = send(portal.sandbox.address(), host, "GET", "/v1/seats", headers, "").await.unwrap();
        (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(with(HOST, "").await, (401, "The access token is missing.".to_owned()));
    let portals = format!("authorization: Bearer {}\r\n", portal.token);
    assert_eq!(with(HOST, &portals).await, (401, "The access token is unknown.".to_owned()));
    let token = format!("authorization: Bearer {}\r\n", portal.variable("SEATS_TOKEN"));
    assert_eq!(with(HOST, &token).await.0, 200);
    assert_eq!(with("alteryx.sandbox.test", &token).await.0, 401);
    portal.admin("POST", "clock", r#"{"now": "2999-01-01T00:00:00Z"}"#).await;
    assert_eq!(with(HOST, &token).await.0, 200, "it lasts");
}
