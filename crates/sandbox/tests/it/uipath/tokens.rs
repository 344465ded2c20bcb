//! Both logins: who gets a token, for how long, and what it opens.

use serde_json::{Value, json};

use super::{DELILAH, GROUP_01, HOST_LOGIN, JSON, Suite, USERS, Y1968, bundles, given, message, products, text};
use crate::client::Portal;

const CLIENT: &str = "client_id=sandbox-app&client_secret=sandbox-secret";

async fn advance(suite: &Suite<'_>, seconds: i64) {
    let moved = suite.portal.admin("POST", "clock", &json!({ "advance_seconds": seconds }).to_string()).await;
    assert_eq!(moved.status, 200, "{moved:?}");
}

#[tokio::test]
async fn a_login_by_name_gives_a_token_for_half_an_hour() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    for path in ["/api/account/authenticate", "/delilah-org/tenant-y1968/api/account/authenticate"] {
        let answer = suite.ask("POST", path, JSON, HOST_LOGIN).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = text(&answer, "result");
        assert_eq!(
            answer.body,
            format!(
                r#"{{"result":"{token}","targetUrl":null,"success":true,"error":null,"unAuthorizedRequest":false,"__abp":true}}"#
            )
        );
        let received = suite.last();
        assert_eq!(received.endpoint, Some("ropc.login"));
        assert_eq!(received.caller.as_deref(), Some("host-admin@Host"));
        assert_eq!(suite.call_with(&token, "GET", DELILAH, "").await.status, 200);
    }
    advance(&suite, 30 * 60 - 1).await;
    assert_eq!(suite.call("GET", DELILAH, "").await.status, 200);
    advance(&suite, 1).await;
    let ended = suite.call("GET", DELILAH, "").await;
    assert_eq!((ended.status, ended.body.as_str()), (401, ""));
    assert_eq!(ended.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn a_login_by_name_that_fails_says_so_in_its_envelope() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    for (body, status, details) in [
        (HOST_LOGIN.replace("sandbox-host", "sandbox-hots"), 401, "The user name or the password is wrong."),
        (HOST_LOGIN.replace("host-admin", "tenant-user"), 401, "The user name or the password is wrong."),
        (HOST_LOGIN.replace("Host", "Hosts"), 401, "There is no such tenancy."),
        (r#"{"TenancyName": "Host"}"#.to_owned(), 400, "Field UsernameOrEmailAddress is required."),
        ("[]".to_owned(), 400, "The body must be a JSON object."),
    ] {
        let answer = suite.login(&body).await;
        let found = answer.json();
        assert_eq!((answer.status, &found["error"]["details"]), (status, &json!(details)), "{body}");
        assert_eq!(found["message"], "Login failed.");
        assert_eq!((&found["result"], &found["success"]), (&Value::Null, &json!(false)));
        assert_eq!((&found["unAuthorizedRequest"], &found["__abp"]), (&json!(true), &json!(true)));
        assert_eq!(suite.last().effect, None);
    }
}

#[tokio::test]
async fn an_application_gets_a_token_for_an_hour_with_its_scopes() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    for path in ["/identity_/connect/token", "/song-org/identity_/connect/token"] {
        let form = format!("grant_type=client_credentials&{CLIENT}&scope=PM.License+PM.Group.Read");
        let answer = suite.ask("POST", path, super::FORM, &form).await;
        let token = text(&answer, "access_token");
        let expected = json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer", "scope": "PM.License PM.Group.Read"});
        assert_eq!((answer.status, answer.json()), (200, expected));
        assert_eq!(suite.last().caller.as_deref(), Some("sandbox-app: PM.License PM.Group.Read"));
    }
    advance(&suite, 3599).await;
    assert_eq!(suite.call("GET", GROUP_01, "").await.status, 200);
    advance(&suite, 1).await;
    assert_eq!(suite.call("GET", GROUP_01, "").await.status, 401);
}

#[tokio::test]
async fn what_is_wrong_with_a_grant_is_said_in_the_words_of_oauth() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    for (form, error) in [
        (String::new(), "invalid_request"),
        ("grant_type=client_credentials".into(), "invalid_request"),
        (format!("grant_type=client_credentials&{CLIENT}"), "invalid_request"),
        (format!("grant_type=client_credentials&{CLIENT}&scope=PM.License&scope=PM.Audit"), "invalid_request"),
        ("grant_type=client_credentials&client_id=other&client_secret=sandbox-secret".into(), "invalid_client"),
        ("grant_type=client_credentials&client_id=sandbox-app&client_secret=other".into(), "invalid_client"),
        ("grant_type=client_credentials&client_id=sandbox-app&scope=PM.License".into(), "invalid_client"),
        (format!("grant_type=client_credentials&{CLIENT}&scope=PM.License+PM.User"), "invalid_scope"),
        (format!("grant_type=client_credentials&{CLIENT}&scope=offline_access"), "invalid_scope"),
        (format!("grant_type=refresh_token&{CLIENT}&refresh_token=rt-000001"), "invalid_grant"),
        (format!("grant_type=refresh_token&{CLIENT}"), "invalid_request"),
        (format!("grant_type=authorization_code&{CLIENT}&code=sandbox-code"), "invalid_request"),
        (format!("grant_type=authorization_code&{CLIENT}&code=other&redirect_uri=a&code_verifier=b"), "invalid_grant"),
        (format!("grant_type=password&{CLIENT}"), "unsupported_grant_type"),
    ] {
        let answer = suite.token(&form).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some(error)), "{form}");
        assert!(answer.json()["error_description"].is_string(), "{form}");
        assert_eq!(suite.last().effect, None, "{form}");
    }
    let json = suite.ask("POST", "/identity_/connect/token", JSON, "{}").await;
    assert_eq!((json.status, json.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_keeps_its_scopes() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    let form = "grant_type=authorization_code&client_id=sandbox-app&code=sandbox-code&redirect_uri=a&code_verifier=b";
    let first = suite.token(form).await;
    assert_eq!((first.status, &first.json()["scope"]), (200, &json!("PM.License PM.Group.Read offline_access")));
    assert_eq!(suite.token(form).await.json()["error"], "invalid_grant");
    let refresh = async |token: &str, rest: &str| {
        let form = format!("grant_type=refresh_token&client_id=sandbox-app&refresh_token={token}{rest}");
        suite.token(&form).await
    };
    let token = text(&first, "refresh_token");
    assert_eq!(refresh(&token, "&scope=PM.Audit").await.json()["error"], "invalid_scope");
    let second = refresh(&token, "").await;
    assert_eq!((second.status, &second.json()["scope"]), (200, &first.json()["scope"]));
    let access = text(&second, "access_token");
    assert_eq!(suite.call_with(&access, "GET", GROUP_01, "").await.status, 200);
    let again = refresh(&token, "").await;
    assert_eq!(
        (again.status, again.json()),
        (400, json!({"error": "invalid_grant", "error_description": "The refresh token was used before."}))
    );
    let fewer = refresh(&text(&second, "refresh_token"), "&scope=PM.License").await;
    assert_eq!((fewer.status, &fewer.json()["scope"]), (200, &json!("PM.License")));
    assert_eq!(fewer.json()["refresh_token"], Value::Null, "without offline access there is none");
}

#[tokio::test]
async fn a_refresh_token_lives_sixty_days() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    let form = "grant_type=authorization_code&client_id=sandbox-app&code=sandbox-code&redirect_uri=a&code_verifier=b";
    let token = text(&suite.token(form).await, "refresh_token");
    advance(&suite, 60 * 24 * 3600).await;
    let late = suite.token(&format!("grant_type=refresh_token&client_id=sandbox-app&refresh_token={token}")).await;
    assert_eq!(late.json()["error_description"], "The refresh token has expired.");
}

#[tokio::test]
async fn each_token_opens_its_own_half() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    let tenant =
        r#"{"TenancyName": "Default", "UsernameOrEmailAddress": "tenant-user", "Password": "sandbox-tenant-password"}"#;
    let tenant = text(&suite.login(tenant).await, "result");
    let body = products("products", &[("UNATT", 1)]);
    for (target, method) in [(DELILAH, "PUT"), (DELILAH, "GET"), (Y1968, "PUT"), (Y1968, "GET")] {
        for (token, told) in [
            (&tenant, "A user of the tenancy Default is not a host administrator."),
            (&suite.application, "The application sandbox-app is not a host administrator."),
        ] {
            let answer = suite.call_with(token, method, target, &body).await;
            assert_eq!((answer.status, message(&answer).as_str()), (403, told), "{method} {target}");
        }
    }
    let host = suite.call_with(&suite.host, "GET", GROUP_01, "").await;
    let none = json!({"errorMessage": "Scope(s) '' do not fit. Expected 'PM.License' or 'PM.License.Read'."});
    assert_eq!((host.status, host.json()), (403, none));
}

#[tokio::test]
async fn each_scope_opens_what_it_is_for() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    let groups = "/song-org/identity_/api/Group/song-one";
    let (rule, gift) = (bundles(&["IDU"], false), given(&["user-04"], &["TSTNU"], false));
    for (scopes, statuses) in [
        (["PM.License"].as_slice(), [200, 200, 200, 403]),
        (&["PM.License.Read"], [200, 403, 403, 403]),
        (&["PM.License.Write"], [403, 200, 200, 403]),
        (&["PM.Group.Read"], [403, 403, 403, 200]),
        (&["PM.Group"], [403, 403, 403, 200]),
        (&["PM.Audit"], [403, 403, 403, 403]),
        (&["PM.License.Write", "PM.Group.Read"], [403, 200, 200, 200]),
    ] {
        let token = text(&suite.application(scopes).await, "access_token");
        let mut found = Vec::new();
        for (method, target, body) in
            [("GET", GROUP_01, ""), ("PUT", GROUP_01, &rule), ("PUT", USERS, &gift), ("GET", groups, "")]
        {
            let answer = suite.call_with(&token, method, target, body).await;
            if answer.status == 403 {
                let told = format!("Scope(s) '{}' do not fit. Expected ", scopes.join(" "));
                assert!(text(&answer, "errorMessage").starts_with(&told), "{answer:?}");
            }
            found.push(answer.status);
        }
        assert_eq!(found, statuses, "{scopes:?}");
    }
    let token = text(&suite.application(&["PM.Audit"]).await, "access_token");
    let answer = suite.call_with(&token, "PUT", USERS, &gift).await;
    let told = "Scope(s) 'PM.Audit' do not fit. Expected 'PM.License' or 'PM.License.Write'.";
    assert_eq!(answer.json(), json!({ "errorMessage": told }));
}
