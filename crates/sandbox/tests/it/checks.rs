//! What the portal refuses, in which words, and in which order it looks.

use seatflow_sandbox::Settings;

use crate::client::{Portal, send};

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
    let address = portal.sandbox.address();
    let answer = send(address, "other.sandbox.test", "GET", "/v1/accounts", "", "").await.unwrap();
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"], "The sandbox plays no system under the host `other.sandbox.test`.");
    assert_eq!(answer.json()["hosts"], serde_json::json!(portal.sandbox.origins()));
    let headers = format!("authorization: Bearer {}\r\n", portal.token);
    for host in ["alteryxs.sandbox.test", "alter", "files.sandbox.test", ""] {
        let answer = send(address, host, "GET", "/v1/accounts", &headers, "").await.unwrap();
        assert_eq!(answer.status, 404, "{host}");
        assert!(answer.json()["hosts"].is_array(), "{host}");
    }
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
