//! What a connection keeps to.

use std::time::Duration;

use seatflow_call::Limits;
use seatflow_catalog::Catalog;
use seatflow_spec::{FromTree, MapReader, Problem, Reading, Slug, Spanned, Tree};

/// The most columns of one answer, unless a connection says otherwise.
pub const COLUMNS: usize = 4096;

/// Reads the limits of a connection, and the most columns of an answer. What it does not say, the
/// catalog may say.
pub(super) fn read(
    tree: Option<&Tree>,
    catalog: Option<&Catalog>,
    reading: &mut Reading<'_>,
) -> Option<(Limits, usize)> {
    let mut limits = Limits::default();
    if let Some(known) = catalog.map(|catalog| &catalog.limits) {
        limits.concurrency = known.concurrency.unwrap_or(limits.concurrency);
        limits.requests_per_second = known.requests_per_second;
    }
    let Some(tree) = tree else { return Some((limits, COLUMNS)) };
    let mut columns = COLUMNS;
    let mut map = reading.map(tree)?.named("`limits`");
    set(&mut map, "concurrency", &count(), &mut limits.concurrency);
    let mut rate = limits.requests_per_second.unwrap_or(0.0);
    set(&mut map, "requests_per_second", &RATE, &mut rate);
    limits.requests_per_second = (rate > 0.0).then_some(rate);
    set_seconds(&mut map, "connect_seconds", &mut limits.connect);
    set_seconds(&mut map, "read_seconds", &mut limits.read);
    set_seconds(&mut map, "call_seconds", &mut limits.call);
    set_attempts(&mut map, &mut limits.attempts);
    set_seconds(&mut map, "backoff_seconds", &mut limits.backoff);
    set_seconds(&mut map, "backoff_most_seconds", &mut limits.backoff_most);
    set_seconds(&mut map, "wait_seconds", &mut limits.wait);
    set(&mut map, "body_bytes", &count(), &mut limits.body_bytes);
    set(&mut map, "pages", &count(), &mut limits.pages);
    set(&mut map, "columns", &count(), &mut columns);
    map.finish();
    Some((limits, columns))
}

/// Which values a limit may have, and how that is said.
struct Allowed<T> {
    fits: fn(&T) -> bool,
    said: &'static str,
}

const RATE: Allowed<f64> = Allowed { fits: |rate| *rate > 0.0, said: "more than 0" };
const ATTEMPTS: Allowed<u64> = Allowed { fits: |attempts| (1..=1000).contains(attempts), said: "from 1 to 1000" };
/// The longest time that can be asked for is a year.
const SECONDS: Allowed<f64> =
    Allowed { fits: |seconds| (0.0..=31_536_000.0).contains(seconds), said: "from 0 to 31536000" };

fn count<T: PartialOrd + From<u8>>() -> Allowed<T> {
    Allowed { fits: |count| *count >= T::from(1), said: "at least 1" }
}

fn set<T: FromTree>(map: &mut MapReader<'_, '_>, key: &'static str, allowed: &Allowed<T>, limit: &mut T) {
    let Some(given) = map.optional::<Spanned<T>>(key) else { return };
    if (allowed.fits)(&given.value) {
        *limit = given.value;
    } else {
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{key}` must be {}", allowed.said));
        map.reading().problem(problem.at(&given.place, format!("this is not {}", allowed.said)));
    }
}

fn set_seconds(map: &mut MapReader<'_, '_>, key: &'static str, limit: &mut Duration) {
    let mut seconds = limit.as_secs_f64();
    set(map, key, &SECONDS, &mut seconds);
    *limit = Duration::from_secs_f64(seconds);
}

fn set_attempts(map: &mut MapReader<'_, '_>, attempts: &mut u32) {
    let mut given = u64::from(*attempts);
    set(map, "attempts", &ATTEMPTS, &mut given);
    *attempts = u32::try_from(given).unwrap_or(u32::MAX);
}
