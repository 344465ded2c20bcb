//! Conditions, ranges, fields in place of objects, and relations, on the starting state.

use serde_json::json;

use super::{id, names, read, refusal, trees};
use crate::client::Portal;

#[tokio::test]
async fn each_operator_compares_as_it_says() {
    let portal = Portal::start().await;
    for (selector, objects) in [
        ("Organization[@name='Acme Inc']", vec!["O1"]),
        ("Organization[@name='acme inc']", vec![]),
        ("Organization[@name!='Acme Inc']", vec!["O2"]),
        ("Organization[@name='Ac*']", vec!["O1"]),
        ("Organization[@name=*]", vec!["O1", "O2"]),
        ("Organization[@name*='EX']", vec!["O2"]),
        ("Organization[@name*'Inc']", vec![]),
        ("Organization[@name~='INC']", vec!["O1"]),
        ("Organization[@name~'a%e i%']", vec!["O1"]),
        ("Organization[@name~'e%a']", vec!["O2"]),
        ("Organization[@name~'z']", vec![]),
        ("Organization[@name~'acme' and @type='company']", vec!["O1"]),
        ("Organization[@name~'acme',@type='club']", vec![]),
        ("Organization[@templateFor=null]", vec!["O1", "O2"]),
        ("Organization[@templateFor!='a']", vec!["O1", "O2"]),
        ("Organization[@templateFor~'%']", vec![]),
        ("Organization[@templateFor<null]", vec![]),
        ("License[@seatCount]", vec!["L1", "L2", "L3", "L6"]),
        ("License[@seatCount=2]", vec!["L1", "L2"]),
        ("License[@seatCount='2']", vec!["L1", "L2"]),
        ("License[@seatCount<1.5]", vec!["L3", "L6"]),
        ("License[@seatCount<=1]", vec!["L3", "L6"]),
        ("License[@seatCount>1]", vec!["L1", "L2"]),
        ("License[@useTime>=3600000]", vec!["L4"]),
        ("License[@useCountUsed=0]", vec!["L5"]),
        ("License[@useTimeUsed=0]", vec!["L4"]),
        ("License[@seatsReserved>0]", vec!["L2"]),
        ("License[@validUntil<'2025-03-01T00:00:00Z']", vec!["L6"]),
        ("License[@validFrom='2024-01-01T01:00:00+01:00']", vec!["L6"]),
        ("License[@validUntil>'2025-06-01T00:00:00Z' and @seatCount>0]", vec!["L1", "L2"]),
        ("License[@validUntil=null]", vec!["L3"]),
        ("License[@validFrom*'2024']", vec!["L6"]),
        ("Profile[@active=true]{r=2}", vec!["P0", "P1"]),
        ("Profile[@active!='true']", vec![]),
        ("Assignment[@reservationType!='denied']", vec!["A1", "A2"]),
        ("LicenseModel[@settings!=null]{r=1}", vec!["M1"]),
        ("Profile[@id=20000000-0000-4000-8000-000000000003]", vec!["P3"]),
    ] {
        assert_eq!(names(&read(&portal, selector).await), objects, "{selector}");
    }
}

#[tokio::test]
async fn what_cannot_be_compared_or_is_no_relation_is_refused() {
    let portal = Portal::start().await;
    for (selector, message) in [
        ("License[@seatCount=two]", "Field seatCount is compared with numbers."),
        ("License[@seatCount=NaN]", "Field seatCount is compared with numbers."),
        ("License[@validFrom>'soon']", "Field validFrom is compared with times such as 2025-03-01T09:00:00Z."),
        ("Profile[@active=yes]", "Field active can be equal to true or false, or not."),
        ("Profile[@active<true]", "Field active can be equal to true or false, or not."),
        ("Profile[@userName<'a']", "Field userName has no order: it is neither a number nor a time."),
        ("LicenseModel[@settings~'a']", "Field settings can be compared with null alone."),
        ("License/Assignment:Seats", "Assignment has no collection Seats."),
        ("License/@name", "License has no field name."),
        ("License{s=name}", "License has no field name."),
        ("License{r=1001}", "Parameter r must be an integer from 0 to 1000."),
        ("License{x=1}", "Parameter x is unknown."),
        ("License?/Nothing", "Type Nothing is unknown."),
        ("License?/Assignment{count}", "An include cannot count."),
        ("License?/Assignment[@name=1]", "Assignment has no field name."),
        ("License/~ManyToOne/Assignment", "There is no such relation from License to Assignment."),
        ("License/~Implies/LicensedItem", "There is no such relation from License to LicensedItem."),
        ("Entitlement/~LicenseConsumerRelation", "~LicenseConsumerRelation leads to no type."),
        (
            "Organization/~OneToMany[@name='a']/Entitlement",
            "~OneToMany leads to no type of its own, so it takes no conditions.",
        ),
    ] {
        assert_eq!(refusal(&read(&portal, selector).await, 400), message, "{selector}");
    }
}

#[tokio::test]
async fn objects_come_in_their_order_and_range_each_once() {
    let portal = Portal::start().await;
    for (selector, objects) in [
        ("Profile{i=4,r=5}", vec!["P4", "P5"]),
        ("Profile{i=6,r=5}", vec![]),
        ("Profile{r=0}", vec![]),
        ("Profile{i=5}", vec!["P5"]),
        ("License{s=seatCount}", vec!["L4", "L5", "L3", "L6", "L1", "L2"]),
        ("License{s=-seatCount;-id,r=3}", vec!["L2", "L1", "L6"]),
        ("License{s=-validFrom,i=4}", vec!["L5", "L6"]),
        ("Profile{s=-active;userName,r=2}", vec!["P0", "P1"]),
        // `G1` and `G2` have the same members.
        ("ProfileGroup[@name!='x']/~ManyToMany/Profile", vec!["P1", "P2", "P3", "P5"]),
        (
            "Organization/~OneToMany/Entitlement/~OneToMany/License/~ManyToOne/LicenseModel{s=name,r=2}",
            vec!["M1", "M2"],
        ),
    ] {
        assert_eq!(names(&read(&portal, selector).await), objects, "{selector}");
    }
    let counted = read(&portal, "Organization[@name='Acme Inc']/Entitlement/License{count}").await;
    assert_eq!(counted.json(), json!({ "count": 4 }));
}

#[tokio::test]
async fn relations_lead_in_both_directions_and_by_name() {
    let portal = Portal::start().await;
    let e1 = id("30000000", 1);
    for (selector, objects) in [
        ("LicensedItem[@name='DemoItem1']/~OneToMany/LicensedItem", vec!["I2"]),
        ("LicensedItem[@name='DemoFeature1']/~ManyToOne/LicensedItem", vec!["I1"]),
        ("LicensedItem[@name='DemoItem1']/LicensedItem", vec!["I2"]),
        ("LicensedItem[@name='DemoItem1']/~OneToMany/License", vec!["L1", "L3", "L6"]),
        ("ProductPackage/~OneToMany/LicensedItem", vec!["I1", "I3", "I4", "I5"]),
        ("ProductPackage[@title~'time']/~ManyToOne/LicenseModel", vec!["M3"]),
        ("Profile[@userName='user-04@example.test']/~OneToMany/Entitlement", vec!["E2"]),
        // A user who owns an entitlement is not one who may consume.
        ("Profile[@userName='user-04@example.test']/~LicenseConsumerRelation/Entitlement", vec![]),
        ("ProfileGroup[@type='licenseConsumers']/~LicenseConsumerRelation/Entitlement", vec!["E1"]),
        ("ProfileGroup[@type='employees']/~ManyToOne/Organization", vec!["O1", "O2"]),
        ("Profile[@userName='user-05@example.test']/ProfileGroup", vec!["G3"]),
        ("EmailAddress[@value='user-02@example.test']/ContactInformation/Profile/~Person", vec!["person 2"]),
        ("com.tenduke.sdk2.objectmodel.identity.Organization{r=1}", vec!["O1"]),
    ] {
        assert_eq!(names(&read(&portal, selector).await), objects, "{selector}");
    }
    let included = format!("Entitlement[@id='{e1}']?/~LicenseConsumerRelation/ProfileGroup");
    let relation = read(&portal, &included).await.json()[0]["rel_Relations"][0]["rel_Relation"].clone();
    assert_eq!(
        relation,
        json!({
            "__objType": "ObjectRelation",
            "relationType": "com.tenduke.sdk2.types.object.graph.LicenseConsumerRelation",
            "relatedObjectType": "com.tenduke.sdk2.objectmodel.identity.ProfileGroup",
        })
    );
}

#[tokio::test]
async fn includes_share_their_way_and_limit_what_is_added() {
    let portal = Portal::start().await;
    for (selector, objects) in [
        (
            "License[@seatCount=2]?/Assignment&/Assignment/Profile&/Assignment/Consumption",
            vec!["L1 (A1 (P1, C1), A3 (P3))", "L2 (A2 (P2))"],
        ),
        ("License[@seatCount=2]?/Assignment[@reservationType='denied']/Profile", vec!["L1 (A3 (P3))", "L2"]),
        ("License[@seatCount=2]?/Assignment{s=-id,r=1}", vec!["L1 (A3)", "L2 (A2)"]),
        ("Profile[@userName~'user-01']/Assignment?/License/Entitlement/Organization", vec!["A1 (L1 (E1 (O1)))"]),
    ] {
        assert_eq!(trees(&read(&portal, selector).await), objects, "{selector}");
    }
    // Who has none of them has an empty list of them.
    let none = read(&portal, "License[@seatCount=2]?/Assignment[@reservationType='denied']").await;
    assert_eq!(none.json()[1]["rel_Relations"][0]["rel_RelatedObjectList"]["rel_RelatedObjects"], json!([]));
}

#[tokio::test]
async fn fields_come_in_place_of_objects() {
    let portal = Portal::start().await;
    for (selector, values) in [
        ("License/@seatCount", json!([2, 2, 1, 1])),
        ("License/@seatCount{s=-id,r=3}", json!([1])),
        ("Organization/@name,@id{r=1}", json!([{ "name": "Acme Inc", "id": id("10000000", 1) }])),
        (
            "License[@useTime]/@useTime,@seatCount,@seatsTaken",
            json!([{ "useTime": 3_600_000, "seatCount": null, "seatsTaken": null }]),
        ),
        ("Organization/@name?/Entitlement", json!(["Acme Inc", "Example Works"])),
        ("Organization/@templateFor", json!([])),
    ] {
        assert_eq!(read(&portal, selector).await.json(), values, "{selector}");
    }
}
