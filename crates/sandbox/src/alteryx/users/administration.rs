//! Who may change or delete a user.

use rusqlite::{OptionalExtension, params};

use crate::alteryx::envelope::Refusal;
use crate::alteryx::visit::{ADMINISTRATOR, Visit};

/// The caller administers all accounts of the user, also those that it cannot see.
pub(super) fn check_caller(visit: &Visit<'_>, user: &str) -> Result<(), Refusal> {
    let elsewhere: bool = visit
        .connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM alteryx_member theirs WHERE user = ?1 AND NOT EXISTS ( \
               SELECT 1 FROM alteryx_member own WHERE own.account = theirs.account AND own.user = ?2 AND own.role = ?3))",
        )?
        .query_row([user, visit.caller, ADMINISTRATOR], |row| row.get(0))?;
    if elsewhere {
        return Err(Refusal::forbidden(format!("The caller is not administrator of all accounts of user {user}.")));
    }
    Ok(())
}

/// There is an active administrator without the user: in one account, or in each that the user has.
pub(super) fn check_others(visit: &Visit<'_>, user: &str, account: Option<&str>) -> Result<(), Refusal> {
    let only_here: Option<String> = visit
        .connection
        .prepare_cached(
            "SELECT account FROM alteryx_member theirs JOIN alteryx_user ON id = user \
             WHERE user = ?1 AND role = ?3 AND status = 'ACTIVE' AND (?2 IS NULL OR account = ?2) AND NOT EXISTS ( \
               SELECT 1 FROM alteryx_member other JOIN alteryx_user ON id = other.user \
               WHERE other.account = theirs.account AND other.user <> ?1 AND other.role = ?3 AND status = 'ACTIVE') \
             ORDER BY account LIMIT 1",
        )?
        .query_row(params![user, account, ADMINISTRATOR], |row| row.get(0))
        .optional()?;
    match only_here {
        Some(account) => {
            Err(Refusal::conflict(format!("User {user} is the last active administrator of account {account}.")))
        }
        None => Ok(()),
    }
}
