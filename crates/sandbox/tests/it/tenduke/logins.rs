//! Tokens of 10Duke: asked for, exchanged, ended.

use serde_json::json;

use super::{HOST, call, decoded};
use crate::client::{Answer, Portal, send};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const CLIENT: &str = "client_id=sandbox-client&client_secret=sandbox-secret";
const JWT_BEARER: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";

async fn ask(portal: &Portal, fields: &str) -> Answer {
    send(portal.sandbox.address(), HOST, "POST", "/user/oauth20/token", FORM, fields).await.unwrap()
}

async fn me(portal: &Portal, token: &str) -> Answer {
    let headers = format!("authorization: Bearer {token}\r\n");
    send(portal.sandbox.address(), HOST, "GET", "/graph/me()", &headers, "").await.unwrap()
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_an_access_token_an_hour() {
    let portal = Portal::start().await;
    let first = portal.variable("TENDUKE_REFRESH_TOKEN");
    let fields = |token: &str| format!("grant_type=refresh_token&{CLIENT}&refresh_token={token}");
    let answer = ask(&portal, &fields(&first)).await;
    let pair = answer.json();
    assert_eq!((answer.status, &pair["expires_in"], &pair["token_type"]), (200, &json!(3600), &json!("Bearer")));
    let received = portal.sandbox.requests().pop().unwrap();
    assert_eq!(received.endpoint, Some("oauth.token"));
    assert!(received.effect.unwrap().starts_with("issued access token "));
    let access = pair["access_token"].as_str().unwrap();
    assert_eq!(me(&portal, access).await.json()["displayName"], "Administrator 00");
    let again = ask(&portal, &fields(&first)).await;
    assert_eq!((again.status, &again.json()["error"]), (400, &json!("invalid_grant")));
    portal.admin("POST", "clock", r#"{"advance_seconds": 3600}"#).await;
    assert_eq!(me(&portal, access).await.status, 401);
    let next = ask(&portal, &fields(pair["refresh_token"].as_str().unwrap())).await;
    assert_eq!(next.status, 200);
    portal.admin("POST", "clock", r#"{"advance_seconds": 2592000}"#).await;
    let ended = ask(&portal, &fields(next.json()["refresh_token"].as_str().unwrap())).await;
    assert_eq!(ended.json()["error_description"], "The refresh token has expired.");
    let lasting = portal.variable("TENDUKE_TOKEN");
    assert_eq!((lasting.as_str(), me(&portal, &lasting).await.status), ("token-p0", 200));
    assert_eq!(portal.variable("TENDUKE_USER_TOKEN"), "token-p2");
}

#[tokio::test]
async fn a_signed_token_vouches_for_its_user_while_it_holds() {
    let portal = Portal::start().await;
    let assertion = call(&portal, 3, "GET", "/graph/me.jwt").await;
    assert_eq!(decoded(&assertion.body)["sub"], "20000000-0000-4000-8000-000000000003");
    let fields = |assertion: &str| format!("{JWT_BEARER}&client_id=sandbox-client&scope=openid&assertion={assertion}");
    let answer = ask(&portal, &fields(&assertion.body)).await;
    assert_eq!((answer.status, &answer.json()["scope"]), (200, &json!("openid")));
    let token = answer.access_token();
    assert_eq!(me(&portal, &token).await.json()["displayName"], "User 03");
    let (start, signature) = assertion.body.rsplit_once('.').unwrap();
    let forged = format!("{start}.{}", signature.chars().rev().collect::<String>());
    assert_eq!(ask(&portal, &fields(&forged)).await.json()["error"], "invalid_grant");
    portal.admin("POST", "clock", r#"{"advance_seconds": 300}"#).await;
    assert_eq!(ask(&portal, &fields(&assertion.body)).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn what_cannot_be_exchanged_is_refused_in_the_words_of_oauth() {
    let portal = Portal::start().await;
    for (fields, status, error) in [
        ("", 400, "invalid_request"),
        ("grant_type=authorization_code&code=x", 400, "unsupported_grant_type"),
        ("grant_type=refresh_token&refresh_token=x", 401, "invalid_client"),
        (
            "grant_type=refresh_token&client_id=sandbox-client&client_secret=no&refresh_token=rt-tenduke",
            401,
            "invalid_client",
        ),
        (&format!("grant_type=refresh_token&{CLIENT}"), 400, "invalid_request"),
        (&format!("grant_type=refresh_token&{CLIENT}&refresh_token=rt-000001"), 400, "invalid_grant"),
    ] {
        let answer = ask(&portal, fields).await;
        assert_eq!((answer.status, &answer.json()["error"]), (status, &json!(error)), "{fields}");
        assert_eq!(portal.last_effect(), None);
    }
}

#[tokio::test]
async fn the_system_is_found_by_its_discovery() {
    let portal = Portal::start().await;
    for path in ["/.well-known/openid-configuration", "/user/.well-known/openid-configuration"] {
        let found = send(portal.sandbox.address(), HOST, "GET", path, "", "").await.unwrap().json();
        assert_eq!(found["jwks_uri"], "http://tenduke.sandbox.test/.well-known/jwks.json");
        assert_eq!(found["token_endpoint"], portal.variable("TENDUKE_TOKEN_URL"));
    }
    let keys = send(portal.sandbox.address(), HOST, "GET", "/.well-known/jwks.json", "", "").await.unwrap();
    assert_eq!((keys.status, &keys.json()["keys"][0]["kid"]), (200, &json!("sandbox-1")));
}
