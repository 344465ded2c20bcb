#![doc = include_str!("tenduke.md")]

mod assign;
mod authz;
mod endpoints;
mod failure;
mod fields;
mod graph;
mod ids;
mod keys;
mod license;
mod login;
mod merge;
mod model;
mod named;
mod objects;
mod operations;
mod relations;
mod route;
mod select;
mod start;
mod store;
mod time;
mod types;
mod visit;

use std::sync::Arc;

use http::StatusCode;
use http::header::HOST;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use crate::caller::holder;
use crate::exchange::{Reply, Request};
use crate::fault::{Forgery, texts_replaced};
use crate::oauth;
use crate::system::{Endpoint, Route, System};
use crate::tokens::Tokens;
use crate::world::World;
use endpoints::{Action, ENDPOINTS, Reach};
use keys::Signer;
use visit::{ADMINISTRATOR, Visit};

const NAME: &str = "tenduke";

/// The system. Its state is in the database; it holds the key that signs its tokens.
#[derive(Debug, Default)]
pub(crate) struct Tenduke {
    signer: Signer,
}

impl Tenduke {
    /// Fills a new database with the starting state.
    pub(crate) fn fill(transaction: &Transaction<'_>, tokens: &Tokens, now: Timestamp) -> rusqlite::Result<()> {
        transaction.execute_batch(ids::TABLE)?;
        start::fill(transaction)?;
        login::fill(transaction, tokens, now)
    }

    fn answered(&self, world: &World, request: &Request, route: Route) -> Result<Reply, Reply> {
        let action = match route {
            Route::To(place) => ENDPOINTS.get(place).map(|(_, action)| *action),
            Route::OtherMethod | Route::Nowhere => None,
        };
        if let Some(Action::Open(answer)) = action {
            return Ok(answer(self, world, request));
        }
        let refused = |refusal| failure::refused(request, &refusal);
        let caller = holder(world, NAME, login::sent_access_token(request)).map_err(refused)?;
        let known = |reply: Reply| Reply { caller: Some(Arc::clone(&caller)), ..reply };
        let allowed = |reach: Reach| match reach {
            Reach::Administrator if &*caller != ADMINISTRATOR => Err(failure::not_allowed()),
            Reach::Administrator | Reach::User => Ok(()),
        };
        let answer = match action {
            Some(Action::Read(reach, answer)) => allowed(reach).and_then(|()| {
                world.database.read(|connection| answer(&self.visit(connection, world, request, &caller)))
            }),
            Some(Action::Write(reach, answer)) => allowed(reach).and_then(|()| {
                world.database.change(|transaction| answer(&self.visit(transaction, world, request, &caller)))
            }),
            Some(Action::Open(_)) | None => Err(route::refusal(request)),
        };
        answer.map(known).map_err(|refusal| known(refused(refusal)))
    }

    /// What a request of a caller is answered from.
    fn visit<'a>(
        &'a self,
        connection: &'a Connection,
        world: &World,
        request: &'a Request,
        caller: &'a str,
    ) -> Visit<'a> {
        let host = request.header(&HOST).unwrap_or("tenduke.sandbox.test");
        Visit { connection, signer: &self.signer, request, caller, host, now: world.clock.second() }
    }

    /// An answer with other texts; tokens are signed again, so that they hold.
    fn rewritten(&self, body: &str, replace: impl Fn(&str) -> Option<String>) -> String {
        let signed = |token: &str| {
            let claims = texts_replaced(&self.signer.verified(token)?.to_string(), &replace);
            self.signer.sign(&serde_json::from_str(&claims).ok()?).ok()
        };
        let tokens: Option<Vec<_>> = body.split('&').map(signed).collect();
        tokens.map_or_else(|| texts_replaced(body, &replace), |tokens| tokens.join("&"))
    }
}

impl System for Tenduke {
    fn name(&self) -> &'static str {
        NAME
    }

    fn environment(&self, world: &World) -> Vec<(&'static str, String)> {
        let base_url = format!("http://{NAME}.sandbox.test");
        vec![
            ("TENDUKE_TOKEN_URL", format!("{base_url}{}", login::TOKEN_PATH)),
            ("TENDUKE_BASE_URL", base_url),
            ("TENDUKE_TOKEN", world.tokens.named(&login::fixed_token(0))),
            ("TENDUKE_USER_TOKEN", world.tokens.named(&login::fixed_token(2))),
            ("TENDUKE_CLIENT_ID", login::CLIENT_ID.to_owned()),
            ("TENDUKE_CLIENT_SECRET", login::CLIENT_SECRET.to_owned()),
            ("TENDUKE_REFRESH_TOKEN", world.tokens.named(login::FIRST_REFRESH_TOKEN)),
        ]
    }

    fn endpoint(&self, place: usize) -> Option<&'static Endpoint> {
        ENDPOINTS.get(place).map(|(endpoint, _)| endpoint)
    }

    /// By the shape of the path, what stands in the query, and the fields of a form.
    fn route(&self, request: &Request) -> Route {
        let id = route::id_of(request);
        let place = id.and_then(|id| ENDPOINTS.iter().position(|(endpoint, _)| endpoint.id == id));
        place.map_or(Route::Nowhere, Route::To)
    }

    fn answer(&self, world: &World, request: &Request, route: Route) -> Reply {
        self.answered(world, request, route).unwrap_or_else(|refused| refused)
    }

    fn failure(&self, endpoint: Option<&Endpoint>, status: StatusCode, message: &str) -> Reply {
        if is_login(endpoint) {
            return oauth::failure(status, message);
        }
        failure::reply(status, message, message)
    }

    fn failure_in_body(&self, endpoint: Option<&Endpoint>, message: &str) -> Reply {
        let reply = if is_login(endpoint) {
            oauth::failure(StatusCode::OK, message)
        } else {
            failure::reply(StatusCode::SERVICE_UNAVAILABLE, message, message)
        };
        Reply { status: StatusCode::OK, ..reply }
    }

    fn sent_token(&self, request: &Request) -> Option<String> {
        login::sent_access_token(request).map(str::to_owned).or_else(|| oauth::sent_refresh_token(request))
    }

    /// What a licence key is elsewhere is the id of a licence here.
    fn with_other_keys(&self, body: &str) -> String {
        self.rewritten(body, |text| Some(format!("4999{}", text.strip_prefix("4000")?)))
    }

    /// A device is what a request calls `hw`.
    fn with_other_devices(&self, body: &str) -> String {
        self.rewritten(body, |text| Some(format!("hw-9{}", text.strip_prefix("hw-")?)))
    }

    fn with_forged_tokens(&self, body: &str, forgery: Forgery) -> String {
        self.signer.forged(body, forgery)
    }
}

fn is_login(endpoint: Option<&Endpoint>) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.id == "oauth.token")
}
