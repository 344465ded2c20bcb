//! The routes under `/_sandbox/`.

use jiff::Timestamp;
use seatflow_sandbox::{ClockKind, Settings};
use serde_json::json;

use crate::client::{Portal, send};

#[tokio::test]
async fn the_clock_is_read_set_and_moved() {
    let portal = Portal::start().await;
    let clock = portal.sandbox.clock();
    let start = json!({"now": "2025-03-01T09:00:00Z", "kind": "fixed"});
    assert_eq!(portal.admin("GET", "clock", "").await.json(), start);
    assert_eq!(portal.admin("POST", "clock", r#"{"advance_seconds": 90}"#).await.json()["now"], "2025-03-01T09:01:30Z");
    assert_eq!(clock.now(), "2025-03-01T09:01:30Z".parse::<Timestamp>().unwrap());
    let set = portal.admin("POST", "clock", r#"{"now": "2026-01-01T01:00:00+01:00"}"#).await;
    assert_eq!(set.json()["now"], "2026-01-01T00:00:00Z");
    assert_eq!(set.header("date"), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    for body in
        ["", "{}", "[]", r#"{"now": "soon"}"#, r#"{"advance_seconds": 1.5}"#, r#"{"now": 1, "advance_seconds": 1}"#]
    {
        assert_eq!(portal.admin("POST", "clock", body).await.status, 400, "{body}");
    }
    assert_eq!(portal.admin("POST", "clock", r#"{"advance_seconds": 9223372036854775807}"#).await.status, 400);
    assert_eq!(clock.now(), "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap());
}

#[tokio::test]
async fn a_real_clock_is_not_set() {
    let portal = Portal::with(Settings { clock: ClockKind::Real, ..Settings::default() }).await;
    assert_eq!(portal.get("/v1/accounts").await.status, 200);
    assert_eq!(portal.admin("GET", "clock", "").await.json()["kind"], "real");
    assert_eq!(portal.admin("POST", "clock", r#"{"advance_seconds": 1}"#).await.status, 409);
}

#[tokio::test]
async fn faults_are_added_listed_and_taken_away() {
    let portal = Portal::start().await;
    let added =
        portal.admin("POST", "faults", r#"["match=devices.list,times=3,after=1,do=status=500", "do=delay=1"]"#).await;
    let list = json!({"faults": [
        {"fault": "match=devices.list,times=3,after=1,do=status=500", "after": 1, "left": 3, "struck": 0},
        {"fault": "match=*,times=1,do=delay=1", "after": 0, "left": 1, "struck": 0}
    ]});
    assert_eq!(added.json(), list);
    let devices = "/v1/devices?accountId=ACC-100234";
    assert_eq!(portal.get(devices).await.status, 200);
    assert_eq!(portal.get(devices).await.status, 500);
    let list = portal.admin("GET", "faults", "").await.json();
    assert_eq!(list["faults"][0]["left"], 2);
    assert_eq!(list["faults"][1]["struck"], 1);
    assert_eq!(portal.admin("DELETE", "faults", "").await.json(), json!({"faults": []}));
    assert_eq!(portal.get(devices).await.status, 200);
    for body in ["{}", r#"["do=explode"]"#, r#"["do=reset", "match=nothing,do=reset"]"#] {
        assert_eq!(portal.admin("POST", "faults", body).await.status, 400, "{body}");
    }
    assert!(portal.sandbox.faults().is_empty());
}

#[tokio::test]
async fn settings_are_changed_one_by_one() {
    let portal = Portal::start().await;
    let start = json!({
        "requests_per_second": null, "access_token_seconds": null, "refresh_token_seconds": null, "keep_requests": true
    });
    assert_eq!(portal.admin("GET", "settings", "").await.json(), start);
    portal.admin("POST", "settings", r#"{"requests_per_second": 0}"#).await;
    let changed = portal.admin("POST", "settings", r#"{"access_token_seconds": 5}"#).await.json();
    assert_eq!((&changed["requests_per_second"], &changed["access_token_seconds"]), (&json!(0), &json!(5)));
    let answer = portal.get("/v1/accounts").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")));
    assert_eq!(answer.message(), "There were too many requests; wait a second.");
    portal.admin("POST", "settings", r#"{"requests_per_second": null}"#).await;
    assert_eq!(portal.get("/v1/accounts").await.status, 200);
    for body in [r#"{"rate": 1}"#, r#"{"requests_per_second": -1}"#, r#"{"keep_requests": 1}"#, "7"] {
        assert_eq!(portal.admin("POST", "settings", body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn the_routes_are_there_under_any_host_and_an_unknown_one_says_which_there_are() {
    let portal = Portal::start().await;
    let answer = send(portal.sandbox.address(), "127.0.0.1", "GET", "/_sandbox/clock", "", "").await.unwrap();
    assert_eq!(answer.status, 200);
    let answer = portal.admin("PUT", "clock", "").await;
    assert_eq!(answer.status, 404);
    assert!(answer.json()["error"].as_str().unwrap().starts_with("There is no PUT /_sandbox/clock; there are GET and"));
}

#[tokio::test]
async fn what_is_played_is_told_as_openapi() {
    let portal = Portal::start().await;
    for (name, url) in [("alteryx", "http://alteryx.sandbox.test"), ("uipath", "http://uipath.sandbox.test")] {
        let document = portal.admin("GET", &format!("openapi/{name}.json"), "").await;
        assert_eq!((document.status, document.header("content-type")), (200, Some("application/json")));
        assert_eq!(document.json()["openapi"], "3.1.0");
        assert_eq!(document.json()["servers"][0]["url"], url);
    }
    let devices = &portal.admin("GET", "openapi/alteryx.json", "").await.json()["paths"]["/v1/devices"];
    assert_eq!(devices["get"]["operationId"], "devices.list");
    assert_eq!(devices["post"]["operationId"], "devices.activateOffline");
    for name in ["google-licensing.json", "alteryx", "seats.json", ""] {
        let refused = portal.admin("GET", &format!("openapi/{name}"), "").await;
        assert_eq!(refused.status, 404, "{name}");
        assert!(refused.json()["error"].as_str().unwrap().contains("there are documents of alteryx"), "{name}");
    }
}
