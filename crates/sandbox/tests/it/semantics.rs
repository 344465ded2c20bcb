//! What the portal's lists say after changes, and as time goes by.

use serde_json::{Value, json};

use crate::client::Portal;
use crate::kept::Kept;
use crate::writes::{DESIGNER, SERVER, activation};

const RETAIL_KEY: &str = "AYXD-0005-0005-0005-0005-0005-0005-0005";

async fn data(portal: &Portal, target: &str) -> Value {
    let answer = portal.get(target).await;
    assert_eq!(answer.status, 200, "{target}: {answer:?}");
    answer.json()["data"].clone()
}

/// A portal whose caller stays logged in, whatever the clock.
async fn portal_for_long() -> Portal {
    let portal = Portal::start().await;
    portal.admin("POST", "settings", r#"{"access_token_seconds": 2000000000}"#).await;
    let token = portal.refresh("/as/token", "refresh_token=rt-000002&client_id=sandbox-client").await.access_token();
    Portal { token, ..portal }
}

#[tokio::test]
async fn a_user_is_shown_with_the_devices_of_the_account_that_is_asked_for() {
    let portal = Portal::start().await;
    let payload = json!({
        "name": "WS-A", "hostId": "a", "hostIdType": "STRING", "userId": "USR-000001",
        "licenses": [{"licenseKey": RETAIL_KEY}]
    });
    portal.write("POST", "/v1/devices?accountId=ACC-100777", &payload.to_string()).await;
    let here = data(&portal, "/v1/users/USR-000001?accountId=ACC-100777").await;
    let elsewhere = data(&portal, "/v1/users/USR-000001?accountId=ACC-100234").await;
    assert_eq!(here["devices"], json!([{"deviceId": "DEV-646354", "name": "WS-A"}]));
    assert_eq!(elsewhere["devices"], json!([]));
    assert_eq!(here["accounts"], elsewhere["accounts"]);
    let listed = data(&portal, "/v1/users?accountId=ACC-100234&userName=admin").await;
    assert_eq!(listed, json!([elsewhere]));
}

#[tokio::test]
async fn a_role_is_changed_in_the_account_of_the_call_alone() {
    let kept = Kept::after(
        "INSERT INTO alteryx_member VALUES ('ACC-100777', 'USR-000731', 'LICENSE_ADMINISTRATOR'); \
         UPDATE alteryx_member SET role = 'LICENSE_ADMINISTRATOR' WHERE user = 'USR-000731'",
    )
    .await;
    let user = "/v1/users/USR-000731?accountId=ACC-100234";
    let answer = kept.portal.write("PATCH", user, r#"{"role": "MEMBER"}"#).await.json();
    let roles = json!([
        {"accountId": "ACC-100234", "role": "MEMBER"},
        {"accountId": "ACC-100777", "role": "LICENSE_ADMINISTRATOR"}
    ]);
    assert_eq!(answer["data"]["accounts"], roles);
}

#[tokio::test]
async fn a_user_who_is_deleted_is_gone_from_all_accounts_and_so_is_the_last_administrator_of_none() {
    let kept = Kept::after(
        "INSERT INTO alteryx_member VALUES ('ACC-100777', 'USR-000731', 'LICENSE_ADMINISTRATOR'); \
         UPDATE alteryx_user SET status = 'INACTIVE' WHERE id = 'USR-000001'",
    )
    .await;
    let user = "/v1/users/USR-000731?accountId=ACC-100234";
    let message = "User USR-000731 is the last active administrator of account ACC-100777.";
    for (method, payload) in [("DELETE", ""), ("PATCH", r#"{"status": "INACTIVE"}"#)] {
        let refused = kept.portal.write(method, user, payload).await;
        assert_eq!((refused.status, refused.message().as_str()), (409, message), "{method}");
    }
    // Elsewhere it is no administrator, so its role there may be what it is.
    assert_eq!(kept.portal.write("PATCH", user, r#"{"role": "MEMBER"}"#).await.status, 200);
    kept.portal.write("PATCH", "/v1/users/USR-000001?accountId=ACC-100234", r#"{"status": "ACTIVE"}"#).await;
    assert_eq!(kept.portal.call("DELETE", user).await.status, 200);
    let gone = kept.portal.get("/v1/users/USR-000731?accountId=ACC-100777").await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn terms_of_contracts_and_entitlements_follow_the_clock() {
    let portal = portal_for_long().await;
    for (now, status) in [
        ("2024-06-30T23:59:59Z", "NOT_STARTED"),
        ("2024-07-01T00:00:00Z", "ACTIVE"),
        ("2025-06-30T23:59:59Z", "ACTIVE"),
        ("2025-07-01T00:00:00Z", "EXPIRED"),
    ] {
        portal.admin("POST", "clock", &json!({ "now": now }).to_string()).await;
        let accounts = data(&portal, "/v1/accounts?name=retail").await;
        assert_eq!(accounts[0]["contracts"][0]["status"], status, "{now}");
        let entitlements = data(&portal, "/v1/entitlements?accountId=ACC-100777").await;
        assert_eq!(entitlements[0]["status"], status, "{now}");
        let free = if status == "ACTIVE" { 2 } else { 0 };
        let item = &entitlements[0]["lineItems"][0];
        assert_eq!((&item["used"], &item["available"]), (&json!(1), &json!(free)), "{now}");
    }
}

#[tokio::test]
async fn an_expired_key_keeps_its_activations() {
    let portal = portal_for_long().await;
    let before = data(&portal, "/v1/devices?accountId=ACC-100777").await;
    portal.admin("POST", "clock", r#"{"now": "2025-07-01T00:00:00Z"}"#).await;
    let license = data(&portal, "/v1/licenses?accountId=ACC-100777").await;
    assert_eq!((&license[0]["status"], &license[0]["used"]), (&json!("EXPIRED"), &json!(1)));
    assert_eq!(license[0]["activations"][0]["deviceId"], "DEV-000810");
    assert_eq!(data(&portal, "/v1/devices?accountId=ACC-100777").await, before);
    assert_eq!(before[0]["status"], "ACTIVE");
}

#[tokio::test]
async fn usage_tells_peaks_that_are_past_and_pages_count_keys() {
    let portal = portal_for_long().await;
    let devices = "/v1/devices?accountId=ACC-100234";
    portal.write("POST", devices, &activation("a", SERVER, 2)).await;
    portal.admin("POST", "clock", r#"{"advance_seconds": 3600}"#).await;
    portal.call("DELETE", "/v1/devices/DEV-837036?accountId=ACC-100234").await;
    portal.admin("POST", "clock", r#"{"now": "2025-03-03T12:00:00Z"}"#).await;
    let target = format!("/v1/usage?accountId=ACC-100234&licenseKey={SERVER}&from=2025-03-01T00:00:00Z");
    let usage = &data(&portal, &target).await[0];
    assert_eq!((&usage["peakUsed"], &usage["quantity"]), (&json!(2), &json!(2)));
    let told = |name: &str| -> Vec<i64> {
        usage["periods"].as_array().unwrap().iter().map(|period| period[name].as_i64().unwrap()).collect()
    };
    assert_eq!((told("used"), told("peakUsed")), (vec![0, 0, 0], vec![2, 0, 0]));
    let page = async |page: u32| {
        let all = data(&portal, &format!("/v1/usage?accountId=ACC-100234&size=1&page={page}")).await;
        all.as_array().unwrap().iter().map(|usage| usage["licenseKey"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((page(0).await, page(3).await), (vec![json!(DESIGNER)], vec![]));
}
