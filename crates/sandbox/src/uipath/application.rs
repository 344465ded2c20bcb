//! `oauth.token`: the tokens of an external application.

use std::sync::Arc;

use http::StatusCode;
use rusqlite::Transaction;
use serde_json::json;

use super::NAME;
use super::asker::Asker;
use crate::exchange::{Reply, Request};
use crate::oauth::Denied;
use crate::parameters::Parameters;
use crate::tokens::{Issued, TokenKind, Tokens, end_of_life};
use crate::world::World;

pub(super) const CLIENT_ID: &str = "sandbox-app";
pub(super) const CLIENT_SECRET: &str = "sandbox-secret";

/// What the application may ask for, and what a refresh token is asked for with.
const SCOPES: [&str; 6] =
    ["PM.License", "PM.License.Read", "PM.License.Write", "PM.Group", "PM.Group.Read", "PM.Audit"];
const OFFLINE: &str = "offline_access";

/// What was agreed to when the authorization code was given out.
const SCOPES_OF_CODE: &str = "PM.License PM.Group.Read offline_access";

const ACCESS_SECONDS: u32 = 60 * 60;
const REFRESH_SECONDS: u32 = 60 * 24 * 60 * 60;

pub(super) fn token(world: &World, request: &Request) -> Reply {
    granted(world, request).unwrap_or_else(|denied| denied.reply())
}

fn granted(world: &World, request: &Request) -> Result<Reply, Denied> {
    let form = Parameters::of_form(request)?;
    let grant = form.required("grant_type")?;
    if form.required("client_id")? != CLIENT_ID {
        return Err(Denied::bad_request("invalid_client", "The client id is unknown."));
    }
    let is_secret_wrong = form.optional("client_secret").is_some_and(|secret| secret != CLIENT_SECRET);
    if is_secret_wrong || (grant == "client_credentials" && form.required("client_secret").is_err()) {
        return Err(Denied::bad_request("invalid_client", "The client secret is missing or wrong."));
    }
    world.database.change(|transaction| match grant {
        "client_credentials" => {
            let scopes = scopes(form.required("scope")?, &SCOPES)?;
            issue(world, transaction, scopes)
        }
        "refresh_token" => refresh(world, transaction, &form),
        "authorization_code" => exchange_code(world, transaction, &form),
        _ => Err(Denied::bad_request("unsupported_grant_type", format!("The grant type {grant} is not supported."))),
    })
}

/// A refresh token for new ones, with the scopes that it had, or with fewer.
fn refresh(world: &World, transaction: &Transaction<'_>, form: &Parameters<'_>) -> Result<Reply, Denied> {
    let sent = form.required("refresh_token")?;
    let caller = Tokens::exchange(transaction, NAME, sent, world.clock.now(), true)?.map_err(Denied::from)?;
    let had = match Asker::read(&caller) {
        Asker::Application { scopes, .. } => scopes,
        Asker::User { .. } => Vec::new(),
    };
    let scopes = match form.optional("scope") {
        Some(asked) => scopes(asked, &had.iter().map(String::as_str).collect::<Vec<_>>())?,
        None => had,
    };
    issue(world, transaction, scopes)
}

/// The code that a user's consent gave, for tokens. There is one, and it is good once.
fn exchange_code(world: &World, transaction: &Transaction<'_>, form: &Parameters<'_>) -> Result<Reply, Denied> {
    let code = form.required("code")?;
    form.required("redirect_uri")?;
    form.required("code_verifier")?;
    let used =
        transaction.prepare_cached("UPDATE uipath_code SET used = 1 WHERE code = ?1 AND NOT used")?.execute([code])?;
    if used == 0 {
        return Err(Denied::bad_request("invalid_grant", "The code is unknown or was used before."));
    }
    issue(world, transaction, SCOPES_OF_CODE.split(' ').map(str::to_owned).collect())
}

/// The scopes that are asked for, all of which are `allowed`.
fn scopes(asked: &str, allowed: &[&str]) -> Result<Vec<String>, Denied> {
    let scopes: Vec<_> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    if let Some(scope) = scopes.iter().find(|scope| !allowed.contains(scope)) {
        let description = format!("The application may not ask for the scope {scope}.");
        return Err(Denied::bad_request("invalid_scope", description));
    }
    Ok(scopes.into_iter().map(str::to_owned).collect())
}

fn issue(world: &World, transaction: &Transaction<'_>, scopes: Vec<String>) -> Result<Reply, Denied> {
    let limits = world.limiter.limits();
    let now = world.clock.now();
    let is_lasting = scopes.iter().any(|scope| scope == OFFLINE);
    let scope = scopes.join(" ");
    let caller = Asker::Application { id: CLIENT_ID.to_owned(), scopes }.to_string();
    let issue = |kind, seconds| -> rusqlite::Result<Issued> {
        world.tokens.issue(transaction, NAME, kind, &caller, end_of_life(now, seconds))
    };
    let expires_in = limits.access_token_seconds.unwrap_or(ACCESS_SECONDS);
    let access = issue(TokenKind::Access, expires_in)?;
    let mut effect = format!("issued access token {}", access.number);
    let mut body = json!({
        "access_token": access.text,
        "expires_in": expires_in,
        "token_type": "Bearer",
        "scope": scope,
    });
    if is_lasting {
        let refresh = issue(TokenKind::Refresh, limits.refresh_token_seconds.unwrap_or(REFRESH_SECONDS))?;
        effect = format!("{effect} and refresh token {}", refresh.number);
        body["refresh_token"] = refresh.text.into();
    }
    let reply = Reply::json(StatusCode::OK, body.to_string());
    Ok(Reply { caller: Some(Arc::from(caller)), effect: Some(effect), ..reply })
}
