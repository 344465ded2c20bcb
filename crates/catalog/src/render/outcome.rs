//! What an answer means, in words.

use super::table::aligned;
use crate::{Condition, Endpoint, FailsWhen};

/// When a body is a failure: `msg is there and data is not, or status is false`.
pub(super) fn failures(endpoint: &Endpoint) -> String {
    endpoint.fails_when.iter().map(failure).collect::<Vec<_>>().join("; or ")
}

fn failure(failure: &FailsWhen) -> String {
    let path = match failure.path.as_str() {
        "." => "the whole body",
        path => path,
    };
    let condition = match &failure.is {
        Condition::Present => format!("{path} is there"),
        Condition::Absent => format!("{path} is not there"),
        Condition::Equals(value) => format!("{path} is {}", quoted(value)),
        Condition::IsNot(value) => format!("{path} is not {}", quoted(value)),
    };
    match &failure.and_null {
        Some(other) => format!("{condition} and {other} is not"),
        None => condition,
    }
}

fn quoted(value: &str) -> String {
    format!("`{value}`")
}

/// The statuses of which it is said what they mean, a line each.
pub(super) fn meanings(endpoint: &Endpoint) -> String {
    let heading = ["status", "meaning"].map(str::to_owned).to_vec();
    let rows = endpoint.meanings.iter().map(|(status, meaning)| vec![status.to_string(), meaning.clone()]);
    aligned(&[heading].into_iter().chain(rows).collect::<Vec<_>>())
}
