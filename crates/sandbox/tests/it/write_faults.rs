//! Writes whose answer is lost, writes that never happened, and writes at one time.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use seatflow_sandbox::Settings;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::books::Books;
use crate::client::{HOST, Portal, send};
use crate::writes::{DESIGNER, INTELLIGENCE_SUITE, SERVER, activation};

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";

async fn portal_with(fault: &str) -> Portal {
    Portal::with(Settings { faults: vec![fault.parse().unwrap()], ..Settings::default() }).await
}

/// How many activations the log tells.
fn activations(portal: &Portal) -> usize {
    let told = |effect: Option<String>| effect.is_some_and(|effect| effect.starts_with("activated "));
    portal.sandbox.requests().into_iter().filter(|request| told(request.effect.clone())).count()
}

#[tokio::test]
async fn a_lost_answer_leaves_the_effect_and_a_repetition_is_refused() {
    for (deed, status) in [
        ("commit-then-503", Some(503)),
        ("commit-then-reset", None),
        ("cut-body", Some(200)),
        ("bad-json", Some(200)),
        ("empty-body", Some(200)),
    ] {
        for target in ["devices.activateOffline", "POST /v1/devices"] {
            let portal = portal_with(&format!("match={target},do={deed}")).await;
            let payload = activation("a", SERVER, 1);
            let answer = portal.send("POST", DEVICES, &portal.json_headers(), &payload).await;
            match status {
                Some(status) => assert_eq!(answer.unwrap().status, status, "{deed}"),
                None => assert_eq!(answer.unwrap_err().kind(), ErrorKind::ConnectionReset, "{deed}"),
            }
            let received = portal.sandbox.requests().pop().unwrap();
            assert_eq!((received.status, received.fault.as_deref()), (status, Some(deed)));
            assert_eq!(received.effect.unwrap(), format!("activated {SERVER} ×1 on DEV-837036"));
            let again = portal.write("POST", DEVICES, &payload).await;
            assert_eq!(again.message(), format!("License key {SERVER} is already active on device DEV-837036."));
            assert_eq!((again.status, activations(&portal)), (409, 1));
        }
    }
}

#[tokio::test]
async fn a_write_that_a_fault_replaces_has_no_effect() {
    for deed in ["status=503", "retry-after=1", "reset", "failure-in-body", "html-login", "expire-token"] {
        let portal = portal_with(&format!("match=devices.activateOffline,do={deed}")).await;
        let before = Books::of(&portal, "ACC-100234").await;
        let payload = activation("a", SERVER, 1);
        let answer = portal.send("POST", DEVICES, &portal.json_headers(), &payload).await;
        assert!(answer.is_err() == (deed == "reset"), "{deed}");
        assert_eq!((portal.last_effect(), portal.sandbox.faults()[0].left), (None, 0), "{deed}");
        let token = portal.refresh("/as/token", "refresh_token=rt-000002&client_id=sandbox-client").await;
        let portal = Portal { token: token.access_token(), ..portal };
        assert_eq!(Books::of(&portal, "ACC-100234").await, before, "{deed}");
        assert_eq!(portal.write("POST", DEVICES, &payload).await.status, 200, "{deed}");
        assert_eq!(activations(&portal), 1);
    }
}

#[tokio::test]
async fn who_hangs_up_does_not_take_a_write_back() {
    let portal = portal_with("match=devices.activateOffline,do=hold").await;
    let (payload, headers) = (activation("a", SERVER, 1), portal.json_headers());
    let mut stream = TcpStream::connect(portal.sandbox.address()).await.unwrap();
    let length = payload.len();
    let request =
        format!("POST {DEVICES} HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: {length}\r\n{headers}\r\n{payload}");
    stream.write_all(request.as_bytes()).await.unwrap();
    portal.held_up_to(1).await;
    drop(stream);
    portal.sandbox.release();
    let effect = async {
        while portal.sandbox.requests().len() < 2 || portal.last_effect().is_none() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), effect).await.expect("the effect of the write");
    assert_eq!(activations(&portal), 1);
}

#[tokio::test]
async fn every_write_is_struck_by_its_id() {
    let key = format!("/v1/licenses/{DESIGNER}/activations?accountId=ACC-100234");
    for (endpoint, method, target) in [
        ("devices.activateOffline", "POST", DEVICES),
        ("devices.removeLicenses", "PATCH", "/v1/devices/DEV-000412?accountId=ACC-100234"),
        ("users.update", "PATCH", "/v1/users/USR-000731?accountId=ACC-100234"),
        ("devices.delete", "DELETE", "/v1/devices/DEV-000412?accountId=ACC-100234"),
        ("users.delete", "DELETE", "/v1/users/USR-000731?accountId=ACC-100234"),
        ("licenses.deactivate", "DELETE", key.as_str()),
    ] {
        let portal = portal_with(&format!("match={endpoint},do=commit-then-503")).await;
        let payload = match endpoint {
            "devices.activateOffline" => activation("a", SERVER, 1),
            "devices.removeLicenses" => r#"{"removeAllLicenseKeys": true}"#.to_owned(),
            "users.update" => r#"{"status": "INACTIVE"}"#.to_owned(),
            _ => String::new(),
        };
        assert_eq!(portal.write(method, target, &payload).await.status, 503, "{endpoint}");
        let received = portal.sandbox.requests().pop().unwrap();
        assert_eq!((received.endpoint, received.effect.is_some()), (Some(endpoint), true), "{received:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_seat_goes_to_one() {
    let portal = Arc::new(Portal::start().await);
    portal.write("PATCH", "/v1/devices/DEV-000412?accountId=ACC-100234", r#"{"removeAllLicenseKeys": true}"#).await;
    let mut calls = JoinSet::new();
    for number in 0..16 {
        let portal = Arc::clone(&portal);
        calls.spawn(async move {
            let payload = activation(&format!("host-{number}"), INTELLIGENCE_SUITE, 1);
            let address = portal.sandbox.address();
            send(address, HOST, "POST", DEVICES, &portal.json_headers(), &payload).await.unwrap().status
        });
    }
    let mut statuses = calls.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, [409; 15].as_slice()));
    assert_eq!(activations(&portal), 1);
    Books::of(&portal, "ACC-100234").await.assert_agree();
}
