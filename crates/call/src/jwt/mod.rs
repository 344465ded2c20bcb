//! Answers that are signed tokens: each is verified when it arrives, and then its claims are the answer.
//!
//! Only RS256 is believed, whatever a token says of itself, and only keys that the system's key set offers. What is
//! written down are the claims, so that an answer that is recalled needs no key and no clock.

mod keys;
mod set;
mod token;

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use seatflow_catalog::ResponseForm;

pub(crate) use self::keys::Keys;
use self::set::KeySet;
use self::token::{Flaw, Token};
use crate::classify::{is_success, status_text};
use crate::exchange::{Ended, Exchange};
use crate::journal::{Answer, JournalError};
use crate::outcome::FailureKind;
use crate::redact::MASK;

/// What is between the tokens of an answer.
const SEPARATOR: char = '&';

impl Exchange<'_> {
    /// An answer that has come; one of signed tokens as the JSON of their claims: an object for one token, an array for
    /// several, each with its token beside its claims. A token that does not hold is a failure of the call, and so are keys
    /// that cannot be had; nothing is sent again for it.
    pub(crate) async fn verified(&mut self, ended: Ended) -> Result<Ended, JournalError> {
        let endpoint = Arc::clone(self.request.endpoint());
        let (ResponseForm::Jwt { keys }, Ended::Answered(answer)) = (&endpoint.response.form, &ended) else {
            return Ok(ended);
        };
        if !is_success(&endpoint, answer.status) {
            return Ok(ended);
        }
        let (kind, why) = match self.claims(keys, answer).await? {
            Ok(claims) => {
                // A secret that is written with escapes is not seen in the token.
                let body = self.connection.redactor().data(claims);
                let content_type = Some("application/json".to_owned());
                return Ok(Ended::Answered(Answer { content_type, body, ..answer.clone() }));
            }
            Err(failed) => failed,
        };
        let status = status_text(answer.status);
        let message = if self.request.is_write() {
            format!("{why}; by its status, {status}, the write has happened, and it is not sent again")
        } else {
            why
        };
        Ok(Ended::Failed(Box::new(self.connection.answered(self.request, answer.clone(), kind, &message))))
    }

    /// The claims of the tokens of an answer, as JSON; or what is wrong with the first that does not hold.
    async fn claims(
        &mut self,
        path: &str,
        answer: &Answer,
    ) -> Result<Result<Bytes, (FailureKind, String)>, JournalError> {
        let broken = |why| Ok(Err((FailureKind::FailureInBody, why)));
        let body = answer.body.clone();
        let tokens = match std::str::from_utf8(&body).map(tokens) {
            Ok(Ok(tokens)) => tokens,
            Ok(Err(why)) => return broken(why),
            Err(_) => return broken("what came is no signed token: it is not UTF-8".to_owned()),
        };
        let mut before = None;
        loop {
            let keys = match self.keys(path, before.as_ref()).await? {
                Ok(keys) => keys,
                Err(why) => return Ok(Err((FailureKind::Unreadable, why))),
            };
            match all(&tokens, &keys, self.connection.surroundings.clock.now()) {
                Ok(claims) => return Ok(Ok(Bytes::from(claims))),
                // Another key may be in use since the keys were asked for.
                Err((Flaw::UnknownKey, _)) if before.is_none() => before = Some(keys),
                Err((_, why)) => return broken(why),
            }
        }
    }
}

/// The tokens of a body, or why one is none.
fn tokens(body: &str) -> Result<Vec<Token<'_>>, String> {
    if body.trim_ascii().is_empty() {
        return Err("the answer is empty where a signed token was to come".to_owned());
    }
    if body.contains(MASK) {
        return Err("the token holds a secret of this side, and cannot be verified without it".to_owned());
    }
    let count = body.split(SEPARATOR).count();
    let numbered = body.trim_ascii().split(SEPARATOR).enumerate();
    numbered.map(|(place, text)| Token::parse(text).map_err(|why| told(place, count, &why))).collect()
}

/// The claims of all tokens, or what is wrong with the first that does not hold.
fn all(tokens: &[Token<'_>], keys: &KeySet, now: jiff::Timestamp) -> Result<String, (Flaw, String)> {
    let mut claims = String::new();
    for (place, token) in tokens.iter().enumerate() {
        let held = token.verify(keys).and_then(|()| token.check_times(now));
        held.map_err(|(flaw, why)| (flaw, told(place, tokens.len(), &why)))?;
        let sign = if place == 0 { "" } else { "," };
        // Writing into a text cannot fail.
        let _ = write!(claims, "{sign}{}", token.claims());
    }
    Ok(if tokens.len() == 1 { claims } else { format!("[{claims}]") })
}

fn told(place: usize, count: usize, why: &str) -> String {
    if count == 1 {
        format!("the token does not hold: {why}")
    } else {
        format!("token {} of {count} does not hold: {why}", place + 1)
    }
}
