//! The endpoints of 10Duke Enterprise.

use insta::assert_snapshot;

use super::called::Call;
use super::{assert_complete, table};

/// What the connection of an administrator says.
const ADMINISTRATOR: &str = "base_url: '${env:TENDUKE_BASE_URL}', authorization: { token: '${env:TENDUKE_TOKEN}' }";

/// What the connection of a user says.
const USER: &str = "base_url: '${env:TENDUKE_BASE_URL}', authorization: { token: '${env:TENDUKE_USER_TOKEN}' }";

/// Who is who in the state from which the sandbox starts: what an id begins with, and the letter that stands for it.
const NAMES: [(&str, &str); 10] = [
    ("10000000", "O"),
    ("20000000", "P"),
    ("30000000", "E"),
    ("40000000", "L"),
    ("50000000", "A"),
    ("60000000", "C"),
    ("70000000", "I"),
    ("80000000", "M"),
    ("90000000", "K"),
    ("a0000000", "G"),
];

const fn call(endpoint: &'static str, node: &'static str) -> Call {
    Call { endpoint, connection: ADMINISTRATOR, caller: "", node, before: None }
}

/// A call of a user who is no administrator.
const fn by_user(endpoint: &'static str, node: &'static str) -> Call {
    Call { connection: USER, caller: "a user: ", ..call(endpoint, node) }
}

/// The calls: of every endpoint one that succeeds, and of some one that does not.
pub(super) const CALLS: &[Call] = &[
    call("graph.read", r#"parameters: { selector: "Organization/~OneToMany/ProfileGroup[@type='employees']" }"#),
    call("graph.read", r#"parameters: { selector: "Profile{count}" }"#),
    call("graph.read", r#"parameters: { selector: "LicensedItem/@name" }"#),
    call("graph.read", r#"parameters: { selector: "LicensedItem/Consumption" }"#),
    by_user("graph.read", "parameters: { selector: Profile }"),
    by_user("me.read", ""),
    call("profile.get", "parameters: { profileId: 20000000-0000-4000-8000-000000000003 }"),
    call("profile.get", "parameters: { profileId: 20000000-0000-4000-8000-000000000099 }"),
    call("profile.getByEmail", "parameters: { email: user-01@example.test }"),
    call("consumption.list", "parameters: { organizationName: Acme Inc }"),
    call("consumption.list", "parameters: { organizationName: O'Hara & Sons }"),
    call("consumption.user", "parameters: { consumptionId: 60000000-0000-4000-8000-000000000001 }"),
    call("profile.listUsing", "parameters: { organizationName: Acme Inc }"),
    call("license.listWithUsers", "parameters: { organizationName: Acme Inc }"),
    call("lease.list", "parameters: { profileId: 20000000-0000-4000-8000-000000000001 }"),
    call("graph.create", "payload: { __objType: Organization, name: Example Ltd, type: company }"),
    call("graph.create", "payload: { __objType: Organization, motto: None }"),
    call(
        "graph.update",
        "payload: { __objType: Profile, id: 20000000-0000-4000-8000-000000000003, displayName: User Three }",
    ),
    call(
        "graph.update",
        "payload: { __objType: Profile, id: 20000000-0000-4000-8000-000000000099, displayName: Nobody }",
    ),
    call(
        "graph.delete",
        r#"parameters: { selector: "License[@id='40000000-0000-4000-8000-000000000003']" }, confirm_delete: true"#,
    ),
    call(
        "graph.delete",
        "parameters: { selector: \"License[@id='40000000-0000-4000-8000-000000000099']\" }, confirm_delete: true",
    ),
    call(
        "license.grantOrganization",
        "parameters: { title: DemoPackage }, payload: { ownerOrganizationId: 10000000-0000-4000-8000-000000000002, licensedItemCount: 3 }",
    ),
    call(
        "license.grantOrganization",
        "parameters: { title: DemoPackage }, payload: { ownerOrganizationId: 10000000-0000-4000-8000-000000000099, licensedItemCount: 3 }",
    ),
    call(
        "license.grantPersonal",
        "parameters: { title: DemoPackage }, payload: { initializeForProfileId: 20000000-0000-4000-8000-000000000005, licensedItemCount: 1, validUntil: 2025-06-01T00:00:00Z }",
    ),
    call(
        "license.changeOrganizationValidity",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000001 }, payload: { ownerOrganizationId: 10000000-0000-4000-8000-000000000001, validUntil: 2026-06-01T00:00:00Z }",
    ),
    call(
        "license.changeOrganizationValidity",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000006 }, payload: { ownerOrganizationId: 10000000-0000-4000-8000-000000000001, validUntil: 2026-06-01T00:00:00Z }",
    ),
    call(
        "license.changePersonalValidity",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000003 }, payload: { initializeForProfileId: 20000000-0000-4000-8000-000000000004, validUntil: 2026-06-01T00:00:00Z }",
    ),
    call(
        "license.changeOrganizationQuota",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000002 }, payload: { ownerOrganizationId: 10000000-0000-4000-8000-000000000001, licensedItemCount: 10 }",
    ),
    call(
        "license.changeOrganizationQuota",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000002 }, payload: { ownerOrganizationId: 10000000-0000-4000-8000-000000000001, licensedItemCount: 0 }",
    ),
    call(
        "license.changePersonalQuota",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000003 }, payload: { initializeForProfileId: 20000000-0000-4000-8000-000000000004, licensedItemCount: 2 }",
    ),
    call(
        "license.changeOrganizationUseTime",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000004 }, payload: { ownerOrganizationId: 10000000-0000-4000-8000-000000000001, maxAggregateUseTime: 1800000, incrementModel: append }",
    ),
    call(
        "license.changePersonalUseTime",
        "parameters: { licenseId: 40000000-0000-4000-8000-000000000003 }, payload: { initializeForProfileId: 20000000-0000-4000-8000-000000000004, maxAggregateUseTime: 600000, incrementModel: fair }",
    ),
    call(
        "assignment.reserve",
        "payload: { profileId: 20000000-0000-4000-8000-000000000001, licenseId: 40000000-0000-4000-8000-000000000002 }",
    ),
    call(
        "assignment.reserve",
        "payload: { profileId: 20000000-0000-4000-8000-000000000004, licenseId: 40000000-0000-4000-8000-000000000006 }",
    ),
    call(
        "assignment.deny",
        "payload: { profileId: 20000000-0000-4000-8000-000000000002, licenseId: 40000000-0000-4000-8000-000000000001 }",
    ),
    call(
        "assignment.clear",
        "payload: { profileId: 20000000-0000-4000-8000-000000000003, licenseId: 40000000-0000-4000-8000-000000000001 }",
    ),
    call(
        "assignment.clear",
        "payload: { profileId: 20000000-0000-4000-8000-000000000003, licenseId: 40000000-0000-4000-8000-000000000099 }",
    ),
    call(
        "consumer.addGroup",
        "payload: { entitlementId: 30000000-0000-4000-8000-000000000001, profileGroupId: a0000000-0000-4000-8000-000000000001 }",
    ),
    call(
        "consumer.addUser",
        "payload: { entitlementId: 30000000-0000-4000-8000-000000000001, profileId: 20000000-0000-4000-8000-000000000005 }",
    ),
    call(
        "consumer.removeGroup",
        "payload: { entitlementId: 30000000-0000-4000-8000-000000000001, profileGroupId: a0000000-0000-4000-8000-000000000002 }",
    ),
    Call {
        caller: "after `consumer.addUser`: ",
        before: Some(
            "endpoint: consumer.addUser, payload: { entitlementId: 30000000-0000-4000-8000-000000000001, profileId: 20000000-0000-4000-8000-000000000005 }",
        ),
        ..call(
            "consumer.removeUser",
            "payload: { entitlementId: 30000000-0000-4000-8000-000000000001, profileId: 20000000-0000-4000-8000-000000000005 }",
        )
    },
    call("user.register", "payload: { __objType: Profile, displayName: User 07, userName: user-07@example.test }"),
    call("user.register", "payload: { __objType: Profile, displayName: User 01, userName: user-01@example.test }"),
    call(
        "user.removeFromOrganization",
        "payload: { profileId: 20000000-0000-4000-8000-000000000003, organizationId: 10000000-0000-4000-8000-000000000001 }",
    ),
    call(
        "group.addMember",
        "payload: { profileId: 20000000-0000-4000-8000-000000000005, profileGroupId: a0000000-0000-4000-8000-000000000001 }",
    ),
    call(
        "group.removeMember",
        "payload: { profileId: 20000000-0000-4000-8000-000000000003, profileGroupId: a0000000-0000-4000-8000-000000000001 }",
    ),
    by_user("authz.check", "parameters: { item: DemoItem1 }"),
    by_user("authz.check", "parameters: { item: NoSuchItem }"),
    by_user("authz.consume", "parameters: { item: DemoItem1, hw: hw-0002 }"),
    call("authz.consume", "parameters: { item: DemoItem1, onBehalfOfId: 20000000-0000-4000-8000-000000000005 }"),
    call("authz.release", "parameters: { leaseId: 60000000-0000-4000-8000-0000000000a1 }"),
    by_user("authz.release", "parameters: { leaseId: 60000000-0000-4000-8000-0000000000a1 }"),
    by_user("authz.checkText", "parameters: { item: DemoItem1 }"),
    by_user("authz.consumeText", "parameters: { item: DemoItem1, hw: hw-0002 }"),
    call("authz.consumeText", "parameters: { item: DemoItem1, onBehalfOfId: 20000000-0000-4000-8000-000000000005 }"),
    call("authz.releaseText", "parameters: { leaseId: 60000000-0000-4000-8000-0000000000a1 }"),
    by_user("authz.releaseText", "parameters: { leaseId: 60000000-0000-4000-8000-0000000000a1 }"),
    call("authz.checkJwt", "parameters: { item: DemoItem1, onBehalfOfId: 20000000-0000-4000-8000-000000000004 }"),
    call(
        "authz.consumeJwt",
        "parameters: { item: DemoItem1, onBehalfOfId: 20000000-0000-4000-8000-000000000004, hw: hw-0004 }",
    ),
    call("authz.consumeJwt", "parameters: { item: DemoItem1, onBehalfOfId: 20000000-0000-4000-8000-000000000005 }"),
    Call {
        caller: "after `authz.consume`: ",
        before: Some(
            "endpoint: authz.consume, parameters: { item: DemoItem1, onBehalfOfId: 20000000-0000-4000-8000-000000000004 }",
        ),
        ..call("authz.releaseJwt", "parameters: { leaseId: { field: jti } }")
    },
];

/// A text with `L1` for the id of the first licence, and so on.
fn named(text: &str) -> String {
    let mut named = text.to_owned();
    for (prefix, letter) in NAMES {
        for number in (0..=9).chain([99]) {
            named = named.replace(&format!("{prefix}-0000-4000-8000-{number:012}"), &format!("{letter}{number}"));
        }
    }
    named
}

#[test]
fn each_endpoint_is_called_once_and_changes_what_it_says() {
    let table = table("tenduke", CALLS, named);
    assert_snapshot!(format!("`L1` stands for `40000000-0000-4000-8000-000000000001`, and so on.\n\n{table}"));
}

#[test]
fn no_endpoint_is_left_out() {
    assert_complete("tenduke", CALLS);
}
