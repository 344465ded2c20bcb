//! Signs tokens as a system does, and as it does not.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::server::{Reply, answer};

/// A key pair with the name of its key.
pub(crate) struct Signer {
    pub(crate) key: RsaKeyPair,
    pub(crate) id: &'static str,
}

/// The key of the system.
pub(crate) fn own() -> Signer {
    Signer { key: RsaKeyPair::from_pkcs8(include_bytes!("keys/own.pk8")).unwrap(), id: "own" }
}

/// The key that the system will have next.
pub(crate) fn next() -> Signer {
    Signer { key: RsaKeyPair::from_pkcs8(include_bytes!("keys/next.pk8")).unwrap(), id: "next" }
}

/// Claims that hold at the beginning of a test, and for an hour.
pub(crate) fn claims() -> Value {
    json!({ "item": true, "iat": 1_700_000_000, "exp": 1_700_003_600 })
}

/// The key set of these signers.
pub(crate) fn key_set(signers: &[Signer]) -> Reply {
    let keys: Vec<_> = signers.iter().map(Signer::public).collect();
    answer(200, &json!({ "keys": keys }).to_string())
}

impl Signer {
    pub(crate) fn public(&self) -> Value {
        let public = PublicKeyComponents::<Vec<u8>>::from(self.key.public());
        let [n, e] = [public.n, public.e].map(|number| BASE64_URL_SAFE_NO_PAD.encode(number));
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": n, "e": e })
    }

    /// A token with these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_of(&claims.to_string())
    }

    /// A token with the claims as they are written.
    pub(crate) fn token_of(&self, claims: &str) -> String {
        self.token_with(&json!({ "alg": "RS256", "kid": self.id }), claims)
    }

    /// A token with any header.
    pub(crate) fn token_with(&self, header: &Value, claims: &str) -> String {
        let message = message(header, claims);
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token that takes the public key for a secret that both sides share.
    pub(crate) fn token_by_public_key(&self, claims: &Value) -> String {
        let message = message(&json!({ "alg": "HS256", "kid": self.id }), &claims.to_string());
        let public = self.key.public();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, public.as_ref()), message.as_bytes());
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
    }
}

/// A token that nobody has signed.
pub(crate) fn unsigned(claims: &Value) -> String {
    format!("{}.", message(&json!({ "alg": "none" }), &claims.to_string()))
}

fn message(header: &Value, claims: &str) -> String {
    [header.to_string().as_str(), claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".")
}
