//! What the portal refuses, in which words, and in which order it looks.

use seatflow_sandbox::Settings;

use crate::client::{Portal, send};

#[tokio::test]
async fn refusals_say_why() {
    let portal = Portal::start().await;
    for (target, status, message) in [
        ("/v1/nothing", 404, "Path /v1/nothing was not found."),
        ("/v1/devices/", 404, "Path /v1/devices/ was not found."),
        ("/v1/devices", 400, "Parameter accountId is required."),
        ("/v1/devices?accountId=", 400, "Parameter accountId is required."),
        ("/v1/devices?accountId=ACC-100234&size=501", 400, "Parameter size must be an integer from 1 to 500."),
        ("/v1/devices?accountId=ACC-100234&page=x", 400, "Parameter page must be an integer from 0."),
        ("/v1/devices?accountId=ACC-1", 404, "Account ACC-1 was not found."),
        ("/v1/devices?accountId=ACC-109999", 403, "The caller may not use account ACC-109999."),
        ("/v1/devices/DEV-999999?accountId=ACC-100234", 404, "Device DEV-999999 was not found in account ACC-100234."),
        ("/v1/devices/DEV-000810?accountId=ACC-100234", 404, "Device DEV-000810 was not found in account ACC-100234."),
        ("/v1/users/USR-000810?accountId=ACC-100234", 404, "User USR-000810 was not found in account ACC-100234."),
        ("/v1/users?accountId=ACC-100234&status=active", 400, "Parameter status must be one of ACTIVE, INACTIVE."),
        ("/v1/accounts?status=GONE", 400, "Parameter status must be one of ACTIVE, INACTIVE."),
        (
            "/v1/licenses?accountId=ACC-100234&status=GONE",
            400,
            "Parameter status must be one of ACTIVE, EXPIRED, NOT_STARTED.",
        ),
        (
            "/v1/licenses?accountId=ACC-100234&expiresBefore=soon",
            400,
            "Parameter expiresBefore must be a time such as 2023-03-08T08:00:00.000+00:00.",
        ),
        (
            "/v1/usage?accountId=ACC-100234&from=2025-03-01T09:00:00Z",
            400,
            "Parameter from must be before parameter to.",
        ),
        ("/v1/usage?accountId=ACC-100234&granularity=YEAR", 400, "Parameter granularity must be one of DAY, MONTH."),
        (
            "/v1/usage?accountId=ACC-100234&from=0001-01-01T00:00:00Z",
            400,
            "Parameters from and to must not span more than 4000 periods.",
        ),
        ("/v1/products/-/releases?accountId=ACC-100234", 400, "Parameter productLineId is required."),
        (
            "/v1/products/-/releases?accountId=ACC-100777&productLineId=Alteryx%20Server",
            404,
            "Product line Alteryx Server was not found in account ACC-100777.",
        ),
        (
            "/v1/products/-/releases/-/editions?accountId=ACC-100234&productLineReleaseId=x",
            404,
            "Release x was not found in account ACC-100234.",
        ),
    ] {
        let answer = portal.get(target).await;
        assert_eq!((answer.status, answer.message().as_str()), (status, message), "{target}");
        assert!(answer.json()["data"].is_null(), "{target}");
    }
}

#[tokio::test]
async fn the_token_is_looked_at_first_then_the_method_the_path_the_parameters_the_account_the_object() {
    let portal = Portal::start().await;
    let status = async |token: &str, method: &str, target: &str| portal.call_with(token, method, target).await.status;
    let token = &portal.token;
    assert_eq!(status("unknown", "POST", "/v1/nothing").await, 401);
    assert_eq!(status("unknown", "PUT", "/v1/devices").await, 401);
    assert_eq!(status(token, "PUT", "/v1/devices").await, 405);
    assert_eq!(status(token, "POST", "/v1/nothing").await, 404);
    assert_eq!(status(token, "GET", "/v1/devices?accountId=ACC-109999&size=0").await, 400);
    assert_eq!(status(token, "GET", "/v1/devices/DEV-999999?accountId=ACC-109999").await, 403);
    assert_eq!(status(token, "GET", "/v1/devices/DEV-999999?accountId=ACC-1").await, 404);
}

#[tokio::test]
async fn a_request_without_a_good_token_is_told_so() {
    let portal = Portal::start().await;
    for (headers, message) in [
        ("", "The access token is missing."),
        ("authorization: Basic eDp5\r\n", "The access token is missing."),
        ("authorization: Bearer at-000009\r\n", "The access token is unknown."),
        ("authorization: Bearer rt-000001\r\n", "The access token is unknown."),
    ] {
        let answer = portal.send("GET", "/v1/accounts", headers, "").await.unwrap();
        assert_eq!((answer.status, answer.message().as_str()), (401, message), "{headers}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    }
}

#[tokio::test]
async fn a_method_that_is_not_offered_is_refused_with_those_that_are() {
    let portal = Portal::start().await;
    for (method, target, allowed) in [
        ("PUT", "/v1/devices", "GET, POST"),
        ("POST", "/v1/devices/DEV-000412", "GET, PATCH, DELETE"),
        ("GET", "/v1/licenses/x/activations", "DELETE"),
        ("POST", "/v1/accounts", "GET"),
    ] {
        let answer = portal.call(method, target).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)));
        assert_eq!(answer.message(), format!("Method {method} is not offered on {target}."));
    }
}

#[tokio::test]
async fn a_host_that_is_not_played_says_which_are() {
    let portal = Portal::with(Settings::default()).await;
    assert_eq!(portal.sandbox.origins(), ["alteryx.sandbox.test"]);
    let address = portal.sandbox.address();
    let answer = send(address, "other.sandbox.test", "GET", "/v1/accounts", "", "").await.unwrap();
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"], "The sandbox plays no system under the host `other.sandbox.test`.");
    assert_eq!(answer.json()["hosts"], serde_json::json!(["alteryx.sandbox.test"]));
    let headers = format!("authorization: Bearer {}\r\n", portal.token);
    for host in ["alteryx.localhost:1234", "Alteryx.sandbox.test", "alteryx"] {
        let answer = send(address, host, "GET", "/v1/accounts", &headers, "").await.unwrap();
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let portal = Portal::start().await;
    let body = " ".repeat(4 * 1024 * 1024 + 1);
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    match portal.send("POST", "/as/token", headers, &body).await {
        Ok(answer) => assert_eq!(answer.status, 413),
        // The connection may be closed before the body was sent whole.
        Err(error) => assert!(
            matches!(error.kind(), std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe),
            "{error}"
        ),
    }
    assert_eq!(portal.sandbox.requests().last().unwrap().status, Some(413));
}
