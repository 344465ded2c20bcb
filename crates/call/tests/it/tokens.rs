//! Answers that are signed tokens: which are believed, what becomes of them, and what of those that are not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::future::join_all;
use seatflow_call::{Authorization, Called, FailureKind};
use seatflow_catalog::{Condition, Endpoint, FailsWhen, Response, ResponseForm};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::journal::Stage;
use crate::server::{Reply, Server, answer};
use crate::signer::{Signer, claims, key_set, next, own, unsigned};
use crate::support::{Document, World, failure, pages, read, request, write};

pub(crate) const KEYS: &str = "/keys.json";

pub(crate) fn signed(endpoint: Endpoint) -> Endpoint {
    let form = ResponseForm::Jwt { keys: KEYS.to_owned(), claims: Vec::new() };
    let response = Response { form, ..Response::default() };
    Endpoint { response, fails_when: Vec::new(), ..endpoint }
}

/// A server with these keys, that answers everything else with these tokens.
pub(crate) async fn server(keys: Reply, tokens: String) -> Server {
    Server::with(move |seen| if seen.target == KEYS { keys.clone() } else { answer(200, &tokens) }).await
}

async fn called(tokens: String, endpoint: Endpoint) -> Called<Document> {
    let server = server(key_set(&[own()]), tokens).await;
    let world = World::new();
    world.call(&world.connect(&server, Authorization::None), &request(endpoint)).await
}

async fn read_tokens(tokens: String) -> Called<Document> {
    called(tokens, signed(read("/x"))).await
}

/// What is said of tokens that do not hold.
async fn refused(tokens: String) -> String {
    let failure = failure(read_tokens(tokens.clone()).await);
    assert_eq!((failure.kind, failure.status), (FailureKind::FailureInBody, Some(200)), "{}", failure.message);
    assert_eq!(failure.body.unwrap_or_default(), tokens);
    failure.message
}

pub(crate) fn with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[tokio::test]
async fn the_claims_of_a_token_are_the_answer_with_the_token_beside_them() {
    let token = own().token(&claims());
    let expected = with(&json!({ "token": token }));
    assert_eq!(pages(read_tokens(token).await), [expected]);
}

#[tokio::test]
async fn several_tokens_are_an_array() {
    let tokens = [json!({ "a": 1 }), json!({ "b": 2 })].map(|changes| own().token(&with(&changes)));
    let expected = json!([with(&json!({ "a": 1, "token": tokens[0] })), with(&json!({ "b": 2, "token": tokens[1] })),]);
    assert_eq!(pages(read_tokens(tokens.join("&")).await), [expected]);
}

#[tokio::test]
async fn claims_are_as_they_were_sent_and_none_is_overwritten() {
    let claims = r#"{"n":1.50,"big":123456789012345678901234567890,"token":"own","exp":1700003600}"#;
    let token = own().token_of(claims);
    let (keys, sent) = (key_set(&[own()]), answer(200, &token));
    let stage = Stage::set([sent, keys]).await;
    pages(stage.try_call(&request(signed(read("/x")))).await.unwrap());
    let body = stage.journal.only_body();
    assert_eq!(
        body,
        format!(
            r#"{{"n":1.50,"big":123456789012345678901234567890,"token":"own","exp":1700003600,"_token":"{token}"}}"#
        )
    );
}

#[tokio::test]
async fn a_failure_in_the_claims_is_one_of_the_call() {
    let fails_when = FailsWhen { path: "error".to_owned(), is: Condition::Present, and_null: None, message: None };
    let endpoint = Endpoint { fails_when: vec![fails_when], ..signed(write("/x")) };
    let failed = failure(called(own().token(&with(&json!({ "error": "denied" }))), endpoint).await);
    assert_eq!((failed.kind, failed.message.as_str()), (FailureKind::FailureInBody, "denied"));
}

#[tokio::test]
async fn a_token_that_another_key_has_signed_is_not_believed() {
    let stranger = Signer { id: "own", ..next() };
    let message = refused(stranger.token(&claims())).await;
    assert_eq!(message, "the token does not hold: the key `own` has not signed it");
    let (message, _) = own().token(&claims()).rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(refused(format!("{message}.AAAA")).await, "the token does not hold: the key `own` has not signed it");
    assert_eq!(refused(format!("{message}.")).await, "the token does not hold: the key `own` has not signed it");
}

#[tokio::test]
async fn claims_that_were_changed_are_not_believed() {
    let token = own().token(&claims());
    let other = own().token(&with(&json!({ "item": false })));
    let [token, other]: [Vec<&str>; 2] = [&token, &other].map(|token| token.split('.').collect());
    let mixed = [token[0], other[1], token[2]].join(".");
    assert_eq!(refused(mixed).await, "the token does not hold: the key `own` has not signed it");
}

#[tokio::test]
async fn no_algorithm_but_rs256_is_believed() {
    let own = own();
    let says = |name: &str| format!("the token does not hold: its algorithm is `{name}`, and only `RS256` is believed");
    assert_eq!(refused(unsigned(&claims())).await, says("none"));
    assert_eq!(refused(own.token_by_public_key(&claims())).await, says("HS256"));
    for name in ["rs256", "RS384", "None", ""] {
        let token = own.token_with(&json!({ "alg": name, "kid": "own" }), &claims().to_string());
        assert_eq!(refused(token).await, says(name));
    }
    let long = own.token_with(&json!({ "alg": "x".repeat(9999) }), &claims().to_string());
    assert_eq!(refused(long).await, says(&format!("{}..", "x".repeat(60))));
    let nameless = own.token_with(&json!({ "kid": "own" }), &claims().to_string());
    assert_eq!(refused(nameless).await, "the token does not hold: it does not say how it is signed");
    let critical = own.token_with(&json!({ "alg": "RS256", "crit": ["exp"] }), &claims().to_string());
    assert_eq!(refused(critical).await, "the token does not hold: it asks for rules that are not known");
    let twice = own.token_with(&json!({ "alg": "RS256" }), r#"{"exp":1,"exp":1700003600}"#);
    let message = "the token does not hold: its claims are no JSON object, or repeat a name";
    assert_eq!(refused(twice).await, message);
}

#[tokio::test]
async fn a_token_holds_from_its_issue_to_its_end_with_a_minute_for_the_clocks() {
    let now = 1_700_000_000;
    for held in [
        json!({ "exp": now - 60 }),
        json!({ "iat": now + 60, "nbf": now + 60 }),
        json!({ "exp": 1.7e9, "iat": 1_699_999_999.5 }),
    ] {
        pages(read_tokens(own().token(&with(&held))).await);
    }
    for (changes, why) in [
        (json!({ "exp": now - 61 }), "it ended at 2023-11-14T22:12:19Z"),
        (json!({ "nbf": now + 61 }), "it holds from 2023-11-14T22:14:21Z on, and not yet"),
        (json!({ "iat": now + 61 }), "it was issued at 2023-11-14T22:14:21Z, which is to come"),
        (json!({ "exp": null }), "its `exp` is no time"),
        (json!({ "exp": "1700003600" }), "its `exp` is no time"),
        (json!({ "exp": 1e300 }), "its `exp` is no time"),
        (json!({ "nbf": [] }), "its `nbf` is no time"),
    ] {
        assert_eq!(refused(own().token(&with(&changes))).await, format!("the token does not hold: {why}"));
    }
    let endless = own().token(&json!({ "iat": now }));
    assert_eq!(refused(endless).await, "the token does not hold: it does not say when it ends");
}

#[tokio::test]
async fn the_time_of_a_token_is_that_of_the_run() {
    let server = server(key_set(&[own()]), own().token(&claims())).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    world.clock.advance(3_660);
    pages(world.call(&connection, &request(signed(read("/x")))).await);
    world.clock.advance(1);
    let failed = failure(world.call(&connection, &request(signed(read("/x")))).await);
    assert_eq!(failed.message, "the token does not hold: it ended at 2023-11-14T23:13:20Z");
}

#[tokio::test]
async fn one_bad_token_of_two_is_a_failure_of_the_call() {
    let (good, bad) = (own().token(&claims()), own().token(&with(&json!({ "exp": 1 }))));
    let message = refused(format!("{good}&{bad}")).await;
    assert_eq!(message, "token 2 of 2 does not hold: it ended at 1970-01-01T00:00:01Z");
    let message = refused(format!("{}&{good}", unsigned(&claims()))).await;
    assert_eq!(message, "token 1 of 2 does not hold: its algorithm is `none`, and only `RS256` is believed");
}

#[tokio::test]
async fn what_is_no_token_is_told_and_no_keys_are_asked_for() {
    for garbage in ["true", "a.b.c", "..", "<html>login. please.</html>", r#"{"item":true}"#, "e30.e30", "&"] {
        let server = server(key_set(&[own()]), garbage.to_owned()).await;
        let world = World::new();
        let connection = world.connect(&server, Authorization::None);
        let failed = failure(world.call(&connection, &request(signed(read("/x")))).await);
        assert_eq!(failed.kind, FailureKind::FailureInBody, "{garbage}");
        assert!(failed.message.ends_with("what came is no signed token"), "{garbage}: {}", failed.message);
        assert_eq!(server.targets(), ["/x"]);
    }
    let array = own().token_of("[1]");
    assert!(refused(array).await.ends_with("its claims are no JSON object, or repeat a name"));
    assert_eq!(refused(String::new()).await, "the answer is empty where a signed token was to come");
}

#[tokio::test]
async fn what_is_no_success_is_left_as_it_is() {
    let server = Server::script([answer(403, r#"{"error":"no"}"#)]).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let failed = failure(world.call(&connection, &request(signed(write("/x")))).await);
    assert_eq!((failed.kind, failed.status), (FailureKind::Status, Some(403)));
    assert_eq!(failed.body.as_deref(), Some(r#"{"error":"no"}"#));
}

#[tokio::test]
async fn a_write_whose_token_does_not_hold_is_in_doubt_and_is_not_sent_again() {
    for endpoint in [write("/x"), Endpoint { idempotent: true, ..write("/x") }] {
        let server = server(key_set(&[own()]), unsigned(&claims())).await;
        let world = World::new();
        let connection = world.connect(&server, Authorization::None);
        let failed = failure(world.call(&connection, &request(signed(endpoint))).await);
        assert_eq!((failed.kind, failed.status, failed.attempts), (FailureKind::InDoubt, Some(200), 1));
        let says = "the token does not hold: its algorithm is `none`, and only `RS256` is believed; \
                    so nothing that can be believed tells whether the write happened";
        assert_eq!(failed.message, says);
        assert_eq!(server.seen().iter().filter(|seen| seen.method == "POST").count(), 1);
    }
}

#[tokio::test]
async fn keys_are_asked_for_without_a_token_and_once() {
    let server = server(key_set(&[own()]), own().token(&claims())).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::Bearer { token: "secret-token".into() });
    for _ in 0..3 {
        pages(world.call(&connection, &request(signed(read("/x")))).await);
    }
    assert_eq!(server.targets(), ["/x", KEYS, "/x", "/x"]);
    let tokens: Vec<_> = server.seen().iter().map(|seen| seen.header("authorization").is_some()).collect();
    assert_eq!(tokens, [true, false, true, true]);
}

#[tokio::test]
async fn calls_at_the_same_time_share_the_keys() {
    let (sign, asked) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let (keys, token) = (key_set(&[own()]), own().token(&claims()));
    let (held, count, is_held) = (Arc::clone(&sign), Arc::clone(&asked), AtomicBool::new(false));
    let server = Server::with(move |seen| {
        if seen.target == KEYS {
            let keys = keys.clone();
            // Only the first waits: who asks again is answered, and counted.
            let is_first = !is_held.swap(true, Ordering::SeqCst);
            return if is_first { Reply::After(Arc::clone(&held), Box::new(keys)) } else { keys };
        }
        // The last one has been sent when the keys come.
        if count.fetch_add(1, Ordering::SeqCst) == 7 {
            held.notify_one();
        }
        answer(200, &token)
    })
    .await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let request = request(signed(read("/x")));
    for called in join_all((0..8).map(|_| world.call(&connection, &request))).await {
        pages(called);
    }
    assert_eq!(server.targets().iter().filter(|target| *target == KEYS).count(), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 8);
}

/// A server whose key set is another from the second time on, and which signs so.
pub(crate) async fn rotating(signer: Signer, later: Reply) -> Server {
    let asked = AtomicUsize::new(0);
    Server::with(move |seen| match seen.target.as_str() {
        KEYS if asked.fetch_add(1, Ordering::SeqCst) == 0 => key_set(&[own()]),
        KEYS => later.clone(),
        "/old" => answer(200, &own().token(&claims())),
        _ => answer(200, &signer.token(&claims())),
    })
    .await
}

#[tokio::test]
async fn a_key_that_is_new_is_asked_for() {
    let server = rotating(next(), key_set(&[next()])).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    pages(world.call(&connection, &request(signed(read("/old")))).await);
    pages(world.call(&connection, &request(signed(read("/new")))).await);
    pages(world.call(&connection, &request(signed(read("/new")))).await);
    assert_eq!(server.targets(), ["/old", KEYS, "/new", KEYS, "/new"]);
}

#[tokio::test]
async fn a_token_that_names_no_key_may_be_signed_with_any() {
    let nameless = |signer: Signer| signer.token_with(&json!({ "alg": "RS256" }), &claims().to_string());
    let keys = key_set(&[next(), own()]);
    let server = server(keys, nameless(own())).await;
    let world = World::new();
    pages(world.call(&world.connect(&server, Authorization::None), &request(signed(read("/x")))).await);
    let says = "the token does not hold: none of the system's keys has signed it";
    assert_eq!(refused(nameless(next())).await, says);
}

#[tokio::test]
async fn keys_for_other_purposes_are_not_taken() {
    for (name, value) in [("kty", "EC"), ("use", "enc"), ("alg", "RS512"), ("n", "!"), ("e", "!")] {
        let mut key = own().public();
        key[name] = json!(value);
        let keys = answer(200, &json!({ "keys": [key, 7, {}] }).to_string());
        let server = server(keys, own().token(&claims())).await;
        let world = World::new();
        let failed =
            failure(world.call(&world.connect(&server, Authorization::None), &request(signed(read("/x")))).await);
        assert!(failed.message.ends_with("which the system does not offer"), "{name}: {}", failed.message);
    }
}

#[tokio::test]
async fn keys_are_asked_for_again_when_their_server_stumbles() {
    let keys = [answer(503, "{}"), Reply::Reset, key_set(&[own()])];
    let replies = [answer(200, &own().token(&claims()))].into_iter().chain(keys);
    let server = Server::script(replies).await;
    let world = World::new();
    pages(world.call(&world.connect(&server, Authorization::None), &request(signed(write("/x")))).await);
    assert_eq!(server.targets(), ["/x", KEYS, KEYS, KEYS]);
}

#[tokio::test]
async fn without_keys_a_token_is_not_believed_and_nothing_is_sent_again() {
    for (keys, why) in [
        (answer(404, "{}"), "did not come: 404 Not Found"),
        (answer(503, "{}"), "did not come: 503 Service Unavailable"),
        (answer(200, "[]"), "are no key set"),
        (answer(200, "<html>"), "are no key set"),
        (Reply::Reset, "did not come: the connection broke"),
    ] {
        for endpoint in [read("/x"), write("/x")] {
            let server = server(keys.clone(), own().token(&claims())).await;
            let world = World::new();
            let request = request(signed(endpoint));
            let failed = failure(world.call(&world.connect(&server, Authorization::None), &request).await);
            let kind = if request.is_write() { FailureKind::InDoubt } else { FailureKind::Unreadable };
            assert_eq!((failed.kind, failed.status), (kind, Some(200)), "{}", failed.message);
            let says = format!("the keys that verify the token, at `{}{KEYS}`, {why}", server.url());
            assert!(failed.message.starts_with(&says), "{}", failed.message);
            let says = "; so nothing that can be believed tells whether the write happened";
            assert_eq!(failed.message.ends_with(says), request.is_write(), "{}", failed.message);
            assert_eq!(server.targets().iter().filter(|target| *target == "/x").count(), 1);
        }
    }
}

#[tokio::test]
async fn a_secret_in_a_token_is_told_to_nobody() {
    let plain = own().token_of(r#"{"for":"a-secret-of-ours","exp":1700003600}"#);
    let escaped = own().token_of(r#"{"for":"a-secr\u0065t-of-ours","exp":1700003600}"#);
    let stage = Stage::set([answer(200, &plain), answer(200, &escaped), key_set(&[own()])]).await;
    stage.world.surroundings.redactor.learn(&"a-secret-of-ours".into());
    let failed = failure(stage.try_call(&request(signed(read("/x")))).await.unwrap());
    assert_eq!(failed.message, "the token holds a secret of this side, and cannot be verified without it");
    let called = stage.try_call(&request(signed(read("/y")))).await.unwrap();
    assert_eq!(pages(called)[0]["for"], "***");
    assert!(stage.journal.only_body().contains(r#""for":"***""#));
}

#[tokio::test]
async fn what_is_recalled_needs_neither_keys_nor_a_clock() {
    let token = own().token(&claims());
    let stage = Stage::set([answer(200, &token), key_set(&[own()])]).await;
    let request = request(signed(write("/x")));
    let first = pages(stage.try_call(&request).await.unwrap());
    assert_eq!(stage.journal.told(), ["intent POST", "sent", "sent", "outcome 200"]);
    stage.world.clock.advance(1_000_000);
    assert_eq!(pages(stage.try_call(&request).await.unwrap()), first);
    assert_eq!(first[0]["token"], token);
    assert_eq!(stage.server.seen().len(), 2);
}

#[tokio::test]
async fn a_token_that_did_not_hold_is_recalled_as_that() {
    let stage = Stage::set([answer(200, &unsigned(&claims()))]).await;
    let request = request(signed(write("/x")));
    let first = failure(stage.try_call(&request).await.unwrap());
    assert_eq!(stage.journal.told(), ["intent POST", "sent", "outcome in-doubt"]);
    assert_eq!(failure(stage.try_call(&request).await.unwrap()), first);
    assert_eq!(stage.server.seen().len(), 1);
}
