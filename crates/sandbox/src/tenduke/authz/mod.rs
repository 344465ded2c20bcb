//! The consumption of licences (`/authz/`): asking for them, taking, renewing and releasing them.
//!
//! A denial is a success by its status: what was asked for is told by its name, and it is there, and `true`, only if it
//! was done.

mod allow;
mod candidates;
mod consume;
mod format;
mod order;
mod query;
mod release;

use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

pub(super) use format::Format;
pub(super) use query::Query;

use super::failure;
use super::store;
use super::time::{Moment, seconds};
use super::types::Type;
use super::visit::Visit;
use crate::exchange::Reply;
use crate::refusal::Refusal;

/// For how long a denial is said to hold.
const DENIED_SECONDS: i64 = 86_400;

/// For whom something is asked, and when.
struct Asker<'a> {
    connection: &'a Connection,
    /// The id of the user's `Profile`.
    user: &'a str,
    is_administrator: bool,
    host: &'a str,
    now: Moment,
}

/// What is told of one item or of one lease.
struct Told {
    is_done: bool,
    claims: Map<String, Value>,
    effect: Option<String>,
}

impl Asker<'_> {
    /// What is told of everything: by whom, of whom, when, and until when it holds.
    fn claims(&self, until: Moment) -> Map<String, Value> {
        Map::from_iter([
            ("iss".to_owned(), json!(format!("http://{}", self.host))),
            ("sub".to_owned(), json!(self.user)),
            ("iat".to_owned(), json!(seconds(self.now))),
            ("exp".to_owned(), json!(seconds(until))),
        ])
    }

    /// What is told of what was not done.
    fn refused(&self, mut failure: Map<String, Value>) -> Told {
        failure.extend(self.claims(self.now + DENIED_SECONDS * 1000));
        Told { is_done: false, claims: failure, effect: None }
    }
}

/// Answers a request for licences, or one that releases leases.
pub(super) fn answer(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    let query = Query::read(visit.request.query())?;
    let format = Format::of(visit.request.path()).ok_or_else(failure::not_allowed)?;
    if format == Format::Json && query.items.len() > 1 {
        return Err(Refusal::bad_request("JSON is for one item or lease at a time."));
    }
    let user = user(visit, &query)?;
    let asker = Asker {
        connection: visit.connection,
        user,
        is_administrator: visit.is_administrator(),
        host: visit.host,
        now: visit.now.as_millisecond(),
    };
    let told = query.items.iter().map(|item| {
        if query.is_release { release::release(&asker, &item.name) } else { consume::consume(&asker, &query, item) }
    });
    let told: Vec<Told> = told.collect::<rusqlite::Result<_>>()?;
    let effects: Vec<_> = told.iter().filter_map(|told| told.effect.as_deref()).collect();
    let reply = Reply {
        content_type: format.content_type(),
        effect: (!effects.is_empty()).then(|| effects.join("; ")),
        ..Reply::json(StatusCode::OK, format.write(visit.signer, told)?)
    };
    Ok(reply.with_header(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store")))
}

/// The user for whom a caller asks.
fn user<'a>(visit: &Visit<'a>, query: &'a Query) -> Result<&'a str, Refusal> {
    let Some(user) = &query.on_behalf_of else { return Ok(visit.caller) };
    if !visit.is_administrator() {
        return Err(failure::not_allowed());
    }
    match store::get(visit.connection, Type::Profile, user)? {
        Some(_) => Ok(user),
        None => Err(Refusal::bad_request(format!("There is no user {user}."))),
    }
}
