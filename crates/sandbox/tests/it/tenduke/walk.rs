//! What users and administrators do, one after another, from the starting state: a licence of two seats, one of which is
//! taken, and what becomes of leases when something else changes.

use serde_json::{Value, json};

use super::{call, claims, submit};
use crate::client::{Answer, Portal};

const LICENSE_1: &str = "40000000-0000-4000-8000-000000000001";
const LICENSE_3: &str = "40000000-0000-4000-8000-000000000003";
const LICENSE_4: &str = "40000000-0000-4000-8000-000000000004";
const LEASE_1: &str = "60000000-0000-4000-8000-0000000000a1";
const ACME: &str = "10000000-0000-4000-8000-000000000001";
const EXAMPLE_WORKS: &str = "10000000-0000-4000-8000-000000000002";
const RUNNING: &str = "/graph/Organization%5B@name=%27Acme%20Inc%27%5D/~OneToMany/Entitlement/~OneToMany/License/\
    ~OneToMany/Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption";

/// The administrator gives the assignment of a user to the first licence another type. The status of the answer.
async fn assign(portal: &Portal, user: u32, reservation: &str) -> u16 {
    let form = format!(
        "operation=CreateOrUpdateAssignments&createAssignment=true&licenseId={LICENSE_1}\
         &profileId=20000000-0000-4000-8000-{user:012}&reservationType={reservation}"
    );
    submit(portal, 0, "POST", "/graph/", &form).await.status
}

/// The administrator's call that changes a licence of the first organization.
async fn change(portal: &Portal, license: &str, fields: &str) -> Answer {
    let form = format!("operation=InitializeOrganizationLicenses&ownerOrganizationId={ACME}&{fields}");
    submit(portal, 0, "POST", &format!("/graph/License%5B@id=%27{license}%27%5D"), &form).await
}

/// Whether a user is granted an item by a call that takes it.
async fn takes(portal: &Portal, user: u32, query: &str) -> bool {
    let item = query.split('&').next().unwrap();
    claims(&call(portal, user, "POST", &format!("/authz/.json?{query}")).await)[item] == true
}

/// The devices of the leases of the first organization that run, sorted.
async fn running(portal: &Portal) -> Vec<String> {
    let leases = call(portal, 0, "GET", RUNNING).await.json();
    let mut devices: Vec<_> =
        leases.as_array().unwrap().iter().map(|lease| lease["hw"].as_str().unwrap().to_owned()).collect();
    devices.sort();
    devices
}

/// How many seats of the first licence are taken, as its administrator reads it.
async fn seats_taken(portal: &Portal) -> Value {
    let target = format!("/graph/License%5B@id=%27{LICENSE_1}%27%5D");
    call(portal, 0, "GET", &target).await.json()[0]["seatsTaken"].clone()
}

/// Lets all leases end.
async fn two_hours_later(portal: &Portal) {
    portal.admin("POST", "clock", r#"{"advance_seconds": 7200}"#).await;
}

#[tokio::test]
async fn who_only_asks_changes_nothing_and_who_takes_has_a_seat() {
    let portal = Portal::start().await;
    let told = claims(&call(&portal, 2, "GET", "/authz/.json?DemoItem1&doConsume=false").await);
    assert_eq!((&told["DemoItem1"], told.get("jti"), portal.last_effect()), (&json!(true), None, None));
    assert_eq!(seats_taken(&portal).await, 1);
    let told = claims(&call(&portal, 2, "POST", "/authz/.json?DemoItem1&hw=hw-0002").await);
    let second = json!({
        "DemoItem1": true, "iss": "http://tenduke.sandbox.test", "sub": "20000000-0000-4000-8000-000000000002",
        "iat": 1_740_819_600, "exp": 1_740_826_800, "rfr": 1_740_823_200, "jti": told["jti"], "lic": LICENSE_1,
        "hw": "hw-0002", "ibb": 1_735_689_600, "ibe": 1_767_225_600
    });
    assert_eq!(told, second);
    assert_eq!(seats_taken(&portal).await, 2);
}

#[tokio::test]
async fn each_reason_to_be_refused_is_enough() {
    let portal = Portal::start().await;
    for (user, query, why) in [
        (3, "DemoItem1&hw=hw-0003", "the licence is denied to the user"),
        (5, "DemoItem1", "the validity is over"),
        (1, "DemoItem1&hw=hw-0009", "the lease lives on another device"),
        (3, "DemoItem2", "a named seat needs a reservation"),
    ] {
        let answer = call(&portal, user, "POST", &format!("/authz/.txt?{query}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "false"), "{why}");
        assert_eq!(portal.last_effect(), None, "{why}");
    }
}

#[tokio::test]
async fn each_of_several_items_has_a_token_of_its_own() {
    let portal = Portal::start().await;
    let answer = call(&portal, 4, "POST", "/authz/.jwt?DemoItem1&DemoItem2&hw=hw-0004").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/jwt")));
    let tokens: Vec<_> = answer.body.split('&').map(super::decoded).collect();
    let [granted, denied] = tokens.as_slice() else { panic!("{tokens:?}") };
    assert_eq!((&granted["DemoItem1"], &granted["lic"]), (&json!(true), &json!(LICENSE_3)));
    assert_eq!((denied.get("DemoItem2"), &denied["DemoItem2_errorCode"]), (None, &json!("notAuthorized")));
}

#[tokio::test]
async fn a_feature_is_had_by_the_licence_of_its_product_and_by_the_lease_that_runs() {
    let portal = Portal::start().await;
    let told = claims(&call(&portal, 1, "POST", "/authz/.json?DemoFeature1&hw=hw-0001").await);
    assert_eq!((&told["DemoFeature1"], &told["jti"]), (&json!(true), &json!(LEASE_1)));
    assert_eq!(seats_taken(&portal).await, 1);
}

#[tokio::test]
async fn a_denial_leaves_a_lease_alone_until_its_end_and_can_be_taken_back() {
    let portal = Portal::start().await;
    assert!(takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    assert_eq!(assign(&portal, 2, "denied").await, 200);
    assert_eq!(running(&portal).await, ["hw-0001", "hw-0002"]);
    assert!(!takes(&portal, 2, "DemoItem1&hw=hw-0002").await, "it is not renewed");
    two_hours_later(&portal).await;
    assert_eq!(running(&portal).await, [""; 0]);
    assert!(!takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    assert_eq!(assign(&portal, 2, "").await, 200);
    assert!(takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
}

#[tokio::test]
async fn a_reservation_needs_a_seat_and_holds_it_for_whatever_device() {
    let portal = Portal::start().await;
    assert!(takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    assert_eq!(assign(&portal, 4, "reserved").await, 409, "no seat is free");
    two_hours_later(&portal).await;
    assert_eq!(assign(&portal, 1, "reserved").await, 200);
    assert!(takes(&portal, 1, "DemoItem1&hw=hw-0009").await);
    assert!(takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    assert_eq!(seats_taken(&portal).await, 2);
    let quota = async |seats: u32| change(&portal, LICENSE_1, &format!("change=quota&licensedItemCount={seats}")).await;
    assert_eq!(quota(1).await.status, 200);
    assert!(!takes(&portal, 2, "DemoItem1&hw=hw-0002").await, "one seat too few");
    assert!(takes(&portal, 1, "DemoItem1&hw=hw-0009").await, "the seat of the reservation is there");
    assert_eq!(quota(0).await.status, 409, "nor can it be taken away");
}

#[tokio::test]
async fn a_lease_outlives_its_reservation_and_the_validity_of_its_licence() {
    let portal = Portal::start().await;
    for reservation in ["reserved", ""] {
        assert_eq!(assign(&portal, 1, reservation).await, 200);
        assert_eq!((running(&portal).await, seats_taken(&portal).await), (vec!["hw-0001".to_owned()], json!(1)));
    }
    let ended = change(&portal, LICENSE_1, "change=validity&validUntil=2025-02-01T00%3A00%3A00Z").await;
    assert_eq!(ended.json()[0]["validUntil"], "2025-02-01T00:00:00.000Z");
    let told = claims(&call(&portal, 1, "GET", "/authz/.json?DemoItem1&doConsume=false").await);
    assert_eq!(told.get("DemoItem1"), None, "the next check sees the end");
    assert_eq!(running(&portal).await, ["hw-0001"]);
}

#[tokio::test]
async fn an_administrator_finds_the_lease_of_a_user_and_ends_it_once() {
    let portal = Portal::start().await;
    let user = "20000000-0000-4000-8000-000000000002";
    assert!(takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    let leases = format!(
        "/graph/Profile%5B@id=%27{user}%27%5D/Assignment:LicenseProfileAssignment/~OneToMany/\
         Consumption:LicenseProfileAssignmentConsumption/@leaseId"
    );
    let leases = call(&portal, 0, "GET", &leases).await.json();
    let [lease] = leases.as_array().unwrap().as_slice() else { panic!("{leases}") };
    let lease = lease.as_str().unwrap();
    let release = format!("/authz/.json?release&{lease}");
    assert_eq!(claims(&call(&portal, 0, "POST", &release).await)[lease], true);
    let effect = format!("released lease {lease} of license {LICENSE_1} from {user}");
    assert_eq!(portal.last_effect(), Some(effect));
    let told = claims(&call(&portal, 0, "POST", &release).await);
    assert_eq!((told.get(lease), &told[format!("{lease}_errorCode")]), (None, &json!("noConsumptionFoundById")));
    assert_eq!(portal.last_effect(), None);
}

#[tokio::test]
async fn uses_are_counted_and_use_time_is_added_to_or_set() {
    let portal = Portal::start().await;
    assert!(takes(&portal, 1, "DemoCount&consumeCount=8").await);
    assert!(!takes(&portal, 1, "DemoCount&consumeCount=8").await, "two of ten are left");
    let appended = "change=aggregateUseTime&maxAggregateUseTime=1800000&incrementModel=append";
    assert_eq!(change(&portal, LICENSE_4, appended).await.json()[0]["useTime"], 5_400_000);
    let fair = "change=aggregateUseTime&maxAggregateUseTime=600000&incrementModel=fair";
    assert_eq!(change(&portal, LICENSE_4, fair).await.json()[0]["useTime"], 600_000);
}

#[tokio::test]
async fn what_is_granted_can_be_taken_at_once() {
    let portal = Portal::start().await;
    assert!(!takes(&portal, 5, "DemoItem1").await);
    let form =
        format!("operation=InitializeOrganizationLicenses&licensedItemCount=3&ownerOrganizationId={EXAMPLE_WORKS}");
    let granted = submit(&portal, 0, "POST", "/graph/ProductPackage%5B@title=%27DemoPackage%27%5D", &form).await;
    assert_eq!((granted.status, &granted.json()[0]["seatCount"]), (200, &json!(3)));
    assert!(takes(&portal, 5, "DemoItem1").await);
}
