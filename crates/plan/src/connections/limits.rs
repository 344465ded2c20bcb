//! What a connection keeps to.

use std::time::Duration;

use seatflow_call::Limits;
use seatflow_catalog::Catalog;
use seatflow_spec::{MapReader, Problem, Reading, Slug, Spanned, Tree};

/// The most columns of one answer, unless a connection says otherwise.
const COLUMNS: usize = 4096;

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
    set(&mut map, "concurrency", at_least_one, &mut limits.concurrency);
    let mut rate = limits.requests_per_second.unwrap_or(0.0);
    set(&mut map, "requests_per_second", above_zero, &mut rate);
    limits.requests_per_second = (rate > 0.0).then_some(rate);
    set_seconds(&mut map, "connect_seconds", &mut limits.connect);
    set_seconds(&mut map, "read_seconds", &mut limits.read);
    set_seconds(&mut map, "call_seconds", &mut limits.call);
    set_attempts(&mut map, &mut limits.attempts);
    set_seconds(&mut map, "backoff_seconds", &mut limits.backoff);
    set_seconds(&mut map, "backoff_most_seconds", &mut limits.backoff_most);
    set(&mut map, "body_bytes", at_least_one, &mut limits.body_bytes);
    set(&mut map, "pages", at_least_one, &mut limits.pages);
    set(&mut map, "columns", at_least_one, &mut columns);
    map.finish();
    Some((limits, columns))
}

fn at_least_one<T: PartialOrd + From<u8>>(value: &T) -> bool {
    *value >= T::from(1)
}

fn above_zero(value: &f64) -> bool {
    *value > 0.0
}

fn set<T: seatflow_spec::FromTree>(
    map: &mut MapReader<'_, '_>,
    key: &'static str,
    fits: impl Fn(&T) -> bool,
    limit: &mut T,
) {
    let Some(given) = map.optional::<Spanned<T>>(key) else { return };
    if fits(&given.value) {
        *limit = given.value;
    } else {
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{key}` is too small"));
        map.reading().problem(problem.at(&given.place, "nothing could be called"));
    }
}

/// The longest time that can be asked for: a year.
const LONGEST_SECONDS: f64 = 31_536_000.0;

fn set_seconds(map: &mut MapReader<'_, '_>, key: &'static str, limit: &mut Duration) {
    let mut seconds = limit.as_secs_f64();
    set(map, key, |value| (0.0..=LONGEST_SECONDS).contains(value), &mut seconds);
    *limit = Duration::from_secs_f64(seconds);
}

fn set_attempts(map: &mut MapReader<'_, '_>, attempts: &mut u32) {
    let mut given = u64::from(*attempts);
    set(map, "attempts", |value| (1..=1000).contains(value), &mut given);
    *attempts = u32::try_from(given).unwrap_or(u32::MAX);
}
