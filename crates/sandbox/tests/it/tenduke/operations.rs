//! What the operations of the graph change, and what they refuse.

use serde_json::{Value, json};

use super::{call, claims, submit};
use crate::client::{Answer, Portal, send};
use crate::kept::Kept;

const GROUP: &str = "a0000000-0000-4000-8000-000000000001";
const OTHER_GROUP: &str = "a0000000-0000-4000-8000-000000000003";
const ENTITLEMENT: &str = "30000000-0000-4000-8000-000000000001";
const ACME: &str = "10000000-0000-4000-8000-000000000001";

fn user(number: u32) -> String {
    format!("20000000-0000-4000-8000-{number:012}")
}

fn license(number: u32) -> String {
    format!("40000000-0000-4000-8000-{number:012}")
}

/// A form posted by the administrator to the graph.
async fn post(portal: &Portal, target: &str, form: &str) -> Answer {
    submit(portal, 0, "POST", &format!("/graph{target}"), form).await
}

/// The form that changes a licence of the first organization.
fn of_acme(fields: &str) -> String {
    format!("operation=InitializeOrganizationLicenses&ownerOrganizationId={ACME}&{fields}")
}

fn assignment(user: &str, license: &str, reservation: &str) -> String {
    format!("operation=CreateOrUpdateAssignments&profileId={user}&licenseId={license}&reservationType={reservation}")
}

#[tokio::test]
async fn a_package_is_granted_twice_with_licences_of_their_own() {
    let portal = Portal::start().await;
    let form =
        of_acme("licensedItemCount=7&validFrom=2025-03-01T00%3A00%3A00%2B01%3A00&validUntil=2026-03-01T00:00:00Z");
    let grant = async || post(&portal, "/ProductPackage[@title='CountPackage']", &form).await.json();
    let first = grant().await;
    let expected = json!([{
        "__objType": "License", "id": first[0]["id"], "seatCount": null, "useCount": 7, "useCountUsed": 0, "useTime": null,
        "validFrom": "2025-02-28T23:00:00.000Z", "validUntil": "2026-03-01T00:00:00.000Z",
        "referenceFields": { "__objType": "HashMap", "Entries": [
            reference("ref_LicensedItem_id", "70000000-0000-4000-8000-000000000005"),
            reference("ref_Entitlement_id", ENTITLEMENT)
        ] }
    }]);
    assert_eq!(sorted(&first), sorted(&expected));
    let id = first[0]["id"].as_str().unwrap();
    assert_eq!(portal.last_effect().unwrap(), format!("granted license {id} of DemoCount with 7 uses to {ACME}"));
    assert_ne!(grant().await[0]["id"], first[0]["id"]);
    let others = Portal::start().await;
    post(&others, "/ProductPackage[@title='DemoPackage']", &of_acme("licensedItemCount=1")).await;
    let again = post(&others, "/ProductPackage[@title='CountPackage']", &form).await.json();
    assert_eq!(again, first, "what others were granted before does not change an id");
}

fn reference(key: &str, id: &str) -> Value {
    json!({
        "__objType": "KeyValue", "key": { "__objType": "String", "value": key },
        "value": { "__objType": "UUID", "value": id }
    })
}

/// The same answer with its reference fields by name: their order says nothing.
fn sorted(answer: &Value) -> Value {
    let mut answer = answer.clone();
    let entries = answer[0]["referenceFields"]["Entries"].as_array_mut().unwrap();
    entries.sort_by_key(|entry| entry["key"]["value"].as_str().unwrap().to_owned());
    answer
}

#[tokio::test]
async fn a_user_without_an_entitlement_is_given_one() {
    let portal = Portal::start().await;
    let form = format!("operation=InitializePersonalLicenses&initializeForProfileId={}&licensedItemCount=1", user(5));
    let granted = post(&portal, "/ProductPackage[@id='90000000-0000-4000-8000-000000000001']", &form).await;
    assert_eq!(granted.status, 200, "{granted:?}");
    let told = claims(&call(&portal, 5, "POST", "/authz/.json?DemoItem1").await);
    assert_eq!((&told["lic"], &told["ibb"]), (&granted.json()[0]["id"], &json!(1_740_819_600)), "valid from now on");
    let time = post(&portal, "/ProductPackage[@title='TimePackage']", &form).await.json();
    assert_eq!((&time[0]["useTime"], &time[0]["seatCount"]), (&json!(3_600_000), &Value::Null));
    let owned = call(&portal, 0, "GET", &format!("/graph/Profile[@id='{}']/~OneToMany/Entitlement", user(5))).await;
    assert_eq!(owned.json().as_array().unwrap().len(), 1, "and one alone");
}

#[tokio::test]
async fn an_organization_without_an_entitlement_shares_its_licences_with_its_employees() {
    let portal = Portal::start().await;
    let graph = json!({
        "__objType": "Organization", "id": "10000000-0000-4000-8000-000000000009", "name": "New Ltd", "rel_Relations": [{
            "rel_Relation": { "multiplicity": "ONE_TO_MANY", "relatedObjectType": "x.identity.ProfileGroup" },
            "rel_RelatedObjectList": { "rel_RelatedObjects": [
                { "__objType": "ProfileGroup", "id": "a0000000-0000-4000-8000-000000000009", "type": "employees" }
            ] }
        }]
    });
    let headers = "authorization: Bearer token-p0\r\ncontent-type: application/json\r\n";
    let made =
        send(portal.sandbox.address(), super::HOST, "POST", "/graph", headers, &graph.to_string()).await.unwrap();
    assert_eq!(made.status, 200, "{made:?}");
    let join = format!(
        "operation=AddToProfileGroups&profileId={}&profileGroupId=a0000000-0000-4000-8000-000000000009",
        user(5)
    );
    assert_eq!(post(&portal, "", &join).await.status, 200);
    let form = "operation=InitializeOrganizationLicenses&licensedItemCount=1&\
        ownerOrganizationId=10000000-0000-4000-8000-000000000009";
    post(&portal, "/ProductPackage[@title='DemoPackage']", form).await;
    assert_eq!(claims(&call(&portal, 5, "POST", "/authz/.json?DemoItem1").await)["DemoItem1"], true);
}

#[tokio::test]
async fn who_may_consume_is_looked_at_on_each_check_and_a_lease_outlives_it() {
    let portal = Portal::start().await;
    let check =
        async || claims(&call(&portal, 4, "GET", "/authz/.json?DemoCount&doConsume=false").await)["DemoCount"] == true;
    let consumer =
        |verb: &str, rest: &str| format!("operation={verb}LicenseConsumerRelations&entitlementId={ENTITLEMENT}&{rest}");
    let by_user = format!("profileId={}", user(4));
    assert!(!check().await);
    // In the query as well as in a form.
    let added = post(&portal, &format!("?{}", consumer("Add", &by_user)), "").await;
    assert_eq!((added.status, &added.json()[0]["__objType"], check().await), (200, &json!("Entitlement"), true));
    let received = portal.sandbox.requests();
    let received = received.iter().rev().find(|request| request.effect.is_some()).unwrap();
    assert_eq!(received.endpoint, Some("consumer.addUser"));
    assert_eq!(
        received.effect.as_deref().unwrap(),
        format!("let Profile {} consume entitlement {ENTITLEMENT}", user(4))
    );
    assert_eq!(post(&portal, "", &consumer("Add", &by_user)).await.status, 409);
    let twice = post(&portal, "", &consumer("Add", &format!("{by_user}&allowExistingRelation=true"))).await;
    assert_eq!((twice.status, portal.last_effect()), (200, None));
    assert_eq!(post(&portal, "", &consumer("Remove", &by_user)).await.status, 200);
    assert_eq!((check().await, post(&portal, "", &consumer("Remove", &by_user)).await.status), (false, 409));
    let gone = consumer("Remove", &format!("{by_user}&allowAlreadyRemoved=true"));
    assert_eq!(post(&portal, "", &gone).await.status, 200);
    // By a group.
    let group = format!("profileGroupId={OTHER_GROUP}");
    assert_eq!(post(&portal, "", &consumer("Add", &group)).await.status, 200);
    assert_eq!(portal.sandbox.requests().pop().unwrap().endpoint, Some("consumer.addGroup"));
    let member =
        |verb: &str| format!("operation={verb}ProfileGroups&profileId={}&{group}&profileGroupId={GROUP}", user(4));
    let added = post(&portal, "", &member("AddTo")).await;
    assert_eq!((added.json().as_array().unwrap().len(), check().await), (2, true));
    assert_eq!(post(&portal, "", &member("AddTo")).await.status, 409);
    assert_eq!(post(&portal, "", &format!("{}&allowAlreadyAdded=true", member("AddTo"))).await.status, 200);
    assert_eq!(claims(&call(&portal, 4, "POST", "/authz/.json?DemoCount&consumeCount=2").await)["DemoCount"], true);
    assert_eq!(post(&portal, "", &member("RemoveFrom")).await.status, 200);
    assert_eq!((check().await, post(&portal, "", &member("RemoveFrom")).await.status), (false, 409));
    let running = format!("/graph/Profile[@id='{}']/Assignment/~OneToMany/Consumption/@consumedUseCount", user(4));
    assert_eq!(call(&portal, 0, "GET", &running).await.json(), json!([2]));
}

#[tokio::test]
async fn who_is_taken_out_of_an_organization_uses_none_of_its_licences() {
    let portal = Portal::start().await;
    let form = format!("operation=RemoveUserFromOrganization&profileId={}&organizationId={ACME}", user(2));
    let out = post(&portal, "", &form).await;
    assert_eq!((out.status, &out.json()[0]["displayName"]), (200, &json!("User 02")));
    assert_eq!(portal.last_effect().unwrap(), format!("removed {} from organization {ACME}", user(2)));
    assert_eq!(claims(&call(&portal, 2, "POST", "/authz/.json?DemoCount").await).get("DemoCount"), None);
    assert_eq!(post(&portal, "", &form).await.status, 409);
}

#[tokio::test]
async fn users_are_registered_log_in_and_change_their_addresses() {
    let portal = Portal::start().await;
    let json = async |payload: Value| {
        let headers = "authorization: Bearer token-p0\r\ncontent-type: application/json\r\n";
        let target = "/graph?operation=RegisterUser";
        send(portal.sandbox.address(), super::HOST, "POST", target, headers, &payload.to_string()).await.unwrap()
    };
    let new = json!({ "__objType": "Profile", "displayName": "User 07", "userName": "user-07@example.test" });
    let made = json(new.clone()).await;
    assert_eq!((made.status, &made.json()[0]["displayName"]), (200, &json!("User 07")), "{made:?}");
    assert_eq!(portal.sandbox.requests().pop().unwrap().endpoint, Some("user.register"));
    assert_eq!((json(new).await.status, json(json!({ "__objType": "License" })).await.status), (409, 400));
    let change = async |operation: &str, fields: &str| {
        post(&portal, "", &format!("operation={operation}&profileId={}&{fields}", user(1))).await
    };
    let login = async |name: &str, password: &str| {
        let form = format!("operation=Login&userName={name}&password={password}");
        let headers = "content-type: application/x-www-form-urlencoded\r\n";
        send(portal.sandbox.address(), super::HOST, "POST", "/graph", headers, &form).await.unwrap()
    };
    assert_eq!(change("ChangeLoginEmail", "newEmail=user-07%40example.test").await.status, 409);
    assert_eq!(change("ChangeLoginEmail", "newEmail=one%40example.test").await.status, 200);
    assert_eq!(login("user-01%40example.test", "sandbox-password-01").await.status, 401);
    assert_eq!(login("user-07%40example.test", "sandbox-password-07").await.status, 401);
    let session = login("one%40example.test", "sandbox-password-01").await;
    assert_eq!((session.status, &session.json()[0]["id"]), (200, &json!(user(1))));
    let cookie = session.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let headers = format!("cookie: other=1; {cookie}\r\n");
    let me = send(portal.sandbox.address(), super::HOST, "GET", "/graph/me", &headers, "").await.unwrap();
    assert_eq!((me.status, &me.json()["userName"]), (200, &json!("one@example.test")));
    let address = "recoveryEmailId=d0000000-0000-4000-8000-000000000001";
    assert_eq!(change("ChangeLoginEmail", address).await.json()[0]["userName"], "user-01@example.test");
    assert_eq!(change("ChangeContactInfoEmail", "newEmail=two%40example.test").await.status, 200);
    let found = call(&portal, 0, "GET", "/graph/emailAndProfile('two@example.test')").await;
    assert_eq!((found.status, &found.json()["verified"]), (200, &json!(false)));
    assert_eq!(
        change("ChangeContactInfoEmail", "recoveryEmailId=d0000000-0000-4000-8000-000000000002").await.status,
        404
    );
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    let (one, two) = (license(1), license(2));
    let none = license(99);
    let unit = format!("/License[@id='{one}']");
    let cases = [
        ("", "operation=Nothing".to_owned(), 400, "Operation Nothing is unknown here."),
        ("", "profileId=1".to_owned(), 400, "Parameter operation is required."),
        (&unit, of_acme("change=colour"), 400, "Parameter change must be one of validity, quota, aggregateUseTime."),
        (&unit, of_acme("change=validity"), 400, "Parameter validFrom or validUntil is required."),
        (
            &unit,
            of_acme("change=validity&validUntil=tomorrow"),
            400,
            "Parameter validUntil must be a time such as 2025-03-01T00:00:00Z.",
        ),
        (
            &unit,
            of_acme("change=validity&validUntil=2024-01-01T00:00:00Z"),
            400,
            "The end of the validity must be after its begin.",
        ),
        (
            &unit,
            of_acme("change=quota&licensedItemCount=-1"),
            400,
            "Parameter licensedItemCount must be an integer from 0.",
        ),
        (
            &unit,
            of_acme("change=aggregateUseTime&maxAggregateUseTime=1&incrementModel=more"),
            400,
            "Parameter incrementModel must be one of fair, append.",
        ),
        (
            &unit,
            of_acme("change=aggregateUseTime&maxAggregateUseTime=1&incrementModel=fair"),
            409,
            "License 40000000-0000-4000-8000-000000000001 has no use time.",
        ),
        (
            "/License[@id='40000000-0000-4000-8000-000000000004']",
            of_acme("change=quota&licensedItemCount=1"),
            409,
            "License 40000000-0000-4000-8000-000000000004 has neither seats nor uses that are counted.",
        ),
        (
            "/License[@id='40000000-0000-4000-8000-000000000004']",
            of_acme("change=aggregateUseTime&maxAggregateUseTime=9223372036854775809&incrementModel=fair"),
            400,
            "Parameter maxAggregateUseTime must be an integer from 0 to 9223372036854775808.",
        ),
        (
            "/License[@id='40000000-0000-4000-8000-000000000003']",
            of_acme("change=quota&licensedItemCount=1"),
            409,
            "License 40000000-0000-4000-8000-000000000003 does not belong to Organization 10000000-0000-4000-8000-000000000001.",
        ),
        (
            "/License[@id='40000000-0000-4000-8000-000000000099']",
            of_acme("change=quota&licensedItemCount=1"),
            404,
            "No License was found.",
        ),
        (
            "/License",
            of_acme("change=quota&licensedItemCount=1"),
            409,
            "The selector matches 6 objects, not one License.",
        ),
        (
            "/Profile[@id='20000000-0000-4000-8000-000000000001']",
            of_acme("change=quota&licensedItemCount=1"),
            400,
            "The operation is for a License, not for a Profile.",
        ),
        ("/License[@id='1", of_acme("change=quota&licensedItemCount=1"), 400, ""),
        (
            "/ProductPackage[@title='DemoPackage']",
            of_acme("licensedItemCount=0"),
            400,
            "Parameter licensedItemCount must be an integer from 1.",
        ),
        (
            "/ProductPackage[@title='DemoPackage']",
            of_acme("licensedItemCount=1&licensedItemCount=2"),
            400,
            "Parameter licensedItemCount has two values.",
        ),
        (
            "/ProductPackage[@title='DemoPackage']?licensedItemCount=2",
            of_acme("licensedItemCount=1"),
            400,
            "Parameter licensedItemCount has two values.",
        ),
        (
            "/ProductPackage[@title='DemoPackage']",
            of_acme("licensedItemCount=1&validUntil=2025-03-01T09:00:00Z"),
            400,
            "Parameter validUntil must be after validFrom.",
        ),
        (
            "/ProductPackage[@title='DemoPackage']",
            "operation=InitializeOrganizationLicenses&licensedItemCount=1".to_owned(),
            400,
            "Parameter ownerOrganizationId is required.",
        ),
        (
            "/ProductPackage[@title='DemoPackage']",
            format!("operation=InitializeOrganizationLicenses&licensedItemCount=1&ownerOrganizationId={}", user(1)),
            404,
            "Organization 20000000-0000-4000-8000-000000000001 was not found.",
        ),
        ("/ProductPackage[@title='None']", of_acme("licensedItemCount=1"), 404, "No ProductPackage was found."),
        ("", of_acme("licensedItemCount=1"), 400, "Operation InitializeOrganizationLicenses is unknown here."),
        (
            "/",
            assignment(&user(5), &one, "reserved"),
            404,
            "User 20000000-0000-4000-8000-000000000005 has no assignment to license 40000000-0000-4000-8000-000000000001.",
        ),
        (
            "/",
            assignment(&user(9), &one, "reserved"),
            404,
            "Profile 20000000-0000-4000-8000-000000000009 was not found.",
        ),
        ("/", assignment(&user(1), &none, ""), 404, "License 40000000-0000-4000-8000-000000000099 was not found."),
        ("/", assignment(&user(1), &two, "kept"), 400, "Parameter reservationType must be reserved, denied or empty."),
        (
            "/",
            assignment(&user(1), &two, "").replace("&reservationType=", ""),
            400,
            "Parameter reservationType is required.",
        ),
        (
            "/",
            assignment(&user(1), "7", ""),
            400,
            "Parameter licenseId must be an id such as 10000000-0000-4000-8000-000000000001.",
        ),
        (
            "/",
            format!("{}&createAssignment=maybe", assignment(&user(1), &two, "")),
            400,
            "Parameter createAssignment must be true or false.",
        ),
        (
            "",
            format!("operation=AddLicenseConsumerRelations&entitlementId={ENTITLEMENT}"),
            400,
            "Parameter profileGroupId or profileId is required.",
        ),
        (
            "",
            format!("operation=AddToProfileGroups&profileId={}", user(1)),
            400,
            "Parameter profileGroupId is required.",
        ),
        (
            "",
            format!("operation=AddToProfileGroups&profileId={}&profileGroupId={ACME}", user(1)),
            404,
            "ProfileGroup 10000000-0000-4000-8000-000000000001 was not found.",
        ),
        (
            "",
            format!("operation=ChangeLoginEmail&profileId={}&newEmail=x", user(1)),
            400,
            "Parameter newEmail must be an address.",
        ),
        (
            "",
            "operation=Login&userName=user-01%40example.test&password=wrong".to_owned(),
            401,
            "The user name or the password is wrong.",
        ),
        ("", "operation=%FF".to_owned(), 400, "A parameter is not UTF-8."),
    ];
    for (target, form, status, message) in cases {
        let before = kept.dump();
        let answer = post(portal, target, &form).await;
        let told = format!("{target} {form}: {answer:?}");
        assert_eq!(answer.status, status, "{told}");
        let body = answer.json();
        if !message.is_empty() {
            assert_eq!(body["errorMessage"], message, "{told}");
        }
        let code = match status {
            400 => "invalidRequest",
            401 => "notAuthenticated",
            404 => "notFound",
            _ => "conflict",
        };
        assert_eq!([&body["errorKey"], &body["errorCode"]], [code, code]);
        assert_eq!((kept.dump(), portal.last_effect()), (before, None), "{told}");
    }
}

#[tokio::test]
async fn the_graph_is_the_administrators_and_licences_are_the_users() {
    let portal = Portal::start().await;
    let form = assignment(&user(1), &license(1), "denied");
    for (method, target) in [("GET", "/graph/License"), ("POST", "/graph"), ("DELETE", "/graph/License[@id='1']")] {
        let answer = submit(&portal, 1, method, target, &form).await;
        assert_eq!((answer.status, &answer.json()["errorCode"]), (403, &json!("notAuthorized")), "{method} {target}");
    }
    assert_eq!(call(&portal, 1, "GET", "/graph/me").await.status, 200);
    for (headers, message) in
        [("", "The access token is missing."), ("authorization: Bearer nonsense\r\n", "The access token is unknown.")]
    {
        let answer = send(portal.sandbox.address(), super::HOST, "GET", "/graph/me", headers, "").await.unwrap();
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
        assert_eq!(answer.json()["errorMessage"], message);
    }
    assert_eq!(call(&portal, 0, "PATCH", "/graph/License").await.status, 405);
    assert_eq!(call(&portal, 0, "GET", "/elsewhere").await.status, 404);
}
