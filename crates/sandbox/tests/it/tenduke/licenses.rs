//! Licences taken, renewed, given back, and refused.

use serde_json::{Value, json};

use super::{call, claims, decoded, submit};
use crate::client::{Portal, send};
use crate::kept::Kept;

const LEASE_1: &str = "60000000-0000-4000-8000-0000000000a1";
const CONSUMPTION_1: &str = "60000000-0000-4000-8000-000000000001";
const LICENSE_3: &str = "40000000-0000-4000-8000-000000000003";

/// What a user's call of `/authz/.json` tells.
async fn told(portal: &Portal, user: u32, query: &str) -> Value {
    claims(&call(portal, user, "POST", &format!("/authz/.json?{query}")).await)
}

async fn advance(portal: &Portal, seconds: u32) {
    portal.admin("POST", "clock", &json!({ "advance_seconds": seconds }).to_string()).await;
}

/// Gives a model other settings: those of the first one, changed.
async fn set_model(portal: &Portal, number: u32, change: impl Fn(&mut Value)) {
    let target = format!("/graph/LicenseModel[@id='80000000-0000-4000-8000-{number:012}']");
    let mut model = call(portal, 0, "GET", &target).await.json()[0].clone();
    change(&mut model["settings"]);
    let headers = "authorization: Bearer token-p0\r\ncontent-type: application/json\r\n";
    let put = send(portal.sandbox.address(), super::HOST, "PUT", "/graph", headers, &model.to_string()).await;
    assert_eq!(put.unwrap().status, 200);
}

#[tokio::test]
async fn a_renewal_keeps_its_lease_and_counts_from_the_request() {
    let portal = Portal::start().await;
    let first = told(&portal, 2, "DemoItem1&hw=hw-2&process=p1;name=Editor&version=1.0").await;
    let effect = format!(
        "granted lease {} of license 40000000-0000-4000-8000-000000000001 for 20000000-0000-4000-8000-000000000002 \
         until 2025-03-01T11:00:00.000Z",
        first["jti"].as_str().unwrap()
    );
    assert_eq!(portal.last_effect().unwrap(), effect);
    advance(&portal, 600).await;
    let next = told(&portal, 2, &format!("DemoItem1=;leaseId={}&hw=hw-2", first["jti"].as_str().unwrap())).await;
    assert_eq!((&next["jti"], &next["exp"]), (&first["jti"], &json!(1_740_827_400)));
    assert!(portal.last_effect().unwrap().starts_with("renewed lease "));
    assert_eq!(told(&portal, 2, "DemoItem1&hw=hw-2").await, next);
    assert_eq!(portal.last_effect(), None, "nothing is other than before");
    let target = "/graph/Profile[@id='20000000-0000-4000-8000-000000000002']/Assignment/~OneToMany/Consumption";
    let running = call(&portal, 0, "GET", target).await.json();
    let fields = ["process", "consumedVersion", "grantedFrom", "consumptionMode"].map(|name| &running[0][name]);
    assert_eq!(fields, ["p1", "1.0", "2025-03-01T09:00:00.000Z", "cache"]);
}

#[tokio::test]
async fn offline_use_lasts_longer_but_not_beyond_the_validity() {
    let portal = Portal::start().await;
    let offline = told(&portal, 4, "DemoItem1&consumptionMode=checkout&hw=hw-4").await;
    assert_eq!((&offline["exp"], &offline["rfr"]), (&json!(1_740_819_600 + 2_592_000), &json!(1_740_819_600 + 12_600)));
    assert_eq!(offline.get("ibe"), None, "a licence without end");
    let portal = Portal::start().await;
    let form = "operation=InitializePersonalLicenses&change=validity&validUntil=2025-03-01T10:00:00Z&\
        initializeForProfileId=20000000-0000-4000-8000-000000000004";
    submit(&portal, 0, "POST", &format!("/graph/License[@id='{LICENSE_3}']"), form).await;
    let short = told(&portal, 4, "DemoItem1&consumptionMode=checkout&hw=hw-4").await;
    let end = json!(1_740_819_600 + 3600);
    assert_eq!([&short["exp"], &short["rfr"], &short["ibe"]], [&end, &end, &end]);
}

#[tokio::test]
async fn a_lease_is_released_by_its_user_or_an_administrator_by_either_of_its_ids() {
    let portal = Portal::start().await;
    for user in [2, 4] {
        let told = told(&portal, user, &format!("release&{LEASE_1}")).await;
        assert_eq!(told[format!("{LEASE_1}_errorCode")], "noConsumptionFoundById");
        assert_eq!(told["exp"], 1_740_819_600 + 86_400);
    }
    advance(&portal, 60).await;
    let released = told(&portal, 1, &format!("{CONSUMPTION_1}&release=true&hw=hw-0001")).await;
    let expected = json!({
        CONSUMPTION_1: true, "iss": "http://tenduke.sandbox.test", "sub": "20000000-0000-4000-8000-000000000001",
        "iat": 1_740_819_660, "exp": 1_740_819_660
    });
    assert_eq!(released, expected);
    assert_eq!(told(&portal, 1, "DemoItem1&hw=hw-0009").await["DemoItem1"], true, "on another device at once");
    let text = call(&portal, 1, "POST", &format!("/authz/?{LEASE_1}&release&x")).await;
    assert_eq!((text.body.as_str(), text.header("content-type")), ("false&false", Some("text/plain")));
}

#[tokio::test]
async fn a_seat_cools_down_after_its_release() {
    let portal = Portal::start().await;
    set_model(&portal, 1, |settings| settings["LeaseTimeBehavior"]["cooldownTime"] = json!(90_000)).await;
    let released = told(&portal, 0, &format!("release&{LEASE_1}")).await;
    assert_eq!(released["exp"], 1_740_819_690);
    assert_eq!(told(&portal, 1, "DemoItem1&hw=hw-0009").await.get("DemoItem1"), None);
    let again = told(&portal, 1, "DemoItem1&hw=hw-0001").await;
    assert_eq!((&again["DemoItem1"], again["jti"] == LEASE_1), (&json!(true), false), "a lease of its own");
    advance(&portal, 90).await;
    let id = again["jti"].as_str().unwrap();
    assert_eq!(told(&portal, 1, &format!("release&{id}")).await[id], true);
    advance(&portal, 89).await;
    assert_eq!(told(&portal, 1, "DemoItem1&hw=hw-0009").await.get("DemoItem1"), None);
    advance(&portal, 1).await;
    assert_eq!(told(&portal, 1, "DemoItem1&hw=hw-0009").await["DemoItem1"], true);
}

#[tokio::test]
async fn a_model_can_forbid_to_release_and_to_renew() {
    let portal = Portal::start().await;
    set_model(&portal, 1, |settings| {
        settings["LeaseTimeBehavior"]["allowLeaseRelease"] = json!(false);
        settings["LeaseTimeBehavior"]["allowLeaseExtension"] = json!(false);
    })
    .await;
    let refused = told(&portal, 1, &format!("release&{LEASE_1}")).await;
    let fields =
        ["errorKey", "errorCode", "errorTechnical", "errorMessage"].map(|name| &refused[format!("{LEASE_1}_{name}")]);
    assert_eq!([fields[0], fields[1]], ["notAuthorized", "releaseNotAllowed"]);
    assert_eq!(fields[3], &json!(format!("Releasing lease {LEASE_1} failed")));
    assert_eq!(told(&portal, 1, "DemoItem1&hw=hw-0001").await.get("DemoItem1"), None);
    set_model(&portal, 1, |settings| settings["UseCountConstraint"] = json!({})).await;
    assert_eq!(
        told(&portal, 2, "DemoItem1&hw=hw-0002").await.get("DemoItem1"),
        None,
        "a model that contradicts itself"
    );
}

#[tokio::test]
async fn use_time_is_held_by_a_lease_and_comes_back_when_it_is_released_early() {
    let portal = Portal::start().await;
    let first = told(&portal, 1, "DemoTime&consumeDuration=2400000&hw=a").await;
    assert_eq!(first["exp"], 1_740_819_600 + 2400);
    let second = told(&portal, 2, "DemoTime&hw=b").await;
    assert_eq!(second["exp"], 1_740_819_600 + 1200, "what is left of an hour");
    assert_eq!(told(&portal, 3, "DemoTime&hw=c").await.get("DemoTime"), None);
    advance(&portal, 600).await;
    let id = first["jti"].as_str().unwrap();
    told(&portal, 1, &format!("release&{id}")).await;
    assert_eq!(told(&portal, 3, "DemoTime&hw=c").await["exp"], 1_740_820_200 + 1800);
    let used = call(&portal, 0, "GET", "/graph/License[@useTime!=null]").await.json();
    assert_eq!((&used[0]["useTime"], &used[0]["useTimeUsed"]), (&json!(3_600_000), &json!(600_000)));
}

#[tokio::test]
async fn a_request_can_say_which_licence_it_means() {
    let portal = Portal::start().await;
    let acme = "10000000-0000-4000-8000-000000000001";
    let group = "operation=AddToProfileGroups&profileId=20000000-0000-4000-8000-000000000004\
        &profileGroupId=a0000000-0000-4000-8000-000000000002";
    assert_eq!(submit(&portal, 0, "POST", "/graph", group).await.status, 200);
    let license = async |query: &str| {
        let told = claims(&call(&portal, 4, "GET", &format!("/authz/.json?doConsume=false&{query}")).await);
        told.get("lic").cloned()
    };
    let first = Some(json!("40000000-0000-4000-8000-000000000001"));
    let own = Some(json!(LICENSE_3));
    assert_eq!(license("DemoItem1").await, own, "the personal one before that of the organization");
    for parameter in ["ownerOrganizationId", "organizationId"] {
        assert_eq!(license(&format!("DemoItem1&{parameter}={acme}")).await, first);
    }
    assert_eq!(license(&format!("DemoItem1=;ownerOrganizationId={acme}")).await, first);
    assert_eq!(license("DemoItem1&entitlementId=30000000-0000-4000-8000-000000000001").await, first);
    assert_eq!(license("DemoItem1&licenseId=40000000-0000-4000-8000-000000000001").await, first);
    assert_eq!(license("DemoItem1&ownerUserId=20000000-0000-4000-8000-000000000004").await, own);
    assert_eq!(license("DemoItem1&ownerUserId=20000000-0000-4000-8000-000000000001").await, None);
}

#[tokio::test]
async fn an_administrator_asks_on_behalf_of_others() {
    let portal = Portal::start().await;
    let other = "onBehalfOfId=20000000-0000-4000-8000-000000000002";
    let given = told(&portal, 0, &format!("DemoItem1&hw=hw-0002&{other}")).await;
    assert_eq!((&given["DemoItem1"], &given["sub"]), (&json!(true), &json!("20000000-0000-4000-8000-000000000002")));
    let refused = call(&portal, 1, "POST", &format!("/authz/.json?DemoItem1&{other}")).await;
    assert_eq!((refused.status, &refused.json()["errorCode"]), (403, &json!("notAuthorized")));
    let nobody = "DemoItem1&onBehalfOfId=20000000-0000-4000-8000-000000000099";
    assert_eq!(call(&portal, 0, "POST", &format!("/authz/.json?{nobody}")).await.status, 400);
}

#[tokio::test]
async fn each_form_and_path_tells_the_same() {
    let portal = Portal::start().await;
    for path in ["/authz", "/authz/", "/authz.txt", "/authz/.txt"] {
        let answer = call(&portal, 1, "GET", &format!("{path}?DemoCount&Nothing&doConsume=false")).await;
        assert_eq!((answer.body.as_str(), answer.header("content-type")), ("true&false", Some("text/plain")));
        assert_eq!(portal.sandbox.requests().pop().unwrap().endpoint, Some("authz.checkText"));
    }
    for path in ["/authz.jwt", "/authz/.jwt"] {
        let token = call(&portal, 1, "GET", &format!("{path}?DemoCount&doConsume=false")).await.body;
        let json = call(&portal, 1, "GET", &format!("{}?DemoCount&doConsume=false", path.replace("jwt", "json"))).await;
        assert_eq!(decoded(&token), json.json());
        assert_eq!(json.header("cache-control"), Some("no-cache, no-store"));
    }
    let denied = told(&portal, 1, "Nothing").await;
    let expected = json!({
        "Nothing_errorKey": "notAuthorized", "Nothing_errorCode": "notAuthorized",
        "Nothing_errorMessage": "Access to \"Nothing\" denied", "Nothing_errorTechnical": "Authorization failed for \"Nothing\"",
        "iss": "http://tenduke.sandbox.test", "sub": "20000000-0000-4000-8000-000000000001",
        "iat": 1_740_819_600, "exp": 1_740_906_000
    });
    assert_eq!(denied, expected);
}

#[tokio::test]
async fn a_fault_makes_an_answer_out_to_another_device_or_licence_and_its_token_holds() {
    let portal = Portal::start().await;
    let faults = ["match=authz.consumeJwt,do=wrong-device", "match=authz.consume,do=wrong-key"];
    portal.sandbox.add_faults(faults.map(|fault| fault.parse().unwrap()).into()).unwrap();
    let token = call(&portal, 2, "POST", "/authz/.jwt?DemoItem1&hw=hw-0002").await.body;
    assert_eq!((&decoded(&token)["DemoItem1"], &decoded(&token)["hw"]), (&json!(true), &json!("hw-90002")));
    let form = format!(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&client_id=sandbox-client&assertion={token}"
    );
    assert_eq!(submit(&portal, 2, "POST", "/user/oauth20/token", &form).await.status, 200, "its signature holds");
    let other = told(&portal, 2, "DemoItem1&hw=hw-0002").await;
    assert_eq!((&other["lic"], &other["hw"]), (&json!("49990000-0000-4000-8000-000000000001"), &json!("hw-0002")));
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    for (method, target, status) in [
        ("POST", "/authz/.json", 400),
        ("POST", "/authz/.json?release", 400),
        ("POST", "/authz/.json?DemoItem1&DemoItem2&hw=hw-0002", 400),
        ("POST", "/authz/.json?DemoCount&consumeCount=many", 400),
        ("POST", "/authz/.json?DemoItem1&hw=a&hw=b", 400),
        ("POST", "/authz/.xml?DemoItem1", 403),
        ("GET", "/authzz/?DemoItem1", 403),
        ("PUT", "/authz/.json?DemoItem1", 405),
        ("GET", "/authz/.json?DemoItem1&doConsume=false", 200),
        ("POST", "/authz/.json?DemoItem1&hw=hw-0009", 200),
    ] {
        let before = kept.dump();
        let answer = call(portal, 1, method, target).await;
        assert_eq!(answer.status, status, "{method} {target}: {answer:?}");
        assert_eq!((kept.dump(), portal.last_effect()), (before, None), "{method} {target}");
    }
}

#[tokio::test]
async fn two_cannot_both_take_the_last_seat() {
    let portal = Portal::start().await;
    // The first of the two seats is in use, and nothing is denied any longer.
    let clear = "operation=CreateOrUpdateAssignments&profileId=20000000-0000-4000-8000-000000000003\
        &licenseId=40000000-0000-4000-8000-000000000001&reservationType=";
    assert_eq!(submit(&portal, 0, "POST", "/graph/", clear).await.status, 200);
    portal.sandbox.add_faults(vec!["match=authz.consume,times=2,do=hold".parse().unwrap()]).unwrap();
    let both =
        async { tokio::join!(told(&portal, 2, "DemoItem1&hw=hw-0002"), told(&portal, 3, "DemoItem1&hw=hw-0003")) };
    let release = async {
        portal.held_up_to(2).await;
        portal.sandbox.release();
    };
    let ((one, other), ()) = tokio::join!(both, release);
    assert_ne!(one["DemoItem1"] == true, other["DemoItem1"] == true, "{one} {other}");
}

#[tokio::test]
async fn everything_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        seatflow_sandbox::Settings { database: Some(folder.path().join("sandbox.db")), ..Default::default() };
    let portal = Portal::with(settings.clone()).await;
    let lease = told(&portal, 2, "DemoItem1&hw=hw-0002").await["jti"].as_str().unwrap().to_owned();
    let graph = call(&portal, 0, "GET", "/graph/License?/~OneToMany/Assignment/~OneToMany/Consumption").await.body;
    let token = call(&portal, 2, "POST", "/authz/.jwt?DemoItem1&hw=hw-0002").await.body;
    portal.sandbox.stop().await;
    let sandbox = seatflow_sandbox::Sandbox::start(settings).await.unwrap();
    let portal = Portal { sandbox, token: String::new() };
    let target = "/graph/License?/~OneToMany/Assignment/~OneToMany/Consumption";
    assert_eq!(call(&portal, 0, "GET", target).await.body, graph);
    assert_eq!(call(&portal, 2, "POST", "/authz/.jwt?DemoItem1&hw=hw-0002").await.body, token);
    assert_eq!(told(&portal, 2, &format!("release&{lease}")).await[&lease], true);
}
