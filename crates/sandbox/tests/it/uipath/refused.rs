//! Every refusal: its status, its words, and that nothing at all has changed.

use serde_json::{Value, json};

use super::{DELILAH, GROUP_01, Suite, USERS, Y1968, message};
use crate::kept::Kept;

const ONE: &str = r#"{"products": [{"code": "UNATT", "quantity": 1}]}"#;
const RULE: &str = r#"{"userBundleCodes": ["IDU"]}"#;
const GIFT: &str = r#"{"userIds": ["user-04"], "userBundleCodes": ["IDU"]}"#;

async fn assert_refused(kept: &Kept, suite: &Suite<'_>, method: &str, target: &str, body: &str) -> (u16, Value) {
    let before = kept.dump();
    let answer = suite.call(method, target, body).await;
    assert_eq!(suite.last().effect, None, "{method} {target} {body}");
    assert_eq!(kept.dump(), before, "{method} {target} {body}");
    (answer.status, answer.json())
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn what_a_path_names_must_be_there() {
    let kept = Kept::start().await;
    let suite = Suite::over(&kept.portal).await;
    for (method, target, body, status, told) in [
        (
            "PUT",
            DELILAH.replace("feb0dd79", "0"),
            ONE,
            404,
            "Host account 0-85b6-483b-b297-0e49a1aa5b7d was not found.",
        ),
        ("PUT", DELILAH.replace("y-y-y-delilah", "y-y-y"), ONE, 404, "Organization y-y-y was not found."),
        (
            "GET",
            DELILAH.replace("y-y-y-delilah", "empty-one"),
            "",
            404,
            "No account license is allocated for organization empty-one.",
        ),
        ("PUT", Y1968.replace("y-y-y-delilah", "y-y-y"), ONE, 404, "Organization y-y-y was not found."),
        ("PUT", Y1968.replace("y1968", "s2001"), ONE, 404, "Tenant s2001 was not found in organization y-y-y-delilah."),
        (
            "PUT",
            Y1968.replace("y1968", "y1969"),
            ONE,
            404,
            "Service documentunderstanding is not enabled on tenant y1969.",
        ),
        ("PUT", Y1968.replace("documentunderstanding", "nothing"), ONE, 400, "There is no service type 'nothing'."),
        (
            "PUT",
            Y1968.replace("documentunderstanding", "Orchestrator"),
            ONE,
            400,
            "There is no service type 'Orchestrator'.",
        ),
        ("PUT", Y1968.replace("documentunderstanding", ""), ONE, 400, "There is no service type ''."),
        ("POST", Y1968.replace("documentunderstanding", "?????"), ONE, 400, "There is no service type ''."),
        ("PUT", Y1968.replace("y1968", "%FF"), ONE, 400, "The path is not UTF-8."),
        ("GET", Y1968.to_owned(), "", 404, "No license is allocated for documentunderstanding of tenant y1968."),
        ("PUT", GROUP_01.replace("song-one", "1234"), RULE, 404, "Organization 1234 was not found."),
        (
            "PUT",
            GROUP_01.replace("song-one", "empty-one").replace("song-org", "empty-org"),
            RULE,
            404,
            "No account license is allocated for organization empty-one.",
        ),
        (
            "GET",
            GROUP_01.replace("song-one", "y-y-y-delilah").replace("song-org", "delilah-org"),
            "",
            404,
            "Organization y-y-y-delilah was not found.",
        ),
        (
            "PUT",
            GROUP_01.replace("song-org", "delilah-org"),
            RULE,
            404,
            "Organization song-one is not called delilah-org.",
        ),
        (
            "PUT",
            GROUP_01.replace("group-01", "group-09"),
            RULE,
            404,
            "Group group-09 was not found in organization song-one.",
        ),
        (
            "GET",
            GROUP_01.replace("group-01", "group-09"),
            "",
            404,
            "Group group-09 was not found in organization song-one.",
        ),
        ("PUT", USERS.replace("song-one", "song-two"), GIFT, 404, "Organization song-two was not found."),
        (
            "PUT",
            USERS.to_owned(),
            r#"{"userIds": ["a", "user-04", "b"], "userBundleCodes": []}"#,
            404,
            "Users a, b were not found in organization song-one.",
        ),
        ("GET", "/song-org/identity_/api/Group/nobody".to_owned(), "", 404, "Partition nobody was not found."),
        (
            "GET",
            "/delilah-org/identity_/api/Group/song-one".to_owned(),
            "",
            404,
            "Organization song-one is not called delilah-org.",
        ),
        (
            "GET",
            "/delilah-org/identity_/api/Group/y1968".to_owned(),
            "",
            404,
            "Organization y-y-y-delilah was not found.",
        ),
        ("GET", "/lrm/api".to_owned(), "", 404, "Path /lrm/api was not found."),
        ("DELETE", DELILAH.to_owned(), "", 405, ""),
        ("PATCH", Y1968.to_owned(), ONE, 405, ""),
        ("DELETE", GROUP_01.to_owned(), "", 405, ""),
        ("GET", USERS.to_owned(), "", 405, ""),
    ] {
        let (found, body) = assert_refused(&kept, &suite, method, &target, body).await;
        let told = if status == 405 { format!("Method {method} is not offered on {target}.") } else { told.to_owned() };
        let reason = match status {
            400 => "Bad Request",
            404 => "Not Found",
            _ => "Method Not Allowed",
        };
        let expected = json!({"StatusCode": status, "StatusDescription": reason, "Message": told, "Description": ""});
        assert_eq!((found, body), (status, expected), "{method} {target}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_by_field_and_all_at_once() {
    let kept = Kept::start().await;
    let suite = Suite::over(&kept.portal).await;
    let most = "The value must be an integer from 0 to 2147483647.";
    let quantity =
        |quantity: &str| format!(r#"{{"productQuantities": [{{"code": "UNATT", "quantity": {quantity}}}]}}"#);
    for (target, body, errors) in [
        (DELILAH, "[]".into(), json!({"$": ["The body must be a JSON object."]})),
        (DELILAH, "{}".into(), json!({"productQuantities": ["The field is required."]})),
        (DELILAH, r#"{"products": null}"#.into(), json!({"products": ["The value must be a list."]})),
        (DELILAH, r#"{"products": [], "productQuantities": []}"#.into(),
            json!({"products": ["The field must not stand beside productQuantities."]})),
        (DELILAH, r#"{"tenantName": "a", "products": []}"#.into(), json!({"tenantName": ["There is no such field."]})),
        (DELILAH, quantity("-1"), json!({"productQuantities[0].quantity": ["The value must be 0 or more."]})),
        (DELILAH, quantity("1.5"), json!({"productQuantities[0].quantity": [most]})),
        (DELILAH, quantity("\"2\""), json!({"productQuantities[0].quantity": [most]})),
        (DELILAH, quantity("null"), json!({"productQuantities[0].quantity": [most]})),
        (DELILAH, quantity("2147483648"), json!({"productQuantities[0].quantity": [most]})),
        (DELILAH, quantity("99999999999999999999"), json!({"productQuantities[0].quantity": [most]})),
        (Y1968, r#"{"products": [{"code": "UNAT"}, 7, {"code": "TIE", "quantity": 1, "of": 2}, {"code": "TIE", "quantity": 1}]}"#.into(),
            json!({
                "products[0].code": ["The value must be the code of a license."],
                "products[0].quantity": [most],
                "products[1]": ["The value must be an object with a code and a quantity."],
                "products[2].of": ["There is no such field."],
                "products[3].code": ["The code TIE is given more than once."],
            })),
        (Y1968, r#"{"tenantName": 7, "products": []}"#.into(), json!({"tenantName": ["The value must be a string."]})),
        (Y1968, r#"{"tenantName": "tenant-y1969", "products": []}"#.into(),
            json!({"tenantName": ["Tenant y1968 has another name."]})),
        (GROUP_01, "{}".into(), json!({"userBundleCodes": ["The field is required."]})),
        (GROUP_01, r#"{"userBundleCodes": ["IDU", "UNATT", "IDU", 7], "useExternalLicense": "no"}"#.into(),
            json!({
                "userBundleCodes[1]": ["The value UNATT is not the code of a user bundle."],
                "userBundleCodes[2]": ["The value IDU is given more than once."],
                "userBundleCodes[3]": ["The value must be a string that is not empty."],
                "useExternalLicense": ["The value must be true or false."],
            })),
        (USERS, r#"{"userIds": [], "userBundleCodes": []}"#.into(),
            json!({"userIds": ["The list must have at least one element."]})),
        (USERS, r#"{"userIds": ["a", "", "a"], "userBundleCodes": []}"#.into(),
            json!({
                "userIds[1]": ["The value must be a string that is not empty."],
                "userIds[2]": ["The value a is given more than once."],
            })),
        (USERS, r#"{"userBundleCodes": []}"#.into(), json!({"userIds": ["The field is required."]})),
    ] {
        let (status, found) = assert_refused(&kept, &suite, "PUT", target, &body).await;
        let expected = json!({
            "errors": errors,
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "traceId": "00-00000000000000000000000000000001-0000000000000001-00",
        });
        assert_eq!((status, found), (400, expected), "{target} {body}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_told_and_another_type_refused() {
    let kept = Kept::start().await;
    let suite = Suite::over(&kept.portal).await;
    // As the vendor's page has it: a comma and a quotation mark are missing.
    let torn = r#"{"userIds": ["singer-77" "singer-88], "userBundleCodes": ["IDU"]}"#;
    let (status, body) = assert_refused(&kept, &suite, "PUT", USERS, torn).await;
    assert_eq!(status, 400);
    assert!(body["errors"]["$"][0].as_str().unwrap().starts_with("The body is not valid JSON"), "{body}");
    let headers = format!("authorization: Bearer {}\r\n", suite.host);
    let answer = suite.ask("PUT", DELILAH, &headers, ONE).await;
    assert_eq!((answer.status, message(&answer).as_str()), (415, "The content type must be application/json."));
}

#[tokio::test]
async fn who_has_no_good_token_hears_nothing() {
    let kept = Kept::start().await;
    let suite = Suite::over(&kept.portal).await;
    for token in ["1234", &kept.portal.token] {
        for target in [DELILAH, Y1968, GROUP_01, USERS, "/nothing"] {
            let answer = suite.call_with(token, "PUT", target, ONE).await;
            assert_eq!((answer.status, answer.body.as_str()), (401, ""), "{target}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{target}");
        }
    }
}
