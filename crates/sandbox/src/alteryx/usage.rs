//! `usage.list`: seats used over time, computed from the ledger of activations alone.

mod ledger;
mod periods;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use rusqlite::params;
use serde::Serialize;

use super::envelope::{Refusal, success};
use super::time::Time;
use super::visit::Visit;
use ledger::{Event, Ledger};
use periods::{Granularity, periods};

/// How far back the usage goes when it is not said.
const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The most periods that one call may ask for.
const MOST_PERIODS: usize = 4000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Usage {
    license_key: String,
    product_line_id: String,
    quantity: i64,
    peak_used: i64,
    periods: Vec<Period>,
}

/// What is used at the end of a period, or now in the running one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Period {
    start: Time,
    end: Time,
    used: i64,
    available: i64,
    peak_used: i64,
    devices: usize,
    users: usize,
}

/// Lists the keys whose term touches the time that is asked for.
pub(super) fn list(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    let parameters = &visit.parameters;
    let account = parameters.required("accountId")?;
    let to = parameters.time("to")?.unwrap_or(visit.now);
    let from = match parameters.time("from")? {
        Some(from) => from,
        None => visit.now.checked_sub(DEFAULT_SPAN).unwrap_or(Timestamp::MIN),
    };
    if from >= to {
        return Err(Refusal::bad_request("Parameter from must be before parameter to."));
    }
    let granularity = match parameters.one_of("granularity", &["DAY", "MONTH"])? {
        Some("MONTH") => Granularity::Month,
        _ => Granularity::Day,
    };
    let product_line = parameters.optional("productLineId");
    let key = parameters.optional("licenseKey");
    let page = parameters.page()?;
    let spans: Vec<_> = periods(from, to, visit.now, granularity).take(MOST_PERIODS + 1).collect();
    if spans.len() > MOST_PERIODS {
        return Err(Refusal::bad_request(format!(
            "Parameters from and to must not span more than {MOST_PERIODS} periods."
        )));
    }
    visit.enter(account)?;
    let mut statement = visit.connection.prepare_cached(
        "SELECT license_key, product_line, quantity, entitled.started, entitled.ended \
         FROM alteryx_contract JOIN alteryx_entitlement entitled ON contract = alteryx_contract.id \
           JOIN alteryx_license ON entitlement = entitled.id \
         WHERE account = ?1 AND (?2 IS NULL OR product_line = ?2) AND (?3 IS NULL OR license_key = ?3) \
           AND entitled.started < ?4 AND entitled.ended >= ?5 \
         ORDER BY license_key LIMIT ?6 OFFSET ?7",
    )?;
    let values =
        params![account, product_line, key, Time::from(to), Time::from(from), page.size, page.offset.cast_signed()];
    let rows = statement.query_map(values, |row| {
        let license_key: String = row.get(0)?;
        let (quantity, started, ended): (i64, Time, Time) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let mut ledger = Ledger::new(events(visit, &license_key)?);
        let periods: Vec<_> = spans
            .iter()
            .map(|&(start, end)| {
                let running = end >= visit.now;
                let at_end = Time::from(if running { visit.now } else { end });
                let (start, end) = (Time::from(start), Time::from(end));
                let peak_used = if running { ledger.play_to_the_end(&start) } else { ledger.play(&start, &end) };
                let used = ledger.used();
                let active = at_end.status(&started, &ended) == "ACTIVE";
                let available = if active { quantity - used } else { 0 };
                Period { start, end, used, available, peak_used, devices: ledger.devices(), users: ledger.users() }
            })
            .collect();
        Ok(Usage {
            license_key,
            product_line_id: row.get(1)?,
            quantity,
            peak_used: periods.iter().map(|period| period.peak_used).max().unwrap_or(0),
            periods,
        })
    })?;
    success(rows.collect::<Result<Vec<_>, _>>()?)
}

fn events(visit: &Visit<'_>, key: &str) -> rusqlite::Result<Vec<Event>> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT time, device, user, delta FROM alteryx_ledger WHERE license_key = ?1 ORDER BY time, number",
    )?;
    let rows = statement.query_map([key], |row| {
        Ok(Event { time: row.get(0)?, device: row.get(1)?, user: row.get(2)?, delta: row.get(3)? })
    })?;
    rows.collect()
}
