//! What the system offers: every endpoint, who may use it, and what answers it.

use http::Method;

use super::operations::{assignment, change, consumer, email, grant, group, organization, register, session};
use super::visit::Visit;
use super::{Tenduke, authz, graph, login, merge, named};
use crate::exchange::{Reply, Request};
use crate::refusal::Refusal;
use crate::system::Endpoint;
use crate::world::World;

/// Answers a caller. What it changed stays only if it does not refuse.
pub(super) type Answer = fn(&Visit<'_>) -> Result<Reply, Refusal>;

/// What an endpoint does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// Answers anybody.
    Open(fn(&Tenduke, &World, &Request) -> Reply),
    /// Answers from the state.
    Read(Reach, Answer),
    /// Changes the state.
    Write(Reach, Answer),
}

/// Who may use an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Administrator,
    User,
}

const fn open(
    id: &'static str,
    method: Method,
    path: &'static str,
    answer: fn(&Tenduke, &World, &Request) -> Reply,
) -> (Endpoint, Action) {
    (Endpoint { id, method, path }, Action::Open(answer))
}

const fn check(id: &'static str, path: &'static str) -> (Endpoint, Action) {
    (Endpoint { id, method: Method::GET, path }, Action::Read(Reach::User, authz::answer))
}

const fn consume(id: &'static str, path: &'static str) -> (Endpoint, Action) {
    (Endpoint { id, method: Method::POST, path }, Action::Write(Reach::User, authz::answer))
}

/// What is read in the graph.
const fn read(id: &'static str, reach: Reach, path: &'static str, answer: Answer) -> (Endpoint, Action) {
    (Endpoint { id, method: Method::GET, path }, Action::Read(reach, answer))
}

/// What is changed in the graph, by an administrator.
const fn write(id: &'static str, method: Method, path: &'static str, answer: Answer) -> (Endpoint, Action) {
    (Endpoint { id, method, path }, Action::Write(Reach::Administrator, answer))
}

/// An operation on what the path selects, or on what its fields name.
const fn post(id: &'static str, path: &'static str, answer: Answer) -> (Endpoint, Action) {
    write(id, Method::POST, path, answer)
}

const GRAPH: &str = "/graph";
const SELECTED: &str = "/graph/{selector}";
const PACKAGE: &str = "/graph/ProductPackage[@title='{title}']";
const LICENSE: &str = "/graph/License[@id='{licenseId}']";

pub(super) static ENDPOINTS: &[(Endpoint, Action)] = &[
    open("oauth.token", Method::POST, login::TOKEN_PATH, login::token),
    open("jwks.read", Method::GET, "/.well-known/jwks.json", login::keys),
    open("discovery.read", Method::GET, "/.well-known/openid-configuration", login::discovery),
    read("graph.read", Reach::Administrator, SELECTED, graph::read),
    read("consumption.list", Reach::Administrator, SELECTED, graph::read),
    read("consumption.user", Reach::Administrator, SELECTED, graph::read),
    read("lease.list", Reach::Administrator, SELECTED, graph::read),
    read("license.listWithUsers", Reach::Administrator, SELECTED, graph::read),
    read("profile.listUsing", Reach::Administrator, SELECTED, graph::read),
    read("me.read", Reach::User, "/graph/me", named::read),
    read("profile.get", Reach::Administrator, "/graph/profile('{profileId}')", named::read),
    read("profile.getByEmail", Reach::Administrator, "/graph/emailAndProfile('{email}')", named::read),
    post("graph.create", GRAPH, merge::create),
    write("graph.update", Method::PUT, GRAPH, merge::update),
    write("graph.delete", Method::DELETE, SELECTED, graph::delete),
    post("license.grantOrganization", PACKAGE, grant::grant),
    post("license.grantPersonal", PACKAGE, grant::grant),
    post("license.changeOrganizationValidity", LICENSE, change::validity),
    post("license.changePersonalValidity", LICENSE, change::validity),
    post("license.changeOrganizationQuota", LICENSE, change::quota),
    post("license.changePersonalQuota", LICENSE, change::quota),
    post("license.changeOrganizationUseTime", LICENSE, change::use_time),
    post("license.changePersonalUseTime", LICENSE, change::use_time),
    post("assignment.reserve", GRAPH, assignment::set),
    post("assignment.deny", GRAPH, assignment::set),
    post("assignment.clear", GRAPH, assignment::set),
    post("consumer.addGroup", GRAPH, consumer::add),
    post("consumer.addUser", GRAPH, consumer::add),
    post("consumer.removeGroup", GRAPH, consumer::remove),
    post("consumer.removeUser", GRAPH, consumer::remove),
    post("group.addMember", GRAPH, group::add),
    post("group.removeMember", GRAPH, group::remove),
    post("user.register", GRAPH, register::register),
    post("user.removeFromOrganization", GRAPH, organization::remove_user),
    post("user.changeLoginEmail", GRAPH, email::change_login),
    post("user.changeContactEmail", GRAPH, email::change_contact),
    open("user.login", Method::POST, GRAPH, session::login),
    check("authz.check", "/authz/.json"),
    check("authz.checkJwt", "/authz/.jwt"),
    check("authz.checkText", "/authz/.txt"),
    consume("authz.consume", "/authz/.json"),
    consume("authz.consumeJwt", "/authz/.jwt"),
    consume("authz.consumeText", "/authz/.txt"),
    consume("authz.release", "/authz/.json"),
    consume("authz.releaseJwt", "/authz/.jwt"),
    consume("authz.releaseText", "/authz/.txt"),
];
