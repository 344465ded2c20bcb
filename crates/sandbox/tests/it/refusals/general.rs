//! What every endpoint refuses.

use std::collections::BTreeSet;

use seatflow_catalog::builtin;

use super::{GOOD, Good, Refused};
use crate::client::Portal;
use crate::kept::Kept;

const ACCOUNT: &str = "ACC-100234";

fn others() -> impl Iterator<Item = &'static Good> {
    GOOD.iter().filter(|good| good.endpoint != "accounts.list")
}

/// A good request with one thing changed is refused so.
async fn assert_refused(kept: &Kept, good: &Good, target: &str, headers: &str, status: u16, message: &str) {
    let Good { endpoint, method, payload, .. } = good;
    let payload = payload.unwrap_or_default();
    kept.assert_refused(&Refused { endpoint, method, target, headers, payload, status, message }).await;
}

#[tokio::test]
async fn the_good_requests_are_good_and_there_is_one_for_each_endpoint() {
    for good in GOOD {
        let portal = Portal::start().await;
        let answer = portal.write(good.method, &good.target(ACCOUNT), good.payload.unwrap_or_default()).await;
        assert_eq!(answer.status, good.status, "{}: {answer:?}", good.endpoint);
        assert_eq!(portal.sandbox.requests().pop().unwrap().endpoint, Some(good.endpoint));
    }
    let unknown = vec!["match=nothing,do=reset".parse().unwrap()];
    let portal = Portal::start().await;
    let known = portal.sandbox.add_faults(unknown).unwrap_err().known;
    let known: BTreeSet<_> = known.split(", ").collect();
    let own: BTreeSet<_> = builtin("alteryx").unwrap().endpoints.iter().map(|endpoint| endpoint.id.as_str()).collect();
    assert_eq!(own, GOOD.iter().map(|good| good.endpoint).collect());
    assert!(own.is_subset(&known), "{known:?}");
}

#[tokio::test]
async fn without_a_good_token() {
    let kept = Kept::start().await;
    let ended = kept.portal.token.clone();
    kept.portal.admin("POST", "clock", r#"{"advance_seconds": 300}"#).await;
    for good in GOOD {
        for (authorization, message) in [
            ("", "The access token is missing."),
            ("authorization: Basic eDp5\r\n", "The access token is missing."),
            ("authorization: Bearer at-000009\r\n", "The access token is unknown."),
            ("authorization: Bearer rt-000002\r\n", "The access token is unknown."),
            (&format!("authorization: Bearer {ended}\r\n"), "The access token has expired."),
        ] {
            let headers = format!("{authorization}content-type: application/json\r\n");
            assert_refused(&kept, good, &good.target(ACCOUNT), &headers, 401, message).await;
        }
    }
}

#[tokio::test]
async fn on_another_path_and_with_another_method() {
    let kept = Kept::start().await;
    let headers = kept.portal.json_headers();
    for good in GOOD {
        let path = format!("{}/", good.path);
        assert_refused(&kept, good, &path, &headers, 404, &format!("Path {path} was not found.")).await;
        for method in ["PUT", "HEAD"] {
            let answer = kept.portal.send(method, good.path, &headers, "").await.unwrap();
            assert_eq!(answer.status, 405, "{method} {}", good.path);
        }
        let message = format!("Method OPTIONS is not offered on {}.", good.path);
        assert_refused(&kept, &Good { method: "OPTIONS", ..*good }, good.path, &headers, 405, &message).await;
    }
}

#[tokio::test]
async fn without_an_account_and_in_one_that_is_not_the_callers() {
    let kept = Kept::start().await;
    let headers = kept.portal.json_headers();
    for good in others() {
        for (query, status, message) in [
            ("", 400, "Parameter accountId is required."),
            ("accountId=", 400, "Parameter accountId is required."),
            ("accountId=ACC-100234&accountId=ACC-100234", 400, "Parameter accountId is given more than once."),
            ("accountId=%FF", 400, "A parameter is not UTF-8."),
            ("accountId=ACC-404404", 404, "Account ACC-404404 was not found."),
            ("accountId=acc-100234", 404, "Account acc-100234 was not found."),
            ("accountId=ACC-109999", 403, "The caller may not use account ACC-109999."),
        ] {
            assert_refused(&kept, good, &good.with(query), &headers, status, message).await;
        }
    }
}

#[tokio::test]
async fn on_a_page_that_is_none() {
    let kept = Kept::start().await;
    let headers = kept.portal.json_headers();
    let paged = ["users.list", "entitlements.list", "licenses.list", "devices.list", "usage.list"];
    for good in GOOD.iter().filter(|good| paged.contains(&good.endpoint)) {
        for (query, message) in [
            ("page=-1", "Parameter page must be an integer from 0."),
            ("page=", "Parameter page must be an integer from 0."),
            ("page=1.0", "Parameter page must be an integer from 0."),
            ("size=0", "Parameter size must be an integer from 1 to 500."),
            ("size=501", "Parameter size must be an integer from 1 to 500."),
            ("size=ten", "Parameter size must be an integer from 1 to 500."),
        ] {
            assert_refused(&kept, good, &good.with(&format!("accountId={ACCOUNT}&{query}")), &headers, 400, message)
                .await;
        }
    }
}

#[tokio::test]
async fn with_a_payload_that_is_no_json_object() {
    let kept = Kept::start().await;
    for good in GOOD.iter().filter(|good| good.payload.is_some()) {
        let authorization = format!("authorization: Bearer {}\r\n", kept.portal.token);
        let json = kept.portal.json_headers();
        for content_type in ["", "content-type: text/json\r\n", "content-type: application/x-www-form-urlencoded\r\n"] {
            let headers = format!("{authorization}{content_type}");
            let message = "The content type must be application/json.";
            assert_refused(&kept, good, &good.target(ACCOUNT), &headers, 415, message).await;
        }
        for (payload, message) in [
            ("", "The body is not valid JSON: EOF while parsing a value at line 1 column 0."),
            ("{", "The body is not valid JSON: EOF while parsing an object at line 1 column 1."),
            ("{} {}", "The body is not valid JSON: trailing characters at line 1 column 4."),
            ("[]", "The body must be a JSON object."),
            ("null", "The body must be a JSON object."),
        ] {
            let good = Good { payload: Some(payload), ..*good };
            assert_refused(&kept, &good, &good.target(ACCOUNT), &json, 400, message).await;
        }
    }
}

#[tokio::test]
async fn by_a_caller_who_is_no_administrator() {
    let demoted = "UPDATE alteryx_member SET role = 'MEMBER' WHERE user = 'USR-000001' AND account = 'ACC-100234'";
    let kept = Kept::after(demoted).await;
    let headers = kept.portal.json_headers();
    for good in GOOD {
        if good.method == "GET" {
            assert_eq!(kept.portal.get(&good.target(ACCOUNT)).await.status, good.status, "{}", good.endpoint);
        } else {
            let message = "The caller is not administrator of account ACC-100234.";
            assert_refused(&kept, good, &good.target(ACCOUNT), &headers, 403, message).await;
        }
    }
}

#[tokio::test]
async fn when_there_are_too_many_requests() {
    let kept = Kept::start().await;
    kept.portal.admin("POST", "settings", r#"{"requests_per_second": 0}"#).await;
    let headers = kept.portal.json_headers();
    for good in GOOD {
        let message = "There were too many requests; wait a second.";
        assert_refused(&kept, good, &good.target(ACCOUNT), &headers, 429, message).await;
    }
}
