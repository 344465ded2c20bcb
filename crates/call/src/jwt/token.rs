//! One signed token (JSON Web Token, RFC 7519, in its compact form).

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::WantedClaim;
use super::set::KeySet;
use crate::json::{Field, Node};

/// The one algorithm that is believed.
pub(super) const ALGORITHM: &str = "RS256";

/// How far the clocks of the two sides may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

/// The column that holds the text of a token.
const TOKEN: &str = "token";

/// So much of what a token says of itself is told.
const TOLD: usize = 60;

/// A token that can be verified.
#[derive(Debug)]
pub(super) struct Token<'a> {
    text: &'a str,
    /// What is signed.
    message: &'a str,
    signature: Vec<u8>,
    /// The name of the key that it is signed with, if it says so.
    key: Option<String>,
    /// The claims as JSON, as they were sent.
    claims: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Takes a text apart.
    ///
    /// # Errors
    /// It is no token, or not one that can be believed: why.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let none = || "what came is no signed token".to_owned();
        let (message, signature) = text.rsplit_once('.').ok_or_else(none)?;
        let (header, claims) = message.split_once('.').ok_or_else(none)?;
        let header = decoded(header).ok_or_else(none)?;
        let Some(Node::Object(header)) = Node::parse(&header) else { return Err(none()) };
        let (mut algorithm, mut key) = (None, None);
        for Field { name, value } in &header {
            match name.as_ref() {
                "alg" => algorithm = value.text(),
                "kid" => key = Some(value.text().ok_or("the name of its key is no text")?),
                "crit" => return Err("it asks for rules that are not known".to_owned()),
                _ => {}
            }
        }
        match algorithm {
            Some(algorithm) if algorithm == ALGORITHM => {}
            Some(other) => {
                return Err(format!("its algorithm is `{}`, and only `{ALGORITHM}` is believed", shown(&other)));
            }
            None => return Err("it does not say how it is signed".to_owned()),
        }
        let signature = decoded(signature).ok_or_else(none)?;
        let claims = decoded(claims).ok_or_else(none)?;
        if !matches!(Node::parse(&claims), Some(Node::Object(_))) {
            return Err("its claims are no JSON object, or repeat a name".to_owned());
        }
        Ok(Self { text, message, signature, key, claims })
    }

    /// Whether none of the keys can have signed it, so that others may have.
    pub(super) fn is_unknown_to(&self, keys: &KeySet) -> bool {
        match &self.key {
            Some(name) => !keys.has(name),
            None => !keys.has_signed(None, self.message.as_bytes(), &self.signature),
        }
    }

    /// Whether one of the keys has signed it.
    ///
    /// # Errors
    /// None has: why.
    pub(super) fn verify(&self, keys: &KeySet) -> Result<(), String> {
        let name = self.key.as_deref();
        if keys.has_signed(name, self.message.as_bytes(), &self.signature) {
            return Ok(());
        }
        Err(match name {
            Some(name) if keys.has(name) => format!("the key `{}` has not signed it", shown(name)),
            Some(name) => format!("it is signed with the key `{}`, which the system does not offer", shown(name)),
            None => "none of the system's keys has signed it".to_owned(),
        })
    }

    /// Whether it holds at a time.
    ///
    /// # Errors
    /// It holds no more, or not yet, or does not say when: why.
    pub(super) fn check_times(&self, now: Timestamp) -> Result<(), String> {
        let fields = self.fields();
        let [ends, begins, issued] = ["exp", "nbf", "iat"].map(|name| time(&fields, name));
        match (ends?, begins?, issued?) {
            (None, ..) => Err("it does not say when it ends".to_owned()),
            (Some(ends), ..) if is_after(now, ends) => Err(format!("it ended at {ends}")),
            (_, Some(begins), _) if is_after(begins, now) => Err(format!("it holds from {begins} on, and not yet")),
            (_, _, Some(issued)) if is_after(issued, now) => {
                Err(format!("it was issued at {issued}, which is to come"))
            }
            _ => Ok(()),
        }
    }

    /// Whether its claims are what was asked for. One that grants nothing may lack them.
    ///
    /// # Errors
    /// One is another, or is not there: which.
    pub(super) fn check_claims(&self, wanted: &[WantedClaim], grants: bool) -> Result<(), String> {
        let fields = self.fields();
        for WantedClaim { name, value } in wanted {
            let claim = fields.iter().find(|field| field.name == *name).map(|field| &field.value);
            let found = match claim.filter(|claim| !claim.is_null()) {
                None if grants => return Err(format!("it has no `{name}`, and was asked for `{}`", shown(value))),
                None => continue,
                Some(Node::Array(_) | Node::Object(_)) => return Err(format!("its `{name}` is no single value")),
                Some(scalar @ Node::Scalar(sent)) => scalar.text().unwrap_or_else(|| (*sent).to_owned()),
            };
            if found != *value {
                return Err(format!("its `{name}` is `{}`, and it was asked for `{}`", shown(&found), shown(value)));
            }
        }
        Ok(())
    }

    /// The claims with the token beside them, as JSON. Numbers are as they were sent. Where there is a claim of that name,
    /// the token has a `_` before its own.
    pub(super) fn claims(&self) -> String {
        let quoted = serde_json::Value::from(self.text).to_string();
        let mut fields = self.fields();
        let mut name = TOKEN.to_owned();
        while fields.iter().any(|field| field.name == name) {
            name.insert(0, '_');
        }
        fields.push(Field { name: Cow::Owned(name), value: Node::Scalar(&quoted) });
        Node::Object(fields).to_string()
    }

    fn fields(&self) -> Vec<Field<'_>> {
        match Node::parse(&self.claims) {
            Some(Node::Object(fields)) => fields,
            _ => Vec::new(),
        }
    }
}

/// The time that a claim names in seconds since 1970, if there is such a claim.
fn time(fields: &[Field<'_>], name: &str) -> Result<Option<Timestamp>, String> {
    let Some(field) = fields.iter().find(|field| field.name == name) else { return Ok(None) };
    let seconds = match field.value {
        Node::Scalar(scalar) => scalar.parse::<f64>().ok(),
        Node::Array(_) | Node::Object(_) => None,
    };
    let since = seconds.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    let time = since.and_then(|since| Timestamp::from_duration(since).ok());
    time.map(Some).ok_or_else(|| format!("its `{name}` is no time"))
}

/// Whether a time is after another, however far the clocks may be apart.
fn is_after(one: Timestamp, other: Timestamp) -> bool {
    one.duration_since(other) > LEEWAY
}

fn decoded(part: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok()
}

/// The beginning of what a token says of itself.
fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => Cow::Owned(format!("{}..", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
