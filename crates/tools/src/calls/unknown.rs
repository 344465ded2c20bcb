//! Values that a catalog does not know, though it knows others: they are sent, and told once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use seatflow_call::Redactor;
use seatflow_catalog::{Parameter, Suggestion, shown};
use seatflow_spec::{MaybeSecret, Problem, Slug, nearest};

use super::payload::UnknownField;

/// So many values of one node are told; whoever has more has another list than the catalog.
const MOST: usize = 32;

/// So many known values are named in a warning.
const NAMED: usize = 12;

/// The warning that a value which is written in a node is none of the known ones, if it is none; `what` it is the value
/// of, in words.
pub(super) fn warning(what: &str, written: &MaybeSecret, known: &[Suggestion]) -> Option<Problem> {
    let value = written.expose();
    if known.is_empty() || known.iter().any(|one| one.value == value) {
        return None;
    }
    let message = if written.is_secret() {
        format!("{what} has a value that the catalog does not know")
    } else {
        format!("{what} is {}, which the catalog does not know", shown(value))
    };
    let near = nearest(value, known.iter().map(|one| one.value.as_str())).filter(|_| !written.is_secret());
    let near = near.and_then(|near| known.iter().find(|one| one.value == near));
    let help = near.map_or_else(|| all_known(known), |near| format!("did you mean {}?", named(near)));
    Some(Problem::warning(Slug::UNKNOWN_VALUE, message).at(&written.place, "none of the known values").help(help))
}

/// The known values, or the first of them.
fn all_known(known: &[Suggestion]) -> String {
    let first: Vec<String> = known.iter().take(NAMED).map(named).collect();
    let more = known.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("it knows {}{more}", first.join(", "))
}

fn named(suggestion: &Suggestion) -> String {
    match &suggestion.name {
        Some(name) => format!("`{}` ({name})", suggestion.value),
        None => format!("`{}`", suggestion.value),
    }
}

/// The values from records of one node that its catalog does not know, as far as they are told.
pub(super) struct UnknownValues {
    node: String,
    told: Mutex<HashSet<(String, String)>>,
}

impl UnknownValues {
    /// None yet.
    pub(super) fn new(node: &str) -> Self {
        Self { node: node.to_owned(), told: Mutex::default() }
    }

    /// Tells a value of a parameter, if it is unknown.
    pub(super) fn of_parameter(&self, parameter: Option<&Parameter>, value: &str, redactor: &Redactor) {
        let Some(parameter) = parameter.filter(|parameter| !parameter.suggested.is_empty()) else { return };
        if !parameter.suggested.iter().any(|one| one.value == value) {
            self.tell(&format!("the parameter `{}`", parameter.name), value, redactor);
        }
    }

    /// Tells an unknown value of a field of a payload.
    pub(super) fn of_payload(&self, field: &UnknownField, redactor: &Redactor) {
        self.tell(&format!("the payload's `{}`", field.place), &field.value, redactor);
    }

    /// Tells a value, unless it is told already or too many are.
    fn tell(&self, what: &str, value: &str, redactor: &Redactor) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() > MOST || !told.insert((what.to_owned(), value.to_owned())) {
            return;
        }
        let node = &self.node;
        if told.len() > MOST {
            tracing::warn!("`{node}` sends more values that the catalog does not know; they are not told");
            return;
        }
        let message = format!("{what} is {}, which the catalog does not know; it is sent", shown(value));
        tracing::warn!("`{node}`: {}", redactor.text(&message));
    }
}
