//! Objects made, updated and deleted.

use serde_json::{Value, json};

use super::{id, names, read, reference, related, trees, write};
use crate::client::Portal;
use crate::kept::Kept;
use crate::tenduke::call;

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
