//! Sessions: a user's name and password for a cookie.

use std::sync::Arc;

use http::StatusCode;
use http::header::SET_COOKIE;
use rusqlite::Transaction;
use serde_json::Value;

use crate::exchange::{Reply, Request};
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::login::{ACCESS_SECONDS, COOKIE_NAME};
use crate::tenduke::objects::{Graph, Node};
use crate::tenduke::store::{self, Object};
use crate::tenduke::types::Type;
use crate::tenduke::{NAME, Tenduke, failure, start};
use crate::tokens::{TokenKind, end_of_life};
use crate::world::World;

/// How many users have a password.
const USERS: u32 = 6;

/// Answers who logs in with a password. The cookie is good wherever a token is.
pub(in crate::tenduke) fn login(system: &Tenduke, world: &World, request: &Request) -> Reply {
    let session = Fields::of(request)
        .and_then(|fields| world.database.change(|transaction| begin(system, world, transaction, request, &fields)));
    session.unwrap_or_else(|refusal| failure::refused(request, &refusal))
}

fn begin(
    system: &Tenduke,
    world: &World,
    transaction: &Transaction<'_>,
    request: &Request,
    fields: &Fields,
) -> Result<Reply, Refusal> {
    let (name, password) = (fields.required("userName")?, fields.required("password")?);
    let user = store::find_by(transaction, Type::Profile, "userName", name)?.pop();
    let user = user.filter(|user| self::password(user).is_some_and(|known| known == password));
    let user = user.ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "The user name or the password is wrong."))?;
    let seconds = world.limiter.limits().access_token_seconds.unwrap_or(ACCESS_SECONDS);
    let ends = end_of_life(world.clock.now(), seconds);
    let session = world.tokens.issue(transaction, NAME, TokenKind::Access, &user.id, ends)?;
    let graph = Graph::of(&system.visit(transaction, world, request, &user.id));
    let body = Value::Array(vec![graph.json(&Node::from(user.clone()))?]);
    let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly", session.text);
    let cookie = cookie.parse().map_err(|_| Refusal::bad_request("The session cannot be told."))?;
    let reply = Reply {
        caller: Some(Arc::from(user.id.as_str())),
        effect: Some(format!("issued access token {}", session.number)),
        ..Reply::json(StatusCode::OK, body.to_string())
    };
    Ok(reply.with_header(SET_COOKIE, cookie))
}

/// The password of a user who was there from the start; the others have none.
fn password(user: &Object) -> Option<String> {
    let number = (0..USERS).find(|number| start::id(Type::Profile, *number) == user.id)?;
    Some(format!("sandbox-password-{number:02}"))
}
