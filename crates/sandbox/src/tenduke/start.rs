//! The starting state: two organizations, six users, five items and six licences, one of them in use.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::store::{self, Link, Object};
use super::types::Type;

/// The id of the object of a type with this number in the starting state.
pub(super) fn id(kind: Type, number: u32) -> String {
    format!("{}-0000-4000-8000-{number:012}", kind.prefix())
}

/// An object of the starting state.
type Known = (Type, u32);

/// Writes the starting state into a new database.
pub(super) fn fill(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("schema.sql"))?;
    people(connection)?;
    products(connection)?;
    licenses(connection)
}

fn put(connection: &Connection, (kind, number): Known, fields: Value) -> rusqlite::Result<()> {
    let mut sent = match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let stored = kind.fields().iter().filter_map(|field| Some((field.name.to_owned(), sent.remove(field.name)?)));
    store::put(connection, &Object::new(kind, id(kind, number), stored.collect()))
}

fn link(connection: &Connection, from: Known, link: Link, to: Known) -> rusqlite::Result<()> {
    store::link(connection, &id(from.0, from.1), link, &id(to.0, to.1)).map(drop)
}

fn people(connection: &Connection) -> rusqlite::Result<()> {
    for (number, name) in [(1, "Acme Inc"), (2, "Example Works")] {
        put(connection, (Type::Organization, number), json!({ "name": name, "type": "company" }))?;
    }
    for number in 0..=5 {
        let (name, address) = match number {
            0 => ("Administrator 00".to_owned(), "admin-00@example.test".to_owned()),
            _ => (format!("User {number:02}"), format!("user-{number:02}@example.test")),
        };
        let profile = (Type::Profile, number);
        let (person, contact) = ((Type::Person, number), (Type::ContactInformation, number));
        let email = (Type::EmailAddress, number);
        put(connection, profile, json!({ "displayName": name, "userName": address, "active": true }))?;
        put(connection, person, json!({ "firstName": "User", "lastName": format!("{number:02}") }))?;
        put(connection, contact, json!({ "type": "work" }))?;
        put(connection, email, json!({ "value": address, "verified": true }))?;
        link(connection, profile, Link::Refers, person)?;
        link(connection, profile, Link::Owns, contact)?;
        link(connection, contact, Link::Owns, email)?;
    }
    let groups: [(u32, u32, &str, &str, &[u32]); 3] = [
        (1, 1, "Employees", "employees", &[1, 2, 3]),
        (2, 1, "License consumers", "licenseConsumers", &[1, 2, 3]),
        (3, 2, "Employees", "employees", &[5]),
    ];
    for (number, organization, name, kind, members) in groups {
        let group = (Type::ProfileGroup, number);
        put(connection, group, json!({ "name": name, "type": kind }))?;
        link(connection, (Type::Organization, organization), Link::Owns, group)?;
        for member in members {
            link(connection, group, Link::Member, (Type::Profile, *member))?;
        }
    }
    Ok(())
}

fn products(connection: &Connection) -> rusqlite::Result<()> {
    let items = [
        (1, "DemoItem1", "Demo item 1"),
        (2, "DemoFeature1", "Demo feature 1"),
        (3, "DemoItem2", "Demo item 2"),
        (4, "DemoTime", "Demo time"),
        (5, "DemoCount", "Demo count"),
    ];
    for (number, name, display_name) in items {
        put(connection, (Type::LicensedItem, number), json!({ "name": name, "displayName": display_name }))?;
    }
    link(connection, (Type::LicensedItem, 1), Link::Contains, (Type::LicensedItem, 2))?;
    let seats = json!({ "SeatCountConstraint": {}, "ConcurrentSessions": { "sessionAnchors": ["hw"] } });
    let named = json!({
        "SeatCountConstraint": {},
        "ConcurrentSessions": { "sessionAnchors": ["hw"] },
        "AssignedLicenseConstraint": {},
    });
    let time = json!({ "AggregateUseConstraint": { "maxAggregateUseTime": 3_600_000 } });
    let count = json!({ "UseCountConstraint": {} });
    let models = [(1, "Floating", seats), (2, "Named seat", named), (3, "Use time", time), (4, "Use count", count)];
    for (number, name, constraints) in models {
        let mut settings = json!({
            "LeaseTimeBehavior": {
                "leaseTimeCheckOut": 2_592_000_000_u64,
                "refreshTimeCheckOut": 12_600_000,
                "leaseTimeCache": 7_200_000,
                "refreshTimeCache": 3_600_000,
                "incrementModel": "relative",
                "cooldownTime": 0,
                "allowLeaseExtension": true,
                "allowLeaseRelease": true,
            },
        });
        if let (Value::Object(settings), Value::Object(constraints)) = (&mut settings, constraints) {
            settings.extend(constraints);
        }
        put(connection, (Type::LicenseModel, number), json!({ "name": name, "settings": settings }))?;
    }
    let packages =
        [(1, "DemoPackage", 1, 1), (2, "NamedPackage", 3, 2), (3, "TimePackage", 4, 3), (4, "CountPackage", 5, 4)];
    for (number, title, item, model) in packages {
        let package = (Type::ProductPackage, number);
        put(connection, package, json!({ "title": title }))?;
        link(connection, package, Link::Contains, (Type::LicensedItem, item))?;
        link(connection, package, Link::Refers, (Type::LicenseModel, model))?;
    }
    Ok(())
}

fn licenses(connection: &Connection) -> rusqlite::Result<()> {
    let entitlements = [
        (1, "Acme Inc", (Type::Organization, 1)),
        (2, "User 04", (Type::Profile, 4)),
        (3, "Example Works", (Type::Organization, 2)),
    ];
    for (number, name, owner) in entitlements {
        put(connection, (Type::Entitlement, number), json!({ "name": name }))?;
        link(connection, owner, Link::Owns, (Type::Entitlement, number))?;
    }
    for (entitlement, group) in [(1, 2), (3, 3)] {
        link(connection, (Type::Entitlement, entitlement), Link::Consumer, (Type::ProfileGroup, group))?;
    }
    let licenses = [
        (1, 1, 1, 1, json!({ "seatCount": 2 }), 2025, Some(2026)),
        (2, 1, 3, 2, json!({ "seatCount": 2 }), 2025, Some(2026)),
        (3, 2, 1, 1, json!({ "seatCount": 1 }), 2025, None),
        (4, 1, 4, 3, json!({ "useTime": 3_600_000 }), 2025, Some(2026)),
        (5, 1, 5, 4, json!({ "useCount": 10 }), 2025, Some(2026)),
        (6, 3, 1, 1, json!({ "seatCount": 1 }), 2024, Some(2025)),
    ];
    for (number, entitlement, item, model, mut fields, from, until) in licenses {
        let license = (Type::License, number);
        fields["validFrom"] = json!(format!("{from}-01-01T00:00:00.000Z"));
        fields["validUntil"] = json!(until.map(|year| format!("{year}-01-01T00:00:00.000Z")));
        put(connection, license, fields)?;
        link(connection, (Type::Entitlement, entitlement), Link::Owns, license)?;
        link(connection, license, Link::Refers, (Type::LicensedItem, item))?;
        link(connection, license, Link::Refers, (Type::LicenseModel, model))?;
    }
    for (number, license, user, reservation) in
        [(1, 1, 1, None), (2, 2, 2, Some("reserved")), (3, 1, 3, Some("denied"))]
    {
        let assignment = (Type::Assignment, number);
        put(connection, assignment, json!({ "reservationType": reservation }))?;
        link(connection, (Type::License, license), Link::Owns, assignment)?;
        link(connection, (Type::Profile, user), Link::Owns, assignment)?;
    }
    let consumption = (Type::Consumption, 1);
    let fields = json!({
        "leaseId": "60000000-0000-4000-8000-0000000000a1",
        "consumptionMode": "cache",
        "grantedFrom": "2025-03-01T09:00:00.000Z",
        "grantedUntil": "2025-03-01T11:00:00.000Z",
        "hw": "hw-0001",
    });
    put(connection, consumption, fields)?;
    link(connection, (Type::Assignment, 1), Link::Owns, consumption)
}
