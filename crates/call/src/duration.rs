//! Durations in words.

use std::time::Duration;

/// A duration as a limit is told: `0.02 s`, `30 s`; rounded to what can matter.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let decimals = if seconds < 1.0 { 3 } else { 1 };
    let text = format!("{seconds:.decimals$}");
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A duration as a person plans with it, rounded up: `90 s`, `15 min`, `26 h`, `3 days`, `more than a year`.
pub(crate) fn roughly(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0 && duration < Duration::MAX);
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds.div_ceil(60)),
        7_200..=172_799 => format!("{} h", seconds.div_ceil(3_600)),
        172_800..=31_536_000 => format!("{} days", seconds.div_ceil(86_400)),
        _ => "more than a year".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_rounded() {
        for (duration, expected) in [(20, "0.02 s"), (1_994, "2 s"), (30_000, "30 s"), (90_500, "90.5 s"), (0, "0 s")] {
            assert_eq!(seconds(Duration::from_millis(duration)), expected);
        }
        assert_eq!(seconds(Duration::from_secs_f64(1.994_286_509)), "2 s");
    }

    #[test]
    fn waits_are_told_in_the_unit_that_fits() {
        for (seconds, expected) in [
            (90, "90 s"),
            (3_600, "60 min"),
            (93_601, "27 h"),
            (259_200, "3 days"),
            (31_536_001, "more than a year"),
            (u64::MAX, "more than a year"),
        ] {
            assert_eq!(roughly(Duration::from_secs(seconds)), expected);
        }
        assert_eq!(roughly(Duration::MAX), "more than a year");
    }
}
