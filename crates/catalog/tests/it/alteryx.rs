//! What the catalog of the Alteryx portal says.

use insta::assert_snapshot;
use seatflow_catalog::{Condition, Effect, Endpoint, FailsWhen, Location, Method, Paging, Scheme, Trust, ValueKind};
use serde_json::Value;

use crate::{alteryx, endpoint};

/// Whether the answer is a file instead of the envelope.
fn answers_a_file(endpoint: &Endpoint) -> bool {
    ["devices.licenseFile", "editions.download"].contains(&endpoint.id.as_str())
}

#[test]
fn it_has_thirteen_reads_and_six_writes() {
    let lines = alteryx().endpoints.iter().map(|endpoint| {
        let repeat = if endpoint.idempotent { "yes" } else { "no" };
        let paging = if endpoint.paging == Paging::None { "none" } else { "page/size" };
        format!(
            "{} {} {repeat} {paging} {:?} {:?}",
            endpoint.id,
            endpoint.request(),
            endpoint.source,
            endpoint.already_done
        )
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    accounts.list GET /v1/accounts yes none Assumed []
    users.list GET /v1/users yes page/size Assumed []
    users.get GET /v1/users/{userId} yes none Assumed []
    entitlements.list GET /v1/entitlements yes page/size Assumed []
    licenses.list GET /v1/licenses yes page/size Assumed []
    devices.list GET /v1/devices yes page/size Assumed []
    devices.get GET /v1/devices/{deviceId} yes none Assumed []
    devices.licenseFile GET /v1/devices/{deviceId}/licenseFile yes none Assumed []
    usage.list GET /v1/usage yes page/size Assumed []
    products.list GET /v1/products yes none Observed []
    releases.list GET /v1/products/-/releases yes none Observed []
    editions.list GET /v1/products/-/releases/-/editions yes none Observed []
    editions.download GET /v1/products/-/releases/-/editions/{editionId}/file yes none Assumed []
    devices.activateOffline POST /v1/devices no none Assumed []
    devices.removeLicenses PATCH /v1/devices/{deviceId} no none Assumed []
    users.update PATCH /v1/users/{userId} yes none Assumed []
    devices.delete DELETE /v1/devices/{deviceId} yes none Assumed [404]
    users.delete DELETE /v1/users/{userId} yes none Assumed [404]
    licenses.deactivate DELETE /v1/licenses/{licenseKey}/activations yes none Assumed [409]
    ");
    let reads = alteryx().endpoints.iter().filter(|endpoint| endpoint.effect == Effect::Read);
    assert_eq!(reads.count(), 13);
}

#[test]
fn its_parameters_are_these() {
    let line = |endpoint: &Endpoint| {
        let names = endpoint.parameters.iter().map(|parameter| {
            let required = if parameter.required { "!" } else { "" };
            format!("{}{required}", parameter.name)
        });
        format!("{}: {}", endpoint.id, names.collect::<Vec<_>>().join(" "))
    };
    let lines: Vec<_> = alteryx().endpoints.iter().map(line).collect();
    assert_snapshot!(lines.join("\n"), @r"
    accounts.list: name status
    users.list: accountId! userName email status page size
    users.get: userId! accountId!
    entitlements.list: accountId! contractId productLineId status page size
    licenses.list: accountId! licenseKey productLineId status expiresBefore page size
    devices.list: accountId! name userId licenseKey lastSeenBefore page size
    devices.get: deviceId! accountId!
    devices.licenseFile: deviceId! accountId!
    usage.list: accountId! from to granularity productLineId licenseKey page size
    products.list: accountId!
    releases.list: accountId! productLineId!
    editions.list: accountId! productLineReleaseId!
    editions.download: editionId! accountId!
    devices.activateOffline: accountId!
    devices.removeLicenses: deviceId! accountId!
    users.update: userId! accountId!
    devices.delete: deviceId! accountId!
    users.delete: userId! accountId!
    licenses.deactivate: licenseKey! accountId!
    ");
}

#[test]
fn every_call_but_one_names_the_account_in_the_query() {
    for endpoint in alteryx().endpoints.iter().filter(|endpoint| endpoint.id != "accounts.list") {
        let account = endpoint.parameter("accountId").expect("the account is named");
        assert_eq!((account.location, account.required), (Location::Query, true), "{}", endpoint.id);
        let observed = endpoint.path.starts_with("/v1/products") && !answers_a_file(endpoint);
        let source = if observed { Trust::Observed } else { Trust::Assumed };
        assert_eq!(account.source, source, "{}", endpoint.id);
    }
}

#[test]
fn pages_are_numbered_from_zero_with_up_to_five_hundred_elements() {
    let paged = alteryx().endpoints.iter().filter(|endpoint| endpoint.paging != Paging::None);
    let (page, size) = ("page".to_owned(), "size".to_owned());
    for endpoint in paged {
        assert_eq!(
            endpoint.paging,
            Paging::Page { page: page.clone(), first: 0, size: size.clone(), default_size: 100 }
        );
        let size = endpoint.parameter("size").expect("the size is a parameter");
        assert_eq!(size.kind, ValueKind::Integer { minimum: Some(1), maximum: Some(500) });
        assert_eq!(size.default.as_deref(), Some("100"));
    }
}

#[test]
fn success_is_200_and_a_message_without_data_is_a_failure() {
    let failure =
        FailsWhen { path: "msg".to_owned(), is: Condition::Present, and_null: Some("data".to_owned()), message: None };
    for endpoint in &alteryx().endpoints {
        assert_eq!(endpoint.success, [200], "{}", endpoint.id);
        assert_eq!(endpoint.fails_when, std::slice::from_ref(&failure), "{}", endpoint.id);
        let records = (!answers_a_file(endpoint)).then_some("data");
        assert_eq!(endpoint.response.records.as_deref(), records, "{}", endpoint.id);
    }
}

#[test]
fn every_response_has_an_example_with_every_field_said() {
    // A device that was activated offline has not been seen yet.
    const NOT_YET: [(&str, &str); 1] = [("devices.activateOffline", "lastSeenDate")];
    fn is_said(value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::Array(items) => !items.is_empty() && items.iter().all(is_said),
            Value::Object(fields) => !fields.is_empty() && fields.values().all(is_said),
            _ => true,
        }
    }
    for endpoint in alteryx().endpoints.iter().filter(|endpoint| !answers_a_file(endpoint)) {
        let example = endpoint.response.example.as_ref().expect("there is an example");
        let mut data = example["data"].clone();
        for (_, field) in NOT_YET.iter().filter(|(id, _)| *id == endpoint.id) {
            let not_yet = data.as_object_mut().and_then(|fields| fields.remove(*field));
            assert_eq!(not_yet, Some(Value::Null), "{field} of {}", endpoint.id);
        }
        assert!(is_said(&data), "{}", endpoint.id);
        let lists = endpoint.id.split_once('.').is_some_and(|(_, verb)| verb == "list");
        assert_eq!(example["data"].is_array(), lists, "{}", endpoint.id);
        assert!(example.get("msg").is_some_and(Value::is_null), "{}", endpoint.id);
    }
}

#[test]
fn times_have_milliseconds_and_an_offset_and_versions_are_text() {
    let users = endpoint(alteryx(), "users.get").response.example.as_ref().expect("there is an example");
    assert_eq!(users["data"]["lastLoginDate"], "2025-02-27T08:05:00.000+00:00");
    let releases = endpoint(alteryx(), "releases.list").response.example.as_ref().expect("there is an example");
    assert_eq!(releases["data"][0]["version"], "2022.3");
}

#[test]
fn every_parameter_is_described_and_every_payload_has_a_schema_and_an_example() {
    for endpoint in &alteryx().endpoints {
        for parameter in &endpoint.parameters {
            assert!(parameter.description.ends_with('.'), "{} of {}", parameter.name, endpoint.id);
        }
        assert!(endpoint.summary.ends_with('.'), "{}", endpoint.id);
        let takes_payload = matches!(endpoint.method, Method::Post | Method::Patch);
        assert_eq!(endpoint.body.is_some(), takes_payload, "{}", endpoint.id);
        let body = endpoint.body.iter();
        assert!(body.into_iter().all(|body| body.schema.is_some() && body.example.is_some()), "{}", endpoint.id);
    }
}

#[test]
fn a_user_tells_whether_it_was_deleted() {
    let reconciled = |endpoint: &&Endpoint| endpoint.reconcile.is_some();
    let ids: Vec<_> = alteryx().endpoints.iter().filter(reconciled).map(|endpoint| endpoint.id.as_str()).collect();
    assert_eq!(ids, ["users.delete"]);
    let text = seatflow_catalog::endpoint_text(alteryx(), endpoint(alteryx(), "users.delete"));
    assert!(text.contains("it happened if  no record has id = { parameter: userId }, or it answers 404\n"), "{text}");
}

#[test]
fn activations_on_one_machine_keep_their_order() {
    assert_eq!(endpoint(alteryx(), "devices.activateOffline").order_by.as_deref().unwrap(), ["accountId", "hostId"]);
}

#[test]
fn a_refresh_token_is_the_preferred_way_and_an_access_token_another() {
    let schemes: Vec<_> = alteryx().authorization.iter().map(|way| way.kind).collect();
    assert_eq!(schemes, [Scheme::RefreshToken, Scheme::RefreshToken, Scheme::Bearer]);
    let preferred = alteryx().authorization(Scheme::RefreshToken).expect("the way is there");
    assert_eq!(preferred.auth_url.as_deref(), Some("https://pingauth.alteryxcloud.com/as/token"));
    assert_eq!(preferred.expires_in_seconds, Some(300));
}
