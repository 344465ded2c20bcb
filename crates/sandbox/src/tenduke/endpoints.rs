//! What the system offers: every endpoint, who may use it, and what answers it.

use http::Method;

use super::visit::Visit;
use super::{Tenduke, authz, login};
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

pub(super) static ENDPOINTS: &[(Endpoint, Action)] = &[
    open("oauth.token", Method::POST, login::TOKEN_PATH, login::token),
    open("jwks.read", Method::GET, "/.well-known/jwks.json", login::keys),
    open("discovery.read", Method::GET, "/.well-known/openid-configuration", login::discovery),
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
