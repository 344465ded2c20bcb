//! What the catalog of UiPath Automation Suite says.

use insta::assert_snapshot;
use seatflow_catalog::{Catalog, Effect, Paging, Scheme, Trust, Unsaid, builtin, endpoint_text};
use serde_json::json;

use crate::endpoint;

fn uipath() -> &'static Catalog {
    builtin("uipath").expect("the catalog comes with the program")
}

#[test]
fn its_endpoints_are_these() {
    let lines = uipath().endpoints.iter().map(|endpoint| {
        let names = endpoint.parameters.iter().map(|parameter| {
            let required = if parameter.required { "!" } else { "" };
            format!("{}{required}", parameter.name)
        });
        let names = names.collect::<Vec<_>>().join(" ");
        format!(
            "{} {}\n  {names}; in order by {:?}",
            endpoint.id,
            endpoint.request(),
            endpoint.order_by.as_deref().unwrap_or_default()
        )
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    organization.allocate PUT /lrm/api/host/{hostAccountId}/organization/{organizationId}/license
      hostAccountId organizationId!; in order by ["hostAccountId"]
    tenant.allocate PUT /lrm/api/account/{accountId}/service-license/{serviceScopeId}/{serviceType}
      accountId! serviceScopeId! serviceType!; in order by ["accountId"]
    group.allocate PUT /{organizationName}/lease_/api/account/{accountId}/user-license/group/{groupId}
      organizationName! accountId! groupId!; in order by ["accountId"]
    group.read GET /{organizationName}/lease_/api/account/{accountId}/user-license/group/{groupId}
      organizationName! accountId! groupId!; in order by []
    user.allocate PUT /{organizationName}/lease_/api/account/{accountId}/user-license
      organizationName! accountId!; in order by ["accountId"]
    group.list GET /{organizationName}/identity_/api/Group/{partitionGlobalId}
      organizationName! partitionGlobalId!; in order by []
    "#);
    for endpoint in &uipath().endpoints {
        assert_eq!((endpoint.source, &endpoint.paging), (Trust::Documented, &Paging::None), "{}", endpoint.id);
        assert_eq!(endpoint.response.source, Some(Trust::Assumed), "what a refusal means: {}", endpoint.id);
        assert!(endpoint.idempotent, "{}", endpoint.id);
        assert_eq!(endpoint.body.is_some(), endpoint.effect == Effect::Write, "{}", endpoint.id);
    }
}

#[test]
fn it_has_two_logins_and_what_renews_one() {
    let kinds = uipath().authorization.iter();
    let kinds: Vec<_> = kinds.map(|kind| (kind.kind, kind.expires_in_seconds, kind.source)).collect();
    assert_eq!(
        kinds,
        [
            (Scheme::Ropc, Some(1800), Trust::Documented),
            (Scheme::ClientCredentials, Some(3600), Trust::Documented),
            (Scheme::RefreshToken, Some(3600), Trust::Observed),
        ]
    );
}

#[test]
fn what_is_shown_fits_what_is_said() {
    for endpoint in &uipath().endpoints {
        let shown = endpoint.response.example.as_ref().zip(endpoint.response.schema.as_ref());
        let (example, schema) = shown.expect("an answer has a schema and an example");
        assert_eq!(schema.misfits(example, &Unsaid::default()), [], "{}", endpoint.id);
        if let Some(body) = &endpoint.body {
            let (example, schema) = body.example.as_ref().zip(body.schema.as_ref()).expect("so has a payload");
            assert_eq!(schema.misfits(example, &Unsaid::default()), [], "{}", endpoint.id);
        }
    }
}

#[test]
fn quantities_are_whole_and_not_negative_and_codes_are_short_words() {
    let body = endpoint(uipath(), "organization.allocate").body.as_ref().expect("it takes a payload");
    let schema = body.schema.as_ref().expect("it has a schema");
    let fits = |code: &str, quantity: serde_json::Value| {
        let payload = json!({ "productQuantities": [{ "code": code, "quantity": quantity }] });
        schema.misfits(&payload, &Unsaid::default()).is_empty()
    };
    assert!(fits("UNATT", 0.into()) && fits("of_our_own_2", 1.into()) && fits(&"A".repeat(32), 1.into()));
    assert!(!fits("UNATT", (-1).into()) && !fits("UNATT", 1.5.into()) && !fits("UNATT", "1".into()));
    assert!(!fits("", 1.into()) && !fits("A-B", 1.into()) && !fits(&"A".repeat(33), 1.into()));
    let both = json!({ "productQuantities": [], "products": [] });
    assert!(!schema.misfits(&both, &Unsaid::default()).is_empty(), "one name of the list or the other");
}

#[test]
fn the_account_of_the_host_need_not_be_given() {
    let parameters = &endpoint(uipath(), "organization.allocate").parameters;
    assert_eq!(parameters[0].default.as_deref(), Some("feb0dd79-85b6-483b-b297-0e49a1aa5b7d"));
}

#[test]
fn it_is_told_what_a_refusal_means_and_where_the_reason_is() {
    for endpoint in &uipath().endpoints {
        let statuses: Vec<_> = endpoint.meanings.iter().map(|(status, _)| *status).collect();
        assert!([401, 403, 404, 409].iter().all(|status| statuses.contains(status)), "{}", endpoint.id);
        let messages = ["Message", "message", "errorMessage", "error.message", "title", "error_description"];
        assert_eq!(endpoint.messages, messages, "{}", endpoint.id);
    }
}

#[test]
fn known_codes_have_names() {
    let text = endpoint_text(uipath(), endpoint(uipath(), "tenant.allocate"));
    assert!(text.contains("known: UNATT | NONPR | TAUNATT | AIG | TIE"), "{text}");
    let bundles = &uipath().schemas.get("UserBundleCode").expect("it is there")["suggested"];
    assert_eq!(bundles["RPADEVPRONU"], "Automation Developer - Named User");
    assert_eq!(bundles.get("UNATT"), None, "a robot is no bundle");
    let body = endpoint(uipath(), "tenant.allocate").body.as_ref().and_then(|body| body.schema.as_ref());
    let code = body.expect("it has a schema").root().field("products").item(0).field("code");
    let known = code.suggested();
    let named = |value: &str| known.iter().find(|known| known.value == value).and_then(|known| known.name.as_deref());
    assert_eq!((known.len(), known[0].value.as_str()), (37, "UNATT"), "also what a person has");
    assert_eq!(named("RPADEVPRONU"), Some("Automation Developer - Named User"));
}
