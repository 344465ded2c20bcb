//! Ages, as they are written on the command line.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// How long ago something was: `90m`, `12h`, `30d`, `2w`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Age(SignedDuration);

/// What is no age.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoAge;

impl Age {
    /// The moment that was so long ago; the earliest that there is, if nothing is so old.
    pub(crate) fn before(self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.0).unwrap_or(Timestamp::MIN)
    }
}

/// A whole number and its unit: minutes, hours, days of 24 hours, weeks.
impl FromStr for Age {
    type Err = NoAge;

    fn from_str(written: &str) -> Result<Self, NoAge> {
        let digits = written.trim_end_matches(|character: char| character.is_ascii_alphabetic());
        let unit: i64 = match &written[digits.len()..] {
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            "w" => 7 * 24 * 60 * 60,
            _ => return Err(NoAge),
        };
        let is_whole = digits.bytes().all(|digit| digit.is_ascii_digit());
        let count = digits.parse::<i64>().ok().filter(|_| is_whole).ok_or(NoAge)?;
        Ok(Self(SignedDuration::from_secs(count.saturating_mul(unit))))
    }
}

impl fmt::Display for NoAge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an age is a whole number of `m`, `h`, `d` or `w`, as `90m`, `12h`, `30d` or `2w`")
    }
}

impl std::error::Error for NoAge {}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(written: &str) -> String {
        let now: Timestamp = "2025-03-31T12:00:00Z".parse().unwrap();
        written.parse::<Age>().unwrap().before(now).to_string()
    }

    #[test]
    fn every_unit_counts_back() {
        assert_eq!(before("0d"), "2025-03-31T12:00:00Z");
        assert_eq!(before("90m"), "2025-03-31T10:30:00Z");
        assert_eq!(before("12h"), "2025-03-31T00:00:00Z");
        assert_eq!(before("30d"), "2025-03-01T12:00:00Z");
        assert_eq!(before("2w"), "2025-03-17T12:00:00Z");
        assert_eq!(before("9999999999999999w"), Timestamp::MIN.to_string());
    }

    #[test]
    fn nothing_else_is_an_age() {
        for written in ["", "30", "d", "-1d", "+1d", "1.5h", "30 d", "30D", "1y", "2dd", "99999999999999999999d", "٣d"]
        {
            assert_eq!(written.parse::<Age>(), Err(NoAge), "{written}");
        }
    }
}
