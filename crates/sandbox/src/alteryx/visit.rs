//! What a request is answered from: the caller, the parameters, the payload, the state and the time.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::envelope::Refusal;
use super::time::Time;
use crate::parameters::Parameters;
use crate::payload::Payload;

/// The role that may change things in an account.
pub(super) const ADMINISTRATOR: &str = "LICENSE_ADMINISTRATOR";

/// What a caller asks for.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub(super) connection: &'a Connection,
    pub(super) caller: &'a str,
    /// The id in the path, where the path has one.
    pub(super) object: &'a str,
    pub(super) parameters: &'a Parameters<'a>,
    pub(super) payload: Payload<'a>,
    pub(super) now: Timestamp,
    /// The same, as the portal writes it.
    pub(super) now_written: Time,
}

impl Visit<'_> {
    /// Goes into the account that the caller names.
    ///
    /// # Errors
    /// There is no such account, or the caller may not use it.
    pub(super) fn enter(&self, account: &str) -> Result<(), Refusal> {
        self.role(account).map(drop)
    }

    /// Goes into the account that the caller names, to change something there.
    ///
    /// # Errors
    /// There is no such account, or the caller may not use it or is not its administrator.
    pub(super) fn administer(&self, account: &str) -> Result<(), Refusal> {
        match self.role(account)?.as_str() {
            ADMINISTRATOR => Ok(()),
            _ => Err(Refusal::forbidden(format!("The caller is not administrator of account {account}."))),
        }
    }

    fn role(&self, account: &str) -> Result<String, Refusal> {
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT role FROM alteryx_member WHERE account = id AND user = ?2) \
             FROM alteryx_account WHERE id = ?1",
        )?;
        match statement.query_row([account, self.caller], |row| row.get(0)).optional()? {
            Some(Some(role)) => Ok(role),
            Some(None) => Err(Refusal::forbidden(format!("The caller may not use account {account}."))),
            None => Err(Refusal::not_found(format!("Account {account} was not found."))),
        }
    }
}
