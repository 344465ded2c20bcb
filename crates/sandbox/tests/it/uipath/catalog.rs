//! The catalog of the suite, beside what is played: each endpoint under its id, and answers as it says.

use seatflow_catalog::{Catalog, Endpoint, Unsaid, builtin};

use super::Suite;
use crate::client::Portal;

fn catalog() -> &'static Catalog {
    builtin("uipath").unwrap()
}

/// The request of an endpoint, for things that are there.
fn request(endpoint: &Endpoint) -> (&'static str, String) {
    let mut path = endpoint.path.clone();
    let account = if endpoint.id == "tenant.allocate" { "y-y-y-delilah" } else { "song-one" };
    for (name, value) in [
        ("organizationId", "y-y-y-delilah"),
        ("organizationName", "song-org"),
        ("accountId", account),
        ("serviceScopeId", "y1968"),
        ("serviceType", "documentunderstanding"),
        ("groupId", "group-01"),
        ("partitionGlobalId", "song-one"),
        ("hostAccountId", endpoint.parameter("hostAccountId").and_then(|host| host.default.as_deref()).unwrap_or("")),
    ] {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    (endpoint.method.as_str(), path)
}

#[tokio::test]
async fn every_endpoint_is_played_takes_its_example_and_answers_as_the_catalog_says() {
    for endpoint in &catalog().endpoints {
        let portal = Portal::start().await;
        let suite = Suite::over(&portal).await;
        let (method, path) = request(endpoint);
        let example = endpoint.body.as_ref().and_then(|body| body.example.as_ref());
        let answer = suite.call(method, &path, &example.map(ToString::to_string).unwrap_or_default()).await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", endpoint.id);
        let received = suite.last();
        assert_eq!(received.endpoint, Some(endpoint.id.as_str()));
        assert_eq!(received.effect.is_some(), example.is_some(), "{}", endpoint.id);
        let schema = endpoint.response.schema.as_ref().unwrap();
        assert_eq!(schema.misfits(&answer.json(), &Unsaid::default()), [], "{}", endpoint.id);
        let shown = endpoint.response.example.as_ref().unwrap();
        assert_eq!(keys(&answer.json()), keys(shown), "{}: the example has the fields of an answer", endpoint.id);
    }
}

/// The names of the fields of a record, sorted.
fn keys(body: &serde_json::Value) -> Vec<String> {
    let record = body.as_array().and_then(|records| records.first()).unwrap_or(body);
    let mut keys: Vec<_> = record.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn what_only_the_sandbox_has_is_in_no_catalog() {
    let known = seatflow_sandbox::endpoint_ids();
    for id in ["organization.read", "tenant.read"] {
        assert!(known.contains(&id), "{id}");
        assert!(catalog().endpoint(id).is_none(), "{id}");
    }
}
