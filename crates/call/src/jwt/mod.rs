//! Answers that are signed tokens: each is verified when it arrives, and then its claims are the answer.
//!
//! Only RS256 is believed, whatever a token says of itself, and only keys that the system's key set offers. What is
//! written down are the claims, so that an answer that is recalled needs no key and no clock.

mod keys;
mod set;
mod token;

use std::sync::Arc;

use bytes::Bytes;
use seatflow_catalog::{BoundClaim, Endpoint, ResponseForm};

pub(crate) use self::keys::Keys;
use self::set::KeySet;
use self::token::Token;
use crate::classify::is_success;
use crate::exchange::{Ended, Exchange};
use crate::failing::met;
use crate::journal::{Answer, JournalError};
use crate::outcome::{Failure, FailureKind};
use crate::page::Page as _;
use crate::reconcile::Document;
use crate::redact::MASK;
use crate::values::Values;

/// What is between the tokens of an answer.
const SEPARATOR: char = '&';

/// No answer is read that holds more of them.
const MOST_TOKENS: usize = 1000;

/// What is said of a write whose answer is not believed.
const DISBELIEVED: &str = "so nothing that can be believed tells whether the write happened";

/// What a claim must be for a token to be an answer to a request.
#[derive(Clone)]
pub(crate) struct WantedClaim {
    name: String,
    value: String,
}

/// The claims that the tokens of an answer must have, by the values that a request is given. A value that is empty asks
/// for nothing.
pub(crate) fn wanted(endpoint: &Endpoint, values: &Values<'_>) -> Vec<WantedClaim> {
    let ResponseForm::Jwt { claims, .. } = &endpoint.response.form else { return Vec::new() };
    let wanted = claims.iter().filter_map(|BoundClaim { claim, parameter }| {
        let value = values.text(parameter).filter(|value| !value.is_empty())?;
        Some(WantedClaim { name: claim.clone(), value: value.to_owned() })
    });
    wanted.collect()
}

impl Exchange<'_> {
    /// An answer that has come; one of signed tokens as the JSON of their claims: an object for one token, an array for
    /// several, each with its token beside its claims. A token that does not hold is a failure of the call, and so are keys
    /// that cannot be had; nothing is sent again for it. A write is in doubt then, since nobody tells whether it happened;
    /// `latest` is how it failed otherwise.
    pub(crate) async fn verified(&mut self, ended: Ended, latest: &mut Option<Failure>) -> Result<Ended, JournalError> {
        let endpoint = Arc::clone(self.request.endpoint());
        let (ResponseForm::Jwt { keys, .. }, Ended::Answered(answer)) = (&endpoint.response.form, &ended) else {
            return Ok(ended);
        };
        if !is_success(&endpoint, answer.status) {
            return Ok(ended);
        }
        let (kind, why) = match self.claims(keys, answer).await? {
            Ok(answer) => return Ok(Ended::Answered(answer)),
            Err(failed) => failed,
        };
        let failure = self.connection.answered(self.request, answer.clone(), kind, &why);
        if !self.request.is_write() {
            return Ok(Ended::Failed(Box::new(failure)));
        }
        let message = format!("{}; {DISBELIEVED}", failure.message);
        let doubt = Failure { kind: FailureKind::InDoubt, message, ..failure.clone() };
        *latest = Some(failure);
        Ok(Ended::Failed(Box::new(doubt)))
    }

    /// An answer as the claims of its tokens; or what is wrong with the first that does not hold.
    async fn claims(
        &mut self,
        path: &str,
        answer: &Answer,
    ) -> Result<Result<Answer, (FailureKind, String)>, JournalError> {
        let broken = |why| Ok(Err((FailureKind::FailureInBody, why)));
        let body = answer.body.clone();
        let tokens = match std::str::from_utf8(&body).map(tokens) {
            Ok(Ok(tokens)) => tokens,
            Ok(Err(why)) => return broken(why),
            Err(_) => return broken("what came is no signed token: it is not UTF-8".to_owned()),
        };
        // Another key may be in use since the keys were asked for.
        let lacks = |keys: &KeySet| tokens.iter().any(|token| token.is_unknown_to(keys));
        let keys = match self.keys(path, lacks).await? {
            Ok(keys) => keys,
            Err(why) => return Ok(Err((FailureKind::Unreadable, why))),
        };
        let now = self.connection.surroundings.clock.now();
        if let Err(why) = each(&tokens, |token| token.verify(&keys).and_then(|()| token.check_times(now))) {
            return broken(why);
        }
        // A secret that is written with escapes is not seen in the token.
        let body = self.connection.redactor().data(Bytes::from(claims(&tokens)));
        let content_type = Some("application/json".to_owned());
        let told = Answer { content_type, body, ..answer.clone() };
        let terms = self.request.terms();
        let grants = met(terms.fails_when, &Document::parse(&told, terms.endpoint)).is_none();
        match each(&tokens, |token| token.check_claims(self.request.wanted_claims(), grants)) {
            Ok(()) => Ok(Ok(told)),
            Err(why) => broken(why),
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
    if count > MOST_TOKENS {
        return Err(format!("the answer holds {count} tokens, and no more than {MOST_TOKENS} are read"));
    }
    let numbered = body.trim_ascii().split(SEPARATOR).enumerate();
    numbered.map(|(place, text)| Token::parse(text).map_err(|why| told(place, count, &why))).collect()
}

/// Checks token after token; says what is wrong with the first that does not hold.
fn each(tokens: &[Token<'_>], check: impl Fn(&Token<'_>) -> Result<(), String>) -> Result<(), String> {
    let mut numbered = tokens.iter().enumerate();
    numbered.try_for_each(|(place, token)| check(token).map_err(|why| told(place, tokens.len(), &why)))
}

/// The claims of all tokens, as JSON.
fn claims(tokens: &[Token<'_>]) -> String {
    match tokens {
        [one] => one.claims(),
        tokens => format!("[{}]", tokens.iter().map(Token::claims).collect::<Vec<_>>().join(",")),
    }
}

fn told(place: usize, count: usize, why: &str) -> String {
    if count == 1 {
        format!("the token does not hold: {why}")
    } else {
        format!("token {} of {count} does not hold: {why}", place + 1)
    }
}
