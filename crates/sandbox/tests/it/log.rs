//! The log of received requests.

use seatflow_sandbox::{ReceivedRequest, Settings};
use serde_json::json;

use crate::client::{Portal, send};

#[tokio::test]
async fn every_request_is_listed_in_order_without_its_token() {
    let portal = Portal::start().await;
    portal.get("/v1/devices/DEV-000412?accountId=ACC-100234").await;
    portal.call_with("other", "DELETE", &format!("/v1/nothing?token={}", portal.token)).await;
    send(portal.sandbox.address(), "other", "GET", "/x", "", "").await.unwrap();
    let answer = portal.admin("GET", "requests", "").await;
    assert!(!answer.body.contains(&portal.token) && !answer.body.contains("rt-00"), "{answer:?}");
    assert_eq!(
        answer.json()["requests"],
        json!([
            {
                "number": 1, "system": "alteryx", "method": "POST", "path": "/as/token", "query": null,
                "endpoint": "token.refresh", "caller": "USR-000001", "status": 200, "answered_after": 1,
                "effect": "issued access token 2 and refresh token 2", "fault": null
            },
            {
                "number": 2, "system": "alteryx", "method": "GET", "path": "/v1/devices/DEV-000412",
                "query": "accountId=ACC-100234", "endpoint": "devices.get", "caller": "USR-000001", "status": 200,
                "answered_after": 2, "effect": null, "fault": null
            },
            {
                "number": 3, "system": "alteryx", "method": "DELETE", "path": "/v1/nothing", "query": "token=***",
                "endpoint": null, "caller": null, "status": 401, "answered_after": 3, "effect": null, "fault": null
            },
            {
                "number": 4, "system": null, "method": "GET", "path": "/x", "query": null,
                "endpoint": null, "caller": null, "status": 404, "answered_after": 4, "effect": null, "fault": null
            }
        ])
    );
}

#[tokio::test]
async fn a_lost_answer_keeps_its_effect() {
    let fault = "match=token.refresh,after=1,do=commit-then-reset".parse().unwrap();
    let portal = Portal::with(Settings { faults: vec![fault], ..Settings::default() }).await;
    let body = "grant_type=refresh_token&client_id=sandbox-client&refresh_token=rt-000002";
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    portal.send("POST", "/as/token", headers, body).await.unwrap_err();
    let last = portal.sandbox.requests().pop().unwrap();
    assert_eq!((last.status, last.effect.as_deref()), (None, Some("issued access token 3 and refresh token 3")));
}

#[tokio::test]
async fn the_log_is_cleared_and_switched_off() {
    let portal = Portal::start().await;
    assert_eq!(portal.sandbox.requests().len(), 1);
    assert_eq!(portal.admin("DELETE", "requests", "").await.json(), json!({"requests": []}));
    assert_eq!(portal.sandbox.requests(), Vec::<ReceivedRequest>::new());
    portal.admin("POST", "settings", r#"{"keep_requests": false}"#).await;
    portal.get("/v1/accounts").await;
    assert_eq!(portal.sandbox.requests(), Vec::<ReceivedRequest>::new());
    portal.admin("POST", "settings", r#"{"keep_requests": true}"#).await;
    portal.get("/v1/accounts").await;
    assert_eq!(portal.sandbox.requests().len(), 1);
}
