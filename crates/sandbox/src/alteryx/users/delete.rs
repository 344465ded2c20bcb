//! `users.delete`: a user deleted; devices keep their seats.

use serde::Serialize;

use super::administration::{check_caller, check_others};
use super::find;
use crate::alteryx::envelope::{Refusal, Written, written};
use crate::alteryx::seats;
use crate::alteryx::visit::Visit;

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    deleted: bool,
}

/// The user is gone from all its accounts, all of which the caller administers.
pub(in crate::alteryx) fn delete(visit: &Visit<'_>) -> Result<Written, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.administer(account)?;
    let user = visit.object;
    find(visit, account, user)?;
    check_caller(visit, user)?;
    if user == visit.caller {
        return Err(Refusal::conflict("The caller cannot delete itself."));
    }
    check_others(visit, user, None)?;
    for seat in seats::of_user(visit.connection, user)? {
        seats::hand_over(visit, &seat, None)?;
    }
    for statement in [
        "UPDATE alteryx_device SET user = NULL WHERE user = ?1",
        "DELETE FROM alteryx_member WHERE user = ?1",
        "DELETE FROM alteryx_user WHERE id = ?1",
    ] {
        visit.connection.prepare_cached(statement)?.execute([user])?;
    }
    written(Answer { id: user, deleted: true }, Some(format!("deleted {user}")))
}
