//! The queries of the vendor's documentation.

use serde_json::json;

use super::{id, names, read, refusal, trees};
use crate::client::Portal;

const USES: &str = "Organization[@name='Acme Inc']/~OneToMany/Entitlement/~OneToMany/License/~OneToMany\
    /Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption";

#[tokio::test]
async fn every_documented_query_gives_its_objects() {
    let portal = Portal::start().await;
    let p1 = id("20000000", 1);
    let e1 = id("30000000", 1);
    for (selector, objects) in [
        (USES.to_owned(), vec!["C1"]),
        (
            "Organization/~OneToMany/Entitlement/~OneToMany/License/~Assignment:LicenseProfileAssignment/~ManyToOne/Profile"
                .to_owned(),
            vec!["P1", "P2", "P3"],
        ),
        (
            "Organization/~OneToMany/Entitlement/~OneToMany/License?/~ManyToOne/LicensedItem\
             &/~Assignment:LicenseProfileAssignment/Profile"
                .to_owned(),
            vec!["L1 (I1, A1 (P1), A3 (P3))", "L2 (I3, A2 (P2))", "L4 (I4)", "L5 (I5)", "L6 (I1)"],
        ),
        (
            format!("Profile[@id='{p1}']?/~ManyToOne/Person&/~OneToMany/ContactInformation/~OneToMany/EmailAddress"),
            vec!["P1 (person 1, contact 1 (email 1))"],
        ),
        ("Organization[@name='Acme Inc']/~OneToMany/ProfileGroup[@type='employees']".to_owned(), vec!["G1"]),
        (format!("Entitlement[@id='{e1}']/~LicenseConsumerRelation/ProfileGroup"), vec!["G2"]),
        ("ProfileGroup[@templateFor!=null]".to_owned(), vec![]),
        ("Profile{i=0,r=5}".to_owned(), vec!["P0", "P1", "P2", "P3", "P4"]),
        ("Organization[@name~'acme']".to_owned(), vec!["O1"]),
        ("Organization[@name*'Ac']".to_owned(), vec!["O1"]),
        ("ProductPackage[@title='DemoPackage']".to_owned(), vec!["K1"]),
    ] {
        assert_eq!(trees(&read(&portal, &selector).await), objects, "{selector}");
    }
    assert_eq!(read(&portal, "Profile{count}").await.json(), json!({ "count": 6 }));
    assert_eq!(portal.last_effect(), None);
}

#[tokio::test]
async fn the_lease_ids_of_a_user_are_read_with_and_without_the_last_quote() {
    let portal = Portal::start().await;
    let leases =
        "/Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption/@leaseId";
    for (start, found) in [
        (format!("Profile[@id='{}]", id("20000000", 1)), json!(["60000000-0000-4000-8000-0000000000a1"])),
        (format!("Profile[@id='{}']", id("20000000", 1)), json!(["60000000-0000-4000-8000-0000000000a1"])),
        (format!("Profile[@id='{}']", id("20000000", 2)), json!([])),
        ("Profile[@id='PROFILE_ID_HERE]".to_owned(), json!([])),
    ] {
        let answer = read(&portal, &format!("{start}{leases}")).await;
        assert_eq!((answer.status, answer.json()), (200, found), "{start}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_is_not_there_is_refused() {
    let portal = Portal::start().await;
    for (selector, message) in [
        (
            "~OneToMany/License",
            "The selector cannot be read at character 1: a selector begins with a type, not with a relation; \
             begin with the type of the objects that the path starts from.",
        ),
        (
            "License/~OneToMany",
            "The selector cannot be read at character 9: `~OneToMany` leads to no type; add the type behind it, such \
             as `/License`.",
        ),
        (
            "License[",
            "The selector cannot be read at character 9: the `@` of a condition is missing; a condition is such as \
             `@name='Acme Inc'`.",
        ),
        (
            "License[@id='a'",
            "The selector cannot be read at character 16: `]` is missing; it closes the `[` of character 8; conditions \
             are joined by `,` or `and`.",
        ),
        ("Unknown", "Type Unknown is unknown."),
        ("License[@noSuchField=1]", "License has no field noSuchField."),
        ("LicensedItem/Consumption", "There is no such relation from LicensedItem to Consumption."),
    ] {
        assert_eq!(refusal(&read(&portal, selector).await, 400), message, "{selector}");
    }
}

#[tokio::test]
async fn an_object_is_told_with_its_references_and_what_comes_with_it() {
    let portal = Portal::start().await;
    let license = id("40000000", 1);
    let answer = read(&portal, &format!("License[@id='{license}']?/~ManyToOne/LicensedItem")).await;
    let reference = |name: &str, to: String| {
        json!({
            "__objType": "KeyValue",
            "key": { "__objType": "String", "value": name },
            "value": { "__objType": "UUID", "value": to },
        })
    };
    let wanted = json!([{
        "__objType": "License",
        "id": license,
        "seatCount": 2,
        "seatsReserved": 0,
        "seatsTaken": 1,
        "useCount": null,
        "useTime": null,
        "validFrom": "2025-01-01T00:00:00.000Z",
        "validUntil": "2026-01-01T00:00:00.000Z",
        "referenceFields": {
            "__objType": "HashMap",
            "Entries": [
                reference("ref_Entitlement_id", id("30000000", 1)),
                reference("ref_LicensedItem_id", id("70000000", 1)),
            ],
        },
        "rel_Relations": [{
            "rel_Relation": {
                "__objType": "ObjectRelation",
                "multiplicity": "MANY_TO_ONE",
                "relatedObjectType": "com.tenduke.sdk2.objectmodel.entitlement.LicensedItem",
            },
            "rel_RelatedObjectList": {
                "__objType": "RelatedObjectList",
                "rel_RelatedObjects": [{
                    "__objType": "LicensedItem",
                    "id": id("70000000", 1),
                    "name": "DemoItem1",
                    "displayName": "Demo item 1",
                }],
            },
        }],
    }]);
    // As texts, so that the order of fields counts.
    assert_eq!(answer.body, wanted.to_string());
}

#[tokio::test]
async fn a_use_that_has_ended_is_not_read() {
    let portal = Portal::start().await;
    portal.admin("POST", "clock", r#"{"now": "2025-03-01T10:59:59.999Z"}"#).await;
    assert_eq!(names(&read(&portal, USES).await), ["C1"]);
    portal.admin("POST", "clock", r#"{"now": "2025-03-01T11:00:00Z"}"#).await;
    assert_eq!(read(&portal, USES).await.json(), json!([]));
    assert_eq!(read(&portal, "Consumption{count}").await.json(), json!({ "count": 0 }));
    // The reserved seat is taken, whether it is used or not.
    assert_eq!(names(&read(&portal, "License[@seatsTaken>0]").await), ["L2"]);
}
