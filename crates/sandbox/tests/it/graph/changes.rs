//! Objects made, updated and deleted.

use serde_json::{Value, json};

use super::{id, names, read, refusal, trees};
use crate::client::{Answer, Portal, send};
use crate::kept::Kept;
use crate::tenduke::{HOST, call};

/// A request of the administrator with a JSON body.
async fn write(portal: &Portal, method: &str, target: &str, body: &Value) -> Answer {
    let headers = "authorization: Bearer token-p0\r\ncontent-type: application/json\r\n";
    send(portal.sandbox.address(), HOST, method, target, headers, &body.to_string()).await.unwrap()
}

fn reference(name: &str, to: &str) -> Value {
    json!({
        "__objType": "HashMap",
        "Entries": [{
            "__objType": "KeyValue",
            "value": { "__objType": "UUID", "value": to },
            "key": { "__objType": "String", "value": name },
        }],
    })
}

fn related(relation: &Value, objects: &[Value]) -> Value {
    json!([{
        "rel_Relation": relation,
        "rel_RelatedObjectList": { "__objType": "RelatedObjectList", "rel_RelatedObjects": objects },
    }])
}

/// An organization with a group of employees, as the documentation has one.
fn organization() -> Value {
    let (organization, group) = (id("10000000", 9), id("a0000000", 9));
    let relation = json!({
        "__objType": "ObjectRelation",
        "multiplicity": "ONE_TO_MANY",
        "relatedObjectType": "com.tenduke.sdk2.objectmodel.identity.ProfileGroup",
    });
    let group = json!({
        "__objType": "ProfileGroup",
        "name": "Employees",
        "type": "employees",
        "id": group,
        "referenceFields": reference("ref_Organization_id", &organization),
    });
    json!({
        "__objType": "Organization",
        "type": "company",
        "name": "Example Ltd",
        "id": organization,
        "rel_Relations": related(&relation, &[group]),
    })
}

#[tokio::test]
async fn an_object_graph_is_made_once_however_often_it_is_sent() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    let made = write(portal, "POST", "/graph", &organization()).await;
    assert_eq!(names(&made), ["O9"]);
    assert_eq!(
        portal.last_effect().unwrap(),
        "made Organization 10000000-0000-4000-8000-000000000009, \
         made ProfileGroup a0000000-0000-4000-8000-000000000009, \
         linked Organization 10000000-0000-4000-8000-000000000009 \
         to ProfileGroup a0000000-0000-4000-8000-000000000009"
    );
    let group = read(portal, "Organization[@name='Example Ltd']/~OneToMany/ProfileGroup[@type='employees']").await;
    assert_eq!(names(&group), ["G9"]);
    let before = kept.dump();
    let again = write(portal, "POST", "/graph/", &json!([organization()])).await;
    assert_eq!((again.body, portal.last_effect(), kept.dump()), (made.body, None, before));
}

#[tokio::test]
async fn what_is_sent_wins_and_what_is_not_sent_stays() {
    let portal = Portal::start().await;
    let license = id("40000000", 1);
    let body = json!({ "__objType": "License", "id": license, "validUntil": "2027-01-01T01:00:00+01:00" });
    let changed = write(&portal, "PUT", "/graph", &body).await.json();
    assert_eq!(
        (&changed[0]["validUntil"], &changed[0]["seatCount"], &changed[0]["seatsTaken"]),
        (&json!("2027-01-01T00:00:00.000Z"), &json!(2), &json!(1))
    );
    assert_eq!(portal.last_effect().unwrap(), format!("changed License {license}"));
    // What was read can be sent back: it changes nothing.
    let object = read(&portal, "License[@id='40000000-0000-4000-8000-000000000001']").await.json();
    let same = write(&portal, "PUT", "/graph", &object).await;
    assert_eq!((same.json(), portal.last_effect()), (object, None));
    // To a selector, with or without the id.
    let body = json!({ "__objType": "Organization", "name": "Acme AG", "templateFor": null });
    let renamed = write(&portal, "PUT", "/graph/Organization[@name~'acme']", &body).await;
    assert_eq!((names(&renamed), &renamed.json()[0]["name"]), (vec!["O1".to_owned()], &json!("Acme AG")));
}

#[tokio::test]
async fn an_object_without_an_id_gets_one_that_derives_from_its_content() {
    let contact = |value: &str| {
        let relation = json!({ "multiplicity": "ONE_TO_MANY" });
        let email = json!({ "__objType": "EmailAddress", "value": value });
        json!({
            "__objType": "ContactInformation",
            "referenceFields": reference("ref_Profile_id", &id("20000000", 1)),
            "rel_Relations": related(&relation, &[email]),
        })
    };
    let (one, other) = (Portal::start().await, Portal::start().await);
    let first = write(&one, "POST", "/graph", &contact("a@example.test")).await.json();
    write(&other, "POST", "/graph", &contact("b@example.test")).await;
    let same = write(&other, "POST", "/graph", &contact("a@example.test")).await.json();
    assert_eq!(first[0]["id"], same[0]["id"]);
    let second = write(&one, "POST", "/graph", &contact("a@example.test")).await.json();
    assert_ne!(first[0]["id"], second[0]["id"], "without an id, each is a new one");
    let count =
        read(&one, "Profile[@id='20000000-0000-4000-8000-000000000001']/ContactInformation/EmailAddress{count}");
    assert_eq!(count.await.json(), json!({ "count": 3 }));
}

#[tokio::test]
async fn a_reference_and_an_owner_are_replaced_and_a_membership_is_added() {
    let portal = Portal::start().await;
    let license = id("40000000", 1);
    let body = json!({
        "__objType": "License",
        "id": license,
        "referenceFields": reference("ref_Entitlement_id", &id("30000000", 3)),
        "rel_Relations": related(
            &json!({ "multiplicity": "MANY_TO_ONE" }),
            &[json!({ "__objType": "LicensedItem", "id": id("70000000", 3) })],
        ),
    });
    assert_eq!(write(&portal, "POST", "/graph", &body).await.status, 200);
    let moved = read(&portal, "License[@id='40000000-0000-4000-8000-000000000001']?/Entitlement&/LicensedItem").await;
    assert_eq!(trees(&moved), ["L1 (E3, I3)"]);
    // Given to another owner from the owner's side.
    let body = json!({
        "__objType": "Entitlement",
        "id": id("30000000", 1),
        "rel_Relations": related(&json!({}), &[json!({ "__objType": "License", "id": license })]),
    });
    write(&portal, "POST", "/graph", &body).await;
    let back = read(&portal, "License[@id='40000000-0000-4000-8000-000000000001']/Entitlement").await;
    assert_eq!(names(&back), ["E1"]);
    let consumer = json!({ "relationType": "com.tenduke.sdk2.types.object.graph.LicenseConsumerRelation" });
    for (entitlement, relation, objects) in [
        (1, consumer, [json!({ "__objType": "Profile", "id": id("20000000", 5) })]),
        (
            2,
            json!({ "multiplicity": "MANY_TO_MANY" }),
            [json!({ "__objType": "ProfileGroup", "id": id("a0000000", 1) })],
        ),
    ] {
        let body = json!({
            "__objType": "Entitlement",
            "id": id("30000000", entitlement),
            "rel_Relations": related(&relation, &objects),
        });
        assert_eq!(write(&portal, "POST", "/graph", &body).await.status, 200, "{body}");
    }
    let consumers = "Entitlement[@name!='Example Works']?/~LicenseConsumerRelation/Profile\
                     &/~LicenseConsumerRelation/ProfileGroup";
    assert_eq!(trees(&read(&portal, consumers).await), ["E1 (P5, G2)", "E2 (G1)"]);
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    let unknown = id("10000000", 99);
    let nested = |object: Value| {
        let relation = json!({ "multiplicity": "ONE_TO_MANY" });
        json!({ "__objType": "Organization", "name": "New", "rel_Relations": related(&relation, &[object]) })
    };
    for (method, target, body, status, message) in [
        ("POST", "/graph", json!([]), 400, "The body must be a JSON object, or an array of them."),
        ("POST", "/graph", json!("a"), 400, "The body must be a JSON object, or an array of them."),
        ("POST", "/graph", json!([1]), 400, "An object of the graph must be a JSON object."),
        ("POST", "/graph", json!({ "name": "a" }), 400, "Field __objType is required."),
        ("POST", "/graph", json!({ "__objType": "Thing" }), 400, "Type Thing is unknown."),
        ("POST", "/graph", json!({ "__objType": "Organization", "size": 1 }), 400, "Organization has no field size."),
        (
            "POST",
            "/graph",
            nested(json!({ "__objType": "ProfileGroup", "size": 1 })),
            400,
            "ProfileGroup has no field size.",
        ),
        (
            "POST",
            "/graph",
            nested(json!({ "__objType": "License" })),
            400,
            "There is no such relation from Organization to License.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "Organization", "id": "1" }),
            400,
            "Field id must be an id such as 10000000-0000-4000-8000-000000000001.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "License", "seatCount": -1 }),
            400,
            "Field seatCount must be an integer from 0 or null.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "License", "validFrom": "soon" }),
            400,
            "Field validFrom must be a time such as 2025-03-01T09:00:00Z or null.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "Profile", "active": "yes" }),
            400,
            "Field active must be a boolean or null.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "Organization", "name": 1 }),
            400,
            "Field name must be a string or null.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "LicenseModel", "settings": [] }),
            400,
            "Field settings must be an object or null.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "Assignment", "reservationType": "kept" }),
            400,
            "Field reservationType must be reserved, denied or null.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "License", "referenceFields": reference("ref_Profile_id", &unknown) }),
            400,
            "License has no reference field ref_Profile_id.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "ProfileGroup", "referenceFields": reference("ref_Organization_id", &unknown) }),
            409,
            "ref_Organization_id refers to no Organization: 10000000-0000-4000-8000-000000000099.",
        ),
        (
            "POST",
            "/graph",
            nested(
                json!({ "__objType": "ProfileGroup", "referenceFields": reference("ref_Organization_id", &unknown) }),
            ),
            409,
            "ref_Organization_id refers to no Organization: 10000000-0000-4000-8000-000000000099.",
        ),
        (
            "POST",
            "/graph",
            json!({ "__objType": "Organization", "id": id("20000000", 1) }),
            409,
            "20000000-0000-4000-8000-000000000001 is the id of an object of type Profile.",
        ),
        ("PUT", "/graph", json!({ "__objType": "Organization", "name": "a" }), 400, "Field id is required."),
        (
            "PUT",
            "/graph",
            json!([{ "__objType": "Organization", "id": id("10000000", 1), "name": "a" }, { "__objType": "Organization", "id": unknown }]),
            404,
            "Organization 10000000-0000-4000-8000-000000000099 was not found.",
        ),
        (
            "PUT",
            "/graph/Organization[@name='Nobody']",
            json!({ "__objType": "Organization" }),
            404,
            "No object was found.",
        ),
        (
            "PUT",
            "/graph/Organization",
            json!({ "__objType": "Organization" }),
            409,
            "The selector selects several objects.",
        ),
        (
            "PUT",
            "/graph/Organization[@name~'acme']",
            json!({ "__objType": "Organization", "id": id("10000000", 2) }),
            400,
            "The body must be the object that the selector selects.",
        ),
        (
            "PUT",
            "/graph/Organization[@name~'acme']",
            json!([]),
            400,
            "The body must be a JSON object, or an array of them.",
        ),
    ] {
        let before = kept.dump();
        let answer = write(portal, method, target, &body).await;
        assert_eq!(refusal(&answer, status), message, "{method} {target} {body}");
        assert_eq!((kept.dump(), portal.last_effect()), (before, None), "{method} {target} {body}");
    }
}

#[tokio::test]
async fn what_is_selected_is_deleted_with_what_it_owns() {
    let portal = Portal::start().await;
    let deleted = call(&portal, 0, "DELETE", "/graph/License[@id='40000000-0000-4000-8000-000000000001']").await;
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    assert_eq!(portal.last_effect().unwrap(), "deleted License 40000000-0000-4000-8000-000000000001");
    for (selector, objects) in [
        ("License{r=2}", vec!["L2", "L3"]),
        ("Assignment", vec!["A2"]),
        ("Consumption", vec![]),
        ("LicensedItem{r=1}", vec!["I1"]),
        ("Profile{r=2}", vec!["P0", "P1"]),
    ] {
        assert_eq!(names(&read(&portal, selector).await), objects, "{selector}");
    }
    // Several at once, of which one owns others.
    let deleted = call(&portal, 0, "DELETE", "/graph/Organization/Entitlement[@name~'e']/").await;
    assert_eq!(deleted.status, 204);
    assert_eq!(names(&read(&portal, "License").await), ["L3"]);
    assert_eq!(names(&read(&portal, "Entitlement").await), ["E2"]);
    assert_eq!(names(&read(&portal, "ProfileGroup").await), ["G1", "G2", "G3"]);
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
