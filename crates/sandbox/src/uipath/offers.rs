//! What is offered: every endpoint under each of its paths, and what answers it.

use std::sync::LazyLock;

use http::Method;

use super::refused::Refused;
use super::visit::{Done, Visit};
use super::{groups, organizations, tenants, users};
use crate::system::Endpoint;

/// Answers a request. What it changed stays only if it does not refuse.
type Answer = fn(&Visit<'_>) -> Result<Done, Refused>;

/// Who may ask.
#[derive(Debug, Clone, Copy)]
pub(super) enum Right {
    /// A user of the host.
    Host,
    /// An external application with one of these scopes.
    Scope([&'static str; 2]),
}

/// What an endpoint does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// A login by name and password.
    Password,
    /// A login of an external application.
    Token,
    /// It reads.
    Read(Right, Answer),
    /// It changes something.
    Write(Right, Answer),
}

const READ: Right = Right::Scope(["PM.License", "PM.License.Read"]);
const WRITE: Right = Right::Scope(["PM.License", "PM.License.Write"]);
const GROUPS: Right = Right::Scope(["PM.Group", "PM.Group.Read"]);

const ORGANIZATION: &[&str] = &["/lrm/api/host/{hostAccountId}/organization/{organizationId}/license"];
/// The second is what is left of the first where no service is named.
const SERVICE: &[&str] = &[
    "/lrm/api/account/{accountId}/service-license/{serviceScopeId}/{serviceType}",
    "/lrm/api/account/{accountId}/service-license/{serviceScopeId}/",
];
const GROUP: &[&str] = &[
    "/{organizationName}/lease_/api/account/{accountId}/user-license/group/{groupId}",
    "/{organizationName}/la/api/account/{accountId}/user-license/group/{groupId}",
    "/lease_/api/account/{accountId}/user-license/group/{groupId}",
    "/la/api/account/{accountId}/user-license/group/{groupId}",
];
const USERS: &[&str] = &[
    "/{organizationName}/lease_/api/account/{accountId}/user-license",
    "/{organizationName}/la/api/account/{accountId}/user-license",
    "/lease_/api/account/{accountId}/user-license",
    "/la/api/account/{accountId}/user-license",
];

/// Each endpoint once, with all its methods and paths. Every example of the vendor's pages allocates with POST, though
/// the pages say PUT.
static OFFERS: &[(&str, Action, &[Method], &[&str])] = &[
    (
        "organization.allocate",
        Action::Write(Right::Host, organizations::allocate),
        &[Method::PUT, Method::POST],
        ORGANIZATION,
    ),
    ("organization.read", Action::Read(Right::Host, organizations::read), &[Method::GET], ORGANIZATION),
    ("tenant.allocate", Action::Write(Right::Host, tenants::allocate), &[Method::PUT, Method::POST], SERVICE),
    ("tenant.read", Action::Read(Right::Host, tenants::read), &[Method::GET], SERVICE),
    ("group.allocate", Action::Write(WRITE, groups::allocate), &[Method::PUT, Method::POST], GROUP),
    ("group.read", Action::Read(READ, groups::read), &[Method::GET], GROUP),
    ("user.allocate", Action::Write(WRITE, users::allocate), &[Method::PUT, Method::POST], USERS),
    (
        "group.list",
        Action::Read(GROUPS, groups::list),
        &[Method::GET],
        &["/{organizationName}/identity_/api/Group/{partitionGlobalId}"],
    ),
    (
        "ropc.login",
        Action::Password,
        &[Method::POST],
        &["/api/account/authenticate", "/{organizationName}/{tenantName}/api/account/authenticate"],
    ),
    (
        "oauth.token",
        Action::Token,
        &[Method::POST],
        &["/identity_/connect/token", "/{organizationName}/identity_/connect/token"],
    ),
];

/// Every endpoint with each of its methods and paths.
pub(super) static ENDPOINTS: LazyLock<Vec<(Endpoint, Action)>> = LazyLock::new(|| {
    let mut endpoints = Vec::new();
    for (id, action, methods, paths) in OFFERS {
        for path in *paths {
            endpoints.extend(methods.iter().map(|method| (Endpoint { id, method: method.clone(), path }, *action)));
        }
    }
    endpoints
});
