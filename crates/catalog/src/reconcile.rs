//! How a write in doubt is reconciled: by a read that tells whether it happened.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::Endpoint;

/// A read that tells whether a write happened whose outcome nobody knows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reconcile {
    /// The endpoint that is asked: a read of the same catalog, without a payload.
    #[serde(serialize_with = "as_id")]
    pub read: Arc<Endpoint>,
    /// The values of its parameters, in the order of the file.
    #[serde(serialize_with = "as_map")]
    pub parameters: Vec<(String, Given)>,
    /// What the record that is looked for has at these dotted paths. Where a path leads through a list, some element of
    /// it has the value: one and the same for all paths that lead through the list.
    #[serde(serialize_with = "as_map")]
    pub find: Vec<(String, Given)>,
    /// What that record has at these paths too, as far as the write says so; nothing is compared with what it leaves out.
    #[serde(serialize_with = "as_map")]
    pub compare: Vec<(String, Given)>,
    /// Whether the record is there, or is not, once the write has happened.
    pub done: Presence,
    /// Statuses by which the read says that there is no such record.
    pub not_found: Vec<u16>,
}

/// What shows that a write happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// The record is there.
    Present,
    /// It is not.
    Absent,
}

impl Presence {
    /// Both, with the word by which files name them.
    pub const WORDS: [(&str, Self); 2] = [("present", Self::Present), ("absent", Self::Absent)];
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// From a parameter of the write.
    Parameter(String),
    /// From a dotted path of the write's payload. Each value counts, where it leads through lists.
    Payload(String),
    /// It is always this single value.
    #[serde(untagged)]
    Literal(Value),
}

fn as_id<S: Serializer>(endpoint: &Endpoint, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&endpoint.id)
}

fn as_map<S: Serializer>(entries: &[(String, Given)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(name, given)| (name, given)))
}
