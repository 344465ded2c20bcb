//! What the writes refuse, in which words, and in which order they look.

use rusqlite::Connection;
use seatflow_sandbox::{Sandbox, Settings};
use serde_json::{Value, json};

use crate::client::Portal;
use crate::writes::{DESIGNER, INTELLIGENCE_SUITE, SERVER, activation};

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";
const DEVICE: &str = "/v1/devices/DEV-000412?accountId=ACC-100234";
const USER: &str = "/v1/users/USR-000731?accountId=ACC-100234";

/// Each write is refused so, and changes nothing.
async fn assert_refused(writes: &[(&str, &str, &str, u16, &str)]) {
    let portal = Portal::start().await;
    let lists = [DEVICES, "/v1/users?accountId=ACC-100234", "/v1/usage?accountId=ACC-100234"];
    let mut before = Vec::new();
    for list in lists {
        before.push(portal.get(list).await.body);
    }
    for (method, target, payload, status, message) in writes {
        let answer = portal.write(method, target, payload).await;
        assert_eq!((answer.status, answer.message().as_str()), (*status, *message), "{method} {target} {payload}");
        assert_eq!(portal.last_effect(), None, "{method} {target} {payload}");
    }
    for (list, before) in lists.iter().zip(before) {
        assert_eq!(portal.get(list).await.body, before);
    }
}

/// The good activation with one field set to something else, or taken away with null.
fn changed(pointer: &str, value: Value) -> String {
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

#[tokio::test]
async fn a_payload_is_refused_with_the_name_of_its_field() {
    let long = "ä".repeat(65);
    for (pointer, value, message) in [
        ("/name", Value::Null, "Field name is required."),
        ("/name", json!(7), "Field name must be a string."),
        ("/name", json!(""), "Field name must have 1 to 64 characters."),
        ("/name", json!(long), "Field name must have 1 to 64 characters."),
        ("/hostId", Value::Null, "Field hostId is required."),
        ("/hostId", json!("8CDCD400050"), "Field hostId must be 12 hexadecimal digits."),
        ("/hostId", json!("8CDCD400050G"), "Field hostId must be 12 hexadecimal digits."),
        ("/hostId", json!(1), "Field hostId must be a string."),
        ("/hostIdType", json!("MAC"), "Field hostIdType must be one of ETHERNET, STRING."),
        ("/hostIdType", json!(["STRING"]), "Field hostIdType must be one of ETHERNET, STRING."),
        ("/userId", json!(731), "Field userId must be a string."),
        ("/licenses", Value::Null, "Field licenses is required."),
        ("/licenses", json!([]), "Field licenses must be an array with at least one element."),
        ("/licenses", json!({}), "Field licenses must be an array with at least one element."),
        ("/licenses", json!([DESIGNER]), "Field licenses[0] must be an object."),
        ("/licenses/0/licenseKey", Value::Null, "Field licenses[0].licenseKey is required."),
        (
            "/licenses/0/licenseKey",
            json!("AYXD-0001"),
            "Field licenses[0].licenseKey must be eight groups of four word characters.",
        ),
        ("/licenses/0/licenseKey", json!(1), "Field licenses[0].licenseKey must be a string."),
        ("/licenses/0/quantity", json!(0), "Field licenses[0].quantity must be an integer from 1."),
        ("/licenses/0/quantity", json!(1.5), "Field licenses[0].quantity must be an integer from 1."),
        ("/licenses/0/quantity", json!("1"), "Field licenses[0].quantity must be an integer from 1."),
        ("/licenses/0/quantity", json!(u64::MAX), "Field licenses[0].quantity must be an integer from 1."),
        ("/licenses/0/seats", json!(1), "Field licenses[0].seats is unknown."),
        (
            "/licenses",
            json!([{"licenseKey": DESIGNER}, {"licenseKey": DESIGNER.to_lowercase()}]),
            "Field licenses[1].licenseKey must not name a license key again.",
        ),
        ("/offlineRequest", json!("V1MtMDUwMA=="), "Field offlineRequest must be an object."),
        ("/offlineRequest/fileName", Value::Null, "Field offlineRequest.fileName is required."),
        ("/offlineRequest/fileName", json!(1), "Field offlineRequest.fileName must be a string."),
        ("/offlineRequest/content", Value::Null, "Field offlineRequest.content is required."),
        ("/offlineRequest/content", json!("V1MtMDUwMA"), "Field offlineRequest.content must be base64."),
        ("/offlineRequest/size", json!(1), "Field offlineRequest.size is unknown."),
        ("/hostid", json!("x"), "Field hostid is unknown."),
    ] {
        assert_refused(&[("POST", DEVICES, &changed(pointer, value), 400, message)]).await;
    }
    let long_host = activation(&"h".repeat(65), SERVER, 1).replace(&format!("WS-{}", "h".repeat(65)), "WS");
    assert_refused(&[("POST", DEVICES, &long_host, 400, "Field hostId must have 1 to 64 characters.")]).await;
}

#[tokio::test]
async fn patches_are_refused_with_the_name_of_their_field() {
    let exactly_one = "The body must have exactly one of the fields licenseKeysToRemove and removeAllLicenseKeys.";
    let twice = json!({"licenseKeysToRemove": [DESIGNER, DESIGNER.to_lowercase()]}).to_string();
    let not_held = json!({"licenseKeysToRemove": [DESIGNER, SERVER]}).to_string();
    assert_refused(&[
        ("PATCH", DEVICE, "{}", 400, exactly_one),
        ("PATCH", DEVICE, r#"{"licenseKeysToRemove": [], "removeAllLicenseKeys": true}"#, 400, exactly_one),
        ("PATCH", DEVICE, r#"{"removeAllLicenseKeys": false}"#, 400, "Field removeAllLicenseKeys must be true."),
        ("PATCH", DEVICE, r#"{"removeAllLicenseKeys": "true"}"#, 400, "Field removeAllLicenseKeys must be true."),
        (
            "PATCH",
            DEVICE,
            r#"{"licenseKeysToRemove": []}"#,
            400,
            "Field licenseKeysToRemove must be an array with at least one element.",
        ),
        ("PATCH", DEVICE, r#"{"licenseKeysToRemove": [1]}"#, 400, "Field licenseKeysToRemove[0] must be a string."),
        (
            "PATCH",
            DEVICE,
            r#"{"licenseKeysToRemove": ["AYXD"]}"#,
            400,
            "Field licenseKeysToRemove[0] must be eight groups of four word characters.",
        ),
        ("PATCH", DEVICE, &twice, 400, "Field licenseKeysToRemove[1] must not name a license key again."),
        ("PATCH", DEVICE, r#"{"licenseKeys": []}"#, 400, "Field licenseKeys is unknown."),
        ("PATCH", DEVICE, &not_held, 404, &format!("License key {SERVER} was not found on device DEV-000412.")),
        ("PATCH", USER, "{}", 400, "The body must have at least one of the fields status and role."),
        ("PATCH", USER, r#"{"status": "GONE"}"#, 400, "Field status must be one of ACTIVE, INACTIVE."),
        ("PATCH", USER, r#"{"status": null}"#, 400, "Field status must be one of ACTIVE, INACTIVE."),
        ("PATCH", USER, r#"{"role": "OWNER"}"#, 400, "Field role must be one of LICENSE_ADMINISTRATOR, MEMBER."),
        ("PATCH", USER, r#"{"email": "a@example.test"}"#, 400, "Field email is unknown."),
        ("PATCH", USER, "[]", 400, "The body must be a JSON object."),
        ("PATCH", USER, "", 400, "The body is not valid JSON: EOF while parsing a value at line 1 column 0."),
        (
            "PATCH",
            USER,
            r#"{"status": "ACTIVE""#,
            400,
            "The body is not valid JSON: EOF while parsing an object at line 1 column 19.",
        ),
        (
            "DELETE",
            "/v1/licenses/AYXD/activations?accountId=ACC-100234",
            "",
            400,
            "Parameter licenseKey must be eight groups of four word characters.",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let elsewhere = "AYXD-0005-0005-0005-0005-0005-0005-0005";
    let device = "Device DEV-000810 was not found in account ACC-100234.";
    let user = "User USR-000810 was not found in account ACC-100234.";
    let key = format!("License key {elsewhere} was not found in account ACC-100234.");
    assert_refused(&[
        ("POST", DEVICES, &changed("/userId", json!("USR-000810")), 404, user),
        ("POST", DEVICES, &changed("/licenses/0/licenseKey", json!(elsewhere)), 404, &key),
        ("PATCH", "/v1/devices/DEV-000810?accountId=ACC-100234", r#"{"removeAllLicenseKeys": true}"#, 404, device),
        ("DELETE", "/v1/devices/DEV-000810?accountId=ACC-100234", "", 404, device),
        ("PATCH", "/v1/users/USR-000810?accountId=ACC-100234", r#"{"status": "ACTIVE"}"#, 404, user),
        ("DELETE", "/v1/users/USR-000810?accountId=ACC-100234", "", 404, user),
        ("DELETE", &format!("/v1/licenses/{elsewhere}/activations?accountId=ACC-100234"), "", 404, &key),
    ])
    .await;
}

#[tokio::test]
async fn what_the_state_does_not_allow_is_a_conflict() {
    let expired = "AYXD-0004-0004-0004-0004-0004-0004-0004";
    let known = changed("/hostId", json!("8CDCD4000412"));
    assert_refused(&[
        (
            "POST",
            DEVICES,
            &changed("/userId", json!("USR-000733")),
            409,
            "User USR-000733 is INACTIVE and cannot be named in an activation.",
        ),
        ("POST", DEVICES, &activation("a", expired, 1), 409, &format!("License key {expired} is EXPIRED.")),
        (
            "POST",
            DEVICES,
            &activation("a", DESIGNER, 4),
            409,
            &format!("License key {DESIGNER} has 3 free seats of the 4 asked for."),
        ),
        (
            "POST",
            DEVICES,
            &activation("a", INTELLIGENCE_SUITE, 1),
            409,
            &format!("License key {INTELLIGENCE_SUITE} has 0 free seats of the 1 asked for."),
        ),
        ("POST", DEVICES, &known, 409, &format!("License key {DESIGNER} is already active on device DEV-000412.")),
        (
            "DELETE",
            &format!("/v1/licenses/{SERVER}/activations?accountId=ACC-100234"),
            "",
            409,
            &format!("License key {SERVER} is not active on any device."),
        ),
    ])
    .await;
}

#[tokio::test]
async fn users_are_changed_by_who_administers_all_their_accounts() {
    let (own, other) = ("/v1/users/USR-000001?accountId=ACC-100234", "/v1/users/USR-000732?accountId=ACC-100234");
    let elsewhere = "The caller is not administrator of all accounts of user USR-000732.";
    let itself = "The caller cannot take away its own role or status.";
    assert_refused(&[
        ("PATCH", other, r#"{"status": "INACTIVE"}"#, 403, elsewhere),
        ("DELETE", other, "", 403, elsewhere),
        ("PATCH", own, r#"{"status": "INACTIVE"}"#, 409, itself),
        ("PATCH", own, r#"{"role": "MEMBER"}"#, 409, itself),
        ("DELETE", own, "", 409, "The caller cannot delete itself."),
    ])
    .await;
}

/// A portal whose state was changed by hand.
async fn portal_after(statement: &str) -> (tempfile::TempDir, Portal) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let settings = Settings { database: Some(path.clone()), ..Settings::default() };
    Sandbox::start(settings.clone()).await.unwrap().stop().await;
    Connection::open(&path).unwrap().execute_batch(statement).unwrap();
    (folder, Portal::with(settings).await)
}

#[tokio::test]
async fn an_account_keeps_an_active_administrator() {
    let (_folder, portal) = portal_after(
        "UPDATE alteryx_user SET status = 'INACTIVE' WHERE id = 'USR-000001'; \
         UPDATE alteryx_member SET role = 'LICENSE_ADMINISTRATOR' WHERE user = 'USR-000731'",
    )
    .await;
    let last = "User USR-000731 is the last active administrator of account ACC-100234.";
    for (method, payload) in
        [("PATCH", r#"{"status": "INACTIVE"}"#), ("PATCH", r#"{"role": "MEMBER"}"#), ("DELETE", "")]
    {
        let answer = portal.write(method, USER, payload).await;
        assert_eq!((answer.status, answer.message().as_str()), (409, last), "{method} {payload}");
    }
    // Beside another one it may go.
    portal.write("PATCH", "/v1/users/USR-000001?accountId=ACC-100234", r#"{"status": "ACTIVE"}"#).await;
    assert_eq!(portal.call("DELETE", USER).await.status, 200);
}

#[tokio::test]
async fn a_caller_who_is_no_administrator_reads_and_does_not_write() {
    let (_folder, portal) =
        portal_after("UPDATE alteryx_member SET role = 'MEMBER' WHERE user = 'USR-000001' AND account = 'ACC-100234'")
            .await;
    assert_eq!(portal.get(DEVICES).await.status, 200);
    let key = format!("/v1/licenses/{DESIGNER}/activations?accountId=ACC-100234");
    for (method, target) in
        [("POST", DEVICES), ("PATCH", DEVICE), ("PATCH", USER), ("DELETE", DEVICE), ("DELETE", USER), ("DELETE", &key)]
    {
        let answer = portal.write(method, target, "{}").await;
        assert_eq!(answer.status, 403, "{method} {target}");
        assert_eq!(answer.message(), "The caller is not administrator of account ACC-100234.");
    }
}

#[tokio::test]
async fn a_payload_must_be_said_to_be_json() {
    let portal = Portal::start().await;
    let token = format!("authorization: Bearer {}\r\n", portal.token);
    for content_type in ["", "content-type: text/json\r\n", "content-type: application/json5\r\n"] {
        for (method, target) in [("POST", DEVICES), ("PATCH", DEVICE), ("PATCH", USER)] {
            let answer = portal.send(method, target, &format!("{token}{content_type}"), "{}").await.unwrap();
            assert_eq!(answer.status, 415, "{method} {target} {content_type}");
            assert_eq!(answer.message(), "The content type must be application/json.");
        }
    }
}

#[tokio::test]
async fn a_write_looks_at_things_in_the_order_of_the_portal() {
    let portal = Portal::start().await;
    let unknown = "/v1/devices/DEV-999999?accountId=";
    let json = "content-type: application/json\r\n";
    let good = format!("authorization: Bearer {}\r\n", portal.token);
    let bad = "authorization: Bearer unknown\r\n".to_owned();
    for (token, content_type, method, target, payload, status) in [
        (&bad, "", "PUT", "/v1/devices/DEV-999999", "", 401),
        (&bad, "", "PATCH", "/v1/devices/DEV-999999", "", 401),
        (&good, "", "PUT", "/v1/devices/DEV-999999", "", 405),
        (&good, "", "PATCH", "/v1/devices/DEV-999999/", "", 404),
        (&good, "", "PATCH", "/v1/devices/DEV-999999", "", 400),
        (&good, "", "PATCH", &format!("{unknown}ACC-109999&accountId=ACC-1"), "", 400),
        (&good, "", "PATCH", &format!("{unknown}ACC-109999"), "", 403),
        (&good, "", "PATCH", &format!("{unknown}ACC-1"), "", 404),
        (&good, "", "PATCH", &format!("{unknown}ACC-100234"), "{", 415),
        (&good, json, "PATCH", &format!("{unknown}ACC-100234"), "{", 400),
        (&good, json, "PATCH", &format!("{unknown}ACC-100234"), "{}", 400),
        (&good, json, "PATCH", &format!("{unknown}ACC-100234"), r#"{"removeAllLicenseKeys": true}"#, 404),
        (&good, "", "DELETE", "/v1/licenses/x/activations?accountId=ACC-109999", "", 400),
        (&good, "", "DELETE", &format!("/v1/licenses/{DESIGNER}/activations?accountId=ACC-109999"), "", 403),
        (&good, json, "POST", DEVICES, &activation("a", &SERVER.replace('S', "Z"), 9), 404),
        (&good, json, "POST", DEVICES, &activation("a", SERVER, 9), 409),
        // What is not there comes before what the state does not allow.
        (&good, json, "POST", DEVICES, &changed("/userId", json!("USR-000733")).replace("AYXD", "AYXZ"), 404),
    ] {
        let answer = portal.send(method, target, &format!("{token}{content_type}"), payload).await.unwrap();
        assert_eq!(answer.status, status, "{method} {target} {payload}: {answer:?}");
    }
}
