//! What each kind of fault does to an answer.

use seatflow_sandbox::Settings;
use serde_json::json;

use crate::client::{Answer, Portal};

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";

/// The answer to a request that is struck by a fault; the next one is not.
async fn struck(deed: &str, target: &str) -> Answer {
    let portal = Portal::start().await;
    let whole = portal.get(target).await;
    let fault = format!("match=GET {},do={deed}", target.split('?').next().unwrap());
    portal.sandbox.add_faults(vec![fault.parse().unwrap()]).unwrap();
    let answer = portal.get(target).await;
    let state = &portal.sandbox.faults()[0];
    assert_eq!((state.left, state.struck), (0, 1), "{deed}");
    assert_eq!(portal.sandbox.requests().last().unwrap().fault.as_deref(), Some(deed));
    assert_eq!(portal.get(target).await.body, whole.body, "{deed}");
    answer
}

#[tokio::test]
async fn statuses_come_in_the_envelope() {
    let answer = struck("status=500", DEVICES).await;
    assert_eq!((answer.status, answer.message().as_str()), (500, "A fault of the sandbox."));
    let answer = struck("status=503+retry-after=7", DEVICES).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("7")));
    let answer = struck("commit-then-503", DEVICES).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, None));
    let answer = struck("failure-in-body", DEVICES).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"data": null, "msg": "A fault of the sandbox."})));
}

#[tokio::test]
async fn a_retry_after_alone_is_a_429() {
    let portal = Portal::with(Settings {
        faults: vec!["match=devices.list,do=retry-after=1".parse().unwrap()],
        ..Settings::default()
    })
    .await;
    let answer = portal.get(DEVICES).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")));
    assert_eq!(portal.sandbox.faults()[0].left, 0);
}

#[tokio::test]
async fn bodies_are_made_wrong() {
    let whole = Portal::start().await.get(DEVICES).await;
    let bad = struck("bad-json", DEVICES).await;
    assert_eq!((bad.status, bad.body.as_str()), (200, &whole.body[..whole.body.len() / 2]));
    let empty = struck("empty-body", DEVICES).await;
    assert_eq!((empty.status, empty.body.as_str(), empty.header("content-length")), (200, "", Some("0")));
    let huge = struck("huge-body=200000", DEVICES).await;
    assert_eq!((huge.body.len(), huge.json()), (200_000, whole.json()));
    let slow = struck("slow-body=0", DEVICES).await;
    assert_eq!(slow.body, whole.body);
    let html = struck("html-login", DEVICES).await;
    assert_eq!((html.status, html.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(html.body.starts_with("<!DOCTYPE html>"), "{html:?}");
    let redirect = struck("redirect=http://elsewhere.test/v1", DEVICES).await;
    assert_eq!((redirect.status, redirect.header("location")), (302, Some("http://elsewhere.test/v1")));
    let delayed = struck("delay=1+status=502", DEVICES).await;
    assert_eq!(delayed.status, 502);
}

#[tokio::test]
async fn answers_are_made_out_to_others() {
    let device = "/v1/devices/DEV-000412?accountId=ACC-100234";
    let whole = Portal::start().await.get(device).await.body;
    let types = struck("wrong-type", device).await.json();
    assert_eq!((&types["data"]["id"], &types["data"]["licenses"][0]["licenseKey"]), (&json!(10), &json!(39)));
    assert_eq!(types["data"]["name"], "WS-0412");
    let keys = struck("wrong-key", device).await;
    assert_eq!(keys.body, whole.replace("-0001\"", "-ZZZZ\"").replace("-0002\"", "-ZZZZ\""));
    let devices = struck("wrong-device", device).await;
    assert_eq!(devices.body, whole.replace("DEV-000412", "DEV-9000412"));
}

#[tokio::test]
async fn a_token_can_end_before_its_time() {
    let portal = Portal::start().await;
    assert_eq!(portal.get(DEVICES).await.status, 200);
    portal.sandbox.add_faults(vec!["match=devices.list,do=expire-token".parse().unwrap()]).unwrap();
    let answer = portal.get(DEVICES).await;
    assert_eq!((answer.status, answer.message().as_str()), (401, "The access token has expired."));
    assert_eq!(portal.get("/v1/accounts").await.status, 401);
    let refreshed = portal.refresh("/as/token", "refresh_token=rt-000002&client_id=sandbox-client").await;
    let token = refreshed.access_token();
    assert_eq!(portal.call_with(&token, "GET", DEVICES).await.status, 200);
}

#[tokio::test]
async fn a_refresh_can_be_struck() {
    let portal = Portal::start().await;
    let faults = ["status=503", "commit-then-503", "expire-token"];
    let faults = faults.map(|deed| format!("match=token.refresh,do={deed}").parse().unwrap());
    portal.sandbox.add_faults(faults.to_vec()).unwrap();
    let refresh = async |number: u32| {
        let fields = format!("refresh_token=rt-{number:06}&client_id=sandbox-client");
        let answer = portal.refresh("/as/token", &fields).await;
        (answer.status, answer.json()["error_description"].as_str().map(str::to_owned))
    };
    assert_eq!(refresh(2).await, (503, Some("A fault of the sandbox.".into())));
    assert_eq!(refresh(2).await, (503, Some("A fault of the sandbox.".into())));
    // The token was used up by the refresh whose answer was lost; its successor ends early.
    assert_eq!(refresh(3).await, (400, Some("The refresh token has expired.".into())));
    assert_eq!(refresh(2).await, (400, Some("The refresh token was used before.".into())));
    assert!(portal.sandbox.faults().iter().all(|fault| fault.left == 0));
}

#[tokio::test]
async fn a_fault_for_an_unknown_endpoint_does_not_start() {
    let faults = vec!["match=devices.lst,do=reset".parse().unwrap()];
    let error = seatflow_sandbox::Sandbox::start(Settings { faults, ..Settings::default() }).await.unwrap_err();
    assert!(error.to_string().starts_with("no system has an endpoint `devices.lst`; there are accounts.list, "));
}
