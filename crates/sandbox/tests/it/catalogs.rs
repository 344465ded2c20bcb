//! Catalogs of what the sandbox plays: each of their endpoints is there under its id, and takes its example. (Those of
//! UiPath and 10Duke are called through the program.)

use seatflow_catalog::{Catalog, builtin};
use seatflow_spec::Source;

use crate::client::{HOST, Portal, send};
use crate::refusals::GOOD;
use crate::seats;

/// The catalogs, each with its host.
fn catalogs() -> [(&'static str, Catalog); 2] {
    let text = include_str!("../../../../fixtures/catalogs/seats.yaml");
    let own = Catalog::parse(&Source::new("seats.yaml", text)).unwrap_or_else(|problems| panic!("{problems}"));
    [(HOST, builtin("alteryx").unwrap().clone()), (seats::HOST, own)]
}

/// The headers with which each system is asked.
fn headers(portal: &Portal, host: &str) -> String {
    let token = if host == HOST { portal.token.clone() } else { portal.variable("SEATS_TOKEN") };
    format!("authorization: Bearer {token}\r\n")
}

#[tokio::test]
async fn every_endpoint_is_played_under_its_id() {
    let portal = Portal::start().await;
    for (host, catalog) in catalogs() {
        for endpoint in &catalog.endpoints {
            let request = endpoint.request().replace(['{', '}'], "");
            let (method, path) = request.split_once(' ').unwrap();
            send(portal.sandbox.address(), host, method, path, &headers(&portal, host), "").await.unwrap();
            let received = portal.sandbox.requests().pop().unwrap();
            assert_eq!(received.endpoint, Some(endpoint.id.as_str()), "{received:?}");
        }
    }
}

#[tokio::test]
async fn every_payload_that_is_shown_is_taken() {
    let mut taken = 0;
    for (host, catalog) in catalogs() {
        for endpoint in &catalog.endpoints {
            let Some(example) = endpoint.body.as_ref().and_then(|body| body.example.as_ref()) else { continue };
            let portal = Portal::start().await;
            let target = match GOOD.iter().find(|good| good.endpoint == endpoint.id.as_str()) {
                Some(good) => good.target("ACC-100234"),
                None => endpoint.path.replace("{seatId}", "seat-0001"),
            };
            let (content_type, payload) = if endpoint.id.as_str() == "seats.take" {
                ("application/x-www-form-urlencoded", form(example))
            } else {
                ("application/json", example.to_string())
            };
            let headers = format!("{}content-type: {content_type}\r\n", headers(&portal, host));
            let method = endpoint.request();
            let method = method.split(' ').next().unwrap();
            let answer = send(portal.sandbox.address(), host, method, &target, &headers, &payload).await.unwrap();
            assert_eq!(answer.status, 200, "{}: {answer:?}", endpoint.id);
            assert!(portal.last_effect().is_some(), "{}", endpoint.id);
            taken += 1;
        }
    }
    assert_eq!(taken, 6);
}

fn form(example: &serde_json::Value) -> String {
    let fields = example.as_object().unwrap().iter();
    fields.map(|(name, value)| format!("{name}={}", value.to_string().trim_matches('"'))).collect::<Vec<_>>().join("&")
}

#[test]
fn what_only_the_sandbox_has_is_in_no_catalog() {
    let played = seatflow_sandbox::endpoint_ids();
    for id in ["organization.read", "tenant.read"] {
        assert!(played.contains(&id), "{id}");
        assert!(builtin("uipath").unwrap().endpoint(id).is_none(), "{id}");
    }
}
