//! `token.refresh`: a refresh token exchanged for an access token, in the two forms that the portal has had.

use std::sync::Arc;

use http::StatusCode;
use rusqlite::Transaction;
use serde::Serialize;

use super::{CLIENT_ID, NAME};
use crate::exchange::{Reply, Request};
use crate::oauth::Denied;
use crate::parameters::Parameters;
use crate::tokens::{Issued, TokenKind, Tokens, end_of_life};
use crate::world::World;

/// A form of the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Without a client id; a refresh token stays good until its own end.
    B2c,
    /// With a client id; each refresh token is good for one exchange.
    Ping,
}

impl Form {
    fn access_seconds(self) -> u32 {
        match self {
            Self::B2c => 60 * 60,
            Self::Ping => 5 * 60,
        }
    }

    fn refresh_seconds(self) -> u32 {
        match self {
            Self::B2c => 14 * 24 * 60 * 60,
            Self::Ping => FIRST_REFRESH_SECONDS,
        }
    }
}

/// How long the refresh token of the starting state lives, and every one of the Ping form: the longest that can be
/// chosen.
pub(super) const FIRST_REFRESH_SECONDS: u32 = 365 * 24 * 60 * 60;

/// How long the access token of the starting state lives.
pub(super) const FIRST_ACCESS_SECONDS: u32 = 60 * 60;

#[derive(Serialize)]
struct Answer<'a> {
    access_token: &'a str,
    refresh_token: &'a str,
    token_type: &'a str,
    expires_in: u32,
}

pub(super) fn refresh(world: &World, request: &Request, form: Form) -> Reply {
    exchange(world, request, form).unwrap_or_else(|denied| denied.reply())
}

fn exchange(world: &World, request: &Request, form: Form) -> Result<Reply, Denied> {
    let fields = Parameters::of_form(request)?;
    let grant = fields.required("grant_type")?;
    if grant != "refresh_token" {
        let description = "The grant type must be refresh_token.";
        return Err(Denied::bad_request("unsupported_grant_type", description));
    }
    if form == Form::Ping && fields.optional("client_id") != Some(CLIENT_ID) {
        let description = "The client id is missing or unknown.";
        return Err(Denied::new(StatusCode::UNAUTHORIZED, "invalid_client", description));
    }
    let sent = fields.required("refresh_token")?;

    let limits = world.limiter.limits();
    let expires_in = limits.access_token_seconds.unwrap_or(form.access_seconds());
    let refresh_seconds = limits.refresh_token_seconds.unwrap_or(form.refresh_seconds());
    let now = world.clock.now();
    let (caller, access, refresh) = world.database.change(|transaction| {
        let caller = Tokens::exchange(transaction, NAME, sent, now, form == Form::Ping)?.map_err(Denied::from)?;
        let issue = |transaction: &Transaction<'_>, kind, seconds| {
            world.tokens.issue(transaction, NAME, kind, &caller, end_of_life(now, seconds))
        };
        let access: Issued = issue(transaction, TokenKind::Access, expires_in)?;
        let refresh = issue(transaction, TokenKind::Refresh, refresh_seconds)?;
        Ok::<_, Denied>((caller, access, refresh))
    })?;
    let answer = Answer { access_token: &access.text, refresh_token: &refresh.text, token_type: "Bearer", expires_in };
    let body = serde_json::to_vec(&answer)
        .map_err(|error| Denied::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", error.to_string()))?;
    Ok(Reply {
        caller: Some(Arc::from(caller)),
        effect: Some(format!("issued access token {} and refresh token {}", access.number, refresh.number)),
        ..Reply::json(StatusCode::OK, body)
    })
}
