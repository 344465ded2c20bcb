//! Tokens: how they are asked for, and how a request carries one.

use std::sync::Arc;

use http::StatusCode;
use http::header::{COOKIE, HOST};
use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::json;

use super::keys::Signer;
use super::types::Type;
use super::visit::ADMINISTRATOR;
use super::{NAME, Tenduke, failure as graph_failure, start};
use crate::exchange::{Reply, Request};
use crate::oauth::Denied;
use crate::parameters::Parameters;
use crate::tokens::{TokenKind, Tokens, end_of_life};
use crate::world::World;

pub(super) const TOKEN_PATH: &str = "/user/oauth20/token";
pub(super) const CLIENT_ID: &str = "sandbox-client";
pub(super) const CLIENT_SECRET: &str = "sandbox-secret";

/// The refresh token of the administrator, from the start.
pub(super) const FIRST_REFRESH_TOKEN: &str = "rt-tenduke";

/// The cookie that holds a session.
pub(super) const COOKIE_NAME: &str = "JSESSIONID";

pub(super) const ACCESS_SECONDS: u32 = 60 * 60;
const REFRESH_SECONDS: u32 = 30 * 24 * 60 * 60;
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const GRANTS: [&str; 2] = ["refresh_token", JWT_BEARER];

/// How many users have a token of their own from the start.
const FIXED_TOKENS: u32 = 6;

/// The name of the token that the user with this number has from the start, without end.
pub(super) fn fixed_token(user: u32) -> String {
    format!("token-p{user}")
}

/// Issues the tokens that are there from the start.
pub(super) fn fill(transaction: &Transaction<'_>, tokens: &Tokens, now: Timestamp) -> rusqlite::Result<()> {
    for user in 0..FIXED_TOKENS {
        let caller = start::id(Type::Profile, user);
        tokens.issue_named(transaction, NAME, TokenKind::Lasting, &fixed_token(user), &caller, Timestamp::MAX)?;
    }
    let ends = end_of_life(now, REFRESH_SECONDS);
    tokens.issue_named(transaction, NAME, TokenKind::Refresh, FIRST_REFRESH_TOKEN, ADMINISTRATOR, ends)
}

/// The access token of a request: from its header, else from its cookie.
pub(super) fn sent_access_token(request: &Request) -> Option<&str> {
    let cookie = || {
        let cookies = request.header(&COOKIE)?.split(';').filter_map(|cookie| cookie.trim().split_once('='));
        cookies.filter(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value).next()
    };
    request.bearer_token().or_else(cookie)
}

/// Answers at the token endpoint.
pub(super) fn token(system: &Tenduke, world: &World, request: &Request) -> Reply {
    exchange(&system.signer, world, request).unwrap_or_else(|denied| denied.reply())
}

/// The keys that sign tokens.
pub(super) fn keys(system: &Tenduke, _world: &World, request: &Request) -> Reply {
    match system.signer.key_set() {
        Ok(keys) => Reply::json(StatusCode::OK, keys.to_string()),
        Err(refusal) => graph_failure::refused(request, &refusal),
    }
}

/// Where what is, for clients that look for it.
pub(super) fn discovery(_system: &Tenduke, _world: &World, request: &Request) -> Reply {
    let issuer = format!("http://{}", request.header(&HOST).unwrap_or("tenduke.sandbox.test"));
    let body = json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}{TOKEN_PATH}"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "grant_types_supported": GRANTS,
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    Reply::json(StatusCode::OK, body.to_string())
}

fn exchange(signer: &Signer, world: &World, request: &Request) -> Result<Reply, Denied> {
    let fields = Parameters::of_form(request)?;
    let grant = fields.required("grant_type")?;
    if !GRANTS.contains(&grant) {
        let description = format!("The grant type must be {} or {}.", GRANTS[0], GRANTS[1]);
        return Err(Denied::bad_request("unsupported_grant_type", description));
    }
    let is_client = fields.optional("client_id") == Some(CLIENT_ID);
    // An assertion says by itself who vouches for the user.
    let has_secret = grant == JWT_BEARER || fields.optional("client_secret") == Some(CLIENT_SECRET);
    if !is_client || !has_secret {
        let description = "The client id or the client secret is missing or wrong.";
        return Err(Denied::new(StatusCode::UNAUTHORIZED, "invalid_client", description));
    }
    let limits = world.limiter.limits();
    let expires_in = limits.access_token_seconds.unwrap_or(ACCESS_SECONDS);
    let refresh_seconds = limits.refresh_token_seconds.unwrap_or(REFRESH_SECONDS);
    let now = world.clock.now();
    let (caller, access, refresh) = world.database.change(|transaction| {
        let caller = if grant == JWT_BEARER {
            let assertion = fields.required("assertion")?;
            vouched(signer, assertion, now).ok_or_else(|| {
                Denied::bad_request("invalid_grant", "The assertion is not signed by this system, or has expired.")
            })?
        } else {
            let sent = fields.required("refresh_token")?;
            Tokens::exchange(transaction, NAME, sent, now, true)?.map_err(Denied::from)?
        };
        let access = world.tokens.issue(transaction, NAME, TokenKind::Access, &caller, end_of_life(now, expires_in))?;
        let ends = end_of_life(now, refresh_seconds);
        let refresh = world.tokens.issue(transaction, NAME, TokenKind::Refresh, &caller, ends)?;
        Ok::<_, Denied>((caller, access, refresh))
    })?;
    let body = json!({
        "access_token": access.text,
        "token_type": "Bearer",
        "expires_in": expires_in,
        "refresh_token": refresh.text,
        "scope": fields.optional("scope").unwrap_or("openid profile"),
    });
    Ok(Reply {
        caller: Some(Arc::from(caller)),
        effect: Some(format!("issued access token {} and refresh token {}", access.number, refresh.number)),
        ..Reply::json(StatusCode::OK, body.to_string())
    })
}

/// The user that a token of this system is about, if it holds at this time.
fn vouched(signer: &Signer, token: &str, now: Timestamp) -> Option<String> {
    let claims = signer.verified(token)?;
    let ends = claims.get("exp")?.as_i64()?;
    (now.as_second() < ends).then(|| claims.get("sub")?.as_str().map(str::to_owned))?
}
