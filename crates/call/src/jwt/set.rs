//! A set of public keys (JSON Web Key Set, RFC 7517).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rsa::PublicKeyComponents;
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use seatflow_catalog::Endpoint;
use serde_json::Value;

use super::token::ALGORITHM;
use crate::journal::Answer;
use crate::page::{Found, Page};

/// The keys of a system that can verify RS256.
#[derive(Debug)]
pub(super) struct KeySet {
    keys: Vec<Key>,
}

/// A public key.
#[derive(Debug)]
struct Key {
    /// What tokens call it.
    id: Option<String>,
    numbers: PublicKeyComponents<Vec<u8>>,
}

/// What was to be a set of keys, or what it is instead.
pub(super) struct KeySetPage(pub(super) Result<KeySet, &'static str>);

/// No set is read that is larger.
const MOST_BYTES: usize = 1024 * 1024;

/// No set is read that holds more keys.
const MOST_KEYS: usize = 100;

impl KeySet {
    /// Reads a set. Keys of other kinds and for other uses are left out.
    ///
    /// # Errors
    /// The body is none, or too large a one: what it is.
    fn parse(body: &[u8]) -> Result<Self, &'static str> {
        if body.len() > MOST_BYTES {
            return Err("are more than 1 MiB");
        }
        let set: Option<Value> = serde_json::from_slice(body).ok();
        match set.as_ref().and_then(|set| set.get("keys")).and_then(Value::as_array) {
            None => Err("are no key set"),
            Some(keys) if keys.len() > MOST_KEYS => Err("are more than 100"),
            Some(keys) => Ok(Self { keys: keys.iter().filter_map(Key::parse).collect() }),
        }
    }

    /// Whether there is a key that a token can mean by this name.
    pub(super) fn has(&self, id: &str) -> bool {
        self.named(Some(id)).next().is_some()
    }

    /// Whether one of the keys that a token can mean by this name has signed a message; one that gives no name can mean
    /// any.
    pub(super) fn has_signed(&self, id: Option<&str>, message: &[u8], signature: &[u8]) -> bool {
        self.named(id).any(|key| key.numbers.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok())
    }

    fn named(&self, id: Option<&str>) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(move |key| id.is_none() || key.id.as_deref() == id)
    }
}

impl Key {
    fn parse(key: &Value) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let is_for_us = text("kty") == Some("RSA")
            && text("alg").is_none_or(|algorithm| algorithm == ALGORITHM)
            && text("use").is_none_or(|purpose| purpose == "sig");
        let numbers = PublicKeyComponents { n: number(text("n")?)?, e: number(text("e")?)? };
        is_for_us.then(|| Self { id: text("kid").map(str::to_owned), numbers })
    }
}

/// The bytes of a number, without zeros before them.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

impl Page for KeySetPage {
    fn parse(answer: &Answer, _: &Endpoint) -> Self {
        Self(KeySet::parse(&answer.body))
    }

    fn records(&self) -> Option<u64> {
        None
    }

    fn at(&self, _: &str) -> Found {
        Found::Unread
    }
}
