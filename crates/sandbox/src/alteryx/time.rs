//! Times as the portal writes them: `2023-03-08T08:00:00.000+00:00`.

use jiff::Timestamp;
use serde::Serialize;

/// A time as the portal writes it. All are in UTC and of one length, so their order as texts is their order in time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Time(pub(super) String);

impl Time {
    /// Whether something that lasts from `started` to `ended`, both included, has begun and not ended.
    pub(super) fn status(&self, started: &Self, ended: &Self) -> &'static str {
        if self < started {
            "NOT_STARTED"
        } else if self > ended {
            "EXPIRED"
        } else {
            "ACTIVE"
        }
    }
}

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        Self(time.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string())
    }
}

impl rusqlite::types::FromSql for Time {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        String::column_result(value).map(Self)
    }
}

impl rusqlite::ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse::<Timestamp>().unwrap().into()
    }

    #[test]
    fn a_time_has_milliseconds_and_a_colon_in_its_offset() {
        assert_eq!(time("2023-03-08T08:00:00Z").0, "2023-03-08T08:00:00.000+00:00");
        assert_eq!(time("2023-03-08T09:00:00.1239+01:00").0, "2023-03-08T08:00:00.123+00:00");
    }

    #[test]
    fn the_first_and_the_last_moment_are_part_of_a_term() {
        let (start, end) = (time("2024-01-01T00:00:00Z"), time("2024-12-31T23:59:59Z"));
        let status = |now| time(now).status(&start, &end);
        assert_eq!(status("2023-12-31T23:59:59Z"), "NOT_STARTED");
        assert_eq!(status("2024-01-01T00:00:00Z"), "ACTIVE");
        assert_eq!(status("2024-12-31T23:59:59Z"), "ACTIVE");
        assert_eq!(status("2025-01-01T00:00:00Z"), "EXPIRED");
    }
}
