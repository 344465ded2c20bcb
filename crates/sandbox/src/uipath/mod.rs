#![doc = include_str!("uipath.md")]

mod application;
mod asker;
mod body;
mod codes;
mod groups;
mod holder;
mod host;
mod license;
mod offers;
mod organizations;
mod password;
mod pool;
mod refused;
mod tenants;
mod users;
mod visit;

use std::sync::Arc;

use http::{Method, StatusCode};
use rusqlite::Transaction;

use crate::caller::caller;
use crate::exchange::{Reply, Request};
use crate::fault::texts_replaced;
use crate::oauth;
use crate::refusal::Refusal;
use crate::system::{Endpoint, Route, System, place};
use crate::world::World;
use asker::{Asker, HOST};
use offers::{Action, ENDPOINTS, Right};
use refused::{Refused, status};
use visit::Visit;

const NAME: &str = "uipath";

/// The suite. Its state is in the database.
#[derive(Debug)]
pub(crate) struct Uipath;

impl Uipath {
    /// Fills a new database with the starting state.
    pub(crate) fn fill(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.execute_batch(include_str!("start.sql"))
    }

    /// Answers what needs a token, checks in the order of the page.
    fn answer_caller(&self, world: &World, request: &Request, route: Route) -> Result<Reply, Reply> {
        let caller = caller(world, NAME, request).map_err(|refusal| Refused::from(refusal).reply())?;
        let known = |reply: Reply| Reply { caller: Some(Arc::clone(&caller)), ..reply };
        let place = place(self, request, route).map_err(known)?;
        answer(world, request, place, &Asker::read(&caller)).map(known).map_err(|refused| known(refused.reply()))
    }
}

/// Answers somebody who asks an endpoint. A write is one transaction: when it is refused, nothing has changed.
fn answer(world: &World, request: &Request, place: usize, asker: &Asker) -> Result<Reply, Refused> {
    let now = world.clock.second();
    let done = match ENDPOINTS.get(place) {
        Some((endpoint, Action::Read(right, answer))) => {
            right.check(asker)?;
            world.database.read(|connection| answer(&Visit::new(connection, endpoint.path, request, now)))?
        }
        Some((endpoint, Action::Write(right, answer))) => {
            right.check(asker)?;
            world.database.change(|transaction| answer(&Visit::new(transaction, endpoint.path, request, now)))?
        }
        Some((_, Action::Password | Action::Token)) | None => {
            return Err(Refusal::not_found("There is no such endpoint.").into());
        }
    };
    Ok(Reply { effect: done.effect, ..Reply::json(StatusCode::OK, done.body) })
}

impl Right {
    fn check(self, asker: &Asker) -> Result<(), Refused> {
        match self {
            Self::Host => asker.check_host(),
            Self::Scope(expected) => asker.check_scope(expected),
        }
    }
}

impl System for Uipath {
    fn name(&self) -> &'static str {
        NAME
    }

    fn environment(&self, _world: &World) -> Vec<(&'static str, String)> {
        let base = format!("http://{NAME}.sandbox.test");
        vec![
            ("UIPATH_AUTH_URL", format!("{base}/api/account/authenticate")),
            ("UIPATH_TENANCY", HOST.to_owned()),
            ("UIPATH_USER", password::USER.to_owned()),
            ("UIPATH_PASSWORD", password::PASSWORD.to_owned()),
            ("UIPATH_TOKEN_URL", format!("{base}/identity_/connect/token")),
            ("UIPATH_CLIENT_ID", application::CLIENT_ID.to_owned()),
            ("UIPATH_CLIENT_SECRET", application::CLIENT_SECRET.to_owned()),
            ("UIPATH_BASE_URL", base),
        ]
    }

    fn endpoint(&self, place: usize) -> Option<&'static Endpoint> {
        ENDPOINTS.get(place).map(|(endpoint, _)| endpoint)
    }

    fn answer(&self, world: &World, request: &Request, route: Route) -> Reply {
        if let Route::To(place) = route
            && let Some((_, action)) = ENDPOINTS.get(place)
        {
            match action {
                Action::Password => return password::login(world, request),
                Action::Token => return application::token(world, request),
                Action::Read(..) | Action::Write(..) => {}
            }
        }
        self.answer_caller(world, request, route).unwrap_or_else(|refused| refused)
    }

    fn failure(&self, endpoint: Option<&Endpoint>, code: StatusCode, message: &str) -> Reply {
        match endpoint.map(|endpoint| endpoint.id) {
            Some("ropc.login") => Reply::json(code, password::failure(message)),
            Some("oauth.token") => oauth::failure(code, message),
            _ => status(code, message),
        }
    }

    /// Only a login fails in an answer with status 200, and what an identity service does for many objects.
    fn failure_in_body(&self, endpoint: Option<&Endpoint>, message: &str) -> Reply {
        let body = match endpoint.map(|endpoint| endpoint.id) {
            Some("ropc.login") => password::failure(message),
            Some("oauth.token") => return oauth::failure(StatusCode::OK, message),
            _ => serde_json::json!({
                "result": { "succeeded": false, "errors": [{ "code": "Fault", "description": message }] },
            })
            .to_string(),
        };
        Reply::json(StatusCode::OK, body)
    }

    fn sent_token(&self, request: &Request) -> Option<String> {
        let sent = || (request.method() == Method::POST).then(|| oauth::sent_refresh_token(request)).flatten();
        request.bearer_token().map(str::to_owned).or_else(sent)
    }

    /// What a licence key is elsewhere is the code of a licence here.
    fn with_other_keys(&self, body: &str) -> String {
        texts_replaced(body, |text| Some(format!("9999-{}", text.strip_prefix("0000-")?)))
    }

    /// What a device is elsewhere is a tenant here, or a group.
    fn with_other_devices(&self, body: &str) -> String {
        texts_replaced(body, |text| {
            let (kind, number) = text.split_at_checked(if text.starts_with("group-") { 6 } else { 1 })?;
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            (is_number && ["group-", "e", "s", "y"].contains(&kind)).then(|| format!("{kind}9{number}"))
        })
    }
}
