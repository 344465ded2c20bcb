//! No secret leaves.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use seatflow_call::{Authorization, Called, Outcome};

use crate::server::{Server, answer};
use crate::support::{Document, World, call, failure, read, request};

/// Everything that comes out of a call, as text.
fn shown(called: &Called<Document>) -> String {
    let bodies = called.attempts.iter().flat_map(|attempt| [&attempt.request_body, &attempt.response_body]);
    let bodies: String = bodies.flatten().map(|body| String::from_utf8_lossy(body).into_owned()).collect();
    format!("{called:?} {bodies}")
}

#[tokio::test]
async fn a_token_that_comes_back_is_masked_in_pages_failures_and_attempts() {
    for status in [200, 400] {
        let body = r#"{"data":{"you sent":"at-secret-1","and":"a\/b at%2Dsecret"},"url":"at-secret-1"}"#;
        let server = Server::script([answer(status, body).with("x-echo", "at-secret-1")]).await;
        let world = World::new();
        let connection = world.connect(&server, Authorization::Bearer { token: "at-secret-1".into() });
        let called = world.call(&connection, &request(read("/x"))).await;
        let text = shown(&called);
        assert!(!text.contains("at-secret-1"), "{text}");
        let attempt = &called.attempts[0];
        assert!(attempt.request_headers.contains(&("authorization".to_owned(), "***".to_owned())));
        assert!(attempt.response_headers.contains(&("x-echo".to_owned(), "***".to_owned())));
        if let Outcome::Succeeded { pages, .. } = &called.outcome {
            assert_eq!(pages[0].value.as_ref().unwrap()["data"]["you sent"], "***");
        } else {
            assert!(failure(called).body.unwrap().contains(r#""you sent":"***""#));
        }
    }
}

#[tokio::test]
async fn a_token_that_a_server_echoes_is_masked_in_every_form_it_can_have() {
    const TOKEN: &str = "at-secret/1+~";
    let pair = STANDARD.encode(format!("you sent {TOKEN}, did you not"));
    for (form, is_whole) in [
        (TOKEN.to_owned(), true),
        ("at-secret%2F1%2B~".to_owned(), true),
        ("at%2Dsecret%2F1%2B%7E".to_owned(), true),
        ("%61%74%2D%73%65%63%72%65%74%2F%31%2B%7E".to_owned(), true),
        (r"at-secret\/1+~".to_owned(), true),
        (r"\u0061t-s\u0065cret\/1\u002B~".to_owned(), true),
        (r"\u0061\u0074\u002d\u0073\u0065\u0063\u0072\u0065\u0074\u002f\u0031\u002b\u007e".to_owned(), true),
        (STANDARD.encode(TOKEN), true),
        (URL_SAFE_NO_PAD.encode(TOKEN), true),
        (pair, false),
    ] {
        for status in [200, 400] {
            let body = format!(r#"{{"data":{{"you sent":"{form}"}},"msg":"{form}"}}"#);
            let server = Server::script([answer(status, &body)]).await;
            let world = World::new();
            let connection = world.connect(&server, Authorization::Bearer { token: TOKEN.into() });
            let mut endpoint = read("/x");
            endpoint.fails_when[0].and_null = None;
            let called = world.call(&connection, &request(endpoint.clone())).await;
            let text = shown(&called);
            assert!(!text.contains(&form) && !text.contains(TOKEN), "{form}: {text}");
            let failure = failure(called);
            assert!(failure.message.contains("***"), "{form}: {}", failure.message);
            if is_whole {
                assert!(failure.message.ends_with("***"), "{form}: {}", failure.message);
                assert!(failure.body.unwrap().contains(r#""you sent":"***""#), "{form}");
            }
        }
    }
}

#[tokio::test]
async fn a_short_secret_does_not_spoil_the_data_and_is_not_told() {
    let body = r#"{"data":[{"ends":"2024-12-31"}]}"#;
    for status in [200, 400] {
        let server = Server::script([answer(status, body)]).await;
        let world = World::new();
        let password = "2024".into();
        let connection = world.connect(&server, Authorization::Basic { user: "ada".to_owned(), password });
        let called = world.call(&connection, &request(read("/x"))).await;
        assert_eq!(called.attempts[0].response_body.as_deref(), Some(&br#"{"data":[{"ends":"***-12-31"}]}"#[..]));
        if let Outcome::Succeeded { pages, .. } = &called.outcome {
            assert_eq!(pages[0].value.as_ref().unwrap()["data"][0]["ends"], "2024-12-31");
        } else {
            assert_eq!(failure(called).body.as_deref(), Some(r#"{"data":[{"ends":"***-12-31"}]}"#));
        }
    }
}

#[tokio::test]
async fn tokens_that_come_later_are_secrets_too() {
    let server = Server::with(|seen| match seen.target.as_str() {
        "/token" => answer(200, r#"{"access_token":"at-later","refresh_token":"rt-later"}"#).with("set-cookie", "s=1"),
        _ => answer(200, r#"{"data":["at-later","rt-later","rt-given"]}"#),
    })
    .await;
    let world = World::new();
    let authorization = Authorization::RefreshToken {
        auth_url: format!("{}/token", server.url()),
        refresh_token: "rt-given".into(),
        client_id: None,
        client_secret: None,
    };
    let connection = world.connect(&server, authorization);
    let called = world.call(&connection, &request(read("/x"))).await;
    let text = shown(&called);
    for secret in ["at-later", "rt-later", "rt-given", "s=1"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(called.attempts.len(), 2);
    let debugged = format!("{connection:?}");
    for secret in ["at-later", "rt-later", "rt-given"] {
        assert!(!debugged.contains(secret), "{secret} in {debugged}");
    }
}

#[tokio::test]
async fn the_header_of_a_connection_is_masked_by_its_name() {
    let server = Server::script([answer(200, "{}").with("x-key", "another")]).await;
    let world = World::new();
    let connection =
        world.connect(&server, Authorization::Header { name: "X-Key".to_owned(), value: "key-1234".into() });
    let called = world.call(&connection, &request(read("/x"))).await;
    let attempt = &called.attempts[0];
    let masked = ("x-key".to_owned(), "***".to_owned());
    assert!(attempt.request_headers.contains(&masked) && attempt.response_headers.contains(&masked));
}

#[tokio::test]
async fn a_secret_in_a_url_is_masked_where_the_url_is_shown() {
    let server = Server::script([answer(404, "{}")]).await;
    let world = World::new();
    world.surroundings.redactor.learn(&"key 1234".into());
    let connection = world.connect(&server, Authorization::None);
    let mut endpoint = read("/x");
    endpoint.parameters = vec![crate::support::parameter("key", seatflow_catalog::Location::Query, false)];
    let request = crate::support::request_with(endpoint, &[("key", Some("key 1234"))]);
    let called = world.call(&connection, &request).await;
    assert!(called.attempts[0].url.ends_with("/x?key=***"), "{}", called.attempts[0].url);
    assert!(failure(called).url.ends_with("/x?key=***"));
    assert_eq!(server.targets(), ["/x?key=key%201234"]);
}

#[test]
fn a_request_does_not_print_its_values() {
    let mut endpoint = read("/x");
    endpoint.parameters = vec![crate::support::parameter("key", seatflow_catalog::Location::Query, false)];
    let request = crate::support::request_with(endpoint, &[("key", Some("k3y-1234"))]);
    assert_eq!(request.target(), "/x?key=k3y-1234");
    assert!(!format!("{request:?}").contains("k3y"), "{request:?}");
}

#[tokio::test]
async fn what_holds_no_secret_arrives_byte_for_byte() {
    let server = Server::script([answer(400, "\u{feff}plain ***")]).await;
    let failure = failure(call(&server, &request(read("/x"))).await);
    assert_eq!(failure.body.as_deref(), Some("\u{feff}plain ***"));
}
