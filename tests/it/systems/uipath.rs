//! The endpoints of UiPath Automation Suite.

use insta::assert_snapshot;

use super::called::Call;
use super::{assert_complete, table};

/// What the connection of an administrator of the host says.
const HOST: &str = "base_url: '${env:UIPATH_BASE_URL}', authorization: { auth_url: '${env:UIPATH_AUTH_URL}', \
                    tenancy: '${env:UIPATH_TENANCY}', user: '${env:UIPATH_USER}', password: '${env:UIPATH_PASSWORD}' }";

/// What the connection of an external application says.
const APPLICATION: &str = "base_url: '${env:UIPATH_BASE_URL}', authorization: { auth_url: '${env:UIPATH_TOKEN_URL}', \
                           client_id: '${env:UIPATH_CLIENT_ID}', client_secret: '${env:UIPATH_CLIENT_SECRET}', \
                           scope: PM.License PM.Group.Read }";

/// A call of the host.
const fn by_host(endpoint: &'static str, node: &'static str) -> Call {
    Call { endpoint, connection: HOST, caller: "the host: ", node, before: None }
}

/// A call of an organization.
const fn by_application(endpoint: &'static str, node: &'static str) -> Call {
    Call { connection: APPLICATION, caller: "", ..by_host(endpoint, node) }
}

/// The calls: of every endpoint one that succeeds, and of some one that does not.
pub(super) const CALLS: &[Call] = &[
    by_host(
        "organization.allocate",
        "parameters: { organizationId: y-y-y-delilah }, payload: { productQuantities: [{ code: UNATT, quantity: 12 }] }",
    ),
    by_host(
        "organization.allocate",
        "parameters: { organizationId: y-y-y-delilah }, payload: { products: [{ code: UNATT, quantity: 31 }] }",
    ),
    by_host(
        "tenant.allocate",
        "parameters: { accountId: y-y-y-delilah, serviceScopeId: y1968, serviceType: orchestrator }, payload: { products: [{ code: UNATT, quantity: 3 }] }",
    ),
    by_host(
        "tenant.allocate",
        "parameters: { accountId: y-y-y-delilah, serviceScopeId: y1968, serviceType: orchestrator }, payload: { products: [{ code: UNATT, quantity: 99 }] }",
    ),
    by_application(
        "group.allocate",
        "parameters: { organizationName: song-org, accountId: song-one, groupId: group-01 }, payload: { userBundleCodes: [RPADEVPRONU, IDU] }",
    ),
    by_application(
        "group.allocate",
        "parameters: { organizationName: song-org, accountId: song-one, groupId: group-09 }, payload: { userBundleCodes: [IDU] }",
    ),
    by_application("group.read", "parameters: { organizationName: song-org, accountId: song-one, groupId: group-01 }"),
    by_application(
        "user.allocate",
        "parameters: { organizationName: song-org, accountId: song-one }, payload: { userIds: [singer-77, singer-88], userBundleCodes: [ATTUNU], useExternalLicense: true }",
    ),
    by_application(
        "user.allocate",
        "parameters: { organizationName: song-org, accountId: song-one }, payload: { userIds: [singer-77, singer-88], userBundleCodes: [IDU] }",
    ),
    by_application("group.list", "parameters: { organizationName: song-org, partitionGlobalId: song-one }"),
    by_host("group.list", "parameters: { organizationName: song-org, partitionGlobalId: song-one }"),
];

#[test]
fn each_endpoint_is_called_once_and_changes_what_it_says() {
    assert_snapshot!(table("uipath", CALLS, str::to_owned));
}

#[test]
fn no_endpoint_is_left_out() {
    assert_complete("uipath", CALLS);
}
