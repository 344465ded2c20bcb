#![doc = include_str!("seats.md")]

mod requests;
mod store;
mod wanted;

use std::sync::Arc;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use serde_json::json;

use crate::caller::caller;
use crate::exchange::{Reply, Request};
use crate::fault::texts_replaced;
use crate::refusal::Refusal;
use crate::system::{Endpoint, Route, System, object, place};
use crate::tokens::{TokenKind, Tokens};
use crate::world::World;
use requests::{Done, change, get, list, put, release, take};

const NAME: &str = "seats";
const CALLER: &str = "seats-admin";

/// The products, and how many seats of each there are.
const PRODUCTS: [(&str, i64); 3] = [("editor", 5), ("viewer", 20), ("server", 2)];

/// The system of seats. Its state is in the database.
#[derive(Debug)]
pub(crate) struct Seats;

/// Answers a request for a seat, or for none. What it changed stays only if it does not refuse.
type Answer = fn(&Connection, &Request, &str) -> Result<Done, Refusal>;

const fn offer(id: &'static str, method: Method, path: &'static str, answer: Answer) -> (Endpoint, Answer) {
    (Endpoint { id, method, path }, answer)
}

static ENDPOINTS: &[(Endpoint, Answer)] = &[
    offer("seats.list", Method::GET, "/v1/seats", list),
    offer("seats.get", Method::GET, "/v1/seats/{seatId}", get),
    offer("seats.put", Method::PUT, "/v1/seats/{seatId}", put),
    offer("seats.take", Method::POST, "/v1/seats", take),
    offer("seats.change", Method::PATCH, "/v1/seats/{seatId}", change),
    offer("seats.release", Method::DELETE, "/v1/seats/{seatId}", release),
];

impl Seats {
    /// Fills a new database with the starting state.
    pub(crate) fn fill(transaction: &Transaction<'_>, tokens: &Tokens) -> rusqlite::Result<()> {
        transaction.execute_batch(include_str!("schema.sql"))?;
        tokens.issue(transaction, NAME, TokenKind::Lasting, CALLER, Timestamp::MAX).map(drop)
    }

    /// Answers what needs the token, checks in the order of the page.
    fn answer_caller(&self, world: &World, request: &Request, route: Route) -> Result<Reply, Reply> {
        let caller = caller(world, NAME, request).map_err(|refusal| refused(&refusal))?;
        let known = |reply: Reply| Reply { caller: Some(Arc::clone(&caller)), ..reply };
        let place = place(self, request, route).map_err(known)?;
        let Some((endpoint, answer)) = ENDPOINTS.get(place) else {
            return Err(known(refused(&Refusal::not_found("There is no such endpoint."))));
        };
        let done = object(endpoint.path, request.path())
            .and_then(|seat| match endpoint.method {
                Method::GET => world.database.read(|connection| answer(connection, request, &seat)),
                _ => world.database.change(|transaction| answer(transaction, request, &seat)),
            })
            .map_err(|refusal| known(refused(&refusal)))?;
        Ok(known(Reply { effect: done.effect, ..Reply::json(StatusCode::OK, done.body) }))
    }
}

fn refused(refusal: &Refusal) -> Reply {
    let reply = Reply::json(refusal.status, json!({ "error": refusal.message }).to_string());
    if refusal.status == StatusCode::UNAUTHORIZED {
        return reply.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    reply
}

impl System for Seats {
    fn name(&self) -> &'static str {
        NAME
    }

    fn environment(&self, world: &World) -> Vec<(&'static str, String)> {
        vec![
            ("SEATS_BASE_URL", format!("http://{NAME}.sandbox.test")),
            ("SEATS_TOKEN", world.tokens.first_lasting_token()),
        ]
    }

    fn endpoint(&self, place: usize) -> Option<&'static Endpoint> {
        ENDPOINTS.get(place).map(|(endpoint, _)| endpoint)
    }

    fn answer(&self, world: &World, request: &Request, route: Route) -> Reply {
        self.answer_caller(world, request, route).unwrap_or_else(|refused| refused)
    }

    fn failure(&self, _endpoint: Option<&Endpoint>, status: StatusCode, message: &str) -> Reply {
        refused(&Refusal::new(status, message))
    }

    fn failure_in_body(&self, _endpoint: Option<&Endpoint>, message: &str) -> Reply {
        Reply::json(StatusCode::OK, json!({ "error": message }).to_string())
    }

    /// What a licence key is elsewhere is the product here.
    fn with_other_keys(&self, body: &str) -> String {
        let is_product = |text: &str| PRODUCTS.iter().any(|(product, _)| *product == text);
        texts_replaced(body, |text| is_product(text).then(|| format!("other-{text}")))
    }

    /// What a device is elsewhere is the seat here.
    fn with_other_devices(&self, body: &str) -> String {
        texts_replaced(body, |text| Some(format!("seat-9{}", text.strip_prefix("seat-")?)))
    }
}
