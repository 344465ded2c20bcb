//! The queries with names of their own.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{id, read, refusal, tree};
use crate::client::Portal;
use crate::tenduke::call;

#[tokio::test]
async fn the_caller_reads_who_the_caller_is_in_three_forms() {
    let portal = Portal::start().await;
    let profile = json!({
        "__objType": "Profile",
        "id": id("20000000", 2),
        "displayName": "User 02",
        "userName": "user-02@example.test",
        "active": true,
    });
    assert_eq!(call(&portal, 2, "GET", "/graph/me").await.body, profile.to_string());
    let with_person = call(&portal, 2, "GET", "/graph/me?/~ManyToOne/Person&/ProfileGroup").await;
    assert_eq!(tree(&with_person.json()), "P2 (person 2, G1, G2)");
    let compact = json!({ "id": id("20000000", 2), "displayName": "User 02", "email": "user-02@example.test" });
    for target in ["/graph/me()", "/graph/me%28%29"] {
        assert_eq!(call(&portal, 2, "GET", target).await.body, compact.to_string(), "{target}");
    }
    let answer = call(&portal, 2, "GET", "/graph/me.jwt").await;
    assert_eq!(answer.header("content-type"), Some("application/jwt"));
    let claims = BASE64_URL_SAFE_NO_PAD.decode(answer.body.split('.').nth(1).unwrap()).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&claims).unwrap(),
        json!({
            "iss": "http://tenduke.sandbox.test",
            "sub": id("20000000", 2),
            "iat": 1_740_819_600,
            "exp": 1_740_819_900,
        })
    );
}

#[tokio::test]
async fn a_user_is_read_by_id_or_mail_address() {
    let portal = Portal::start().await;
    let p1 = id("20000000", 1);
    assert_eq!(tree(&read(&portal, &format!("profile('{p1}')")).await.json()), "P1");
    let encoded = format!("/graph/profile%28%27{p1}%27%29?/Assignment");
    assert_eq!(tree(&call(&portal, 0, "GET", &encoded).await.json()), "P1 (A1)");
    let email = read(&portal, "emailAndProfile('user-01@example.test')").await.json();
    assert_eq!((tree(&email), &email["verified"]), ("email 1 (P1)".to_owned(), &json!(true)));
    let relation = &email["rel_Relations"][0]["rel_Relation"];
    assert_eq!(
        (&relation["multiplicity"], &relation["relatedObjectType"]),
        (&json!("MANY_TO_ONE"), &json!("com.tenduke.sdk2.objectmodel.identity.Profile"))
    );
    for query in
        ["profile('20000000-0000-4000-8000-000000000099')", "profile('')", "emailAndProfile('nobody@example.test')"]
    {
        assert_eq!(refusal(&read(&portal, query).await, 404), "The profile was not found.", "{query}");
    }
    for query in ["profile(1)", "profile", "emailAndProfile()", "me('1')", "you()"] {
        assert_eq!(read(&portal, query).await.status, 400, "{query}");
    }
    let bad_include = read(&portal, "me?/Nothing").await;
    assert_eq!(refusal(&bad_include, 400), "Type Nothing is unknown.");
}

#[tokio::test]
async fn other_users_are_an_administrators_to_read() {
    let portal = Portal::start().await;
    for target in ["/graph/profile('20000000-0000-4000-8000-000000000002')", "/graph/Profile", "/graph/me/Assignment"] {
        assert_eq!(call(&portal, 2, "GET", target).await.status, 403, "{target}");
    }
}
