//! What the writes refuse, in which words, and in which order they look.

use serde_json::{Value, json};

use crate::client::Portal;
use crate::kept::Kept;
use crate::refusals::Refused;
use crate::writes::{DESIGNER, SERVER, activation, changed};

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";
const DEVICE: &str = "/v1/devices/DEV-000412?accountId=ACC-100234";
const USER: &str = "/v1/users/USR-000731?accountId=ACC-100234";

/// Each write is refused so, and changes nothing.
async fn assert_refused(kept: &Kept, writes: &[(&str, &str, &str, u16, &str)]) {
    let headers = kept.portal.json_headers();
    for (method, target, payload, status, message) in writes {
        let (endpoint, headers, status) = ("", headers.as_str(), *status);
        kept.assert_refused(&Refused { endpoint, method, target, headers, payload, status, message }).await;
    }
}

#[tokio::test]
async fn a_payload_is_refused_with_the_name_of_its_field() {
    let kept = Kept::start().await;
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
        assert_refused(&kept, &[("POST", DEVICES, &changed(pointer, value), 400, message)]).await;
    }
    let long_host = activation(&"h".repeat(65), SERVER, 1).replace(&format!("WS-{}", "h".repeat(65)), "WS");
    assert_refused(&kept, &[("POST", DEVICES, &long_host, 400, "Field hostId must have 1 to 64 characters.")]).await;
}

#[tokio::test]
async fn patches_are_refused_with_the_name_of_their_field() {
    let kept = Kept::start().await;
    let exactly_one = "The body must have exactly one of the fields licenseKeysToRemove and removeAllLicenseKeys.";
    let twice = json!({"licenseKeysToRemove": [DESIGNER, DESIGNER.to_lowercase()]}).to_string();
    assert_refused(
        &kept,
        &[
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
            ("PATCH", USER, "{}", 400, "The body must have at least one of the fields status and role."),
            ("PATCH", USER, r#"{"status": "GONE"}"#, 400, "Field status must be one of ACTIVE, INACTIVE."),
            ("PATCH", USER, r#"{"status": null}"#, 400, "Field status must be one of ACTIVE, INACTIVE."),
            ("PATCH", USER, r#"{"role": "OWNER"}"#, 400, "Field role must be one of LICENSE_ADMINISTRATOR, MEMBER."),
            ("PATCH", USER, r#"{"email": "a@example.test"}"#, 400, "Field email is unknown."),
        ],
    )
    .await;
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
