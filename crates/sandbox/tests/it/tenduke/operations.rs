//! What the operations of the graph change, and what they refuse.

use serde_json::{Value, json};

use super::{call, claims, submit};
use crate::client::{Answer, Portal, send};

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
async fn an_assignment_is_what_was_asked_for_last() {
    let portal = Portal::start().await;
    let (user, license) = (user(2), license(1));
    let set = async |reservation: &str, rest: &str| {
        let form = format!(
            "operation=CreateOrUpdateAssignments&profileId={user}&licenseId={license}&reservationType={reservation}{rest}"
        );
        let answer = post(&portal, "/", &form).await;
        (answer.status, answer.json()[0]["reservationType"].clone(), answer.json()[0].clone(), portal.last_effect())
    };
    let reserved = async || {
        let target = format!("/graph/License[@id='{license}']");
        call(&portal, 0, "GET", &target).await.json()[0]["seatsReserved"].clone()
    };
    assert_eq!(set("reserved", "").await.0, 404, "nobody asked for one to be made");
    let (status, kind, made, effect) = set("reserved", "&createAssignment=true").await;
    let entries = [reference("ref_License_id", &license), reference("ref_Profile_id", &user)];
    let expected = json!({
        "__objType": "Assignment", "id": made["id"], "reservationType": "reserved",
        "referenceFields": { "__objType": "HashMap", "Entries": entries }
    });
    assert_eq!((status, &kind, &made), (200, &json!("reserved"), &expected));
    assert_eq!((effect.unwrap(), reserved().await), (format!("reserved license {license} for {user}"), json!(1)));
    let again = set("reserved", "").await;
    assert_eq!((again.2, again.3), (made.clone(), None), "twice is as once");
    let denied = set("denied", "&createAssignment=true").await;
    assert_eq!((&denied.1, &denied.2["id"], reserved().await), (&json!("denied"), &made["id"], json!(0)));
    assert_eq!(denied.3.unwrap(), format!("denied license {license} to {user}"));
    let (_, kind, _, effect) = set("", "").await;
    assert_eq!(
        (kind, effect.unwrap()),
        (Value::Null, format!("cleared what license {license} kept for or from {user}"))
    );
    assert_eq!(set("", "").await.3, None);
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
