//! The seats in the database.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::PRODUCTS;
use crate::random::hexadecimal;
use crate::refusal::Refusal;

/// Seats of one product that one holder has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Seat {
    pub(super) id: String,
    pub(super) holder: String,
    pub(super) product: String,
    pub(super) quantity: i64,
}

impl Seat {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, holder: row.get(1)?, product: row.get(2)?, quantity: row.get(3)? })
    }

    /// The seat, for the log.
    pub(super) fn told(&self) -> String {
        format!("{} with {} ×{} for {}", self.id, self.product, self.quantity, self.holder)
    }

    /// Keeps the seat, in the place of one with its id.
    ///
    /// # Errors
    /// There are not as many free seats of its product.
    pub(super) fn keep(&self, connection: &Connection) -> Result<(), Refusal> {
        let Self { id, holder, product, quantity } = self;
        let all = PRODUCTS.iter().find(|(name, _)| name == product).map_or(0, |(_, all)| *all);
        let held: i64 = connection
            .prepare_cached("SELECT coalesce(sum(quantity), 0) FROM seats_seat WHERE product = ?1 AND id <> ?2")?
            .query_row([product, id], |row| row.get(0))?;
        let free = all - held;
        if free < *quantity {
            let message = format!("Product {product} has {free} free seats of the {quantity} asked for.");
            return Err(Refusal::conflict(message));
        }
        connection
            .prepare_cached("INSERT OR REPLACE INTO seats_seat VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![id, holder, product, quantity])?;
        Ok(())
    }
}

/// The seats, by id; of one product or one holder, where these are given.
pub(super) fn all(connection: &Connection, product: Option<&str>, holder: Option<&str>) -> rusqlite::Result<Vec<Seat>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, holder, product, quantity FROM seats_seat \
         WHERE (?1 IS NULL OR product = ?1) AND (?2 IS NULL OR holder = ?2) ORDER BY id",
    )?;
    let rows = statement.query_map(params![product, holder], Seat::read)?;
    rows.collect()
}

pub(super) fn find(connection: &Connection, id: &str) -> rusqlite::Result<Option<Seat>> {
    connection
        .prepare_cached("SELECT id, holder, product, quantity FROM seats_seat WHERE id = ?1")?
        .query_row([id], Seat::read)
        .optional()
}

pub(super) fn delete(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM seats_seat WHERE id = ?1")?.execute([id]).map(drop)
}

/// An id for a seat of this content, which none had before. It derives from the content and from how often it was
/// taken.
pub(super) fn new_id(connection: &Connection, content: &str) -> rusqlite::Result<String> {
    loop {
        let times: i64 = connection
            .prepare_cached(
                "INSERT INTO seats_taken VALUES (?1, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times",
            )?
            .query_row([content], |row| row.get(0))?;
        let digest = Sha256::digest(format!("{content}\n{times}"));
        let id = format!("seat-{}", hexadecimal(&digest[..4]));
        if find(connection, &id)?.is_none() {
            return Ok(id);
        }
    }
}

/// What was answered to an idempotency key, and to which payload.
pub(super) fn answered(connection: &Connection, key: &str) -> rusqlite::Result<Option<(Vec<u8>, String)>> {
    connection
        .prepare_cached("SELECT payload, answer FROM seats_answer WHERE idempotency_key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

pub(super) fn remember(connection: &Connection, key: &str, payload: &[u8], answer: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO seats_answer VALUES (?1, ?2, ?3)")?
        .execute(params![key, payload, answer])
        .map(drop)
}
