//! The periods of a usage report: days or months in UTC, the first and the last cut to what was asked for.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Granularity {
    Day,
    Month,
}

/// The periods from `from` to `to`, each with its start and its end. None begins at `now` or later.
pub(super) fn periods(
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
    granularity: Granularity,
) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    let mut start = from;
    std::iter::from_fn(move || {
        if start >= to || start >= now {
            return None;
        }
        let end = next_start(start, granularity).map_or(to, |next| next.min(to));
        let period = (start, end);
        start = end;
        Some(period)
    })
}

/// Where the next day or month begins; none at the end of time.
fn next_start(time: Timestamp, granularity: Granularity) -> Option<Timestamp> {
    let date = time.to_zoned(TimeZone::UTC).date();
    let next: Date = match granularity {
        Granularity::Day => date.tomorrow(),
        Granularity::Month => date.last_of_month().tomorrow(),
    }
    .ok()?;
    Some(next.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(from: &str, to: &str, now: &str, granularity: Granularity) -> Vec<String> {
        let time = |text: &str| text.parse().unwrap();
        periods(time(from), time(to), time(now), granularity).map(|(start, end)| format!("{start} {end}")).collect()
    }

    #[test]
    fn the_first_and_the_last_period_are_cut() {
        assert_eq!(
            starts("2024-12-15T06:00:00Z", "2025-02-01T12:00:00Z", "2025-03-01T00:00:00Z", Granularity::Month),
            [
                "2024-12-15T06:00:00Z 2025-01-01T00:00:00Z",
                "2025-01-01T00:00:00Z 2025-02-01T00:00:00Z",
                "2025-02-01T00:00:00Z 2025-02-01T12:00:00Z"
            ]
        );
    }

    #[test]
    fn the_running_day_is_the_last_one() {
        assert_eq!(
            starts("2025-02-28T00:00:00Z", "2025-04-01T00:00:00Z", "2025-03-01T09:00:00Z", Granularity::Day),
            ["2025-02-28T00:00:00Z 2025-03-01T00:00:00Z", "2025-03-01T00:00:00Z 2025-03-02T00:00:00Z"]
        );
    }
}
