//! How a body is read, which is the caller's business.

use seatflow_catalog::{Endpoint, FailsWhen};

use crate::journal::Answer;

/// A body that was read.
pub trait Page: Send + 'static {
    /// Reads the body of an answer. It never fails: what cannot be parsed is a page too.
    fn parse(answer: &Answer, endpoint: &Endpoint) -> Self;

    /// How many records are on the page; none, if the body could not be parsed.
    fn records(&self) -> Option<u64>;

    /// The scalar at a dotted path as text; none, if it is null or absent.
    fn scalar(&self, path: &str) -> Option<String>;

    /// The message of the first condition that the body meets.
    fn failure(&self, conditions: &[FailsWhen]) -> Option<String>;
}
