//! The seats that devices hold: taken, given back, handed over. Each change is an event in the ledger, so the ledger
//! tells at any time what the activations tell.

use rusqlite::{Connection, params};

use super::visit::Visit;

/// Seats of one licence key that one device holds, for one user or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) license_key: String,
    pub(super) device: String,
    pub(super) user: Option<String>,
    pub(super) quantity: i64,
}

/// The seats that a device holds, by key.
pub(super) fn of_device(connection: &Connection, device: &str) -> rusqlite::Result<Vec<Seat>> {
    const QUERY: &str = "SELECT license_key, device, user, quantity FROM alteryx_activation \
        WHERE device = ?1 ORDER BY license_key";
    select(connection, QUERY, device)
}

/// The seats of a licence key, by device.
pub(super) fn of_license(connection: &Connection, key: &str) -> rusqlite::Result<Vec<Seat>> {
    const QUERY: &str = "SELECT license_key, device, user, quantity FROM alteryx_activation \
        WHERE license_key = ?1 ORDER BY device";
    select(connection, QUERY, key)
}

/// The seats that devices hold for a user, by device and key.
pub(super) fn of_user(connection: &Connection, user: &str) -> rusqlite::Result<Vec<Seat>> {
    const QUERY: &str = "SELECT license_key, device, user, quantity FROM alteryx_activation \
        WHERE user = ?1 ORDER BY device, license_key";
    select(connection, QUERY, user)
}

fn select(connection: &Connection, query: &str, value: &str) -> rusqlite::Result<Vec<Seat>> {
    let mut statement = connection.prepare_cached(query)?;
    let rows = statement.query_map([value], |row| {
        Ok(Seat { license_key: row.get(0)?, device: row.get(1)?, user: row.get(2)?, quantity: row.get(3)? })
    })?;
    rows.collect()
}

/// Takes seats for a device that is offline.
pub(super) fn take_offline(visit: &Visit<'_>, seat: &Seat) -> rusqlite::Result<()> {
    visit
        .connection
        .prepare_cached("INSERT INTO alteryx_activation VALUES (?1, ?2, ?3, ?4, 'ACTIVE', 1, ?5)")?
        .execute(params![seat.license_key, seat.device, seat.user, seat.quantity, visit.now_written])?;
    write_down(visit, seat, seat.user.as_deref(), seat.quantity)
}

/// Gives seats back.
pub(super) fn give_back(visit: &Visit<'_>, seat: &Seat) -> rusqlite::Result<()> {
    visit
        .connection
        .prepare_cached("DELETE FROM alteryx_activation WHERE license_key = ?1 AND device = ?2")?
        .execute([&seat.license_key, &seat.device])?;
    write_down(visit, seat, seat.user.as_deref(), -seat.quantity)
}

/// Lets a device hold its seats for another user, or for none. They stay taken: the ledger gives them back and takes
/// them again at one time, in this order, so that no peak rises.
pub(super) fn hand_over(visit: &Visit<'_>, seat: &Seat, user: Option<&str>) -> rusqlite::Result<()> {
    if seat.user.as_deref() == user {
        return Ok(());
    }
    visit
        .connection
        .prepare_cached("UPDATE alteryx_activation SET user = ?3 WHERE license_key = ?1 AND device = ?2")?
        .execute(params![seat.license_key, seat.device, user])?;
    write_down(visit, seat, seat.user.as_deref(), -seat.quantity)?;
    write_down(visit, seat, user, seat.quantity)
}

fn write_down(visit: &Visit<'_>, seat: &Seat, user: Option<&str>, delta: i64) -> rusqlite::Result<()> {
    visit
        .connection
        .prepare_cached(
            "INSERT INTO alteryx_ledger (time, license_key, device, user, delta) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![visit.now_written, seat.license_key, seat.device, user, delta])
        .map(drop)
}

/// The keys of seats, for the log: `KEY ×1, KEY ×2`.
pub(super) fn keys(seats: &[Seat]) -> String {
    let keys: Vec<_> = seats.iter().map(|seat| format!("{} ×{}", seat.license_key, seat.quantity)).collect();
    keys.join(", ")
}
