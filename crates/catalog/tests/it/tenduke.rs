//! What the catalog of 10Duke Enterprise says.

use insta::assert_snapshot;
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
fn it_has_twelve_reads_and_twenty_eight_writes() {
    let line = |endpoint: &Endpoint| {
        let repeat = if endpoint.idempotent { "may be sent twice" } else { "once" };
        let fixed: Vec<_> = fixed(endpoint).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let Endpoint { id, already_done, order_by, .. } = endpoint;
        let line = format!("{id} {}\n  {repeat} {already_done:?} {order_by:?} {}", endpoint.request(), fixed.join(" "));
        line.trim_end().to_owned()
    };
    let lines: Vec<_> = tenduke().endpoints.iter().map(line).collect();
    assert_snapshot!(lines.join("\n"), @r#"
    graph.read GET /graph/{selector}
      may be sent twice [] []
    me.read GET /graph/me
      may be sent twice [] []
    profile.get GET /graph/profile('{profileId}')
      may be sent twice [] []
    profile.getByEmail GET /graph/emailAndProfile('{email}')
      may be sent twice [] []
    consumption.list GET /graph/Organization[@name='{organizationName}']/~OneToMany/Entitlement/~OneToMany/License/~OneToMany/Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption
      may be sent twice [] []
    consumption.user GET /graph/Consumption:LicenseProfileAssignmentConsumption[@id='{consumptionId}']/~ManyToOne/Assignment:LicenseProfileAssignment/~ManyToOne/Profile
      may be sent twice [] []
    profile.listUsing GET /graph/Organization[@name='{organizationName}']/~OneToMany/Entitlement/~OneToMany/License/~Assignment:LicenseProfileAssignment/~ManyToOne/Profile
      may be sent twice [] []
    license.listWithUsers GET /graph/Organization[@name='{organizationName}']/~OneToMany/Entitlement/~OneToMany/License?/~ManyToOne/LicensedItem&/~Assignment:LicenseProfileAssignment/Profile
      may be sent twice [] []
    lease.list GET /graph/Profile[@id='{profileId}']/Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption/@leaseId
      may be sent twice [] []
    graph.create POST /graph
      once [] []
    graph.update PUT /graph
      once [] []
    graph.delete DELETE /graph/{selector}
      once [] []
    license.grantOrganization POST /graph/ProductPackage[@title='{title}']
      once [] ["ownerOrganizationId"] operation="InitializeOrganizationLicenses"
    license.grantPersonal POST /graph/ProductPackage[@title='{title}']
      once [] ["initializeForProfileId"] operation="InitializePersonalLicenses"
    license.changeOrganizationValidity POST /graph/License[@id='{licenseId}']
      may be sent twice [] ["licenseId"] change="validity" operation="InitializeOrganizationLicenses"
    license.changePersonalValidity POST /graph/License[@id='{licenseId}']
      may be sent twice [] ["licenseId"] change="validity" operation="InitializePersonalLicenses"
    license.changeOrganizationQuota POST /graph/License[@id='{licenseId}']
      may be sent twice [] ["licenseId"] change="quota" operation="InitializeOrganizationLicenses"
    license.changePersonalQuota POST /graph/License[@id='{licenseId}']
      may be sent twice [] ["licenseId"] change="quota" operation="InitializePersonalLicenses"
    license.changeOrganizationUseTime POST /graph/License[@id='{licenseId}']
      once [] ["licenseId"] change="aggregateUseTime" operation="InitializeOrganizationLicenses"
    license.changePersonalUseTime POST /graph/License[@id='{licenseId}']
      once [] ["licenseId"] change="aggregateUseTime" operation="InitializePersonalLicenses"
    assignment.reserve POST /graph
      may be sent twice [] ["licenseId"] operation="CreateOrUpdateAssignments" createAssignment=true reservationType="reserved"
    assignment.deny POST /graph
      may be sent twice [] ["licenseId"] operation="CreateOrUpdateAssignments" createAssignment=true reservationType="denied"
    assignment.clear POST /graph
      may be sent twice [] ["licenseId"] operation="CreateOrUpdateAssignments" createAssignment=true reservationType=""
    consumer.addGroup POST /graph?operation=AddLicenseConsumerRelations
      may be sent twice [] ["entitlementId"] allowExistingRelation=true
    consumer.addUser POST /graph
      may be sent twice [] ["entitlementId"] operation="AddLicenseConsumerRelations" allowExistingRelation=true
    consumer.removeGroup POST /graph?operation=RemoveLicenseConsumerRelations
      may be sent twice [] ["entitlementId"] allowAlreadyRemoved=true
    consumer.removeUser POST /graph
      may be sent twice [] ["entitlementId"] operation="RemoveLicenseConsumerRelations" allowAlreadyRemoved=true
    user.register POST /graph?operation=RegisterUser
      once [] ["userName"]
    user.removeFromOrganization POST /graph
      once [] ["profileId"] operation="RemoveUserFromOrganization"
    group.addMember POST /graph
      may be sent twice [] ["profileId"] operation="AddToProfileGroups" allowAlreadyAdded=true
    group.removeMember POST /graph
      may be sent twice [] ["profileId"] operation="RemoveFromProfileGroups" allowAlreadyRemoved=true
    authz.check GET /authz/.json?doConsume=false
      may be sent twice [] []
    authz.consume POST /authz/.json
      once [] ["item"]
    authz.release POST /authz/.json?release
      once [] ["leaseId"]
    authz.checkJwt GET /authz/.jwt?doConsume=false
      may be sent twice [] []
    authz.consumeJwt POST /authz/.jwt
      once [] ["item"]
    authz.releaseJwt POST /authz/.jwt?release
      once [] ["leaseId"]
    authz.checkText GET /authz/.txt?doConsume=false
      may be sent twice [] []
    authz.consumeText POST /authz/.txt
      once [] ["item"]
    authz.releaseText POST /authz/.txt?release
      once [] ["leaseId"]
    "#);
    let reads = tenduke().endpoints.iter().filter(|endpoint| endpoint.effect == Effect::Read).count();
    assert_eq!((reads, tenduke().endpoints.len() - reads), (12, 28));
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
    let lines: Vec<_> =
        tenduke().endpoints.iter().filter(|endpoint| !endpoint.parameters.is_empty()).map(line).collect();
    assert_snapshot!(lines.join("\n"), @r"
    graph.read: selector!
    profile.get: profileId!
    profile.getByEmail: email!
    consumption.list: organizationName!
    consumption.user: consumptionId!
    profile.listUsing: organizationName!
    license.listWithUsers: organizationName!
    lease.list: profileId!
    graph.delete: selector!
    license.grantOrganization: title!
    license.grantPersonal: title!
    license.changeOrganizationValidity: licenseId!
    license.changePersonalValidity: licenseId!
    license.changeOrganizationQuota: licenseId!
    license.changePersonalQuota: licenseId!
    license.changeOrganizationUseTime: licenseId!
    license.changePersonalUseTime: licenseId!
    authz.check: item! hw process version consumptionMode consumeDuration consumeCount ownerOrganizationId ownerUserId entitlementId licenseId onBehalfOfId
    authz.consume: item! hw process version consumptionMode consumeDuration consumeCount leaseId ownerOrganizationId ownerUserId entitlementId licenseId onBehalfOfId
    authz.release: leaseId! hw
    authz.checkJwt: item! hw process version consumptionMode consumeDuration consumeCount ownerOrganizationId ownerUserId entitlementId licenseId onBehalfOfId
    authz.consumeJwt: item! hw process version consumptionMode consumeDuration consumeCount leaseId ownerOrganizationId ownerUserId entitlementId licenseId onBehalfOfId
    authz.releaseJwt: leaseId! hw
    authz.checkText: item! hw process version consumptionMode consumeDuration consumeCount ownerOrganizationId ownerUserId entitlementId licenseId onBehalfOfId
    authz.consumeText: item! hw process version consumptionMode consumeDuration consumeCount leaseId ownerOrganizationId ownerUserId entitlementId licenseId onBehalfOfId
    authz.releaseText: leaseId! hw
    ");
}

#[test]
fn every_list_is_read_in_ranges_and_nothing_else_is() {
    let ranges = Paging::SelectorRange { default_size: 500 };
    let paged = tenduke().endpoints.iter().filter(|endpoint| endpoint.paging == ranges);
    let paged: Vec<_> = paged.map(|endpoint| endpoint.id.as_str()).collect();
    assert_eq!(
        paged,
        [
            "graph.read",
            "consumption.list",
            "consumption.user",
            "profile.listUsing",
            "license.listWithUsers",
            "lease.list"
        ]
    );
    assert!(tenduke().endpoints.iter().all(|endpoint| [&Paging::None, &ranges].contains(&&endpoint.paging)));
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
