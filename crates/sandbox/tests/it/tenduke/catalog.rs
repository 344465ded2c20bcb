//! The catalog of 10Duke: each of its endpoints is played under its id, and takes the payload that it shows.

use seatflow_catalog::{BodyForm, Effect, Endpoint, Location, builtin};
use serde_json::Value;

use super::HOST;
use crate::client::{Answer, Portal, send};

/// What stands for the parameters that the examples need.
const VALUES: [(&str, &str); 9] = [
    ("title", "DemoPackage"),
    ("organizationName", "Acme Inc"),
    ("profileId", "20000000-0000-4000-8000-000000000001"),
    ("email", "user-01@example.test"),
    ("consumptionId", "60000000-0000-4000-8000-000000000001"),
    ("leaseId", "60000000-0000-4000-8000-0000000000a1"),
    ("item", "DemoItem1"),
    ("selector", "Profile[@id='20000000-0000-4000-8000-000000000005']"),
    ("onBehalfOfId", "20000000-0000-4000-8000-000000000002"),
];

/// The licence that an endpoint is called for.
fn license(endpoint: &Endpoint) -> &'static str {
    match endpoint.id.as_str() {
        "license.changeOrganizationUseTime" => "40000000-0000-4000-8000-000000000004",
        id if id.starts_with("license.changePersonal") => "40000000-0000-4000-8000-000000000003",
        _ => "40000000-0000-4000-8000-000000000001",
    }
}

fn value(endpoint: &Endpoint, name: &str) -> &'static str {
    if name == "licenseId" {
        return license(endpoint);
    }
    VALUES.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} of {}", endpoint.id)).1
}

/// Calls an endpoint with its example, as the administrator.
async fn called(portal: &Portal, endpoint: &Endpoint) -> Answer {
    let mut path = endpoint.path.clone();
    let mut query: Vec<_> = endpoint.query.iter().cloned().collect();
    for parameter in &endpoint.parameters {
        match parameter.location {
            Location::Path => {
                path = path.replace(&format!("{{{}}}", parameter.name), value(endpoint, &parameter.name));
            }
            Location::QueryKey => query.push(value(endpoint, &parameter.name).to_owned()),
            Location::Query if parameter.name == "onBehalfOfId" => {
                query.push(format!("onBehalfOfId={}", value(endpoint, "onBehalfOfId")));
            }
            Location::Query | Location::Header => {}
        }
    }
    let target = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
    let target = target.replace(' ', "%20");
    let body = endpoint.body.as_ref();
    let (content_type, payload) = match body.map(|body| (body.form, &body.fixed, body.example.clone())) {
        Some((BodyForm::Form, fixed, example)) => {
            let example = example.into_iter().flat_map(|example| example.as_object().unwrap().clone());
            let fields = fixed.iter().cloned().chain(example);
            let fields = fields.map(|(name, value)| format!("{name}={}", text(&value)));
            ("application/x-www-form-urlencoded", fields.collect::<Vec<_>>().join("&"))
        }
        Some((BodyForm::Json, _, example)) => ("application/json", example.unwrap().to_string()),
        None => ("application/x-www-form-urlencoded", String::new()),
    };
    let headers = format!("authorization: Bearer token-p0\r\ncontent-type: {content_type}\r\n");
    send(portal.sandbox.address(), HOST, endpoint.method.as_str(), &target, &headers, &payload).await.unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[tokio::test]
async fn every_endpoint_is_played_under_its_id_and_takes_what_it_shows() {
    for endpoint in &builtin("tenduke").unwrap().endpoints {
        let portal = Portal::start().await;
        let answer = called(&portal, endpoint).await;
        let received = portal.sandbox.requests().pop().unwrap();
        assert_eq!(received.endpoint, Some(endpoint.id.as_str()), "{received:?}");
        // What these show is not there in the starting state.
        let is_taken = match endpoint.id.as_str() {
            "graph.update" => answer.status != 404,
            "license.changePersonalUseTime" => answer.status != 409,
            _ => true,
        };
        // Nor may those consume of whom these say that they may not: that is no failure, and changes nothing.
        let changes = !matches!(endpoint.id.as_str(), "consumer.removeGroup" | "consumer.removeUser");
        assert_eq!(is_taken, endpoint.success.contains(&answer.status), "{}: {answer:?}", endpoint.id);
        let is_changed = is_taken && changes && endpoint.effect == Effect::Write;
        assert_eq!(received.effect.is_some(), is_changed, "{received:?}");
    }
}
