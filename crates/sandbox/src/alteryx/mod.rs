//! The Alteryx licence portal.

mod accounts;
mod devices;
mod endpoints;
mod entitlements;
mod envelope;
mod files;
mod generated;
mod licenses;
mod login;
mod products;
mod seats;
mod time;
mod usage;
mod users;
mod visit;

use std::sync::Arc;

use http::StatusCode;
use http::header::HOST;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use crate::Settings;
use crate::cache::{Answers, Moment};
use crate::caller::caller;
use crate::exchange::{Reply, Request};
use crate::fault::texts_replaced;
use crate::oauth;
use crate::parameters::Parameters;
use crate::payload::Payload;
use crate::system::{Endpoint, Route, System, object, place};
use crate::tokens::{TokenKind, Tokens, end_of_life};
use crate::world::World;
use endpoints::{Action, ENDPOINTS};
use envelope::{Refusal, refused};
pub(crate) use files::Files;
use visit::Visit;

const NAME: &str = "alteryx";
const CLIENT_ID: &str = "sandbox-client";
const CALLER: &str = "USR-000001";

/// The portal. Its state is in the database; it holds answers that were rendered before.
#[derive(Debug, Default)]
pub(crate) struct Alteryx {
    answers: Answers,
}

impl Alteryx {
    /// Fills a new database with the starting state, and with as many accounts beside it as the settings ask for.
    pub(crate) fn fill(
        transaction: &Transaction<'_>,
        tokens: &Tokens,
        now: Timestamp,
        settings: &Settings,
    ) -> rusqlite::Result<()> {
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.execute_batch(include_str!("start.sql"))?;
        // The portal's page for API access gives a pair.
        tokens.issue(transaction, NAME, TokenKind::Access, CALLER, end_of_life(now, login::FIRST_ACCESS_SECONDS))?;
        tokens.issue(transaction, NAME, TokenKind::Refresh, CALLER, end_of_life(now, login::FIRST_REFRESH_SECONDS))?;
        generated::fill(transaction, settings.accounts, settings.devices, settings.seed)
    }

    /// Answers what needs an access token, checks in the order that the portal has.
    fn answer_caller(&self, world: &World, request: &Request, route: Route) -> Result<Reply, Reply> {
        let caller = caller(world, NAME, request).map_err(|refusal| refused(&refusal))?;
        let known = |reply: Reply| Reply { caller: Some(Arc::clone(&caller)), ..reply };
        let place = place(self, request, route).map_err(known)?;
        let answer = match ENDPOINTS.get(place) {
            Some((endpoint, Action::Read(read))) => self.read(world, request, endpoint, &caller, *read),
            Some((endpoint, Action::Download(download))) => fetch(world, request, endpoint, &caller, *download),
            Some((endpoint, Action::Write(write))) => change(world, request, endpoint, &caller, *write),
            Some((_, Action::Refresh(_))) | None => Err(Refusal::not_found("There is no such endpoint.")),
        };
        answer.map(known).map_err(|refusal| known(refused(&refusal)))
    }

    /// Answers a read, with what was rendered before if it still stands.
    fn read(
        &self,
        world: &World,
        request: &Request,
        endpoint: &Endpoint,
        caller: &Arc<str>,
        read: endpoints::Read,
    ) -> Result<Reply, Refusal> {
        let moment = Moment { version: world.database.version(), second: world.clock.second() };
        if let Some(body) = self.answers.get(moment, caller, request.target()) {
            return Ok(Reply::json(StatusCode::OK, body));
        }
        let asked = Asked::of(request, endpoint, caller, moment.second)?;
        let body = world.database.read(|connection| read(&asked.visit(connection)))?;
        self.answers.put(moment, caller, request.target(), body.clone());
        Ok(Reply::json(StatusCode::OK, body))
    }
}

/// Answers a download.
fn fetch(
    world: &World,
    request: &Request,
    endpoint: &Endpoint,
    caller: &str,
    download: endpoints::Download,
) -> Result<Reply, Refusal> {
    let asked = Asked::of(request, endpoint, caller, world.clock.second())?;
    let host = request.header(&HOST).unwrap_or("alteryx.sandbox.test");
    world.database.read(|connection| download(&asked.visit(connection), host))
}

/// Answers a write, in one transaction: when it is refused, nothing has changed.
fn change(
    world: &World,
    request: &Request,
    endpoint: &Endpoint,
    caller: &str,
    write: endpoints::Write,
) -> Result<Reply, Refusal> {
    let asked = Asked::of(request, endpoint, caller, world.clock.second())?;
    let written = world.database.change(|transaction| write(&asked.visit(transaction)))?;
    Ok(Reply { effect: written.effect, ..Reply::json(StatusCode::OK, written.body) })
}

impl System for Alteryx {
    fn name(&self) -> &'static str {
        NAME
    }

    fn environment(&self, world: &World) -> Vec<(&'static str, String)> {
        vec![
            ("ALTERYX_BASE_URL", format!("http://{NAME}.sandbox.test")),
            ("ALTERYX_AUTH_URL", format!("http://{NAME}.sandbox.test/as/token")),
            ("ALTERYX_REFRESH_TOKEN", world.tokens.first_refresh_token()),
            ("ALTERYX_CLIENT_ID", CLIENT_ID.to_owned()),
            ("ALTERYX_ACCESS_TOKEN", world.tokens.first_access_token()),
        ]
    }

    fn endpoint(&self, place: usize) -> Option<&'static Endpoint> {
        ENDPOINTS.get(place).map(|(endpoint, _)| endpoint)
    }

    fn answer(&self, world: &World, request: &Request, route: Route) -> Reply {
        if let Route::To(place) = route
            && let Some((_, Action::Refresh(form))) = ENDPOINTS.get(place)
        {
            return login::refresh(world, request, *form);
        }
        self.answer_caller(world, request, route).unwrap_or_else(|refused| refused)
    }

    fn failure(&self, endpoint: Option<&Endpoint>, status: StatusCode, message: &str) -> Reply {
        if is_login(endpoint) {
            return oauth::failure(status, message);
        }
        refused(&Refusal::new(status, message))
    }

    fn failure_in_body(&self, endpoint: Option<&Endpoint>, message: &str) -> Reply {
        if is_login(endpoint) {
            return oauth::failure(StatusCode::OK, message);
        }
        Reply::json(StatusCode::OK, envelope::failure(message))
    }

    fn sent_token(&self, request: &Request) -> Option<String> {
        request.bearer_token().map(str::to_owned).or_else(|| oauth::sent_refresh_token(request))
    }

    fn with_other_keys(&self, body: &str) -> String {
        texts_replaced(body, |text| is_license_key(text).then(|| format!("{}-ZZZZ", &text[..text.len() - 5])))
    }

    fn with_other_devices(&self, body: &str) -> String {
        texts_replaced(body, |text| Some(format!("DEV-9{}", text.strip_prefix("DEV-")?)))
    }
}

fn is_login(endpoint: Option<&Endpoint>) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.id == "token.refresh")
}

/// Eight groups of four word characters.
fn is_license_key(text: &str) -> bool {
    let mut groups = 0;
    text.split('-').all(|group| {
        groups += 1;
        group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }) && groups == 8
}

/// What a request asks for, read before the state is looked at.
struct Asked<'a> {
    caller: &'a str,
    object: String,
    parameters: Parameters<'a>,
    payload: Payload<'a>,
    now: Timestamp,
}

impl<'a> Asked<'a> {
    fn of(request: &'a Request, endpoint: &Endpoint, caller: &'a str, now: Timestamp) -> Result<Self, Refusal> {
        Ok(Self {
            caller,
            object: object(endpoint.path, request.path())?,
            parameters: Parameters::read(request.query())?,
            payload: Payload::of(request),
            now,
        })
    }

    fn visit(&'a self, connection: &'a Connection) -> Visit<'a> {
        let Self { caller, object, parameters, payload, now } = self;
        Visit { connection, caller, object, parameters, payload: *payload, now: *now, now_written: (*now).into() }
    }
}
