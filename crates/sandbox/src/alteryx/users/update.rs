//! `users.update`: another status, or another role in an account.

use super::administration::{check_caller, check_others};
use super::{ACTIVE, INACTIVE, find};
use crate::alteryx::envelope::{Refusal, Written, written};
use crate::alteryx::visit::{ADMINISTRATOR, Visit};
use crate::payload::{Field, Fields};

const MEMBER: &str = "MEMBER";

pub(in crate::alteryx) fn update(visit: &Visit<'_>) -> Result<Written, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.administer(account)?;
    let payload = visit.payload.json()?;
    let fields = Fields::of(&payload, &["status", "role"])?;
    let read = |name, allowed: &[&str]| fields.optional(name).map(|field: Field<'_>| field.one_of(allowed)).transpose();
    let status = read("status", &[ACTIVE, INACTIVE])?;
    let role = read("role", &[ADMINISTRATOR, MEMBER])?;
    if status.is_none() && role.is_none() {
        return Err(Refusal::bad_request("The body must have at least one of the fields status and role."));
    }

    let user = visit.object;
    find(visit, account, user)?;
    check_caller(visit, user)?;
    if user == visit.caller && (status == Some(INACTIVE) || role == Some(MEMBER)) {
        return Err(Refusal::conflict("The caller cannot take away its own role or status."));
    }
    if status == Some(INACTIVE) {
        check_others(visit, user, None)?;
    }
    if role == Some(MEMBER) {
        check_others(visit, user, Some(account))?;
    }

    let mut changes = Vec::new();
    if let Some(status) = status {
        let statement = "UPDATE alteryx_user SET status = ?2 WHERE id = ?1 AND status <> ?2";
        if visit.connection.prepare_cached(statement)?.execute([user, status])? > 0 {
            changes.push(format!("set the status of {user} to {status}"));
        }
    }
    if let Some(role) = role {
        let statement = "UPDATE alteryx_member SET role = ?3 WHERE user = ?1 AND account = ?2 AND role <> ?3";
        if visit.connection.prepare_cached(statement)?.execute([user, account, role])? > 0 {
            changes.push(format!("set the role of {user} in {account} to {role}"));
        }
    }
    let effect = (!changes.is_empty()).then(|| changes.join(" and "));
    written(find(visit, account, user)?, effect)
}
