//! Which endpoint a request is for: by the shape of its path, by what stands in its query, and by the fields of its form.

use http::Method;
use percent_encoding::percent_decode_str;

use super::authz::{Format, Query};
use super::fields::Fields;
use super::operations::{FOR_ORGANIZATIONS, FOR_USERS};
use super::{failure, graph, login, named};
use crate::exchange::Request;
use crate::refusal::Refusal;

/// The reads that have an id of their own: the beginning and the end of their selectors, between which a text stands.
const READS: [(&str, &str, &str); 6] = [
    (
        "consumption.list",
        "Organization[@name='",
        "']/~OneToMany/Entitlement/~OneToMany/License/~OneToMany/Assignment:LicenseProfileAssignment/~OneToMany/\
         Consumption:LicenseProfileAssignmentConsumption",
    ),
    (
        "consumption.user",
        "Consumption:LicenseProfileAssignmentConsumption[@id='",
        "']/~ManyToOne/Assignment:LicenseProfileAssignment/~ManyToOne/Profile",
    ),
    (
        "lease.list",
        "Profile[@id='",
        "']/Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption/@leaseId",
    ),
    (
        "lease.list",
        "Profile[@id='",
        "']/Assignment:LicenseProfileAssignment/~OneToMany/\
         Consumption:LicenseProfileAssignmentConsumption[@leaseId!=null]/@leaseId",
    ),
    (
        "license.listWithUsers",
        "Organization[@name='",
        "']/~OneToMany/Entitlement/~OneToMany/License?/~ManyToOne/LicensedItem&\
         /~Assignment:LicenseProfileAssignment/Profile",
    ),
    (
        "profile.listUsing",
        "Organization[@name='",
        "']/~OneToMany/Entitlement/~OneToMany/License/~Assignment:LicenseProfileAssignment/~ManyToOne/Profile",
    ),
];

/// The changes of a licence, with the ids for one of an organization and one of a user.
const CHANGES: [(&str, &str, &str); 3] = [
    ("validity", "license.changeOrganizationValidity", "license.changePersonalValidity"),
    ("quota", "license.changeOrganizationQuota", "license.changePersonalQuota"),
    ("aggregateUseTime", "license.changeOrganizationUseTime", "license.changePersonalUseTime"),
];

/// The types of assignments that can be asked for.
const RESERVATIONS: [(&str, &str); 3] =
    [("reserved", "assignment.reserve"), ("denied", "assignment.deny"), ("", "assignment.clear")];

/// The operations that need no more to be known, but a place: those that are for what the path selects are elsewhere.
const OPERATIONS: [(&str, &str); 7] = [
    ("AddToProfileGroups", "group.addMember"),
    ("RemoveFromProfileGroups", "group.removeMember"),
    ("RegisterUser", "user.register"),
    ("RemoveUserFromOrganization", "user.removeFromOrganization"),
    ("ChangeLoginEmail", "user.changeLoginEmail"),
    ("ChangeContactInfoEmail", "user.changeContactEmail"),
    ("Login", "user.login"),
];

/// The id of the endpoint that a request is for.
pub(super) fn id_of(request: &Request) -> Option<&'static str> {
    find(request).ok()
}

/// Why there is no endpoint for a request.
pub(super) fn refusal(request: &Request) -> Refusal {
    let not_found = |_| Refusal::not_found(format!("Path {} was not found.", request.path()));
    find(request).map_or_else(|refusal| refusal, not_found)
}

fn find(request: &Request) -> Result<&'static str, Refusal> {
    let (method, path) = (request.method(), request.path());
    if path == "/graph" || path.starts_with("/graph/") {
        return in_graph(request);
    }
    if path.starts_with("/authz") {
        // Whoever may not do something and whoever takes a wrong way are told the same.
        return licenses(method, Format::of(path).ok_or_else(failure::not_allowed)?, request.query());
    }
    match (method, path) {
        (&Method::POST, login::TOKEN_PATH) => Ok("oauth.token"),
        (&Method::GET, "/.well-known/jwks.json") => Ok("jwks.read"),
        (&Method::GET, "/.well-known/openid-configuration" | "/user/.well-known/openid-configuration") => {
            Ok("discovery.read")
        }
        _ => Err(Refusal::not_found(format!("Path {path} was not found."))),
    }
}

/// A request for licences: GET and POST do the same.
fn licenses(method: &Method, format: Format, query: &str) -> Result<&'static str, Refusal> {
    if !matches!(*method, Method::GET | Method::POST) {
        return Err(other_method(method));
    }
    let [check, consume, release] = match format {
        Format::Json => ["authz.check", "authz.consume", "authz.release"],
        Format::Jwt => ["authz.checkJwt", "authz.consumeJwt", "authz.releaseJwt"],
        Format::Text => ["authz.checkText", "authz.consumeText", "authz.releaseText"],
    };
    let query = Query::read(query)?;
    Ok(match (query.is_release, query.consumes) {
        (true, _) => release,
        (false, true) => consume,
        (false, false) => check,
    })
}

fn in_graph(request: &Request) -> Result<&'static str, Refusal> {
    match *request.method() {
        Method::GET => Ok(read(request)),
        Method::PUT => Ok("graph.update"),
        Method::DELETE => Ok("graph.delete"),
        Method::POST => operation(request),
        ref other => Err(other_method(other)),
    }
}

fn read(request: &Request) -> &'static str {
    match named::query(request) {
        Some((named::Query::Me, _)) => return "me.read",
        Some((named::Query::Profile(_), _)) => return "profile.get",
        Some((named::Query::EmailAndProfile(_), _)) => return "profile.getByEmail",
        None => {}
    }
    let (path, query) = graph::target(request).split_once('?').unwrap_or((graph::target(request), ""));
    let path = percent_decode_str(path).decode_utf8_lossy();
    let path = path.strip_suffix('/').unwrap_or(&path);
    // A range does not make another read of it.
    let path = path.rfind('{').filter(|_| path.ends_with('}')).map_or(path, |end| &path[..end]);
    let query = percent_decode_str(query).decode_utf8_lossy();
    let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let is_this = |start: &str, end: &str| {
        target.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(|text| !text.contains("']/"))
    };
    READS.iter().find(|(_, start, end)| is_this(start, end)).map_or("graph.read", |(id, _, _)| id)
}

/// What is posted: an operation, or objects.
fn operation(request: &Request) -> Result<&'static str, Refusal> {
    let fields = Fields::of(request)?;
    let selects = !matches!(request.path(), "/graph" | "/graph/");
    let Some(operation) = fields.optional("operation") else {
        if selects || request.media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return fields.required("operation").map(|_| "graph.create");
        }
        return Ok("graph.create");
    };
    let is_for_organization = operation == FOR_ORGANIZATIONS;
    if selects != (is_for_organization || operation == FOR_USERS) {
        return Err(Refusal::bad_request(format!("Operation {operation} is unknown here.")));
    }
    if selects {
        let Some(change) = fields.optional("change") else {
            return Ok(if is_for_organization { "license.grantOrganization" } else { "license.grantPersonal" });
        };
        let found = CHANGES.iter().find(|(known, ..)| *known == change);
        let id = found.map(|(_, organization, user)| if is_for_organization { *organization } else { *user });
        return id.ok_or_else(|| one_of("change", CHANGES.map(|(known, ..)| known)));
    }
    let by_consumer = |group, user| match (fields.has("profileGroupId"), fields.has("profileId")) {
        (true, _) => Ok(group),
        (false, true) => Ok(user),
        (false, false) => Err(Refusal::bad_request("Parameter profileGroupId or profileId is required.")),
    };
    match operation {
        "AddLicenseConsumerRelations" => by_consumer("consumer.addGroup", "consumer.addUser"),
        "RemoveLicenseConsumerRelations" => by_consumer("consumer.removeGroup", "consumer.removeUser"),
        "CreateOrUpdateAssignments" => {
            let wanted = fields.optional("reservationType");
            let wanted = wanted.ok_or_else(|| Refusal::bad_request("Parameter reservationType is required."))?;
            let found = RESERVATIONS.iter().find(|(known, _)| *known == wanted).map(|(_, id)| *id);
            found.ok_or_else(|| Refusal::bad_request("Parameter reservationType must be reserved, denied or empty."))
        }
        other => {
            let found = OPERATIONS.iter().find(|(known, _)| *known == other).map(|(_, id)| *id);
            found.ok_or_else(|| Refusal::bad_request(format!("Operation {operation} is unknown here.")))
        }
    }
}

fn one_of<const N: usize>(name: &str, words: [&str; N]) -> Refusal {
    Refusal::bad_request(format!("Parameter {name} must be one of {}.", words.join(", ")))
}

fn other_method(method: &Method) -> Refusal {
    Refusal::new(http::StatusCode::METHOD_NOT_ALLOWED, format!("Method {method} is not offered here."))
}
