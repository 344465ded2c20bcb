//! Tokens: both forms of the token endpoint, their lives, and what is refused.

use seatflow_sandbox::Settings;

use crate::client::Portal;

const B2C: &str = "/b2c/oauth2/v2.0/token";
const PING: &str = "/as/token";

async fn advance(portal: &Portal, seconds: u64) {
    let body = format!("{{\"advance_seconds\": {seconds}}}");
    assert_eq!(portal.admin("POST", "clock", &body).await.status, 200);
}

#[tokio::test]
async fn the_b2c_form_lives_an_hour_and_leaves_the_old_refresh_token() {
    let portal = Portal::start().await;
    let first = portal.refresh(B2C, "refresh_token=rt-000002").await;
    assert_eq!(first.status, 200);
    assert_eq!((&first.json()["token_type"], &first.json()["expires_in"]), (&"Bearer".into(), &3600.into()));
    assert_eq!(first.json()["refresh_token"], "rt-000003");
    assert_eq!(portal.refresh(B2C, "refresh_token=rt-000002").await.status, 200);
    let token = first.access_token();
    advance(&portal, 3599).await;
    assert_eq!(portal.call_with(&token, "GET", "/v1/accounts").await.status, 200);
    advance(&portal, 1).await;
    let answer = portal.call_with(&token, "GET", "/v1/accounts").await;
    assert_eq!((answer.status, answer.message().as_str()), (401, "The access token has expired."));
}

#[tokio::test]
async fn the_ping_form_lives_five_minutes_and_uses_its_refresh_token_up() {
    let portal = Portal::start().await;
    let fields = "refresh_token=rt-000002&client_id=sandbox-client";
    let first = portal.refresh(PING, fields).await;
    assert_eq!((first.status, &first.json()["expires_in"]), (200, &300.into()));
    let second = portal.refresh(PING, fields).await;
    assert_eq!((second.status, &second.json()["error"]), (400, &"invalid_grant".into()));
    assert_eq!(second.json()["error_description"], "The refresh token was used before.");
    let token = first.access_token();
    advance(&portal, 299).await;
    assert_eq!(portal.call_with(&token, "GET", "/v1/accounts").await.status, 200);
    // The token from before this refresh lives as long: to its own end.
    assert_eq!(portal.get("/v1/accounts").await.status, 200);
    advance(&portal, 1).await;
    assert_eq!(portal.call_with(&token, "GET", "/v1/accounts").await.status, 401);
}

#[tokio::test]
async fn a_refresh_token_of_the_b2c_form_lives_fourteen_days() {
    let portal = Portal::start().await;
    portal.refresh(B2C, "refresh_token=rt-000002").await;
    advance(&portal, 14 * 24 * 3600 - 1).await;
    assert_eq!(portal.refresh(B2C, "refresh_token=rt-000003").await.status, 200);
    advance(&portal, 1).await;
    let late = portal.refresh(B2C, "refresh_token=rt-000003").await;
    assert_eq!((late.status, &late.json()["error_description"]), (400, &"The refresh token has expired.".into()));
}

#[tokio::test]
async fn what_is_wrong_with_a_refresh_is_said_in_the_words_of_oauth() {
    let portal = Portal::start().await;
    for (path, fields, status, error) in [
        (B2C, "", 400, "invalid_request"),
        (B2C, "refresh_token=rt-000002", 400, "invalid_request"),
        (B2C, "grant_type=refresh_token", 400, "invalid_request"),
        (B2C, "grant_type=refresh_token&refresh_token=a&refresh_token=b", 400, "invalid_request"),
        (B2C, "grant_type=password&refresh_token=rt-000002", 400, "unsupported_grant_type"),
        (B2C, "grant_type=refresh_token&refresh_token=rt-999999", 400, "invalid_grant"),
        (PING, "grant_type=refresh_token&refresh_token=rt-000002", 401, "invalid_client"),
        (PING, "grant_type=refresh_token&refresh_token=rt-000002&client_id=other", 401, "invalid_client"),
        (PING, "grant_type=refresh_token&client_id=sandbox-client", 400, "invalid_request"),
        (PING, "grant_type=refresh_token&refresh_token=rt-000001&client_id=sandbox-client", 400, "invalid_grant"),
    ] {
        let answer = portal.form(path, fields).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)), "{path} {fields}");
        assert!(answer.json()["error_description"].is_string());
    }
    let json = portal.send("POST", B2C, "content-type: application/json\r\n", "{}").await.unwrap();
    assert_eq!((json.status, json.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn tokens_are_the_same_for_the_same_seed_and_carry_the_prefix() {
    let settings = |seed| Settings { seed, token_prefix: "secret-".into(), ..Settings::default() };
    let (one, same, other) =
        (Portal::with(settings(1)).await, Portal::with(settings(1)).await, Portal::with(settings(2)).await);
    assert_eq!(one.token, same.token);
    assert_ne!(one.token, other.token);
    assert!(one.token.starts_with("secret-at-000002-"), "{}", one.token);
    assert_eq!(one.variable("ALTERYX_REFRESH_TOKEN"), "secret-rt-000001");
    assert_eq!(one.variable("ALTERYX_BASE_URL"), "http://alteryx.sandbox.test");
    assert_eq!(one.variable("ALTERYX_AUTH_URL"), "http://alteryx.sandbox.test/as/token");
    assert_eq!(one.variable("ALTERYX_CLIENT_ID"), "sandbox-client");
}

#[tokio::test]
async fn lives_can_be_set() {
    let portal = Portal::start().await;
    portal.admin("POST", "settings", r#"{"access_token_seconds": 10, "refresh_token_seconds": 20}"#).await;
    let answer = portal.refresh(B2C, "refresh_token=rt-000002").await;
    assert_eq!(answer.json()["expires_in"], 10);
    let token = answer.access_token();
    advance(&portal, 10).await;
    assert_eq!(portal.call_with(&token, "GET", "/v1/accounts").await.status, 401);
    assert_eq!(portal.refresh(B2C, "refresh_token=rt-000003").await.status, 200);
    advance(&portal, 10).await;
    assert_eq!(portal.refresh(B2C, "refresh_token=rt-000003").await.status, 400);
}
