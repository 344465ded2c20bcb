//! `ropc.login`: a name and a password for a token.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::NAME;
use super::asker::{Asker, HOST};
use crate::exchange::{Reply, Request};
use crate::payload::{Fields, Payload};
use crate::refusal::Refusal;
use crate::tokens::{TokenKind, end_of_life};
use crate::world::World;

/// How long a token lives.
const SECONDS: u32 = 30 * 60;

pub(super) const USER: &str = "host-admin";
pub(super) const PASSWORD: &str = "sandbox-host-password";

/// The users who can log in: tenancy, name, password.
const LOGINS: [[&str; 3]; 2] = [[HOST, USER, PASSWORD], ["Default", "tenant-user", "sandbox-tenant-password"]];

const FIELDS: [&str; 3] = ["TenancyName", "UsernameOrEmailAddress", "Password"];

pub(super) fn login(world: &World, request: &Request) -> Reply {
    match granted(world, request) {
        Ok(reply) => reply,
        Err(Refusal { status, message }) => Reply::json(status, failure(&message)),
    }
}

/// The body of a login that failed.
pub(super) fn failure(details: &str) -> String {
    let body = json!({
        "message": "Login failed.",
        "errorCode": 0,
        "result": null,
        "targetUrl": null,
        "success": false,
        "error": { "code": 0, "message": "Login failed.", "details": details, "validationErrors": null },
        "unAuthorizedRequest": true,
        "__abp": true,
    });
    body.to_string()
}

fn granted(world: &World, request: &Request) -> Result<Reply, Refusal> {
    let asker = asker(&Payload::of(request).json()?)?;
    let seconds = world.limiter.limits().access_token_seconds.unwrap_or(SECONDS);
    let ends = end_of_life(world.clock.now(), seconds);
    let caller = asker.to_string();
    let issued =
        world.database.change(|transaction| world.tokens.issue(transaction, NAME, TokenKind::Access, &caller, ends))?;
    let body = json!({
        "result": issued.text,
        "targetUrl": null,
        "success": true,
        "error": null,
        "unAuthorizedRequest": false,
        "__abp": true,
    });
    Ok(Reply {
        caller: Some(Arc::from(caller)),
        effect: Some(format!("issued access token {}", issued.number)),
        ..Reply::json(StatusCode::OK, body.to_string())
    })
}

fn asker(body: &Value) -> Result<Asker, Refusal> {
    let fields = Fields::of(body, &FIELDS)?;
    let [tenancy, name, password] = FIELDS.map(|field| fields.required(field)?.text());
    let (tenancy, name, password) = (tenancy?, name?, password?);
    if LOGINS.contains(&[tenancy, name, password]) {
        return Ok(Asker::User { name: name.to_owned(), tenancy: tenancy.to_owned() });
    }
    let message = if LOGINS.iter().any(|[found, ..]| *found == tenancy) {
        "The user name or the password is wrong."
    } else {
        "There is no such tenancy."
    };
    Err(Refusal::new(StatusCode::UNAUTHORIZED, message))
}
