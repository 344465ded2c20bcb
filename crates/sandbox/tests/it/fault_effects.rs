//! The table of the page of faults, row by row: whether a write that is struck has its effect, and what the log tells.

use std::collections::BTreeSet;
use std::io;

use seatflow_sandbox::FAULTS;

use crate::client::{Answer, HOST, Portal, send};
use crate::kept::Kept;
use crate::{seats, tenduke};

const SEAT: &str = r#"{"holder": "cem", "product": "editor", "quantity": 1}"#;

/// A write of each method, on both systems.
const WRITES: [(&str, &str, &str, &str); 7] = [
    (
        "devices.activateOffline",
        "POST",
        "/v1/devices?accountId=ACC-100234",
        include_str!("samples/devices.activateOffline.request.json"),
    ),
    (
        "devices.removeLicenses",
        "PATCH",
        "/v1/devices/DEV-000412?accountId=ACC-100234",
        include_str!("samples/devices.removeLicenses.request.json"),
    ),
    ("devices.delete", "DELETE", "/v1/devices/DEV-000412?accountId=ACC-100234", ""),
    ("seats.put", "PUT", "/v1/seats/desk", SEAT),
    ("seats.take", "POST", "/v1/seats", "holder=cem&product=viewer&quantity=1"),
    ("seats.change", "PATCH", "/v1/seats/seat-0001", r#"{"quantity": 1}"#),
    ("seats.release", "DELETE", "/v1/seats/seat-0001", ""),
];

/// What a kind of the table does, as it is written in a fault, and the status of the answer; none without an answer.
const DEEDS: [(&str, &str, Option<u16>); 27] = [
    ("status=N", "status=413", Some(413)),
    ("retry-after=S", "status=429+retry-after=2", Some(429)),
    ("delay=MS", "delay=1", Some(200)),
    ("hold", "hold", Some(200)),
    ("interim=N", "interim=103", Some(200)),
    ("reset", "reset", None),
    ("close", "close", None),
    ("commit-then-reset", "commit-then-reset", None),
    ("commit-then-503", "commit-then-503", Some(503)),
    ("commit-then-N", "commit-then-204", Some(204)),
    ("reset-after-headers", "reset-after-headers", Some(200)),
    ("cut-body", "cut-body", Some(200)),
    ("bad-json", "bad-json", Some(200)),
    ("wrong-type", "wrong-type", Some(200)),
    ("slow-body", "slow-body=1", Some(200)),
    ("trickle-body", "trickle-body=0", Some(200)),
    ("huge-body", "huge-body=100000", Some(200)),
    ("empty-body", "empty-body", Some(200)),
    ("failure-in-body", "failure-in-body", Some(200)),
    ("expire-token", "expire-token", Some(401)),
    ("wrong-key", "wrong-key", Some(200)),
    ("wrong-device", "wrong-device", Some(200)),
    ("jwt-wrong-key", "jwt-wrong-key", Some(200)),
    ("jwt-expired", "jwt-expired", Some(200)),
    ("jwt-alg-none", "jwt-alg-none", Some(200)),
    ("html-login", "html-login", Some(200)),
    ("redirect=URL", "redirect=http://elsewhere.test/", Some(302)),
];

/// The kinds of the table, each with what it says of the effect.
fn table() -> Vec<(&'static str, &'static str)> {
    let rows = FAULTS.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let (kind, rest) = row.split_once('`').unwrap();
        (kind, rest.split('|').nth(1).unwrap().trim())
    })
    .collect()
}

async fn write(portal: &Portal, endpoint: &str, method: &str, target: &str, payload: &str) -> io::Result<Answer> {
    let (host, token) = if endpoint.starts_with("seats.") {
        (seats::HOST, portal.variable("SEATS_TOKEN"))
    } else {
        (HOST, portal.token.clone())
    };
    let content_type =
        if payload.starts_with("holder=") { "application/x-www-form-urlencoded" } else { "application/json" };
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: {content_type}\r\n");
    send(portal.sandbox.address(), host, method, target, &headers, payload).await
}

#[test]
fn every_kind_of_the_table_is_tried() {
    let listed: BTreeSet<_> = table().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(listed, DEEDS.iter().map(|(kind, _, _)| *kind).collect());
    // The list of kinds that a bad fault is told is the same.
    let told = "do=explode".parse::<seatflow_sandbox::Fault>().unwrap_err().to_string();
    let (_, told) = told.split_once("it can do ").unwrap();
    let mut told: BTreeSet<_> = told.split(", ").collect();
    told.insert("commit-then-503");
    assert_eq!(told, listed);
}

#[tokio::test]
async fn a_write_that_is_struck_has_the_effect_of_the_table_and_the_log_tells_it() {
    for (kind, effect) in table() {
        let (_, deed, status) = DEEDS.iter().find(|(name, _, _)| *name == kind).unwrap();
        let happens = match effect {
            "none" => false,
            "happens" | "as without it" => true,
            other => panic!("{kind}: {other}"),
        };
        for (endpoint, method, target, payload) in WRITES {
            let told = format!("{deed} on {endpoint}");
            let kept = Kept::start().await;
            let portal = &kept.portal;
            let before = kept.dump();
            portal.sandbox.add_faults(vec![format!("match={endpoint},do={deed}").parse().unwrap()]).unwrap();
            let writing = write(portal, endpoint, method, target, payload);
            let answer = match *deed {
                "hold" => {
                    let release = async {
                        portal.held_up_to(1).await;
                        portal.sandbox.release();
                    };
                    tokio::join!(writing, release).0
                }
                _ => writing.await,
            };
            assert_eq!(portal.sandbox.faults()[0].left, 0, "{told}");
            let received = portal.sandbox.requests().pop().unwrap();
            assert_eq!((received.endpoint, received.method.as_str()), (Some(endpoint), method), "{told}");
            assert_eq!(received.path, target.split('?').next().unwrap(), "{told}");
            assert_eq!((received.status, received.fault.as_deref()), (*status, Some(*deed)), "{told}");
            assert_eq!(received.effect.is_some(), happens, "{told}: {:?}", received.effect);
            let without_tokens = |mut dump: crate::kept::Dump| {
                dump.remove("token");
                dump
            };
            assert_eq!(without_tokens(kept.dump()) != without_tokens(before), happens, "{told}");
            match (status, answer) {
                (Some(_), Ok(answer)) if *kind == *"interim=N" => assert_eq!(answer.status, 103, "{told}"),
                (Some(status), Ok(answer)) => assert_eq!(answer.status, *status, "{told}"),
                (_, Err(error)) => {
                    let closed = *kind == *"close";
                    let kind = if closed { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::ConnectionReset };
                    assert_eq!(error.kind(), kind, "{told}");
                }
                (None, Ok(answer)) => panic!("{told}: {answer:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_post_that_happened_happens_again_and_a_put_does_not() {
    for (deed, again) in [("close", "took seat-3011bfc4"), ("commit-then-204", "took seat-945a71c0")] {
        let portal = Portal::start().await;
        portal.sandbox.add_faults(vec![format!("match=seats.take,do={deed}").parse().unwrap()]).unwrap();
        let (endpoint, method, target, payload) = WRITES[4];
        drop(write(&portal, endpoint, method, target, payload).await);
        write(&portal, endpoint, method, target, payload).await.unwrap();
        let effect = portal.last_effect().unwrap();
        assert!(effect.starts_with(again), "{deed}: {effect}");
    }
    // A PUT that happened is the same again, and has no second effect.
    let portal = Portal::start().await;
    portal.sandbox.add_faults(vec!["match=seats.put,do=commit-then-reset".parse().unwrap()]).unwrap();
    let (endpoint, method, target, payload) = WRITES[3];
    write(&portal, endpoint, method, target, payload).await.unwrap_err();
    assert_eq!(portal.last_effect().unwrap(), "made desk with editor ×1 for cem");
    assert_eq!(write(&portal, endpoint, method, target, payload).await.unwrap().status, 200);
    assert_eq!(portal.last_effect(), None);
}

#[tokio::test]
async fn answers_of_the_seats_are_made_wrong_too() {
    for (deed, body) in [
        ("status=500", r#"{"error":"A fault of the sandbox."}"#),
        ("failure-in-body", r#"{"error":"A fault of the sandbox."}"#),
        ("wrong-key", r#"{"data":{"id":"desk","holder":"cem","product":"other-editor","quantity":1}}"#),
        ("wrong-type", r#"{"data":{"id":4,"holder":"cem","product":"editor","quantity":1}}"#),
        ("commit-then-202", r#"{"data":{"id":"desk","holder":"cem","product":"editor","quantity":1}}"#),
        ("empty-body", ""),
    ] {
        let portal = Portal::start().await;
        portal.sandbox.add_faults(vec![format!("match=seats.put,do={deed}").parse().unwrap()]).unwrap();
        let (endpoint, method, target, payload) = WRITES[3];
        assert_eq!(write(&portal, endpoint, method, target, payload).await.unwrap().body, body, "{deed}");
    }
    let portal = Portal::start().await;
    portal.sandbox.add_faults(vec!["match=seats.list,do=wrong-device".parse().unwrap()]).unwrap();
    let answer = seats::call(&portal, "GET", "/v1/seats", "", "").await;
    assert!(answer.body.contains("seat-90001") && answer.body.contains("seat-90002"), "{answer:?}");
}

#[tokio::test]
async fn signed_tokens_are_made_such_that_must_not_be_believed() {
    const ASKED: &str = "/authz/.jwt?DemoItem1&DemoItem2&doConsume=false";
    let portal = Portal::start().await;
    let good = tenduke::call(&portal, 2, "GET", ASKED).await.body;
    let parts = |tokens: &str| -> Vec<Vec<String>> {
        tokens.split('&').map(|token| token.split('.').map(str::to_owned).collect()).collect()
    };
    let good = parts(&good);
    for (deed, is_same) in [
        ("jwt-wrong-key", [true, true, false]),
        ("jwt-expired", [true, false, false]),
        ("jwt-alg-none", [false, true, false]),
    ] {
        portal.sandbox.add_faults(vec![format!("match=authz.checkJwt,do={deed}").parse().unwrap()]).unwrap();
        let forged = parts(&tenduke::call(&portal, 2, "GET", ASKED).await.body);
        for (good, forged) in good.iter().zip(&forged) {
            let same: Vec<_> = good.iter().zip(forged).map(|(good, forged)| good == forged).collect();
            assert_eq!(same, is_same, "{deed}: {forged:?}");
        }
        assert_eq!(forged.len(), 2, "{deed}");
    }
    assert_eq!(parts(&tenduke::call(&portal, 2, "GET", ASKED).await.body), good);
}
