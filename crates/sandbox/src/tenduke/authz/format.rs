//! The forms in which it is told what was done.

use serde_json::Value;

use super::Told;
use crate::refusal::Refusal;
use crate::tenduke::keys::Signer;

/// In which form an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tenduke) enum Format {
    /// `true` or `false` for each, joined by `&`.
    Text,
    /// An object, for one alone.
    Json,
    /// A signed token for each, joined by `&`.
    Jwt,
}

impl Format {
    /// The form that a path asks for, if it is one of those that there are.
    pub(in crate::tenduke) fn of(path: &str) -> Option<Self> {
        match path.strip_prefix("/authz")? {
            "" | "/" | ".txt" | "/.txt" => Some(Self::Text),
            ".json" | "/.json" => Some(Self::Json),
            ".jwt" | "/.jwt" => Some(Self::Jwt),
            _ => None,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Json => "application/json",
            Self::Jwt => "application/jwt",
        }
    }

    pub(super) fn write(self, signer: &Signer, told: Vec<Told>) -> Result<String, Refusal> {
        let write = |told: Told| match self {
            Self::Text => Ok(told.is_done.to_string()),
            Self::Json => Ok(Value::Object(told.claims).to_string()),
            Self::Jwt => signer.sign(&Value::Object(told.claims)),
        };
        let written: Vec<_> = told.into_iter().map(write).collect::<Result<_, _>>()?;
        Ok(written.join("&"))
    }
}
