//! Who asks: the token of a request, and whose it is.

use std::sync::Arc;

use http::StatusCode;

use crate::exchange::Request;
use crate::refusal::Refusal;
use crate::tokens::Refused;
use crate::world::World;

/// Who asks a system, by the access token.
pub(crate) fn caller(world: &World, system: &'static str, request: &Request) -> Result<Arc<str>, Refusal> {
    holder(world, system, request.bearer_token())
}

/// Whose access token this is, if it is one.
pub(crate) fn holder(world: &World, system: &'static str, token: Option<&str>) -> Result<Arc<str>, Refusal> {
    let unauthorized = |message| Refusal::new(StatusCode::UNAUTHORIZED, message);
    let token = token.ok_or_else(|| unauthorized("The access token is missing."))?;
    match world.tokens.caller(&world.database, system, token, world.clock.now())? {
        Ok(caller) => Ok(caller),
        Err(Refused::Ended) => Err(unauthorized("The access token has expired.")),
        Err(Refused::Unknown | Refused::Used) => Err(unauthorized("The access token is unknown.")),
    }
}

/// Ends the token that a request carries, if it carries one.
pub(crate) fn end_token(world: &World, token: Option<String>) {
    if let Some(token) = token
        && let Err(error) = world.tokens.end(&world.database, &token, world.clock.now())
    {
        tracing::warn!(%error, "a token could not be ended");
    }
}
