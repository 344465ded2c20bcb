//! What it takes to believe a signed answer: whom it is made out to, and how hard its keys are looked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use seatflow_call::{Authorization, Connection, Failure, FailureKind, Outcome};
use seatflow_catalog::{
    BoundClaim, Condition, Endpoint, FailsWhen, Given, Location, Presence, Reconcile, ResponseForm,
};
use serde_json::{Value, json};

use crate::server::{Reply, Server, answer};
use crate::signer::{claims, key_set, next, own};
use crate::support::{World, failure, pages, parameter, read, request, request_with, write};
use crate::tokens::{KEYS, rotating, server, signed, with};

const UNKNOWN_KEY: &str = "the token does not hold: it is signed with the key `next`, which the system does not offer";

/// An endpoint whose answers are made out to a device, and are denials if they have an error.
fn made_out(endpoint: Endpoint) -> Endpoint {
    let mut endpoint = signed(endpoint);
    if let ResponseForm::Jwt { claims, .. } = &mut endpoint.response.form {
        claims.push(BoundClaim { claim: "hw".to_owned(), parameter: "device".to_owned() });
    }
    let fails_when = FailsWhen { path: "error".to_owned(), is: Condition::Present, and_null: None, message: None };
    let parameters = vec![parameter("device", Location::Query, false)];
    Endpoint { fails_when: vec![fails_when], parameters, ..endpoint }
}

/// What comes of a read for this device that is answered with these claims: nothing, or why it is not believed.
async fn told(device: Option<&str>, changes: &Value) -> Option<String> {
    let server = server(key_set(&[own()]), own().token(&with(changes))).await;
    let world = World::new();
    let request = request_with(made_out(read("/x")), &[("device", device)]);
    let called = world.call(&world.connect(&server, Authorization::None), &request).await;
    match called.outcome {
        Outcome::Failed(failure) => {
            assert_eq!(failure.kind, FailureKind::FailureInBody);
            Some(failure.message)
        }
        _ => None,
    }
}

#[tokio::test]
async fn a_token_is_made_out_to_what_was_asked_for() {
    for (device, changes) in [
        (Some("d-1"), json!({ "hw": "d-1" })),
        (Some("7"), json!({ "hw": 7 })),
        (Some(""), json!({})),
        (None, json!({ "hw": "d-2" })),
        (None, json!({})),
    ] {
        assert_eq!(told(device, &changes).await, None, "{device:?} {changes}");
    }
    for (changes, why) in [
        (json!({ "hw": "d-2" }), "its `hw` is `d-2`, and it was asked for `d-1`"),
        (json!({ "hw": "D-1" }), "its `hw` is `D-1`, and it was asked for `d-1`"),
        (json!({}), "it has no `hw`, and was asked for `d-1`"),
        (json!({ "hw": null }), "it has no `hw`, and was asked for `d-1`"),
        (json!({ "hw": ["d-1"] }), "its `hw` is no single value"),
        (json!({ "hw": "d-2", "error": "denied" }), "its `hw` is `d-2`, and it was asked for `d-1`"),
    ] {
        let told = told(Some("d-1"), &changes).await.unwrap();
        assert_eq!(told, format!("the token does not hold: {why}"), "{changes}");
    }
}

#[tokio::test]
async fn a_denial_need_not_be_made_out_to_anybody() {
    assert_eq!(told(Some("d-1"), &json!({ "error": "denied" })).await.as_deref(), Some("denied"));
}

#[tokio::test]
async fn each_of_several_tokens_is_made_out_to_what_was_asked_for() {
    let tokens = ["d-1", "d-2"].map(|device| own().token(&with(&json!({ "hw": device }))));
    let server = server(key_set(&[own()]), tokens.join("&")).await;
    let world = World::new();
    let request = request_with(made_out(write("/x")), &[("device", Some("d-1"))]);
    let failed = failure(world.call(&world.connect(&server, Authorization::None), &request).await);
    assert_eq!(failed.kind, FailureKind::InDoubt);
    let says = "token 2 of 2 does not hold: its `hw` is `d-2`, and it was asked for `d-1`; ";
    assert!(failed.message.starts_with(says), "{}", failed.message);
}

#[tokio::test]
async fn a_read_tells_of_a_write_whose_answer_is_not_believed() {
    for (found, kind, says) in [
        (r#"{"data":[{"id":"1"}]}"#, None, ""),
        (r#"{"data":[]}"#, Some(FailureKind::FailureInBody), "; `things.list` shows that it did not happen"),
        ("{}}", Some(FailureKind::InDoubt), "so nothing that can be believed tells whether the write happened; "),
    ] {
        let listed = answer(200, found);
        let token = own().token(&with(&json!({ "exp": 1 })));
        let server = Server::with(move |seen| match seen.target.as_str() {
            KEYS => key_set(&[own()]),
            "/things" => listed.clone(),
            _ => answer(200, &token),
        })
        .await;
        let world = World::new();
        let reconcile = Reconcile {
            read: Arc::new(Endpoint { fails_when: Vec::new(), ..read("/things") }),
            parameters: Vec::new(),
            find: vec![("id".to_owned(), Given::Literal(json!("1")))],
            compare: Vec::new(),
            done: Presence::Present,
            not_found: Vec::new(),
        };
        let request = request(Endpoint { reconcile: Some(reconcile), ..signed(write("/x")) });
        let called = world.call(&world.connect(&server, Authorization::None), &request).await;
        assert_eq!(server.targets(), ["/x", KEYS, "/things"]);
        match kind {
            None => assert_eq!(pages(called), [Value::Null; 0]),
            Some(kind) => {
                let failed = failure(called);
                assert_eq!(failed.kind, kind, "{}", failed.message);
                assert!(failed.message.contains(says), "{}", failed.message);
            }
        }
    }
}

/// How a read fails.
async fn fails(world: &World, connection: &Connection, path: &str) -> Failure {
    failure(world.call(connection, &request(signed(read(path)))).await)
}

#[tokio::test]
async fn a_key_that_nobody_offers_is_asked_for_once_in_a_minute() {
    let server = rotating(next(), key_set(&[own()])).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    for _ in 0..3 {
        let failed = fails(&world, &connection, "/new").await;
        assert_eq!((failed.kind, failed.message.as_str()), (FailureKind::FailureInBody, UNKNOWN_KEY));
    }
    assert_eq!(server.targets(), ["/new", KEYS, "/new", "/new"]);
    pages(world.call(&connection, &request(signed(read("/old")))).await);
    world.clock.advance(59);
    fails(&world, &connection, "/new").await;
    assert_eq!(server.targets()[4..], ["/old", "/new"]);
    world.clock.advance(1);
    fails(&world, &connection, "/new").await;
    fails(&world, &connection, "/new").await;
    assert_eq!(server.targets()[6..], ["/new", KEYS, "/new"]);
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_asked_for_once_in_a_minute() {
    let asked = AtomicUsize::new(0);
    let server = Server::with(move |seen| match seen.target.as_str() {
        KEYS if asked.fetch_add(1, Ordering::SeqCst) == 0 => answer(404, "{}"),
        KEYS => key_set(&[own()]),
        _ => answer(200, &own().token(&claims())),
    })
    .await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let first = fails(&world, &connection, "/x").await;
    world.clock.advance(59);
    assert_eq!(fails(&world, &connection, "/x").await, first);
    assert_eq!(server.targets(), ["/x", KEYS, "/x"]);
    world.clock.advance(1);
    pages(world.call(&connection, &request(signed(read("/x")))).await);
    assert_eq!(server.targets()[3..], ["/x", KEYS]);
}

#[tokio::test]
async fn keys_that_are_known_still_serve_when_later_ones_cannot_be_had() {
    let server = rotating(next(), answer(404, "{}")).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let old = request(signed(read("/old")));
    pages(world.call(&connection, &old).await);
    let failed = fails(&world, &connection, "/new").await;
    assert!(failed.message.ends_with("did not come: 404 Not Found"), "{}", failed.message);
    pages(world.call(&connection, &old).await);
    assert_eq!(fails(&world, &connection, "/new").await, failed);
    assert_eq!(server.targets(), ["/old", KEYS, "/new", KEYS, "/old", "/new"]);
}

#[tokio::test]
async fn a_set_of_keys_and_an_answer_have_their_limits() {
    let of = |count: usize| answer(200, &json!({ "keys": vec![own().public(); count] }).to_string());
    let padded = |bytes: usize| {
        let set = json!({ "keys": [own().public()], "x": "" }).to_string();
        answer(200, &set.replace(r#""x":"""#, &format!(r#""x":"{}""#, "x".repeat(bytes - set.len()))))
    };
    for (keys, why) in [
        (of(100), None),
        (of(101), Some("are more than 100")),
        (padded(1024 * 1024), None),
        (padded(1024 * 1024 + 1), Some("are more than 1 MiB")),
    ] {
        let server = server(keys, own().token(&claims())).await;
        let world = World::new();
        let connection = world.connect(&server, Authorization::None);
        match why {
            None => drop(pages(world.call(&connection, &request(signed(read("/x")))).await)),
            Some(why) => {
                let failed = fails(&world, &connection, "/x").await;
                assert_eq!(failed.kind, FailureKind::Unreadable);
                assert!(failed.message.ends_with(why), "{}", failed.message);
            }
        }
    }
    let token = own().token(&claims());
    for (count, is_read) in [(1000, true), (1001, false)] {
        let server = server(key_set(&[own()]), vec![token.as_str(); count].join("&")).await;
        let world = World::new();
        let connection = world.connect(&server, Authorization::None);
        if is_read {
            let pages = pages(world.call(&connection, &request(signed(read("/x")))).await);
            assert_eq!(pages[0].as_array().map(Vec::len), Some(count));
        } else {
            let failed = fails(&world, &connection, "/x").await;
            assert_eq!(failed.message, "the answer holds 1001 tokens, and no more than 1000 are read");
            assert_eq!(server.targets(), ["/x"]);
        }
    }
}

#[tokio::test]
async fn a_run_that_is_to_stop_asks_once_for_keys() {
    for (keys, is_believed) in [(key_set(&[own()]), true), (answer(503, "{}"), false), (Reply::Reset, false)] {
        let world = World::new();
        let stop = world.stop.clone();
        let server = Server::with(move |seen| {
            if seen.target == KEYS {
                return keys.clone();
            }
            stop.cancel();
            answer(200, &own().token(&claims()))
        })
        .await;
        let connection = world.connect(&server, Authorization::None);
        let called = world.call(&connection, &request(signed(write("/x")))).await;
        assert_eq!(server.targets(), ["/x", KEYS]);
        if is_believed {
            pages(called);
        } else {
            let failed = failure(called);
            assert_eq!(failed.kind, FailureKind::InDoubt);
            let says = "did not come: the run stopped before it was sent again";
            assert!(failed.message.contains(says), "{}", failed.message);
        }
    }
}

#[tokio::test]
async fn keys_are_not_asked_for_again_when_a_run_stops_meanwhile() {
    let world = World::new();
    let stop = world.stop.clone();
    let server = Server::with(move |seen| {
        if seen.target == KEYS {
            stop.cancel();
            return answer(503, "{}");
        }
        answer(200, &own().token(&claims()))
    })
    .await;
    let connection = world.connect(&server, Authorization::None);
    fails(&world, &connection, "/x").await;
    assert_eq!(server.targets(), ["/x", KEYS]);
}
