//! A walk through what users and administrators do, step by step from the starting state.

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

/// The administrator's call that gives the assignment of a user to the first licence another type.
async fn assign(portal: &Portal, user: u32, reservation: &str) -> Answer {
    let form = format!(
        "operation=CreateOrUpdateAssignments&createAssignment=true&licenseId={LICENSE_1}\
         &profileId=20000000-0000-4000-8000-{user:012}&reservationType={reservation}"
    );
    submit(portal, 0, "POST", "/graph/", &form).await
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

#[tokio::test]
async fn every_step_leads_to_what_it_should() {
    let portal = Portal::start().await;
    // 1: who only asks changes nothing.
    let told = claims(&call(&portal, 2, "GET", "/authz/.json?DemoItem1&doConsume=false").await);
    assert_eq!((&told["DemoItem1"], told.get("jti"), portal.last_effect()), (&json!(true), None, None));
    // 2: the second of two seats is taken.
    let told = claims(&call(&portal, 2, "POST", "/authz/.json?DemoItem1&hw=hw-0002").await);
    let second = json!({
        "DemoItem1": true, "iss": "http://tenduke.sandbox.test", "sub": "20000000-0000-4000-8000-000000000002",
        "iat": 1_740_819_600, "exp": 1_740_826_800, "rfr": 1_740_823_200, "jti": told["jti"], "lic": LICENSE_1,
        "hw": "hw-0002", "ibb": 1_735_689_600, "ibe": 1_767_225_600
    });
    assert_eq!(told, second);
    assert_eq!(seats_taken(&portal).await, 2);
    // 3: the licence is denied to the user.
    let answer = call(&portal, 3, "POST", "/authz/.txt?DemoItem1&hw=hw-0003").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "false"));
    // 4: a token for each item.
    let answer = call(&portal, 4, "POST", "/authz/.jwt?DemoItem1&DemoItem2&hw=hw-0004").await;
    let [first, denied] = tokens(&answer);
    assert_eq!((&first["DemoItem1"], &first["lic"]), (&json!(true), &json!(LICENSE_3)));
    assert_eq!((denied.get("DemoItem2"), &denied["DemoItem2_errorCode"]), (None, &json!("notAuthorized")));
    // 5: another device, while the lease lives.
    assert!(!takes(&portal, 1, "DemoItem1&hw=hw-0009").await);
    // 6: a feature by the licence of its product, and by the lease that runs.
    let told = claims(&call(&portal, 1, "POST", "/authz/.json?DemoFeature1&hw=hw-0001").await);
    assert_eq!((&told["DemoFeature1"], &told["jti"]), (&json!(true), &json!(LEASE_1)));
    // 7: the validity is over.
    let answer = call(&portal, 5, "POST", "/authz/?DemoItem1").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "false"));
    // 8: no seat is free.
    assert_eq!(assign(&portal, 4, "reserved").await.status, 409);
    // 9: a denial leaves the lease alone.
    assert_eq!(assign(&portal, 2, "denied").await.status, 200);
    assert_eq!(call(&portal, 0, "GET", RUNNING).await.json().as_array().unwrap().len(), 2);
    // 10: but it is not renewed.
    assert!(!takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    // 11: two hours later nothing runs.
    portal.admin("POST", "clock", r#"{"advance_seconds": 7200}"#).await;
    assert_eq!(call(&portal, 0, "GET", RUNNING).await.json(), json!([]));
    // 12: who has a seat reserved takes it, on whatever device.
    assert_eq!(assign(&portal, 1, "reserved").await.status, 200);
    assert!(takes(&portal, 1, "DemoItem1&hw=hw-0009").await);
    // 13: the denial is taken back.
    assert_eq!(assign(&portal, 2, "").await.status, 200);
    assert!(takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    assert_eq!(seats_taken(&portal).await, 2);
    // 14: one seat too few, which is not that of the reservation.
    assert_eq!(change(&portal, LICENSE_1, "change=quota&licensedItemCount=1").await.status, 200);
    assert!(!takes(&portal, 2, "DemoItem1&hw=hw-0002").await);
    assert!(takes(&portal, 1, "DemoItem1&hw=hw-0009").await);
    // 15: nor can it be taken away.
    assert_eq!(change(&portal, LICENSE_1, "change=quota&licensedItemCount=0").await.status, 409);
    // 16: the administrator finds a lease and ends it.
    let leases = "/graph/Profile%5B@id=%2720000000-0000-4000-8000-000000000002%27%5D/\
        Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption/@leaseId";
    let leases = call(&portal, 0, "GET", leases).await.json();
    let [lease] = leases.as_array().unwrap().as_slice() else { panic!("{leases}") };
    let lease = lease.as_str().unwrap();
    let release = format!("/authz/.json?release&{lease}");
    assert_eq!(claims(&call(&portal, 0, "POST", &release).await)[lease], true);
    assert_eq!(
        portal.last_effect().unwrap(),
        format!("released lease {lease} of license {LICENSE_1} from {}", user(2))
    );
    // 17: once.
    let told = claims(&call(&portal, 0, "POST", &release).await);
    assert_eq!((told.get(lease), &told[format!("{lease}_errorCode")]), (None, &json!("noConsumptionFoundById")));
    assert_eq!(portal.last_effect(), None);
    // 18: the lease outlives its reservation.
    assert_eq!(assign(&portal, 1, "").await.status, 200);
    let running = call(&portal, 0, "GET", RUNNING).await.json();
    assert_eq!((running.as_array().unwrap().len(), &running[0]["hw"]), (1, &json!("hw-0009")));
    assert_eq!(seats_taken(&portal).await, 1);
    // 19: eight of ten uses, and no eight more.
    assert!(takes(&portal, 1, "DemoCount&consumeCount=8").await);
    assert!(!takes(&portal, 1, "DemoCount&consumeCount=8").await);
    // 20: a limit of use time, added to and set.
    let appended = "change=aggregateUseTime&maxAggregateUseTime=1800000&incrementModel=append";
    assert_eq!(change(&portal, LICENSE_4, appended).await.json()[0]["useTime"], 5_400_000);
    let fair = "change=aggregateUseTime&maxAggregateUseTime=600000&incrementModel=fair";
    assert_eq!(change(&portal, LICENSE_4, fair).await.json()[0]["useTime"], 600_000);
    // 21: a named seat needs a reservation.
    assert!(!takes(&portal, 3, "DemoItem2").await);
    // 22: an end in the past is that of the next check, not of the lease.
    let ended = change(&portal, LICENSE_1, "change=validity&validUntil=2025-02-01T00%3A00%3A00Z").await;
    assert_eq!(ended.json()[0]["validUntil"], "2025-02-01T00:00:00.000Z");
    let told = claims(&call(&portal, 1, "GET", "/authz/.json?DemoItem1&doConsume=false").await);
    assert_eq!(told.get("DemoItem1"), None);
    let running = call(&portal, 0, "GET", RUNNING).await.json();
    assert_eq!(running.as_array().unwrap().iter().filter(|one| one["hw"] == "hw-0009").count(), 1);
    // 23: granted, and taken.
    let form =
        format!("operation=InitializeOrganizationLicenses&licensedItemCount=3&ownerOrganizationId={EXAMPLE_WORKS}");
    let granted = submit(&portal, 0, "POST", "/graph/ProductPackage%5B@title=%27DemoPackage%27%5D", &form).await;
    assert_eq!((granted.status, &granted.json()[0]["seatCount"]), (200, &json!(3)));
    assert!(takes(&portal, 5, "DemoItem1").await);
}

fn user(number: u32) -> String {
    format!("20000000-0000-4000-8000-{number:012}")
}

/// How many seats of the first licence are taken, as its administrator reads it.
async fn seats_taken(portal: &Portal) -> Value {
    let target = format!("/graph/License%5B@id=%27{LICENSE_1}%27%5D");
    call(portal, 0, "GET", &target).await.json()[0]["seatsTaken"].clone()
}

/// The claims of each token of an answer.
fn tokens<const N: usize>(answer: &Answer) -> [Value; N] {
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/jwt")));
    let claims: Vec<_> = answer.body.split('&').map(super::decoded).collect();
    claims.try_into().unwrap()
}
