//! What the writes change, and what they leave.

use serde_json::{Value, json};

use crate::client::Portal;

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";
pub(crate) const DESIGNER: &str = "AYXD-0001-0001-0001-0001-0001-0001-0001";
pub(crate) const INTELLIGENCE_SUITE: &str = "AYXI-0002-0002-0002-0002-0002-0002-0002";
pub(crate) const SERVER: &str = "AYXS-0003-0003-0003-0003-0003-0003-0003";

/// The payload that activates a key on a host, for no user.
pub(crate) fn activation(host: &str, key: &str, quantity: i64) -> String {
    let licenses = json!([{"licenseKey": key, "quantity": quantity}]);
    json!({"name": format!("WS-{host}"), "hostId": host, "hostIdType": "STRING", "licenses": licenses}).to_string()
}

/// The good activation with one field set to something else, or taken away with null.
pub(crate) fn changed(pointer: &str, value: Value) -> String {
    let mut payload: Value =
        serde_json::from_str(include_str!("samples/devices.activateOffline.request.json")).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = payload.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => drop(parent.remove(name)),
        value => drop(parent.insert(name.to_owned(), value)),
    }
    payload.to_string()
}

async fn data(portal: &Portal, target: &str) -> Value {
    portal.get(target).await.json()["data"].clone()
}

async fn license(portal: &Portal, key: &str) -> Value {
    data(portal, &format!("/v1/licenses?accountId=ACC-100234&licenseKey={key}")).await[0].clone()
}

/// The last period of a key's usage: seats, devices, users.
async fn usage(portal: &Portal, key: &str) -> (i64, i64, i64) {
    let usage = data(portal, &format!("/v1/usage?accountId=ACC-100234&licenseKey={key}")).await;
    let last = usage[0]["periods"].as_array().unwrap().last().unwrap().clone();
    let number = |name: &str| last[name].as_i64().unwrap();
    (number("used"), number("devices"), number("users"))
}

#[tokio::test]
async fn an_activation_takes_seats_and_tells_its_effect() {
    let portal = Portal::start().await;
    let payload = include_str!("samples/devices.activateOffline.request.json");
    portal.write("POST", DEVICES, payload).await;
    assert_eq!(portal.last_effect().unwrap(), format!("activated {DESIGNER} ×1 on DEV-000811"));
    let license = license(&portal, DESIGNER).await;
    assert_eq!((&license["used"], &license["available"]), (&json!(3), &json!(2)));
    let activation = json!({
        "deviceId": "DEV-000811", "userId": "USR-000731", "quantity": 1, "status": "ACTIVE", "offline": true,
        "activatedDate": "2025-03-01T09:00:00.000+00:00"
    });
    assert_eq!(license["activations"][2], activation);
    assert_eq!(usage(&portal, DESIGNER).await, (3, 3, 2));
    let devices = json!([{"deviceId": "DEV-000412", "name": "WS-0412"}, {"deviceId": "DEV-000811", "name": "WS-0500"}]);
    assert_eq!(data(&portal, "/v1/users/USR-000731?accountId=ACC-100234").await["devices"], devices);
}

#[tokio::test]
async fn what_a_payload_leaves_out_has_its_default() {
    let portal = Portal::start().await;
    let key = SERVER.to_lowercase();
    let payload = json!({"name": "x", "hostId": "8cdcd40005ff", "licenses": [{"licenseKey": key}]});
    let headers =
        format!("authorization: Bearer {}\r\ncontent-type: Application/JSON ; charset=utf-8\r\n", portal.token);
    let answer = portal.send("POST", DEVICES, &headers, &payload.to_string()).await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    let device = &answer.json()["data"];
    assert_eq!((&device["hostId"], &device["hostIdType"]), (&json!("8CDCD40005FF"), &json!("ETHERNET")));
    assert_eq!((&device["userId"], &device["licenseFile"]["fileName"]), (&Value::Null, &json!("x.lic")));
    assert_eq!(device["licenses"][0]["licenseKey"], SERVER);
    assert_eq!(device["licenses"][0]["quantity"], 1);
}

#[tokio::test]
async fn a_known_host_gets_the_keys_added_and_its_name_and_user_replaced() {
    let portal = Portal::start().await;
    let payload = json!({
        "name": "Renamed", "hostId": "8cdcd4000412", "userId": "USR-000001",
        "licenses": [{"licenseKey": SERVER, "quantity": 2}]
    });
    let answer = portal.write("POST", DEVICES, &payload.to_string()).await.json();
    let device = &answer["data"];
    assert_eq!(
        (&device["id"], &device["name"], &device["userId"]),
        (&json!("DEV-000412"), &json!("Renamed"), &json!("USR-000001"))
    );
    let licenses = device["licenses"].as_array().unwrap();
    let told = |name: &str| licenses.iter().map(|license| license[name].clone()).collect::<Vec<_>>();
    assert_eq!(told("licenseKey"), [DESIGNER, INTELLIGENCE_SUITE, SERVER]);
    assert_eq!(told("offline"), [false, false, true]);
    assert_eq!(told("quantity"), [1, 1, 2]);
    assert_eq!(device["createdDate"], "2024-02-12T09:30:00.000+00:00");
    assert_eq!(portal.last_effect().unwrap(), format!("activated {SERVER} ×2 on DEV-000412"));
    // The seats that it held go with it to its new user; none is taken or freed, and no peak rises.
    assert_eq!(license(&portal, DESIGNER).await["activations"][0]["userId"], "USR-000001");
    assert_eq!(usage(&portal, DESIGNER).await, (2, 2, 2));
    let all = data(&portal, &format!("/v1/usage?accountId=ACC-100234&licenseKey={DESIGNER}")).await;
    assert_eq!(all[0]["peakUsed"], 2);
    // A user that the payload leaves out is replaced by none.
    let payload = json!({"name": "SRV-0414", "hostId": "8CDCD4000412", "licenses": [{"licenseKey": SERVER}]});
    portal.write("PATCH", "/v1/devices/DEV-000412?accountId=ACC-100234", r#"{"removeAllLicenseKeys": true}"#).await;
    let answer = portal.write("POST", DEVICES, &payload.to_string()).await.json();
    assert_eq!((&answer["data"]["id"], &answer["data"]["userId"]), (&json!("DEV-000412"), &Value::Null));
}

#[tokio::test]
async fn a_host_is_known_in_its_account_and_with_its_kind_alone() {
    let portal = Portal::start().await;
    let licenses = json!([{"licenseKey": "AYXD-0005-0005-0005-0005-0005-0005-0005"}]);
    let elsewhere = json!({"name": "a", "hostId": "8CDCD4000412", "licenses": licenses}).to_string();
    let answer = portal.write("POST", "/v1/devices?accountId=ACC-100777", &elsewhere).await.json();
    assert_eq!(answer["data"]["id"], "DEV-942179");
    let answer = portal.write("POST", DEVICES, &activation("8CDCD4000412", SERVER, 1)).await.json();
    assert_eq!(answer["data"]["id"], "DEV-035739");
}

#[tokio::test]
async fn all_keys_of_a_payload_are_activated_or_none() {
    let portal = Portal::start().await;
    let before = data(&portal, DEVICES).await;
    let payload = |suite: &str| {
        let licenses = json!([{"licenseKey": SERVER, "quantity": 2}, {"licenseKey": suite, "quantity": 3}]);
        json!({"name": "a", "hostId": "h", "hostIdType": "STRING", "licenses": licenses}).to_string()
    };
    let refused = portal.write("POST", DEVICES, &payload(INTELLIGENCE_SUITE)).await;
    assert_eq!(refused.status, 409);
    assert_eq!(portal.last_effect(), None);
    assert_eq!(data(&portal, DEVICES).await, before);
    assert_eq!(portal.write("POST", DEVICES, &payload(DESIGNER)).await.status, 200);
    let effect = portal.last_effect().unwrap();
    assert_eq!(effect, format!("activated {SERVER} ×2, {DESIGNER} ×3 on DEV-154298"));
    assert_eq!(license(&portal, DESIGNER).await["available"], 0);
}

#[tokio::test]
async fn the_number_of_a_deleted_device_is_not_used_again() {
    let portal = Portal::start().await;
    let add = async |host: &str| {
        portal.write("POST", DEVICES, &activation(host, SERVER, 1)).await.json()["data"]["id"].clone()
    };
    assert_eq!(add("a").await, "DEV-837036");
    let deleted = portal.call("DELETE", "/v1/devices/DEV-837036?accountId=ACC-100234").await;
    assert_eq!(deleted.status, 200);
    assert_eq!(portal.last_effect().unwrap(), format!("deleted DEV-837036 with {SERVER} ×1"));
    assert_eq!(add("a").await, "DEV-837037");
}

#[tokio::test]
async fn a_device_without_keys_stays_and_is_inactive() {
    let portal = Portal::start().await;
    let device = "/v1/devices/DEV-000412?accountId=ACC-100234";
    let all = r#"{"removeAllLicenseKeys": true}"#;
    let answer = portal.write("PATCH", device, all).await.json();
    assert_eq!((&answer["data"]["status"], &answer["data"]["licenses"]), (&json!("INACTIVE"), &json!([])));
    let effect = format!("removed {DESIGNER} ×1, {INTELLIGENCE_SUITE} ×1 from DEV-000412");
    assert_eq!(portal.last_effect().unwrap(), effect);
    assert_eq!(usage(&portal, INTELLIGENCE_SUITE).await, (0, 0, 0));
    assert_eq!(license(&portal, INTELLIGENCE_SUITE).await["available"], 1);
    // There is nothing left to remove, which is a success and no effect.
    assert_eq!(portal.write("PATCH", device, all).await.status, 200);
    assert_eq!(portal.last_effect(), None);
}

#[tokio::test]
async fn a_deactivated_key_leaves_its_devices() {
    let portal = Portal::start().await;
    let target = format!("/v1/licenses/{}/activations?accountId=ACC-100234", DESIGNER.to_lowercase());
    let answer = portal.call("DELETE", &target).await.json();
    assert_eq!(answer["data"]["licenseKey"], DESIGNER);
    let effect = format!("deactivated {DESIGNER} ×1 on DEV-000412, ×1 on DEV-000413");
    assert_eq!(portal.last_effect().unwrap(), effect);
    let devices = data(&portal, DEVICES).await;
    assert_eq!((&devices[0]["status"], &devices[1]["status"]), (&json!("ACTIVE"), &json!("INACTIVE")));
    assert_eq!(usage(&portal, DESIGNER).await, (0, 0, 0));
    let again = portal.call("DELETE", &target).await;
    assert_eq!(again.message(), format!("License key {DESIGNER} is not active on any device."));
    assert_eq!(again.status, 409);
}

#[tokio::test]
async fn devices_hold_their_seats_when_their_user_is_deleted() {
    let portal = Portal::start().await;
    let user = "/v1/users/USR-000731?accountId=ACC-100234";
    portal.call("DELETE", user).await;
    assert_eq!(portal.last_effect().unwrap(), "deleted USR-000731");
    let device = data(&portal, "/v1/devices/DEV-000412?accountId=ACC-100234").await;
    assert_eq!((&device["status"], &device["userId"]), (&json!("ACTIVE"), &Value::Null));
    let license = license(&portal, DESIGNER).await;
    assert_eq!((&license["used"], &license["activations"][0]["userId"]), (&json!(2), &Value::Null));
    assert_eq!(usage(&portal, DESIGNER).await, (2, 2, 1));
    assert_eq!((portal.get(user).await.status, portal.call("DELETE", user).await.status), (404, 404));
}

#[tokio::test]
async fn a_user_changes_its_status_and_its_role() {
    let portal = Portal::start().await;
    let user = "/v1/users/USR-000731?accountId=ACC-100234";
    let both = r#"{"status": "INACTIVE", "role": "LICENSE_ADMINISTRATOR"}"#;
    let answer = portal.write("PATCH", user, both).await.json();
    let role = json!([{"accountId": "ACC-100234", "role": "LICENSE_ADMINISTRATOR"}]);
    assert_eq!((&answer["data"]["status"], &answer["data"]["accounts"]), (&json!("INACTIVE"), &role));
    assert_eq!(
        portal.last_effect().unwrap(),
        "set the status of USR-000731 to INACTIVE and set the role of USR-000731 in ACC-100234 to LICENSE_ADMINISTRATOR"
    );
    // The same again is a success that changes nothing.
    assert_eq!(portal.write("PATCH", user, both).await.status, 200);
    assert_eq!(portal.last_effect(), None);
    // The caller may say of itself what is so.
    let own = "/v1/users/USR-000001?accountId=ACC-100234";
    let answer = portal.write("PATCH", own, r#"{"status": "ACTIVE", "role": "LICENSE_ADMINISTRATOR"}"#).await;
    assert_eq!((answer.status, portal.last_effect()), (200, None));
}

#[tokio::test]
async fn seats_of_an_expired_key_can_be_freed_and_not_taken() {
    let portal = Portal::start().await;
    portal.admin("POST", "settings", r#"{"access_token_seconds": 2000000000}"#).await;
    let token = portal.refresh("/as/token", "refresh_token=rt-000002&client_id=sandbox-client").await.access_token();
    let portal = Portal { token, ..portal };
    portal.admin("POST", "clock", r#"{"now": "2025-07-01T00:00:00Z"}"#).await;
    let key = "AYXD-0005-0005-0005-0005-0005-0005-0005";
    let refused = portal.write("POST", "/v1/devices?accountId=ACC-100777", &activation("a", key, 1)).await;
    assert_eq!((refused.status, refused.message()), (409, format!("License key {key} is EXPIRED.")));
    let target = format!("/v1/licenses/{key}/activations?accountId=ACC-100777");
    assert_eq!(portal.call("DELETE", &target).await.json()["data"]["releasedSeats"], 1);
}
