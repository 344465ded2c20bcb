//! When a body is a failure though its status is a success, and what is told of it.

use std::sync::Arc;

use seatflow_catalog::{Condition, Endpoint, FailsWhen, PathPart, path_parts};

use crate::page::{Found, Page};
use crate::values::Values;

/// By what an answer is read: the endpoint that was called, and its conditions as they are for the one request.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) fails_when: &'a [FailsWhen],
}

/// The conditions of an endpoint with the values of a request in the places of its parameters; nothing, if they name none.
pub(crate) fn bound(endpoint: &Endpoint, values: &Values<'_>) -> Option<Arc<[FailsWhen]>> {
    let paths = |condition: &FailsWhen| {
        let others = [condition.and_null.clone(), condition.message.clone()];
        others.into_iter().flatten().chain([condition.path.clone()])
    };
    if !endpoint.fails_when.iter().flat_map(paths).any(|path| path.contains('{')) {
        return None;
    }
    let conditions = endpoint.fails_when.iter().map(|condition| FailsWhen {
        path: filled(&condition.path, values),
        is: condition.is.clone(),
        and_null: condition.and_null.as_deref().map(|path| filled(path, values)),
        message: condition.message.as_deref().map(|path| filled(path, values)),
    });
    Some(conditions.collect())
}

/// A path with values for its `{name}` places, each of them one name. A parameter without a value has an empty one.
fn filled(path: &str, values: &Values<'_>) -> String {
    let mut filled = String::with_capacity(path.len());
    for part in path_parts(path) {
        let name = match part {
            PathPart::Text(text) => {
                filled.push_str(text);
                continue;
            }
            PathPart::Name(name) => name,
        };
        for character in values.text(name).unwrap_or_default().chars() {
            if matches!(character, '.' | '\\') {
                filled.push('\\');
            }
            filled.push(character);
        }
    }
    filled
}

/// The first condition that a body meets.
pub(crate) fn met<'a>(conditions: &'a [FailsWhen], page: &impl Page) -> Option<&'a FailsWhen> {
    conditions.iter().find(|condition| {
        let found = page.at(&condition.path);
        let holds = match &condition.is {
            Condition::Present => match found {
                Found::Scalar(text) => !text.is_empty(),
                found => found == Found::Nested,
            },
            Condition::Absent => found == Found::Nothing,
            Condition::Equals(text) => is_scalar(&found, text),
            // What should be there is not in a body that cannot be read; but of one that is not looked into, it is not asked.
            Condition::IsNot(text) => !is_scalar(&found, text) && (found != Found::Unread || page.records().is_none()),
        };
        let is_null = |path: &str| matches!(page.at(path), Found::Nothing | Found::Unread);
        holds && condition.and_null.as_deref().is_none_or(is_null)
    })
}

fn is_scalar(found: &Found, text: &str) -> bool {
    matches!(found, Found::Scalar(scalar) if scalar == text)
}

/// What a body says that meets a condition: at the path that the condition names for it, else where the endpoint's bodies
/// say why, else at the path that was looked at.
pub(crate) fn told(condition: &FailsWhen, endpoint: &Endpoint, page: &impl Page) -> String {
    let text = |path: &str| page.scalar(path).filter(|text| !text.is_empty());
    let message = condition.message.as_deref().and_then(text);
    if let Some(message) = message.or_else(|| endpoint.messages.iter().find_map(|path| text(path))) {
        return message;
    }
    let is_whole = condition.path == ".";
    let what = if is_whole { "the body".to_owned() } else { format!("`{}`", condition.path) };
    match (&condition.is, text(&condition.path)) {
        (Condition::IsNot(wanted), Some(found)) => format!("{what} is `{found}`, not `{wanted}`"),
        (Condition::IsNot(wanted), None) => format!("{what} is not `{wanted}`"),
        (_, Some(found)) if condition.message.is_none() => found,
        _ if is_whole => "the body says so".to_owned(),
        _ => format!("the body says so in {what}"),
    }
}

/// What a body that comes with a status of failure says.
pub(crate) fn said(terms: Terms<'_>, page: &impl Page) -> Option<String> {
    let of_conditions = terms.fails_when.iter().filter_map(|condition| {
        let said_by_path = (condition.is == Condition::Present).then_some(&condition.path);
        condition.message.as_ref().or(said_by_path)
    });
    let paths = terms.endpoint.messages.iter().chain(of_conditions);
    paths.filter_map(|path| page.scalar(path)).find(|said| !said.is_empty())
}
