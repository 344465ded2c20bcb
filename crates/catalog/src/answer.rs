//! What comes back, as data.

use serde::Serialize;

use crate::{Schema, Trust};

/// What comes back.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Response {
    /// The dotted path of the records; the whole body, if none.
    pub records: Option<String>,
    /// The column of a record that is a scalar; `\value`, if none.
    pub scalar: Option<String>,
    /// How the body is written.
    pub form: ResponseForm,
    /// What bodies fit, if known.
    pub schema: Option<Schema>,
    /// A body, as the system answers it.
    pub example: Option<serde_json::Value>,
    /// How honest it is what the endpoint says of answers, also of those that are no success; as honest as the rest of the
    /// endpoint, if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Trust>,
}

/// How a body that comes back is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseForm {
    /// JSON.
    #[default]
    Json,
    /// A file: it is kept as it is, and nobody looks for records in it.
    File,
    /// Signed tokens, joined by `&`: the claims of each are a record, with its text as `token`. One whose signature or time
    /// does not hold is a failure.
    Jwt {
        /// The path below the base URL at which the keys are (JWKS).
        keys: String,
        /// What says that a token is an answer to this request, and to no other.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        claims: Vec<BoundClaim>,
    },
    /// JSON as a graph server writes it: relations become fields named after the related type, references fields named
    /// after their keys.
    Graph,
}

/// A claim that must be what a parameter is, if that is given. A token that is a failure need not have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BoundClaim {
    /// The name of the claim.
    pub claim: String,
    /// The name of the parameter.
    pub parameter: String,
}

/// A condition on a body that makes it a failure. All that is said must hold.
///
/// A path may name a parameter in braces: `{item}` is the field that is called as the parameter's value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailsWhen {
    /// The dotted path of the value that is looked at.
    pub path: String,
    /// What it must be.
    pub is: Condition,
    /// Another path that must be null or absent as well.
    pub and_null: Option<String>,
    /// The dotted path of the message; if none, those of the endpoint's `messages`, and then `path`.
    pub message: Option<String>,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// There, and neither null nor empty text.
    Present,
    /// Null or absent.
    Absent,
    /// This scalar, as text.
    Equals(String),
    /// Anything else than this scalar, as text; also if it is not there.
    #[serde(rename = "is-not")]
    IsNot(String),
}
