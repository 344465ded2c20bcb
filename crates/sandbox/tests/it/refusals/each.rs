//! What single endpoints refuse beside what all of them do.

use serde_json::json;

use super::{DESIGNER, ELSEWHERE, EXPIRED, Refused};
use crate::kept::Kept;
use crate::writes::{INTELLIGENCE_SUITE, SERVER, activation, changed};

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";
const A_TIME: &str = "must be a time such as 2023-03-08T08:00:00.000+00:00.";
const STATES: &str = "must be one of ACTIVE, INACTIVE.";
const TERMS: &str = "must be one of ACTIVE, EXPIRED, NOT_STARTED.";

/// Each request, with the caller's token and as JSON, is refused so.
async fn assert_refused(kept: &Kept, rows: &[(&str, &str, &str, &str, u16, &str)]) {
    let headers = kept.portal.json_headers();
    for (endpoint, method, target, payload, status, message) in rows {
        let headers = &headers;
        kept.assert_refused(&Refused { endpoint, method, target, headers, payload, status: *status, message }).await;
        let received = kept.portal.sandbox.requests().pop().unwrap();
        assert_eq!(received.endpoint, Some(*endpoint), "{target}");
    }
}

#[tokio::test]
async fn reads_refuse_parameters() {
    let kept = Kept::start().await;
    for (endpoint, path, query, message) in [
        ("accounts.list", "accounts", "status=GONE", format!("Parameter status {STATES}")),
        ("accounts.list", "accounts", "name=a&name=b", "Parameter name is given more than once.".to_owned()),
        ("users.list", "users", "status=active", format!("Parameter status {STATES}")),
        ("entitlements.list", "entitlements", "status=INACTIVE", format!("Parameter status {TERMS}")),
        ("licenses.list", "licenses", "status=", format!("Parameter status {TERMS}")),
        ("licenses.list", "licenses", "expiresBefore=soon", format!("Parameter expiresBefore {A_TIME}")),
        ("devices.list", "devices", "lastSeenBefore=2025-01-01", format!("Parameter lastSeenBefore {A_TIME}")),
        ("usage.list", "usage", "from=1", format!("Parameter from {A_TIME}")),
        // A bare `+` in a query is a blank.
        ("usage.list", "usage", "to=2025-03-01T00:00:00.000+00:00", format!("Parameter to {A_TIME}")),
        ("usage.list", "usage", "granularity=YEAR", "Parameter granularity must be one of DAY, MONTH.".to_owned()),
        ("usage.list", "usage", "from=2025-03-01T09:00:00Z", "Parameter from must be before parameter to.".to_owned()),
        (
            "usage.list",
            "usage",
            "from=2025-02-01T00:00:00Z&to=2025-01-01T00:00:00Z",
            "Parameter from must be before parameter to.".to_owned(),
        ),
        ("usage.list", "usage", "to=2025-01-01T00:00:00Z", "Parameter from must be before parameter to.".to_owned()),
        (
            "usage.list",
            "usage",
            "from=0001-01-01T00:00:00Z",
            "Parameters from and to must not span more than 4000 periods.".to_owned(),
        ),
        ("releases.list", "products/-/releases", "", "Parameter productLineId is required.".to_owned()),
        (
            "editions.list",
            "products/-/releases/-/editions",
            "",
            "Parameter productLineReleaseId is required.".to_owned(),
        ),
    ] {
        let target = format!("/v1/{path}?accountId=ACC-100234&{query}");
        assert_refused(&kept, &[(endpoint, "GET", &target, "", 400, &message)]).await;
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let kept = Kept::start().await;
    let key = format!("License key {ELSEWHERE} was not found in account ACC-100234.");
    let all = r#"{"removeAllLicenseKeys": true}"#;
    let not_held = json!({"licenseKeysToRemove": [DESIGNER, SERVER]}).to_string();
    for (place, name) in [("DEV-000810", "Device DEV-000810"), ("DEV-999999", "Device DEV-999999")] {
        let target = format!("/v1/devices/{place}?accountId=ACC-100234");
        let message = format!("{name} was not found in account ACC-100234.");
        assert_refused(
            &kept,
            &[
                ("devices.get", "GET", &target, "", 404, &message),
                ("devices.removeLicenses", "PATCH", &target, all, 404, &message),
                ("devices.delete", "DELETE", &target, "", 404, &message),
            ],
        )
        .await;
    }
    for user in ["USR-000810", "USR-999999", "usr-000731"] {
        let target = format!("/v1/users/{user}?accountId=ACC-100234");
        let message = format!("User {user} was not found in account ACC-100234.");
        assert_refused(
            &kept,
            &[
                ("users.get", "GET", &target, "", 404, &message),
                ("users.update", "PATCH", &target, r#"{"status": "ACTIVE"}"#, 404, &message),
                ("users.delete", "DELETE", &target, "", 404, &message),
                ("devices.activateOffline", "POST", DEVICES, &changed("/userId", json!(user)), 404, &message),
            ],
        )
        .await;
    }
    assert_refused(
        &kept,
        &[
            (
                "devices.activateOffline",
                "POST",
                DEVICES,
                &changed("/licenses/0/licenseKey", json!(ELSEWHERE)),
                404,
                &key,
            ),
            (
                "devices.removeLicenses",
                "PATCH",
                "/v1/devices/DEV-000412?accountId=ACC-100234",
                &not_held,
                404,
                &format!("License key {SERVER} was not found on device DEV-000412."),
            ),
            (
                "licenses.deactivate",
                "DELETE",
                &format!("/v1/licenses/{ELSEWHERE}/activations?accountId=ACC-100234"),
                "",
                404,
                &key,
            ),
            (
                "releases.list",
                "GET",
                "/v1/products/-/releases?accountId=ACC-100777&productLineId=Alteryx%20Server",
                "",
                404,
                "Product line Alteryx Server was not found in account ACC-100777.",
            ),
            (
                "editions.list",
                "GET",
                "/v1/products/-/releases/-/editions?accountId=ACC-100234&productLineReleaseId=x",
                "",
                404,
                "Release x was not found in account ACC-100234.",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_key_in_a_path_has_its_form() {
    let kept = Kept::start().await;
    for key in ["AYXD", "AYXD-0001-0001-0001-0001-0001-0001-000%C3%A4", "AYXD-0001-0001-0001-0001-0001-0001-0001-0001"]
    {
        let target = format!("/v1/licenses/{key}/activations?accountId=ACC-100234");
        let message = "Parameter licenseKey must be eight groups of four word characters.";
        assert_refused(&kept, &[("licenses.deactivate", "DELETE", &target, "", 400, message)]).await;
    }
    let target = "/v1/devices/%FF?accountId=ACC-100234";
    assert_refused(&kept, &[("devices.delete", "DELETE", target, "", 400, "The path is not UTF-8.")]).await;
}

#[tokio::test]
async fn what_the_state_does_not_allow_is_a_conflict() {
    let kept = Kept::start().await;
    let known = changed("/hostId", json!("8cdcd4000412"));
    let inactive = "User USR-000733 is INACTIVE and cannot be named in an activation.";
    let activations = [
        (changed("/userId", json!("USR-000733")), inactive.to_owned()),
        (activation("a", EXPIRED, 1), format!("License key {EXPIRED} is EXPIRED.")),
        (activation("a", DESIGNER, 4), format!("License key {DESIGNER} has 3 free seats of the 4 asked for.")),
        (
            activation("a", INTELLIGENCE_SUITE, 1),
            format!("License key {INTELLIGENCE_SUITE} has 0 free seats of the 1 asked for."),
        ),
        (known, format!("License key {DESIGNER} is already active on device DEV-000412.")),
    ];
    for (payload, message) in activations {
        assert_refused(&kept, &[("devices.activateOffline", "POST", DEVICES, &payload, 409, &message)]).await;
    }
    let server = format!("/v1/licenses/{SERVER}/activations?accountId=ACC-100234");
    let nowhere = format!("License key {SERVER} is not active on any device.");
    assert_refused(&kept, &[("licenses.deactivate", "DELETE", &server, "", 409, &nowhere)]).await;
}

#[tokio::test]
async fn a_key_whose_term_has_not_begun_is_a_conflict() {
    let kept = Kept::start().await;
    kept.portal.admin("POST", "clock", r#"{"now": "2024-06-30T23:59:59Z"}"#).await;
    let target = "/v1/devices?accountId=ACC-100777";
    let message = format!("License key {ELSEWHERE} is NOT_STARTED.");
    let payload = activation("a", ELSEWHERE, 1);
    assert_refused(&kept, &[("devices.activateOffline", "POST", target, &payload, 409, &message)]).await;
}

#[tokio::test]
async fn users_are_changed_by_who_administers_all_their_accounts() {
    let kept = Kept::start().await;
    let (own, other) = ("/v1/users/USR-000001?accountId=ACC-100234", "/v1/users/USR-000732?accountId=ACC-100234");
    let elsewhere = "The caller is not administrator of all accounts of user USR-000732.";
    let itself = "The caller cannot take away its own role or status.";
    assert_refused(
        &kept,
        &[
            ("users.update", "PATCH", other, r#"{"status": "INACTIVE"}"#, 403, elsewhere),
            ("users.update", "PATCH", other, r#"{"role": "MEMBER"}"#, 403, elsewhere),
            ("users.delete", "DELETE", other, "", 403, elsewhere),
            ("users.update", "PATCH", own, r#"{"status": "INACTIVE"}"#, 409, itself),
            ("users.update", "PATCH", own, r#"{"role": "MEMBER"}"#, 409, itself),
            ("users.delete", "DELETE", own, "", 409, "The caller cannot delete itself."),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_account_keeps_an_active_administrator() {
    let kept = Kept::after(
        "UPDATE alteryx_user SET status = 'INACTIVE' WHERE id = 'USR-000001'; \
         UPDATE alteryx_member SET role = 'LICENSE_ADMINISTRATOR' WHERE user = 'USR-000731'",
    )
    .await;
    let user = "/v1/users/USR-000731?accountId=ACC-100234";
    let last = "User USR-000731 is the last active administrator of account ACC-100234.";
    assert_refused(
        &kept,
        &[
            ("users.update", "PATCH", user, r#"{"status": "INACTIVE"}"#, 409, last),
            ("users.update", "PATCH", user, r#"{"role": "MEMBER"}"#, 409, last),
            ("users.delete", "DELETE", user, "", 409, last),
        ],
    )
    .await;
    // Beside another one it may go.
    let another = r#"{"status": "ACTIVE"}"#;
    kept.portal.write("PATCH", "/v1/users/USR-000001?accountId=ACC-100234", another).await;
    assert_eq!(kept.portal.call("DELETE", user).await.status, 200);
}
