//! What a token says of itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The claim `client_id` of a token that is a JWT. Its signature is not looked at: the claim is
/// only sent back to the server that wrote it.
pub(crate) fn client_id(token: &str) -> Option<String> {
    let mut parts = token.split('.');
    let payload = parts.nth(1)?;
    (parts.count() == 1).then_some(())?;
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    match serde_json::from_slice::<Value>(&payload).ok()?.get("client_id")? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_claim_is_read_from_the_payload() {
        let id = client_id(&token(r#"{"client_id":"5f2c","other":1}"#));
        assert_eq!(id.as_deref(), Some("5f2c"));
    }

    #[test]
    fn what_is_no_jwt_or_lacks_the_claim_has_none() {
        for other in [
            "rt-000001".to_owned(),
            "a.b".to_owned(),
            "a.b.c".to_owned(),
            token("{}"),
            token(r#"{"client_id":7}"#),
            token(r#"{"client_id":""}"#),
            format!("{}.more", token(r#"{"client_id":"x"}"#)),
        ] {
            assert_eq!(client_id(&other), None, "{other}");
        }
    }
}
