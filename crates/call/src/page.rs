//! How a body is read, which is the caller's business.

use seatflow_catalog::{Endpoint, FailsWhen};

use crate::failing::met;
use crate::journal::Answer;

/// A body that was read.
pub trait Page: Send + 'static {
    /// Reads the body of an answer. It never fails: what cannot be parsed is a page too.
    fn parse(answer: &Answer, endpoint: &Endpoint) -> Self;

    /// How many records are on the page; none, if the body could not be parsed.
    fn records(&self) -> Option<u64>;

    /// What is at a dotted path, in which a `.` or `\` of a name has a `\` before it. The path `.` is the whole body.
    fn at(&self, path: &str) -> Found;

    /// The scalar at a dotted path as text; none, if it is null or absent.
    fn scalar(&self, path: &str) -> Option<String> {
        match self.at(path) {
            Found::Scalar(text) => Some(text),
            Found::Unread | Found::Nothing | Found::Nested => None,
        }
    }

    /// Whether the body meets one of these conditions.
    fn fails(&self, conditions: &[FailsWhen]) -> bool
    where
        Self: Sized,
    {
        met(conditions, self).is_some()
    }
}

/// What is at a path of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nobody knows: the body is no JSON.
    Unread,
    /// Null, or nothing at all.
    Nothing,
    /// A scalar, as text.
    Scalar(String),
    /// A map or a list.
    Nested,
}
