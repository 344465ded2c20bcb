//! The licence of the host, from which all others are cut.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::refused::Refused;
use crate::refusal::Refusal;

/// The licence of the host.
#[derive(Debug)]
pub(super) struct Host {
    licensed: bool,
    on_prem_flows: bool,
    pub(super) license_code: String,
    pub(super) bundle_code: String,
    pub(super) subscription_code: String,
    pub(super) subscription_plan: String,
    pub(super) starts: i64,
    pub(super) ends: i64,
    pub(super) grace_days: i64,
}

impl Host {
    pub(super) fn find(connection: &Connection) -> rusqlite::Result<Self> {
        connection
            .prepare_cached(
                "SELECT licensed, on_prem_flows, license_code, bundle_code, subscription_code, subscription_plan, \
                 starts, ends, grace_days FROM uipath_host",
            )?
            .query_row([], |row| {
                Ok(Self {
                    licensed: row.get(0)?,
                    on_prem_flows: row.get(1)?,
                    license_code: row.get(2)?,
                    bundle_code: row.get(3)?,
                    subscription_code: row.get(4)?,
                    subscription_plan: row.get(5)?,
                    starts: row.get(6)?,
                    ends: row.get(7)?,
                    grace_days: row.get(8)?,
                })
            })
    }

    /// Refuses what a host without a licence, or without the feature for own servers, does not do.
    pub(super) fn check_allocates(&self) -> Result<(), Refused> {
        if !self.licensed {
            return Err(Refusal::not_found("The host has no license.").into());
        }
        if !self.on_prem_flows {
            return Err(Refusal::not_found("The feature for own servers is off.").into());
        }
        Ok(())
    }

    /// What the licence is at a time. Its last second is part of it, and so is that of the days of grace.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        let grace = SignedDuration::from_hours(24 * self.grace_days).as_secs();
        match now.as_second() {
            second if second <= self.ends => "Active",
            second if second <= self.ends.saturating_add(grace) => "GracePeriod",
            _ => "Expired",
        }
    }

    /// Once the licence has expired, nothing is given out any more.
    pub(super) fn check_raise(&self, now: Timestamp, codes: &[&str]) -> Result<(), Refused> {
        if codes.is_empty() || self.status(now) != "Expired" {
            return Ok(());
        }
        let message = format!("The license has expired; {} cannot be raised.", codes.join(", "));
        Err(Refusal::conflict(message).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_has_days_of_grace_after_its_end() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("schema.sql")).unwrap();
        connection.execute_batch(include_str!("start.sql")).unwrap();
        let host = Host::find(&connection).unwrap();
        let status = |time: &str| host.status(time.parse().unwrap());
        assert_eq!(status("2025-03-01T09:00:00Z"), "Active");
        assert_eq!(status("2026-12-31T23:59:59Z"), "Active");
        assert_eq!(status("2027-01-01T00:00:00Z"), "GracePeriod");
        assert_eq!(status("2027-01-30T23:59:59Z"), "GracePeriod");
        assert_eq!(status("2027-01-31T00:00:00Z"), "Expired");
    }
}
