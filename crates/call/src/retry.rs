//! What is tried again, and when.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;

use crate::duration::roughly;
use crate::limits::Limits;

/// Why a request has no answer that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It was never sent: no address, no connection, no handshake.
    NeverSent,
    /// It cannot be sent, however often it is tried.
    Unsendable,
    /// It was never sent, because the server's certificate is wrong; it will be wrong again.
    Certificate,
    /// 401.
    Unauthorized,
    /// 429.
    TooManyRequests,
    /// A 5xx.
    ServerError,
    /// The connection ended before the whole answer had arrived.
    Broken,
    /// Nothing came for too long.
    TimedOut,
    /// The answer is larger than the limit.
    TooLarge,
    /// The answer came in an encoding that is not known, and will again.
    Unreadable,
    /// It was never sent, because the proxy lets nobody through; it will not the next time either.
    TurnedAway,
}

impl Cause {
    /// Whether the request may have had its effect all the same.
    pub(crate) fn leaves_doubt(self) -> bool {
        match self {
            Self::NeverSent
            | Self::Unsendable
            | Self::Certificate
            | Self::TurnedAway
            | Self::Unauthorized
            | Self::TooManyRequests => false,
            Self::ServerError | Self::Broken | Self::TimedOut | Self::TooLarge | Self::Unreadable => true,
        }
    }
}

/// What to do after a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send it again after this wait.
    Again(Duration),
    /// Give up: it failed.
    Fail,
    /// Give up: the server asks to wait for longer than the limit.
    WaitTooLong,
    /// Give up: nobody knows.
    InDoubt,
}

/// What it means to send a request again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeating {
    /// Nothing: it has no effect.
    Read,
    /// Sending it twice is the same as sending it once.
    Idempotent,
    /// It could have its effect twice.
    Write,
}

/// The attempts of one page.
#[derive(Debug)]
pub(crate) struct Retries {
    kind: Repeating,
    limits: Limits,
    made: u32,
    renewed: bool,
    doubtful: bool,
}

impl Retries {
    /// No attempts yet. `doubtful` says that an earlier run may have sent it.
    pub(crate) fn new(kind: Repeating, doubtful: bool, limits: Limits) -> Self {
        Self { kind, limits, made: 0, renewed: false, doubtful }
    }

    /// Whether an attempt may have had its effect.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Whether nobody knows if it changed something, should there be no further attempt.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.doubtful && self.kind != Repeating::Read
    }

    /// Judges an attempt that ended with this cause, after so much time spent on all of them.
    ///
    /// `renewable` says that a new token can be had; `asked` is how long the server asked to wait,
    /// which the governor sees to.
    pub(crate) fn judge(&mut self, cause: Cause, spent: Duration, renewable: bool, asked: Option<Duration>) -> Verdict {
        self.made += 1;
        if cause.leaves_doubt() {
            self.doubtful = true;
            if self.kind == Repeating::Write {
                return Verdict::InDoubt;
            }
        }
        match self.judge_by_number(cause, spent, renewable, asked) {
            Verdict::Fail | Verdict::WaitTooLong if self.is_in_doubt() => Verdict::InDoubt,
            verdict => verdict,
        }
    }

    fn judge_by_number(&mut self, cause: Cause, spent: Duration, renewable: bool, asked: Option<Duration>) -> Verdict {
        match cause {
            Cause::Unsendable | Cause::Certificate | Cause::TurnedAway | Cause::TooLarge | Cause::Unreadable => {
                Verdict::Fail
            }
            Cause::Unauthorized => {
                // Once, and no matter how many attempts are left: the token had ended, that is all.
                if self.renewed || !renewable {
                    return Verdict::Fail;
                }
                self.renewed = true;
                self.made -= 1;
                Verdict::Again(Duration::ZERO)
            }
            _ if asked.is_some_and(|asked| asked > self.limits.wait) => Verdict::WaitTooLong,
            _ if self.made >= self.limits.attempts || spent >= self.limits.call => Verdict::Fail,
            _ if asked.is_some() => Verdict::Again(Duration::ZERO),
            _ => Verdict::Again(jittered(ceiling(self.made, &self.limits))),
        }
    }
}

/// The longest wait after so many attempts.
pub(crate) fn ceiling(made: u32, limits: &Limits) -> Duration {
    let doubled = 2_u32.saturating_pow(made.saturating_sub(1));
    limits.backoff.saturating_mul(doubled).min(limits.backoff_most)
}

/// Anything from nothing to the ceiling, so that those who failed together do not come back
/// together.
pub(crate) fn jittered(ceiling: Duration) -> Duration {
    ceiling.mul_f64(rand::random_range(0.0..=1.0))
}

/// What is said of a wait that is longer than the limit.
pub(crate) fn too_long(asked: Duration) -> String {
    format!("the server asks to wait {}, longer than `wait_seconds` allows", roughly(asked))
}

/// How long an answer asks to wait: `Retry-After` in seconds, or as a date. A number too great to be read is the longest
/// wait there is.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    // What is too far away for a timestamp is in the future: no date is before 1970.
    let date = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).unwrap_or(Timestamp::MAX);
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOUBTFUL: [Cause; 3] = [Cause::ServerError, Cause::Broken, Cause::TimedOut];
    const HARMLESS: [Cause; 2] = [Cause::NeverSent, Cause::TooManyRequests];

    fn judge(retries: &mut Retries, cause: Cause) -> Verdict {
        retries.judge(cause, Duration::ZERO, true, None)
    }

    fn retries(kind: Repeating) -> Retries {
        Retries::new(kind, false, Limits::default())
    }

    #[test]
    fn a_write_that_is_not_idempotent_is_in_doubt_after_what_leaves_doubt() {
        for cause in DOUBTFUL.into_iter().chain([Cause::TooLarge, Cause::Unreadable]) {
            assert_eq!(judge(&mut retries(Repeating::Write), cause), Verdict::InDoubt, "{cause:?}");
        }
    }

    #[test]
    fn everything_that_leaves_no_doubt_is_repeated_for_all() {
        for kind in [Repeating::Read, Repeating::Idempotent, Repeating::Write] {
            for cause in HARMLESS.into_iter().chain([Cause::Unauthorized]) {
                let mut retries = retries(kind);
                assert!(matches!(judge(&mut retries, cause), Verdict::Again(_)), "{cause:?}");
                assert!(!retries.is_doubtful());
            }
        }
    }

    #[test]
    fn what_can_be_repeated_is_tried_five_times() {
        for cause in DOUBTFUL.into_iter().chain(HARMLESS) {
            let mut retries = retries(Repeating::Read);
            for _ in 1..5 {
                assert!(matches!(judge(&mut retries, cause), Verdict::Again(_)), "{cause:?}");
            }
            assert_eq!(judge(&mut retries, cause), Verdict::Fail, "{cause:?}");
        }
    }

    #[test]
    fn an_idempotent_write_is_in_doubt_when_no_attempt_is_left_and_one_may_have_had_its_effect() {
        for cause in DOUBTFUL {
            let mut retries = retries(Repeating::Idempotent);
            assert!(matches!(judge(&mut retries, cause), Verdict::Again(_)));
            for _ in 2..5 {
                assert!(matches!(judge(&mut retries, Cause::NeverSent), Verdict::Again(_)));
            }
            assert_eq!(judge(&mut retries, Cause::NeverSent), Verdict::InDoubt, "{cause:?}");
        }
        let mut retries = retries(Repeating::Idempotent);
        for _ in 1..5 {
            judge(&mut retries, Cause::NeverSent);
        }
        assert_eq!(judge(&mut retries, Cause::NeverSent), Verdict::Fail);
    }

    #[test]
    fn what_will_be_the_same_again_is_not_tried_again() {
        let lasting = [Cause::Unsendable, Cause::Certificate, Cause::TurnedAway, Cause::TooLarge, Cause::Unreadable];
        for cause in lasting {
            assert_eq!(judge(&mut retries(Repeating::Read), cause), Verdict::Fail, "{cause:?}");
        }
    }

    #[test]
    fn one_401_costs_no_attempt_and_the_second_is_the_end() {
        let twice = Limits { attempts: 2, ..Limits::default() };
        let mut retries = Retries::new(Repeating::Read, false, twice);
        assert_eq!(judge(&mut retries, Cause::Unauthorized), Verdict::Again(Duration::ZERO));
        assert!(matches!(judge(&mut retries, Cause::ServerError), Verdict::Again(_)));
        assert_eq!(judge(&mut retries, Cause::Unauthorized), Verdict::Fail);
    }

    #[test]
    fn a_401_is_the_end_where_there_is_no_other_token() {
        let verdict = retries(Repeating::Read).judge(Cause::Unauthorized, Duration::ZERO, false, None);
        assert_eq!(verdict, Verdict::Fail);
    }

    #[test]
    fn nothing_is_repeated_when_the_time_of_the_call_is_spent() {
        let spent = Duration::from_mins(2);
        let verdict = retries(Repeating::Read).judge(Cause::ServerError, spent, true, None);
        assert_eq!(verdict, Verdict::Fail);
    }

    #[test]
    fn the_wait_a_server_asks_for_replaces_the_back_off() {
        let asked = Some(Duration::from_secs(9));
        let verdict = retries(Repeating::Read).judge(Cause::TooManyRequests, Duration::ZERO, true, asked);
        assert_eq!(verdict, Verdict::Again(Duration::ZERO));
    }

    #[test]
    fn a_wait_beyond_the_limit_is_the_end_and_a_doubtful_write_stays_so() {
        let asked = Some(Limits::default().wait + Duration::from_secs(1));
        let judge = |kind, cause| retries(kind).judge(cause, Duration::ZERO, true, asked);
        assert_eq!(judge(Repeating::Read, Cause::ServerError), Verdict::WaitTooLong);
        assert_eq!(judge(Repeating::Write, Cause::TooManyRequests), Verdict::WaitTooLong);
        assert_eq!(judge(Repeating::Idempotent, Cause::ServerError), Verdict::InDoubt);
        assert_eq!(judge(Repeating::Write, Cause::ServerError), Verdict::InDoubt);
        let allowed = Some(Limits::default().wait);
        let verdict = retries(Repeating::Read).judge(Cause::TooManyRequests, Duration::ZERO, true, allowed);
        assert_eq!(verdict, Verdict::Again(Duration::ZERO));
    }

    #[test]
    fn the_back_off_doubles_up_to_its_limit_and_is_jittered_whole() {
        let limits = Limits::default();
        let ceilings: Vec<_> = [1, 2, 3, 6, 7, 8, 4_000_000_000].map(|made| ceiling(made, &limits).as_millis()).into();
        assert_eq!(ceilings, [500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
        let most = Duration::from_secs(1);
        let waits: Vec<_> = (0..1000).map(|_| jittered(most)).collect();
        assert!(waits.iter().all(|wait| *wait <= most));
        assert!(waits.iter().any(|wait| *wait < most / 10));
        assert!(waits.iter().any(|wait| *wait > most * 9 / 10));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2024-05-01T12:00:00Z".parse().unwrap();
        for (value, seconds) in [
            ("7", Some(7)),
            ("Wed, 01 May 2024 12:01:30 GMT", Some(90)),
            ("Wed, 01 May 2024 11:00:00 GMT", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("soon", None),
            ("-1", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(&headers, now), expected, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
        let endless = HeaderMap::from_iter([(RETRY_AFTER, "99999999999999999999".parse().unwrap())]);
        assert_eq!(retry_after(&endless, now), Some(Duration::MAX));
    }
}
