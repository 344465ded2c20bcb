//! What an answer means: which statuses are success, which bodies are failures, and what is told of them.

use seatflow_spec::{Key, Place, Problem, Reading, Slug, Spanned, Tree};

use super::parameter::check_named;
use crate::lookup::placeholders;
use crate::{Condition, FailsWhen, Parameter};

/// A condition, with the paths that it names where it names them.
#[derive(Clone, Debug)]
pub(super) struct ReadFailure {
    pub(super) condition: FailsWhen,
    paths: Vec<Spanned<String>>,
}

impl ReadFailure {
    /// Reports every parameter that a path names in braces and that the endpoint does not have, or not as one value.
    pub(super) fn check(&self, key: &Key, parameters: &[(Parameter, Place)], reading: &mut Reading<'_>) {
        for path in &self.paths {
            for name in placeholders(&path.value) {
                let named = ("fails_when", name, &path.place);
                check_named(key, named, "one field is looked at", parameters, reading);
            }
        }
    }
}

/// Reads the conditions that make a body a failure.
pub(super) fn failures(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<ReadFailure>> {
    let trees: Vec<Tree> = reading.read(tree)?;
    Some(trees.iter().filter_map(|tree| failure(tree, reading)).collect())
}

const CONDITIONS: [&str; 3] = ["is", "is_not", "equals"];

fn failure(tree: &Tree, reading: &mut Reading<'_>) -> Option<ReadFailure> {
    let mut map = reading.map(tree)?.named("`fails_when`");
    let path: Option<Spanned<String>> = map.required("path");
    let is = map.optional_with("is", |tree, reading| {
        reading.one_of(tree, &[("present", Condition::Present), ("absent", Condition::Absent)])
    });
    let is_not = map.optional_with("is_not", scalar).map(Condition::IsNot);
    let equals = map.optional_with("equals", scalar).map(Condition::Equals);
    let said: Vec<&str> = CONDITIONS.into_iter().filter(|key| map.tree(key).is_some()).collect();
    let wrong = match said.as_slice() {
        [_] => None,
        [] => Some((
            Slug::MISSING_KEY,
            "nothing is said of the value".to_owned(),
            "`is`, `is_not` or `equals` must be here",
        )),
        [one, other, ..] => {
            let message = format!("of a value both `{one}` and `{other}` are said");
            Some((Slug::BAD_ENDPOINT, message, "one of them must go"))
        }
    };
    if let Some((slug, message, label)) = wrong {
        map.reading().problem(Problem::new(slug, message).at(&tree.place, label));
    }
    let and_null: Option<Spanned<String>> = map.optional("and_null");
    let message: Option<Spanned<String>> = map.optional("message");
    map.finish();
    let (path, is) = (path?, is.or(is_not).or(equals)?);
    let text = |path: &Option<Spanned<String>>| path.as_ref().map(|path| path.value.clone());
    let condition = FailsWhen { path: path.value.clone(), is, and_null: text(&and_null), message: text(&message) };
    let paths = [Some(path), and_null, message].into_iter().flatten().collect();
    Some(ReadFailure { condition, paths })
}

/// A single value as it is written.
fn scalar(tree: &Tree, reading: &mut Reading<'_>) -> Option<String> {
    let text = tree.as_scalar().map(str::to_owned);
    if text.is_none() {
        reading.wrong_type(tree, "a single value");
    }
    text
}

/// Reads statuses of HTTP.
pub(super) fn statuses(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<u16>> {
    let read: Vec<Spanned<u64>> = reading.read(tree)?;
    let statuses = read.iter().filter_map(|found| status(&found.value.to_string(), &found.place, reading));
    Some(statuses.collect())
}

/// Reads what statuses mean, in words.
pub(super) fn meanings(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<Spanned<(u16, String)>>> {
    let entries: Vec<(Key, Spanned<String>)> = reading.read(tree)?;
    let mut meanings = Vec::new();
    for (key, meaning) in entries {
        if meaning.value.trim().is_empty() {
            let problem = Problem::new(Slug::BAD_VALUE, format!("nothing is said of what {} means", key.text));
            reading.problem(problem.at(&meaning.place, "this must be a few words"));
        }
        if let Some(status) = status(&key.text, &key.place, reading) {
            meanings.push(Spanned::new((status, meaning.value.trim().to_owned()), key.place));
        }
    }
    Some(meanings)
}

fn status(text: &str, place: &Place, reading: &mut Reading<'_>) -> Option<u16> {
    let status = text.parse().ok().filter(|status| (100..600).contains(status));
    if status.is_none() {
        let problem = Problem::new(Slug::BAD_VALUE, format!("{text} is not a status of HTTP"));
        reading.problem(problem.at(place, "this must be from 100 to 599"));
    }
    status
}

/// What statuses mean for an endpoint: what it says itself, and what the defaults say of others. Success needs no words.
pub(super) fn meant(
    key: &Key,
    own: Option<Vec<Spanned<(u16, String)>>>,
    defaults: Option<&Vec<Spanned<(u16, String)>>>,
    success: &[u16],
    reading: &mut Reading<'_>,
) -> Vec<(u16, String)> {
    let own = own.unwrap_or_default();
    for meaning in own.iter().filter(|meaning| success.contains(&meaning.value.0)) {
        let message = format!("{} is success for `{}`, and a meaning is given for it", meaning.value.0, key.text);
        let problem = Problem::new(Slug::BAD_ENDPOINT, message);
        reading.problem(problem.at(&meaning.place, "only what is no success is told in words"));
    }
    let mut meanings: Vec<_> = own.into_iter().map(|meaning| meaning.value).collect();
    for Spanned { value: (status, meaning), .. } in defaults.into_iter().flatten() {
        let is_said = meanings.iter().any(|(said, _)| said == status) || success.contains(status);
        if !is_said {
            meanings.push((*status, meaning.clone()));
        }
    }
    meanings
}
