//! What the graph refuses; nothing has changed then.

use serde_json::{Value, json};

use super::{id, reference, refusal, related, write};
use crate::kept::Kept;
use crate::tenduke::call;

/// Sends a body that is refused, and sees that nothing has changed.
async fn check(kept: &Kept, method: &str, target: &str, body: &Value, status: u16, message: &str) {
    let before = kept.dump();
    let answer = write(&kept.portal, method, target, body).await;
    assert_eq!(refusal(&answer, status), message, "{method} {target} {body}");
    assert_eq!((kept.dump(), kept.portal.last_effect()), (before, None), "{method} {target} {body}");
}

/// An object that relates to another.
fn nested(object: Value) -> Value {
    let relation = json!({ "multiplicity": "ONE_TO_MANY" });
    json!({ "__objType": "Organization", "name": "New", "rel_Relations": related(&relation, &[object]) })
}

#[tokio::test]
async fn an_object_that_is_none_of_the_graph_is_refused() {
    let kept = Kept::start().await;
    for (body, message) in [
        (json!([]), "The body must be a JSON object, or an array of them."),
        (json!("a"), "The body must be a JSON object, or an array of them."),
        (json!([1]), "An object of the graph must be a JSON object."),
        (json!({ "name": "a" }), "Field __objType is required."),
        (json!({ "__objType": "Thing" }), "Type Thing is unknown."),
        (
            json!({ "__objType": "Organization", "id": "1" }),
            "Field id must be an id such as 10000000-0000-4000-8000-000000000001.",
        ),
        (json!({ "__objType": "Organization", "rel_Relations": {} }), "Field rel_Relations must be an array."),
        (json!({ "__objType": "Organization", "rel_Relations": [{}] }), "Field rel_RelatedObjects must be an array."),
        (json!({ "__objType": "Organization", "referenceFields": {} }), "Field Entries must be an array."),
        (nested(json!({ "__objType": "License" })), "There is no such relation from Organization to License."),
        (
            json!({ "__objType": "License", "referenceFields": reference("ref_Profile_id", &id("20000000", 1)) }),
            "License has no reference field ref_Profile_id.",
        ),
        (
            json!({ "__objType": "License", "referenceFields": reference("ref_Entitlement_id", "1") }),
            "Field ref_Entitlement_id must be an id such as 10000000-0000-4000-8000-000000000001.",
        ),
    ] {
        check(&kept, "POST", "/graph", &body, 400, message).await;
    }
}

#[tokio::test]
async fn a_field_that_is_unknown_or_holds_what_is_none_of_its_values_is_refused() {
    let kept = Kept::start().await;
    for (kind, field, value, message) in [
        ("Organization", "size", json!(1), "Organization has no field size."),
        ("Organization", "name", json!(1), "Field name must be a string or null."),
        ("License", "seatCount", json!(-1), "Field seatCount must be an integer from 0 or null."),
        ("License", "useTime", json!(1.5), "Field useTime must be an integer from 0 or null."),
        ("License", "validFrom", json!("soon"), "Field validFrom must be a time such as 2025-03-01T09:00:00Z or null."),
        ("Profile", "active", json!("yes"), "Field active must be a boolean or null."),
        ("LicenseModel", "settings", json!([]), "Field settings must be an object or null."),
        ("Assignment", "reservationType", json!("kept"), "Field reservationType must be reserved, denied or null."),
    ] {
        check(&kept, "POST", "/graph", &json!({ "__objType": kind, field: value }), 400, message).await;
    }
    let group = json!({ "__objType": "ProfileGroup", "size": 1 });
    check(&kept, "POST", "/graph", &nested(group), 400, "ProfileGroup has no field size.").await;
}

#[tokio::test]
async fn what_contradicts_the_objects_that_are_there_is_refused() {
    let kept = Kept::start().await;
    let unknown = id("10000000", 99);
    let group = json!({ "__objType": "ProfileGroup", "referenceFields": reference("ref_Organization_id", &unknown) });
    let message = "ref_Organization_id refers to no Organization: 10000000-0000-4000-8000-000000000099.";
    check(&kept, "POST", "/graph", &group, 409, message).await;
    check(&kept, "POST", "/graph", &nested(group), 409, message).await;
    let other_type = json!({ "__objType": "Organization", "id": id("20000000", 1) });
    let message = "20000000-0000-4000-8000-000000000001 is the id of an object of type Profile.";
    check(&kept, "POST", "/graph", &other_type, 409, message).await;
}

#[tokio::test]
async fn only_what_is_there_is_updated() {
    let kept = Kept::start().await;
    let organization = |id: &str| json!({ "__objType": "Organization", "id": id, "name": "a" });
    let [one, other] = [organization(&id("10000000", 1)), organization(&id("10000000", 2))];
    let nameless = json!({ "__objType": "Organization" });
    let not_found = "Organization 10000000-0000-4000-8000-000000000099 was not found.";
    let one_only = "The body of a request to a selector must be one object.";
    for (selector, body, status, message) in [
        ("", nameless.clone(), 400, "Field id is required."),
        ("", json!([one, organization(&id("10000000", 99))]), 404, not_found),
        ("/Organization[@name='Nobody']", nameless.clone(), 404, "No object was found."),
        ("/Organization", nameless, 409, "The selector selects several objects."),
        ("/Organization[@name~'acme']", other.clone(), 400, "The body must be the object that the selector selects."),
        (
            "/Profile[@userName~'01']",
            json!({ "__objType": "Person" }),
            400,
            "The body must be the object that the selector selects.",
        ),
        ("/Organization[@name~'acme']", json!([one, other]), 400, one_only),
        ("/Nothing", json!({ "__objType": "Organization" }), 400, "Type Nothing is unknown."),
    ] {
        check(&kept, "PUT", &format!("/graph{selector}"), &body, status, message).await;
    }
}

#[tokio::test]
async fn what_is_not_narrowed_or_not_there_is_not_deleted() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    let before = kept.dump();
    let not_all = "The last step must tell which objects: not all of a type can be deleted.";
    let no_more = "A selector that deletes takes no count, no fields and no includes.";
    for (selector, status, message) in [
        ("License", 400, not_all),
        ("License[]", 400, not_all),
        ("License{r=1}", 400, not_all),
        ("Organization[@name~'acme']/Entitlement", 400, not_all),
        ("License[@seatCount=2]{count}", 400, no_more),
        ("License[@seatCount=2]/@id", 400, no_more),
        ("License[@seatCount=2]?/Assignment", 400, no_more),
        ("License[@seatCount=7]", 404, "No object was found."),
        ("License[@name='a']", 400, "License has no field name."),
        ("", 400, "The selector cannot be read at character 1: the name of a type is missing."),
    ] {
        let answer = call(portal, 0, "DELETE", &format!("/graph/{selector}")).await;
        assert_eq!(refusal(&answer, status), message, "{selector}");
    }
    let answer = call(portal, 2, "DELETE", "/graph/License[@seatCount=2]").await;
    assert_eq!((answer.status, kept.dump()), (403, before));
}
