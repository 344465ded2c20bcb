//! The tables of writes among the fixtures: what each of their rows leads to, one call for each row, in order.

use serde_json::json;

use crate::client::Portal;

/// The rows of a table, without its header.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

/// Sends what each row asks for; gives each status, and the message of a refusal or the effect of a success.
async fn outcomes(
    table: &'static str,
    request: impl Fn(&[&str]) -> (&'static str, String, serde_json::Value),
) -> Vec<(u16, String)> {
    let portal = Portal::start().await;
    let mut outcomes = Vec::new();
    for row in rows(table) {
        let (method, target, payload) = request(&row);
        let answer = portal.write(method, &target, &payload.to_string()).await;
        let told = portal.last_effect().unwrap_or_else(|| answer.message());
        outcomes.push((answer.status, told));
    }
    outcomes
}

fn assert_outcomes(found: &[(u16, String)], expected: &[(u16, &str)]) {
    let found: Vec<_> = found.iter().map(|(status, told)| (*status, told.as_str())).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn offline_machines() {
    let table = include_str!("../../../../fixtures/offline-machines.csv");
    let whole = table.trim_end().rsplit_once('\n').unwrap().0;
    assert!(table.ends_with("\nACC-100234,WS-0507\n"), "the last line is too short");
    let found = outcomes(whole, |row| {
        let [account, name, host, user, key, seats, file, content] = row else { panic!("{row:?}") };
        let seats: u32 = seats.parse().unwrap();
        let payload = json!({
            "name": name, "hostId": host, "userId": user, "licenses": [{"licenseKey": key, "quantity": seats}],
            "offlineRequest": {"fileName": file, "content": content}
        });
        ("POST", format!("/v1/devices?accountId={account}"), payload)
    })
    .await;
    assert_outcomes(
        &found,
        &[
            (200, "activated AYXD-0001-0001-0001-0001-0001-0001-0001 ×1 on DEV-550814"),
            (200, "activated AYXD-0001-0001-0001-0001-0001-0001-0001 ×1 on DEV-547575"),
            (200, "activated AYXS-0003-0003-0003-0003-0003-0003-0003 ×2 on DEV-547575"),
            (200, "activated AYXD-0005-0005-0005-0005-0005-0005-0005 ×1 on DEV-862467"),
            (409, "License key AYXI-0002-0002-0002-0002-0002-0002-0002 has 0 free seats of the 1 asked for."),
            (409, "License key AYXD-0004-0004-0004-0004-0004-0004-0004 is EXPIRED."),
            (400, "Field licenses[0].licenseKey must be eight groups of four word characters."),
            (404, "Account ACC-404001 was not found."),
        ],
    );
}

#[tokio::test]
async fn devices_to_clear() {
    let found = outcomes(include_str!("../../../../fixtures/devices-to-clear.csv"), |row| {
        let [account, device, key] = row else { panic!("{row:?}") };
        ("PATCH", format!("/v1/devices/{device}?accountId={account}"), json!({"licenseKeysToRemove": [key]}))
    })
    .await;
    assert_outcomes(
        &found,
        &[
            (200, "removed AYXD-0001-0001-0001-0001-0001-0001-0001 ×1 from DEV-000412"),
            (200, "removed AYXI-0002-0002-0002-0002-0002-0002-0002 ×1 from DEV-000412"),
            (200, "removed AYXD-0001-0001-0001-0001-0001-0001-0001 ×1 from DEV-000413"),
            (200, "removed AYXD-0005-0005-0005-0005-0005-0005-0005 ×1 from DEV-000810"),
            (404, "License key AYXD-0001-0001-0001-0001-0001-0001-0001 was not found on device DEV-000414."),
            (404, "Device DEV-999999 was not found in account ACC-100234."),
            (404, "Device DEV-000810 was not found in account ACC-100234."),
            (403, "The caller may not use account ACC-109999."),
            (400, "Field licenseKeysToRemove[0] must be eight groups of four word characters."),
        ],
    );
}

#[tokio::test]
async fn devices_to_delete() {
    let found = outcomes(include_str!("../../../../fixtures/devices-to-delete.csv"), |row| {
        let [account, device] = row else { panic!("{row:?}") };
        ("DELETE", format!("/v1/devices/{device}?accountId={account}"), json!(null))
    })
    .await;
    assert_outcomes(
        &found,
        &[
            (
                200,
                "deleted DEV-000412 with AYXD-0001-0001-0001-0001-0001-0001-0001 ×1, \
                 AYXI-0002-0002-0002-0002-0002-0002-0002 ×1",
            ),
            (200, "deleted DEV-000414"),
            (200, "deleted DEV-000810 with AYXD-0005-0005-0005-0005-0005-0005-0005 ×1"),
            (404, "Device DEV-999999 was not found in account ACC-100234."),
            (403, "The caller may not use account ACC-109999."),
            (404, "Account ACC-404001 was not found."),
            (404, "Device DEV-000414 was not found in account ACC-100234."),
        ],
    );
}

#[tokio::test]
async fn users_to_delete() {
    let found = outcomes(include_str!("../../../../fixtures/users-to-delete.csv"), |row| {
        let [account, user] = row else { panic!("{row:?}") };
        ("DELETE", format!("/v1/users/{user}?accountId={account}"), json!(null))
    })
    .await;
    assert_outcomes(
        &found,
        &[
            (200, "deleted USR-000731"),
            (200, "deleted USR-000733"),
            (200, "deleted USR-000810"),
            (403, "The caller is not administrator of all accounts of user USR-000732."),
            (409, "The caller cannot delete itself."),
            (404, "User USR-999999 was not found in account ACC-100234."),
            (404, "User USR-000731 was not found in account ACC-100777."),
        ],
    );
}

#[tokio::test]
async fn keys_to_deactivate() {
    let found = outcomes(include_str!("../../../../fixtures/keys-to-deactivate.csv"), |row| {
        let [account, key] = row else { panic!("{row:?}") };
        ("DELETE", format!("/v1/licenses/{key}/activations?accountId={account}"), json!(null))
    })
    .await;
    assert_outcomes(
        &found,
        &[
            (200, "deactivated AYXD-0001-0001-0001-0001-0001-0001-0001 ×1 on DEV-000412, ×1 on DEV-000413"),
            (200, "deactivated AYXI-0002-0002-0002-0002-0002-0002-0002 ×1 on DEV-000412"),
            (200, "deactivated AYXD-0005-0005-0005-0005-0005-0005-0005 ×1 on DEV-000810"),
            (409, "License key AYXS-0003-0003-0003-0003-0003-0003-0003 is not active on any device."),
            (409, "License key AYXD-0004-0004-0004-0004-0004-0004-0004 is not active on any device."),
            (404, "License key AYXD-0005-0005-0005-0005-0005-0005-0005 was not found in account ACC-100234."),
            (400, "Parameter licenseKey must be eight groups of four word characters."),
        ],
    );
}
