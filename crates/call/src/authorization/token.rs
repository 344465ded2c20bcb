//! An access token, and how long it lives.

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::secret_value;
use crate::error::Error;

/// A token is renewed at most so long before it ends.
const AHEAD: Duration = Duration::from_mins(1);

/// What a request carries to be authorized.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    header: Option<(HeaderName, HeaderValue)>,
    secret: Option<SecretString>,
    life: Option<Life>,
}

#[derive(Clone, Copy, Debug)]
struct Life {
    renewed_from: Timestamp,
    ends_at: Timestamp,
}

impl Token {
    /// A bearer token; `life` is when it was asked for and how long it lives from then.
    pub(crate) fn bearer(secret: SecretString, life: Option<(Timestamp, Duration)>) -> Result<Self, Error> {
        let value = format!("Bearer {}", secret.expose_secret());
        let value = secret_value(AUTHORIZATION.as_str(), &value)?;
        let life = life.map(|(asked_at, life)| Life {
            renewed_from: later(asked_at, life.saturating_sub(AHEAD.min(life / 5))),
            ends_at: later(asked_at, life),
        });
        Ok(Self { header: Some((AUTHORIZATION, value)), secret: Some(secret), life })
    }

    /// A header that is no bearer token.
    pub(crate) fn header(name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), secret: None, life: None }
    }

    /// Nothing.
    pub(crate) fn none() -> Self {
        Self { header: None, secret: None, life: None }
    }

    /// The header to send.
    pub(crate) fn as_header(&self) -> Option<&(HeaderName, HeaderValue)> {
        self.header.as_ref()
    }

    /// The bearer token itself.
    pub(crate) fn secret(&self) -> Option<&SecretString> {
        self.secret.as_ref()
    }

    /// When it ends, if that is known.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        self.life.map(|life| life.ends_at)
    }

    /// Whether it is time for another: one minute before the end, or a fifth of the life, if that
    /// is less.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.life.is_some_and(|life| now >= life.renewed_from)
    }
}

/// A time after a while; the end of all time, if it is later than that.
fn later(from: Timestamp, by: Duration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due_after(life: u64) -> i64 {
        let asked_at = Timestamp::UNIX_EPOCH;
        let token = Token::bearer("at-1".into(), Some((asked_at, Duration::from_secs(life))));
        let token = token.unwrap();
        let is_due = |second: &i64| token.is_due(Timestamp::from_second(*second).unwrap());
        (0..=4000).find(is_due).unwrap()
    }

    #[test]
    fn a_token_is_due_a_minute_or_a_fifth_of_its_life_before_its_end() {
        assert_eq!(due_after(3600), 3540);
        assert_eq!(due_after(300), 240);
        assert_eq!(due_after(100), 80);
        assert_eq!(due_after(0), 0);
    }

    #[test]
    fn a_token_without_an_end_is_never_due() {
        let token = Token::bearer("at-1".into(), None).unwrap();
        assert!(!token.is_due(Timestamp::MAX));
        let forever = Some((Timestamp::UNIX_EPOCH, Duration::MAX));
        let token = Token::bearer("at-1".into(), forever).unwrap();
        assert_eq!(token.ends_at(), Some(Timestamp::MAX));
    }

    #[test]
    fn a_token_does_not_print() {
        let token = Token::bearer("at-secret".into(), None).unwrap();
        assert!(!format!("{token:?}").contains("at-secret"));
    }

    #[test]
    fn a_token_with_a_line_break_cannot_be_sent() {
        assert!(Token::bearer("at\r\nx: y".into(), None).is_err());
    }
}
