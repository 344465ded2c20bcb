//! What the token endpoints of the systems have in common: how a token is asked for, and how it is refused, in the words
//! of OAuth 2.0.

use http::StatusCode;
use serde_json::json;

use crate::exchange::{Reply, Request};
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::tokens::Refused;

/// Why no token is given.
#[derive(Debug)]
pub(crate) struct Denied {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl Denied {
    pub(crate) fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into() }
    }

    pub(crate) fn bad_request(error: &'static str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    /// The answer that says so.
    pub(crate) fn reply(&self) -> Reply {
        reply(self.status, self.error, &self.description)
    }
}

/// Whatever is wrong with a request, it is a bad request.
impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self::bad_request("invalid_request", refusal.message)
    }
}

impl From<Refused> for Denied {
    fn from(refused: Refused) -> Self {
        let description = match refused {
            Refused::Unknown => "The refresh token is unknown.",
            Refused::Ended => "The refresh token has expired.",
            Refused::Used => "The refresh token was used before.",
        };
        Self::bad_request("invalid_grant", description)
    }
}

impl From<rusqlite::Error> for Denied {
    fn from(error: rusqlite::Error) -> Self {
        let Refusal { status, message } = error.into();
        Self::new(status, "server_error", message)
    }
}

/// A failure with this status that no request brought about. With a success for its status it is one in the body alone.
pub(crate) fn failure(status: StatusCode, description: &str) -> Reply {
    let error = if status.is_client_error() { "invalid_request" } else { "temporarily_unavailable" };
    reply(status, error, description)
}

/// The refresh token that a request sends, if it sends one.
pub(crate) fn sent_refresh_token(request: &Request) -> Option<String> {
    Some(Parameters::of_form(request).ok()?.optional("refresh_token")?.to_owned())
}

fn reply(status: StatusCode, error: &str, description: &str) -> Reply {
    Reply::json(status, json!({ "error": error, "error_description": description }).to_string())
}
