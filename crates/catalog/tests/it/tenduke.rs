//! What the catalog of 10Duke Enterprise says.

use std::collections::BTreeSet;

use seatflow_catalog::{
    BodyForm, BoundClaim, Catalog, Condition, Effect, Endpoint, Location, Method, Paging, ResponseForm, Scheme, Trust,
    Unsaid, ValueKind, builtin,
};
use serde_json::{Value, json};

use crate::endpoint;

fn tenduke() -> &'static Catalog {
    builtin("tenduke").expect("the catalog comes with the program")
}

/// The endpoints at which licences are taken, whose denials are successes by their status.
fn licensing() -> impl Iterator<Item = &'static Endpoint> {
    tenduke().endpoints.iter().filter(|endpoint| endpoint.path.starts_with("/authz/"))
}

/// What every call of an endpoint sends in its payload.
fn fixed(endpoint: &Endpoint) -> Vec<(&str, &Value)> {
    let fixed = endpoint.body.iter().flat_map(|body| &body.fixed);
    fixed.map(|(name, value)| (name.as_str(), value)).collect()
}

#[test]
fn what_only_sets_something_may_be_sent_twice_and_what_adds_or_makes_may_not() {
    for endpoint in &tenduke().endpoints {
        let (sort, what) = endpoint.id.split_once('.').expect("an id has two parts");
        let is_same_twice = match (endpoint.effect, sort) {
            (Effect::Read, _) => true,
            (Effect::Write, "license") => what.ends_with("Validity") || what.ends_with("Quota"),
            (Effect::Write, sort) => ["assignment", "consumer", "group"].contains(&sort),
        };
        assert_eq!(endpoint.is_repeatable(), is_same_twice, "{}", endpoint.id);
        assert_eq!(endpoint.effect == Effect::Read, endpoint.method == Method::Get, "{}", endpoint.id);
    }
}

#[test]
fn a_lease_is_asked_for_in_the_same_way_whatever_its_answer_looks_like() {
    let names = |id: &str| {
        let names =
            endpoint(tenduke(), id).parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.required));
        names.collect::<BTreeSet<_>>()
    };
    for form in ["", "Jwt", "Text"] {
        for verb in ["check", "consume", "release"] {
            assert_eq!(names(&format!("authz.{verb}{form}")), names(&format!("authz.{verb}")), "{verb}{form}");
        }
    }
    let lease = BTreeSet::from([("leaseId", false)]);
    assert_eq!(&names("authz.consume") - &names("authz.check"), lease, "what is checked has no lease yet");
}

#[test]
fn every_list_is_read_in_ranges_and_nothing_else_is() {
    for endpoint in &tenduke().endpoints {
        let names_one = ["me.read", "profile.get", "profile.getByEmail"].contains(&endpoint.id.as_str());
        let is_list = endpoint.effect == Effect::Read && endpoint.path.starts_with("/graph/") && !names_one;
        let paging = if is_list { Paging::SelectorRange { default_size: 500 } } else { Paging::None };
        assert_eq!(endpoint.paging, paging, "{}", endpoint.id);
    }
}

#[test]
fn what_stands_between_quotes_is_text_of_a_selector() {
    for endpoint in &tenduke().endpoints {
        for parameter in endpoint.parameters_in(Location::Path) {
            let quoted = endpoint.path.contains(&format!("'{{{}}}'", parameter.name));
            let kind = if quoted { ValueKind::SelectorText } else { ValueKind::Selector };
            assert_eq!(parameter.kind, kind, "{} of {}", parameter.name, endpoint.id);
        }
    }
}

#[test]
fn what_is_shown_fits_what_is_said() {
    for endpoint in &tenduke().endpoints {
        let response = &endpoint.response;
        let any_answer = ["graph.read", "graph.delete"].contains(&endpoint.id.as_str());
        assert_eq!(
            (response.schema.is_none(), response.example.is_none()),
            (any_answer, any_answer),
            "{}",
            endpoint.id
        );
        let answer = response.example.as_ref().zip(response.schema.as_ref());
        let body = endpoint.body.as_ref();
        let payload = body.map(|body| body.example.as_ref().zip(body.schema.as_ref()).expect("it is shown and said"));
        for (example, schema) in answer.into_iter().chain(payload) {
            assert_eq!(schema.misfits(example, &Unsaid::default()), [], "{}", endpoint.id);
        }
    }
}

#[test]
fn the_graph_answers_graphs_and_licences_are_answered_in_three_forms() {
    for endpoint in &tenduke().endpoints {
        let keys = "/.well-known/jwks.json".to_owned();
        let form = match endpoint.path.as_str() {
            "/authz/.json" | "/authz/.txt" => ResponseForm::Json,
            // A lease that is given back has no device.
            "/authz/.jwt" if endpoint.id == "authz.releaseJwt" => ResponseForm::Jwt { keys, claims: Vec::new() },
            "/authz/.jwt" => {
                let claims = vec![BoundClaim { claim: "hw".to_owned(), parameter: "hw".to_owned() }];
                ResponseForm::Jwt { keys, claims }
            }
            _ if endpoint.id == "graph.delete" => ResponseForm::Json,
            _ => ResponseForm::Graph,
        };
        assert_eq!(endpoint.response.form, form, "{}", endpoint.id);
        assert_eq!(endpoint.response.records, None, "the whole body is the records: {}", endpoint.id);
    }
}

#[test]
fn what_is_asked_for_must_be_true() {
    for endpoint in licensing() {
        let [failure] = endpoint.fails_when.as_slice() else { panic!("{} has one way to fail", endpoint.id) };
        assert_eq!((&failure.is, &failure.and_null), (&Condition::IsNot("true".to_owned()), &None), "{}", endpoint.id);
        let is_release = endpoint.id.contains(".release");
        let name = if is_release { "leaseId" } else { "item" };
        let asked = endpoint.parameter(name).expect("it is named");
        assert_eq!((asked.location, asked.required), (Location::QueryKey, true), "{}", endpoint.id);
        let (path, message) = match (endpoint.path.as_str(), is_release) {
            ("/authz/.txt", _) => (".", None),
            (_, true) => ("{leaseId}", Some("{leaseId}_errorTechnical")),
            (_, false) => ("{item}", Some("{item}_errorMessage")),
        };
        assert_eq!((failure.path.as_str(), failure.message.as_deref()), (path, message), "{}", endpoint.id);
    }
    let others = tenduke().endpoints.iter().filter(|endpoint| !endpoint.path.starts_with("/authz/"));
    assert!(others.into_iter().all(|endpoint| endpoint.fails_when.is_empty()));
}

#[test]
fn a_check_is_a_get_and_what_takes_or_gives_back_a_post_that_nobody_repeats() {
    for endpoint in licensing() {
        let is_check = endpoint.id.contains(".check");
        assert_eq!(endpoint.method, if is_check { Method::Get } else { Method::Post }, "{}", endpoint.id);
        assert_eq!(
            (endpoint.effect == Effect::Read, endpoint.is_repeatable()),
            (is_check, is_check),
            "{}",
            endpoint.id
        );
        assert!(endpoint.body.is_none(), "{}", endpoint.id);
    }
}

#[test]
fn what_changes_one_thing_is_in_order() {
    // Those of one path that name the same are one after the other, whatever they do.
    let orders = |id: &str| {
        let endpoint = endpoint(tenduke(), id);
        (endpoint.path.as_str(), endpoint.order_by.clone())
    };
    for alike in [
        &["assignment.reserve", "assignment.deny", "assignment.clear"][..],
        &["license.changeOrganizationQuota", "license.changeOrganizationValidity", "license.changePersonalQuota"],
        &["consumer.addGroup", "consumer.addUser", "consumer.removeGroup", "consumer.removeUser"],
        &["group.addMember", "group.removeMember", "user.removeFromOrganization"],
    ] {
        assert!(alike.iter().all(|id| orders(id) == orders(alike[0])), "{alike:?}");
    }
}

#[test]
fn forms_name_their_operation_and_send_an_empty_reservation() {
    for endpoint in tenduke().endpoints.iter().filter(|endpoint| endpoint.body.is_some()) {
        let Some(body) = endpoint.body.as_ref().filter(|body| body.form == BodyForm::Form) else { continue };
        let in_query = endpoint.query.as_deref().is_some_and(|query| query.starts_with("operation="));
        let in_form = body.fixed.iter().any(|(name, _)| name == "operation");
        assert!(in_query != in_form, "{}", endpoint.id);
    }
    let clear = fixed(endpoint(tenduke(), "assignment.clear"));
    assert_eq!(clear[2], ("reservationType", &json!("")));
    assert_eq!(clear[1], ("createAssignment", &json!(true)));
}

#[test]
fn a_validity_has_a_beginning_or_an_end_and_a_use_time_is_new_or_added() {
    let fits = |id: &str, payload: Value| {
        let schema = endpoint(tenduke(), id).body.as_ref().and_then(|body| body.schema.as_ref());
        schema.expect("it has a schema").misfits(&payload, &Unsaid::default()).is_empty()
    };
    let owner = "10000000-0000-4000-8000-000000000001";
    let validity = "license.changeOrganizationValidity";
    assert!(fits(validity, json!({ "ownerOrganizationId": owner, "validUntil": "2026-06-01T00:00:00Z" })));
    assert!(!fits(validity, json!({ "ownerOrganizationId": owner })));
    assert!(!fits(validity, json!({ "ownerOrganizationId": owner, "validUntil": "tomorrow" })));
    assert!(!fits(validity, json!({ "ownerOrganizationId": "Acme Inc", "validUntil": "2026-06-01T00:00:00Z" })));
    let use_time = |increment: &str, most: i64| {
        let payload = json!({ "ownerOrganizationId": owner, "maxAggregateUseTime": most, "incrementModel": increment });
        fits("license.changeOrganizationUseTime", payload)
    };
    assert!(use_time("fair", 0) && use_time("append", i64::MAX));
    assert!(!use_time("more", 1) && !use_time("fair", -1));
}

#[test]
fn an_object_is_sent_with_what_it_refers_to_and_what_is_related_to_it() {
    let schema = |id: &str| endpoint(tenduke(), id).body.as_ref().and_then(|body| body.schema.clone()).unwrap();
    let misfits = |id: &str, payload: &Value| -> Vec<String> {
        let misfits = schema(id).misfits(payload, &Unsaid::default());
        misfits.iter().map(|(_, misfit)| misfit.to_string()).collect()
    };
    let organization = "10000000-0000-4000-8000-000000000009";
    let sent = |referred: &str, related: Value| {
        json!({
            "__objType": "Organization", "id": organization, "name": "Example Ltd",
            "rel_Relations": [{
                "rel_Relation": {
                    "__objType": "ObjectRelation", "multiplicity": "ONE_TO_MANY",
                    "relatedObjectType": "com.tenduke.sdk2.objectmodel.identity.ProfileGroup",
                },
                "rel_RelatedObjectList": { "__objType": "RelatedObjectList", "rel_RelatedObjects": [{
                    "__objType": "ProfileGroup", "name": "Employees",
                    "referenceFields": { "__objType": "HashMap", "Entries": [{
                        "__objType": "KeyValue",
                        "key": { "__objType": "String", "value": "ref_Organization_id" },
                        "value": { "__objType": "UUID", "value": referred },
                    }] },
                    "rel_Relations": related,
                }] },
            }],
        })
    };
    for id in ["graph.create", "graph.update"] {
        assert_eq!(misfits(id, &sent(organization, json!([]))), [""; 0], "{id}");
        assert_eq!(misfits(id, &json!([sent(organization, json!([]))])), [""; 0], "{id}");
        assert_ne!(misfits(id, &sent("Example Ltd", json!([]))), [""; 0], "{id}: the id of what it refers to");
        assert_ne!(misfits(id, &sent(organization, json!([{ "rel_Relation": {} }]))), [""; 0], "{id}: nested");
    }
}

#[test]
fn it_is_told_what_a_refusal_means_and_where_the_reason_is() {
    for endpoint in &tenduke().endpoints {
        let statuses: Vec<_> = endpoint.meanings.iter().map(|(status, _)| *status).collect();
        assert!([400, 403, 404].iter().all(|status| statuses.contains(status)), "{}", endpoint.id);
        assert_eq!(endpoint.messages, ["errorMessage", "error_description", "error"], "{}", endpoint.id);
    }
}

#[test]
fn every_endpoint_and_parameter_is_described_and_requests_are_more_certain_than_answers() {
    for endpoint in &tenduke().endpoints {
        let descriptions = endpoint.parameters.iter().map(|parameter| &parameter.description);
        assert!(descriptions.chain([&endpoint.summary]).all(|text| text.ends_with('.')), "{}", endpoint.id);
    }
    let assumed = tenduke().endpoints.iter().filter(|endpoint| endpoint.source != Trust::Documented);
    let assumed: Vec<_> = assumed.map(|endpoint| endpoint.id.as_str()).collect();
    assert_eq!(assumed, ["consumption.user"]);
    for endpoint in &tenduke().endpoints {
        let of_answers = if endpoint.path.starts_with("/authz/") { Trust::Observed } else { Trust::Assumed };
        assert_eq!(endpoint.response.source, Some(of_answers), "{}", endpoint.id);
    }
}

#[test]
fn a_token_is_given_or_renewed() {
    let kinds: Vec<_> = tenduke().authorization.iter().map(|kind| (kind.kind, kind.expires_in_seconds)).collect();
    assert_eq!(kinds, [(Scheme::Bearer, None), (Scheme::RefreshToken, Some(3600))]);
}
