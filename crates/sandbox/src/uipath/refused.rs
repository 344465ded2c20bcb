//! Refusals, each in the form of the service that refuses.

use std::collections::BTreeMap;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::exchange::Reply;
use crate::refusal::Refusal;

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Refused {
    /// With a status and a reason.
    Status(Refusal),
    /// Fields of the body are not what they must be: what is wrong, by the path of the field.
    Fields(BTreeMap<String, Vec<String>>),
    /// The scopes of the token do not fit.
    Scopes {
        /// Those that it has.
        found: String,
        /// Those of which one would do.
        expected: [&'static str; 2],
    },
}

impl Refused {
    /// One field is not what it must be.
    pub(super) fn field(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Fields(BTreeMap::from([(path.into(), vec![what.into()])]))
    }

    pub(super) fn reply(&self) -> Reply {
        match self {
            Self::Status(refusal) => status(refusal.status, &refusal.message),
            Self::Fields(fields) => {
                let body = json!({
                    "errors": fields,
                    "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
                    "title": "One or more validation errors occurred.",
                    "status": 400,
                    "traceId": "00-00000000000000000000000000000001-0000000000000001-00",
                });
                Reply::json(StatusCode::BAD_REQUEST, body.to_string())
            }
            Self::Scopes { found, expected: [one, other] } => {
                let message = format!("Scope(s) '{found}' do not fit. Expected '{one}' or '{other}'.");
                Reply::json(StatusCode::FORBIDDEN, json!({ "errorMessage": message }).to_string())
            }
        }
    }
}

/// A refusal in the form of the licence services. A token that is no good is told by the header alone.
pub(super) fn status(status: StatusCode, message: &str) -> Reply {
    if status == StatusCode::UNAUTHORIZED {
        return Reply::json(status, "").with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let body = json!({
        "StatusCode": status.as_u16(),
        "StatusDescription": status.canonical_reason().unwrap_or_default(),
        "Message": message,
        "Description": "",
    });
    Reply::json(status, body.to_string())
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Status(refusal)
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Status(error.into())
    }
}
