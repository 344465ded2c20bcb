//! `token.refresh`: a refresh token exchanged for an access token, in the two forms that the portal has had.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use rusqlite::Transaction;
use serde::Serialize;

use super::{CLIENT_ID, NAME};
use crate::exchange::{Reply, Request};
use crate::parameters::Parameters;
use crate::tokens::{Issued, Refused, TokenKind, Tokens, end_of_life};
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

/// Why no token is given, in the words of OAuth 2.0.
#[derive(Debug)]
struct Denied {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl Denied {
    fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into() }
    }

    fn bad_request(error: &'static str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }
}

impl From<rusqlite::Error> for Denied {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", format!("The sandbox's database failed: {error}."))
    }
}

pub(super) fn refresh(world: &World, request: &Request, form: Form) -> Reply {
    match exchange(world, request, form) {
        Ok(reply) => reply,
        Err(Denied { status, error, description }) => Reply::json(status, failure(error, &description)),
    }
}

/// A failure's body, in the form of OAuth 2.0.
pub(super) fn failure(error: &str, description: &str) -> Bytes {
    serde_json::json!({ "error": error, "error_description": description }).to_string().into()
}

/// The refresh token that a request sends, if it sends one.
pub(super) fn sent_refresh_token(request: &Request) -> Option<String> {
    let text = std::str::from_utf8(&request.body).ok()?;
    Some(Parameters::read(text).ok()?.optional("refresh_token")?.to_owned())
}

fn exchange(world: &World, request: &Request, form: Form) -> Result<Reply, Denied> {
    let invalid = |description: &str| Denied::bad_request("invalid_request", description);
    if !request.media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(invalid("The content type must be application/x-www-form-urlencoded."));
    }
    let text = std::str::from_utf8(&request.body).map_err(|_| invalid("The body is not UTF-8."))?;
    let fields = Parameters::read(text).map_err(|refusal| invalid(&refusal.message))?;
    let grant = fields.required("grant_type").map_err(|refusal| invalid(&refusal.message))?;
    if grant != "refresh_token" {
        let description = "The grant type must be refresh_token.";
        return Err(Denied::bad_request("unsupported_grant_type", description));
    }
    if form == Form::Ping && fields.optional("client_id") != Some(CLIENT_ID) {
        let description = "The client id is missing or unknown.";
        return Err(Denied::new(StatusCode::UNAUTHORIZED, "invalid_client", description));
    }
    let sent = fields.required("refresh_token").map_err(|refusal| invalid(&refusal.message))?;

    let limits = world.limiter.limits();
    let expires_in = limits.access_token_seconds.unwrap_or(form.access_seconds());
    let refresh_seconds = limits.refresh_token_seconds.unwrap_or(form.refresh_seconds());
    let now = world.clock.now();
    let (caller, access, refresh) = world.database.change(|transaction| {
        let caller = Tokens::exchange(transaction, NAME, sent, now, form == Form::Ping)?.map_err(denied)?;
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

fn denied(refused: Refused) -> Denied {
    let description = match refused {
        Refused::Unknown => "The refresh token is unknown.",
        Refused::Ended => "The refresh token has expired.",
        Refused::Used => "The refresh token was used before.",
    };
    Denied::bad_request("invalid_grant", description)
}
