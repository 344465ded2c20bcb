//! What a request is answered from: the caller, the request, the state and the time.

use jiff::Timestamp;
use rusqlite::Connection;

use super::keys::Signer;
use crate::exchange::Request;

/// The user who may do everything.
pub(super) const ADMINISTRATOR: &str = "20000000-0000-4000-8000-000000000000";

/// A request of a caller who is known.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub(super) connection: &'a Connection,
    pub(super) signer: &'a Signer,
    pub(super) request: &'a Request,
    /// The id of the caller's `Profile`.
    pub(super) caller: &'a str,
    /// The host by which the caller knows the system.
    pub(super) host: &'a str,
    /// The time, a whole second.
    pub(super) now: Timestamp,
}

impl Visit<'_> {
    /// Whether the caller may do everything.
    pub(super) fn is_administrator(&self) -> bool {
        self.caller == ADMINISTRATOR
    }
}
