//! What each request does.

use http::StatusCode;
use http::header::HeaderName;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::json;

use super::store::{self, Seat};
use super::wanted::{Wanted, short};
use crate::exchange::Request;
use crate::parameters::Parameters;
use crate::payload::Payload;
use crate::refusal::Refusal;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What is answered, and what was changed.
pub(super) struct Done {
    pub(super) body: String,
    pub(super) effect: Option<String>,
}

fn done(data: impl Serialize, effect: Option<String>) -> Done {
    Done { body: json!({ "data": data }).to_string(), effect }
}

pub(super) fn list(connection: &Connection, request: &Request, _seat: &str) -> Result<Done, Refusal> {
    let parameters = Parameters::read(request.query())?;
    let seats = store::all(connection, parameters.optional("product"), parameters.optional("holder"))?;
    Ok(done(seats, None))
}

pub(super) fn get(connection: &Connection, _request: &Request, seat: &str) -> Result<Done, Refusal> {
    Ok(done(find(connection, seat)?, None))
}

pub(super) fn put(connection: &Connection, request: &Request, seat: &str) -> Result<Done, Refusal> {
    short("seatId", seat)?;
    let wanted = Wanted::from_json(&Payload::of(request).json()?, true)?;
    let before = store::find(connection, seat)?;
    let blank = Seat { id: seat.to_owned(), holder: String::new(), product: String::new(), quantity: 1 };
    let after = wanted.applied_to(blank);
    after.keep(connection)?;
    let effect = match before {
        None => Some(format!("made {}", after.told())),
        Some(before) if before == after => None,
        Some(_) => Some(format!("replaced {}", after.told())),
    };
    Ok(done(after, effect))
}

pub(super) fn take(connection: &Connection, request: &Request, _seat: &str) -> Result<Done, Refusal> {
    let wanted = Wanted::from_form(&Parameters::of_form(request)?)?;
    let key = request.header(&IDEMPOTENCY_KEY);
    if let Some((payload, body)) = key.map(|key| store::answered(connection, key)).transpose()?.flatten() {
        if payload != request.body {
            let message = "The idempotency key came before, with another payload.";
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message));
        }
        return Ok(Done { body, effect: None });
    }
    let blank = Seat { id: String::new(), holder: String::new(), product: String::new(), quantity: 1 };
    let mut seat = wanted.applied_to(blank);
    seat.id = store::new_id(connection, &format!("{}\n{}\n{}", seat.holder, seat.product, seat.quantity))?;
    seat.keep(connection)?;
    let effect = format!("took {}", seat.told());
    let done = done(seat, Some(effect));
    if let Some(key) = key {
        store::remember(connection, key, &request.body, &done.body)?;
    }
    Ok(done)
}

pub(super) fn change(connection: &Connection, request: &Request, seat: &str) -> Result<Done, Refusal> {
    let wanted = Wanted::from_json(&Payload::of(request).json()?, false)?;
    let before = find(connection, seat)?;
    let after = wanted.applied_to(before.clone());
    after.keep(connection)?;
    let effect = (before != after).then(|| format!("changed {}", after.told()));
    Ok(done(after, effect))
}

pub(super) fn release(connection: &Connection, _request: &Request, seat: &str) -> Result<Done, Refusal> {
    let seat = find(connection, seat)?;
    store::delete(connection, &seat.id)?;
    let effect = format!("released {}", seat.told());
    Ok(done(seat, Some(effect)))
}

fn find(connection: &Connection, seat: &str) -> Result<Seat, Refusal> {
    store::find(connection, seat)?.ok_or_else(|| Refusal::not_found(format!("Seat {seat} was not found.")))
}

impl Wanted {
    fn applied_to(self, seat: Seat) -> Seat {
        Seat {
            id: seat.id,
            holder: self.holder.unwrap_or(seat.holder),
            product: self.product.unwrap_or(seat.product),
            quantity: self.quantity.unwrap_or(seat.quantity),
        }
    }
}
