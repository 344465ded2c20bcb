//! Times as the graph writes them, in UTC with milliseconds: `2025-03-01T09:00:00.000Z`.

use jiff::Timestamp;

/// A moment, in milliseconds since 1970.
pub(super) type Moment = i64;

/// The moment of a time as the graph writes it, or as ISO 8601 with any offset.
pub(super) fn moment(text: &str) -> Option<Moment> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// A moment as the graph writes it; one beyond the year 9999 is its end.
pub(super) fn written(moment: Moment) -> String {
    let limits = Timestamp::MIN.as_millisecond()..=Timestamp::MAX.as_millisecond();
    let time = Timestamp::from_millisecond(moment.clamp(*limits.start(), *limits.end()));
    time.unwrap_or(Timestamp::MAX).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A moment as tokens tell it: whole seconds since 1970, the last that was not after it.
pub(super) fn seconds(moment: Moment) -> i64 {
    moment.div_euclid(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "2025-03-01T09:00:00.250Z";
        assert_eq!(moment(text), Some(1_740_819_600_250));
        assert_eq!(written(1_740_819_600_250), text);
        assert_eq!(moment("2025-03-01T10:00:00.25+01:00"), moment(text));
        assert_eq!(moment("yesterday"), None);
        assert_eq!(seconds(1_740_819_600_999), 1_740_819_600);
        assert_eq!(written(i64::MAX), "9999-12-30T22:00:00.999Z");
    }
}
