//! What is asked of an authorization server, and what it answers.

use std::time::Duration;

use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::classify::status_text;

/// What is asked for a token.
#[derive(Clone, Debug)]
pub(crate) enum Grant {
    Refresh { given: SecretString, client_id: Option<String>, client_secret: Option<SecretString> },
    Client { id: String, secret: SecretString, scope: Option<String> },
    Password { tenancy: String, user: String, password: SecretString },
}

/// A token, as a server granted it.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    pub(crate) access_token: SecretString,
    /// What is to be used next time.
    pub(crate) refresh_token: Option<SecretString>,
    pub(crate) life: Option<Duration>,
}

/// Why there is no token, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoToken {
    /// The server does not take this: why.
    Refused(Refused, String),
    /// It does not do what a server does that gives out tokens.
    Unusable(String),
}

/// What a server that gives out tokens has refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A refresh token.
    RefreshToken,
    /// The client that shows a refresh token: its id or its secret.
    Client,
    /// A client with credentials of its own: its id, its secret, or what it asks for.
    ClientCredentials,
    /// A user: the tenancy, the name or the password.
    User,
}

/// The errors of OAuth 2.0 (RFC 6749, 5.2) with which a server refuses what it was asked with.
const REFUSALS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// The body of a login.
#[derive(Serialize)]
struct Login<'a> {
    #[serde(rename = "TenancyName")]
    tenancy: &'a str,
    #[serde(rename = "UsernameOrEmailAddress")]
    user: &'a str,
    #[serde(rename = "Password")]
    password: &'a str,
}

impl Grant {
    /// Whether the server may use up what it is asked with, so that asking again fails.
    pub(crate) fn is_used_up(&self) -> bool {
        let Self::Refresh { client_id, .. } = self else {
            return false;
        };
        client_id.is_some()
    }

    /// What is used to ask, in words, and whether it `was` or they `were`.
    pub(crate) fn means(&self) -> (&'static str, &'static str) {
        match self {
            Self::Refresh { .. } => ("refresh token", "was"),
            Self::Client { .. } => ("client credentials", "were"),
            Self::Password { .. } => ("name and password", "were"),
        }
    }

    /// What has been refused with this error of OAuth 2.0.
    fn refused(&self, error: Option<&str>) -> Refused {
        match self {
            Self::Refresh { .. } if matches!(error, Some("invalid_client" | "unauthorized_client")) => Refused::Client,
            Self::Refresh { .. } => Refused::RefreshToken,
            Self::Client { .. } => Refused::ClientCredentials,
            Self::Password { .. } => Refused::User,
        }
    }

    /// The type and the body of the request. A refresh is asked for with the given token, or with
    /// the one that came in its place.
    pub(crate) fn body(&self, refresh_token: Option<&SecretString>) -> (&'static str, Bytes) {
        let mut form = Serializer::new(String::new());
        match self {
            Self::Refresh { given, client_id, client_secret } => {
                let token = refresh_token.unwrap_or(given);
                form.append_pair("grant_type", "refresh_token");
                form.append_pair("refresh_token", token.expose_secret());
                if let Some(id) = client_id {
                    form.append_pair("client_id", id);
                }
                if let Some(secret) = client_secret {
                    form.append_pair("client_secret", secret.expose_secret());
                }
            }
            Self::Client { id, secret, scope } => {
                form.append_pair("grant_type", "client_credentials");
                form.append_pair("client_id", id);
                form.append_pair("client_secret", secret.expose_secret());
                if let Some(scope) = scope {
                    form.append_pair("scope", scope);
                }
            }
            Self::Password { tenancy, user, password } => {
                let login = Login { tenancy, user, password: password.expose_secret() };
                // Three texts are always JSON.
                return ("application/json", serde_json::to_vec(&login).unwrap_or_default().into());
            }
        }
        ("application/x-www-form-urlencoded", form.finish().into())
    }

    /// Every token in an answer, whatever its status: those that are granted, and those that come beside them.
    pub(crate) fn secrets_in(&self, body: &[u8]) -> Vec<SecretString> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_secret = |name: &str| name == self.field() || name.ends_with("_token");
        let fields = body.as_object().into_iter().flatten().filter(|(name, _)| is_secret(name));
        fields.filter_map(|(_, value)| value.as_str()).map(SecretString::from).collect()
    }

    /// The field of an answer that holds the access token.
    fn field(&self) -> &'static str {
        match self {
            Self::Password { .. } => "result",
            Self::Refresh { .. } | Self::Client { .. } => "access_token",
        }
    }

    /// Reads an answer.
    pub(crate) fn read(&self, status: u16, body: &[u8]) -> Result<Granted, NoToken> {
        let parsed = serde_json::from_slice(body);
        let is_json = parsed.is_ok();
        let body: Value = parsed.unwrap_or_default();
        let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
        let said = said(&body);
        // Some servers refuse with a 200.
        let is_refused = match status {
            401 | 403 => true,
            200 | 400 => {
                body["success"] == Value::Bool(false) || text("error").is_some_and(|error| REFUSALS.contains(&error))
            }
            _ => false,
        };
        if is_refused {
            return Err(NoToken::Refused(self.refused(text("error")), said.unwrap_or_else(|| status_text(status))));
        }
        if status != 200 {
            let told = said.map(|said| format!(": {said}")).unwrap_or_default();
            return Err(NoToken::Unusable(format!("{}{told}", status_text(status))));
        }
        if !is_json {
            return Err(NoToken::Unusable("its answer is no JSON".to_owned()));
        }
        let field = self.field();
        let no_token = || said.unwrap_or_else(|| format!("its answer has no `{field}`"));
        let access_token = text(field).ok_or_else(|| NoToken::Unusable(no_token()))?;
        let refresh_token = match self {
            Self::Refresh { .. } => text("refresh_token"),
            Self::Client { .. } | Self::Password { .. } => None,
        };
        Ok(Granted {
            access_token: access_token.into(),
            refresh_token: refresh_token.map(Into::into),
            life: seconds(&body["expires_in"]).map(Duration::from_secs),
        })
    }
}

/// A whole number of seconds, also in quotes.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// What a server says of its refusal: `error: description`, or an envelope's message and details.
fn said(body: &Value) -> Option<String> {
    let (what, why) = match &body["error"] {
        Value::Object(error) => (error.get("message"), error.get("details")),
        Value::String(_) => (body.get("error"), body.get("error_description")),
        _ => (body.get("message"), None),
    };
    let what = what.and_then(Value::as_str)?;
    Some(match why.and_then(Value::as_str) {
        Some(why) => format!("{}: {why}", what.trim_end_matches('.')),
        None => what.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Authorization, Means};
    use super::*;

    fn refresh(client_id: Option<&str>) -> Grant {
        let client_id = client_id.map(str::to_owned);
        Grant::Refresh { given: "rt/1+2".into(), client_id, client_secret: None }
    }

    fn form(grant: &Grant, token: Option<&str>) -> String {
        let token = token.map(SecretString::from);
        let (_, body) = grant.body(token.as_ref());
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn the_client_id_is_sent_if_it_is_known() {
        assert_eq!(form(&refresh(None), None), "grant_type=refresh_token&refresh_token=rt%2F1%2B2");
        assert_eq!(
            form(&refresh(Some("5f2c")), Some("rt-2")),
            "grant_type=refresh_token&refresh_token=rt-2&client_id=5f2c"
        );
    }

    #[test]
    fn the_client_id_of_a_token_is_found_and_one_that_is_set_wins() {
        let form_of = |client_id: Option<&str>| {
            let authorization = Authorization::RefreshToken {
                auth_url: String::new(),
                refresh_token: "e30.eyJjbGllbnRfaWQiOiI1ZjJjIn0.c2ln".into(),
                client_id: client_id.map(str::to_owned),
                client_secret: None,
            };
            match authorization.means().unwrap() {
                Means::Server(_, grant) => form(&grant, None),
                Means::Token(token) => panic!("{token:?} needs no server"),
            }
        };
        assert!(form_of(None).ends_with("&client_id=5f2c"));
        assert!(form_of(Some("set")).ends_with("&client_id=set"));
    }

    #[test]
    fn a_life_is_a_number_or_a_number_in_quotes_or_not_said() {
        for (life, expected) in [("300", Some(300)), ("\"300\"", Some(300)), ("null", None)] {
            let body = format!(r#"{{"access_token":"at","expires_in":{life}}}"#);
            let granted = refresh(None).read(200, body.as_bytes()).unwrap();
            assert_eq!(granted.life.map(|life| life.as_secs()), expected);
        }
    }

    #[test]
    fn a_login_answers_with_an_envelope() {
        let login = Grant::Password { tenancy: "Host".to_owned(), user: "ada".to_owned(), password: "pw".into() };
        let granted = login.read(200, br#"{"result":"at","success":true}"#).unwrap();
        assert_eq!(granted.access_token.expose_secret(), "at");
        let refused = br#"{"result":null,"success":false,"error":{"message":"Login failed.","details":"Wrong."}}"#;
        assert_eq!(
            login.read(200, refused).unwrap_err(),
            NoToken::Refused(Refused::User, "Login failed: Wrong.".to_owned())
        );
    }

    #[test]
    fn every_token_of_an_answer_is_a_secret() {
        let secrets = |grant: &Grant, body: &str| -> Vec<String> {
            grant.secrets_in(body.as_bytes()).iter().map(|secret| secret.expose_secret().to_owned()).collect()
        };
        let body = r#"{"access_token":"at","id_token":"it","refresh_token":"rt","token_type":"Bearer","scope":"x"}"#;
        assert_eq!(secrets(&refresh(None), body), ["at", "it", "rt"]);
        let login = Grant::Password { tenancy: "Host".to_owned(), user: "ada".to_owned(), password: "pw".into() };
        assert_eq!(secrets(&login, r#"{"result":"at","success":true}"#), ["at"]);
        assert_eq!(secrets(&refresh(None), "<html>"), [""; 0]);
    }

    #[test]
    fn a_refusal_says_what_the_server_says() {
        let invalid = br#"{"error":"invalid_grant","error_description":"used before"}"#;
        let refused = |why: &str| NoToken::Refused(Refused::RefreshToken, why.to_owned());
        let client = |why: &str| NoToken::Refused(Refused::Client, why.to_owned());
        let unusable = |why: &str| NoToken::Unusable(why.to_owned());
        for (status, body, expected) in [
            (400, &invalid[..], refused("invalid_grant: used before")),
            (200, invalid, refused("invalid_grant: used before")),
            (401, br#"{"error":"invalid_client"}"#, client("invalid_client")),
            (400, br#"{"error":"unauthorized_client"}"#, client("unauthorized_client")),
            (400, b"<html>", unusable("400 Bad Request")),
            (400, br#"{"error":"teapot"}"#, unusable("400 Bad Request: teapot")),
            (401, b"", refused("401 Unauthorized")),
            (403, b"<html>", refused("403 Forbidden")),
            (404, b"<html>", unusable("404 Not Found")),
            (302, b"", unusable("302 Found")),
            (200, b"", unusable("its answer is no JSON")),
            (200, br#"{"error":"temporarily_unavailable"}"#, unusable("temporarily_unavailable")),
            (200, b"<html>", unusable("its answer is no JSON")),
            (200, b"{}", unusable("its answer has no `access_token`")),
        ] {
            assert_eq!(refresh(None).read(status, body).unwrap_err(), expected);
        }
    }
}
