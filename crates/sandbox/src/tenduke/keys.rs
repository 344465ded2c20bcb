//! The key that signs tokens, and the tokens that it signs (RS256).
//!
//! The key is part of the program, so that a token is the same in every run. It protects nothing.

use std::fmt::Display;
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::StatusCode;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::fault::Forgery;
use crate::refusal::Refusal;

/// The name of the key, in the key set and in the header of every token.
const KEY_ID: &str = "sandbox-1";

/// The key that the key set offers (PKCS #8).
const KEY: &[u8] = include_bytes!("keys/sandbox-1.pk8");

/// A key that no key set offers (PKCS #8).
const STRANGER: &[u8] = include_bytes!("keys/stranger.pk8");

/// How long before its issue a token ended that is made to have ended, in seconds.
const LONG_AGO: i64 = 3600;

/// Signs tokens. The key is read when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Signer {
    key: OnceLock<RsaKeyPair>,
}

impl Signer {
    /// The keys with which tokens can be verified, as a JSON Web Key Set (RFC 7517).
    ///
    /// # Errors
    /// The key cannot be read.
    pub(crate) fn key_set(&self) -> Result<Value, Refusal> {
        let public = PublicKeyComponents::<Vec<u8>>::from(self.key()?.public());
        let [n, e] = [&public.n, &public.e].map(|number| BASE64_URL_SAFE_NO_PAD.encode(number));
        let key = json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID, "n": n, "e": e });
        Ok(json!({ "keys": [key] }))
    }

    /// The token that holds these claims: equal claims give equal tokens.
    ///
    /// # Errors
    /// The key cannot be read, or does not sign.
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, Refusal> {
        signed(self.key()?, claims)
    }

    /// The claims of a token, if this key has signed it.
    pub(crate) fn verified(&self, token: &str) -> Option<Value> {
        let claims = token.split('.').nth(1)?;
        let claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        // Equal claims give equal tokens.
        (self.sign(&claims).ok()? == token).then_some(claims)
    }

    /// The same tokens, joined by `&`, made such that must not be believed. What is no token stays as it is.
    pub(crate) fn forged(&self, tokens: &str, forgery: Forgery) -> String {
        let forged = |token: &str| self.forged_token(token, forgery).unwrap_or_else(|| token.to_owned());
        tokens.split('&').map(forged).collect::<Vec<_>>().join("&")
    }

    fn forged_token(&self, token: &str, forgery: Forgery) -> Option<String> {
        let claims = token.split('.').nth(1)?;
        let mut claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        match forgery {
            Forgery::WrongKey => signed(&read(STRANGER).ok()?, &claims).ok(),
            Forgery::Expired => {
                let (issued, ends) = (claims.get("iat")?.as_i64()?, claims.get("exp")?.as_i64()?);
                let earlier = ends - issued + LONG_AGO;
                for name in ["iat", "nbf", "rfr", "exp"] {
                    if let Some(time) = claims.get(name).and_then(Value::as_i64) {
                        claims[name] = json!(time - earlier);
                    }
                }
                self.sign(&claims).ok()
            }
            Forgery::AlgNone => Some(format!("{}.", unsigned(&json!({ "alg": "none" }), &claims))),
        }
    }

    fn key(&self) -> Result<&RsaKeyPair, Refusal> {
        match self.key.get() {
            Some(key) => Ok(key),
            None => read(KEY).map(|key| self.key.get_or_init(|| key)),
        }
    }
}

fn read(key: &[u8]) -> Result<RsaKeyPair, Refusal> {
    RsaKeyPair::from_pkcs8(key).map_err(|error| failed(&error))
}

fn signed(key: &RsaKeyPair, claims: &Value) -> Result<String, Refusal> {
    let token = unsigned(&json!({ "alg": "RS256", "kid": KEY_ID }), claims);
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
        .map_err(|error| failed(&error))?;
    Ok(format!("{token}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}

/// What of a token is signed.
fn unsigned(header: &Value, claims: &Value) -> String {
    [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string())).join(".")
}

fn failed(error: &dyn Display) -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, format!("The sandbox's key failed: {error}."))
}

#[cfg(test)]
mod tests {
    use ring::signature::RSA_PKCS1_2048_8192_SHA256;

    use super::*;

    fn claims() -> Value {
        json!({ "DemoItem1": true, "iat": 1_740_819_600, "exp": 1_740_826_800, "rfr": 1_740_823_200, "jti": "L1" })
    }

    fn part(token: &str, place: usize) -> Value {
        let part = token.split('.').nth(place).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    /// Whether the key of the key set has signed a token.
    fn holds(signer: &Signer, token: &str) -> bool {
        let set = signer.key_set().unwrap();
        let [n, e] =
            ["n", "e"].map(|name| BASE64_URL_SAFE_NO_PAD.decode(set["keys"][0][name].as_str().unwrap()).unwrap());
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        PublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).is_ok()
    }

    #[test]
    fn a_token_holds_by_the_key_set_and_equal_claims_give_equal_tokens() {
        let signer = Signer::default();
        let token = signer.sign(&claims()).unwrap();
        assert_eq!(part(&token, 0), json!({ "alg": "RS256", "kid": "sandbox-1" }));
        assert_eq!(part(&token, 1), claims());
        assert!(holds(&signer, &token));
        assert_eq!(Signer::default().sign(&claims()).unwrap(), token);
        let set = signer.key_set().unwrap();
        assert_eq!((&set["keys"][0]["kid"], &set["keys"][0]["e"]), (&json!("sandbox-1"), &json!("AQAB")));
    }

    #[test]
    fn a_forged_token_has_its_claims_and_is_not_to_be_believed() {
        let signer = Signer::default();
        let token = signer.sign(&claims()).unwrap();
        let wrong = signer.forged(&token, Forgery::WrongKey);
        assert_eq!((part(&wrong, 0), part(&wrong, 1)), (part(&token, 0), claims()));
        assert!(!holds(&signer, &wrong));
        let none = signer.forged(&token, Forgery::AlgNone);
        assert_eq!((part(&none, 0), part(&none, 1)), (json!({ "alg": "none" }), claims()));
        assert!(none.ends_with('.'));
        let expired = signer.forged(&token, Forgery::Expired);
        assert!(holds(&signer, &expired));
        assert_eq!(part(&expired, 1)["exp"], json!(1_740_819_600 - LONG_AGO));
        assert_eq!(part(&expired, 1)["jti"], json!("L1"));
    }

    #[test]
    fn every_token_is_forged_and_what_is_none_stays() {
        let signer = Signer::default();
        let token = signer.sign(&claims()).unwrap();
        let none = signer.forged(&token, Forgery::AlgNone);
        assert_eq!(signer.forged(&format!("{token}&{token}"), Forgery::AlgNone), format!("{none}&{none}"));
        for other in ["", "true&false", r#"{"error":"no.thing"}"#] {
            assert_eq!(signer.forged(other, Forgery::WrongKey), other);
        }
    }
}
