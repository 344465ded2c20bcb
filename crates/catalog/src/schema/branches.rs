//! Instances that fit none of several branches.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Failed;
use serde_json::Value;

use super::misfit::{Misfit, Unsaid, holds, missing_field, of, order, place};
use super::path::BodyPath;
use super::words::{self, Subject};

/// What is told of an instance that fits none of the branches of an `anyOf` or `oneOf`: what is wrong with the only one
/// that can be meant; else what all of them want.
pub(super) fn misfit(
    branches: &[Vec<ValidationError<'static>>],
    error: &ValidationError<'_>,
    root: &Value,
    unsaid: &Unsaid,
) -> (BodyPath, Misfit) {
    let holds = |inner: &&ValidationError<'static>| unsaid.open.is_empty() || holds(inner, root, &unsaid.open);
    let branches: Vec<Vec<_>> = branches.iter().map(|branch| branch.iter().filter(holds).collect()).collect();
    let branches = branches.as_slice();
    let place = place(error.instance_path(), root).0;
    let is_here = |inner: &ValidationError<'_>| inner.instance_path() == error.instance_path();
    if let Some(names) = missing_in_each(branches, &is_here) {
        if let [only] = names.as_slice() {
            return missing_field(place, only, unsaid);
        }
        let place = unsaid.secret_at(&place).cloned().unwrap_or(place);
        let names: Vec<Value> = names.into_iter().map(Value::from).collect();
        let misfit = Misfit::missing(&place, format!("needs one of {}", words::some_of(&names)));
        return (place, misfit);
    }
    let meant = only_one_meant(branches, &is_here).into_iter().flatten();
    if let Some(first) = meant.copied().min_by_key(|inner| order(inner, root)) {
        return of(first, root, unsaid);
    }
    let secret = unsaid.secret_at(&place).cloned();
    let subject = Subject { value: error.instance(), is_secret: secret.is_some() };
    let message = words::types_of_branches(branches, &is_here, subject);
    let message = message.unwrap_or_else(|| "has none of the forms that are allowed".to_owned());
    let place = secret.unwrap_or(place);
    let misfit = Misfit::new(&place, message);
    (place, misfit)
}

/// The fields of which each branch misses one and nothing else, each once.
fn missing_in_each<'e>(
    branches: &[Vec<&'e ValidationError<'static>>],
    is_here: &impl Fn(&ValidationError<'_>) -> bool,
) -> Option<Vec<&'e str>> {
    let mut names = Vec::new();
    for branch in branches {
        let [only] = branch.as_slice() else { return None };
        let Failed::Required { property } = only.kind() else { return None };
        let name = property.as_str().filter(|_| is_here(only))?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then_some(names)
}

/// The branch that is of the instance's type, and whose fixed values are the instance's, if there is only one such.
fn only_one_meant<'b, 'e>(
    branches: &'b [Vec<&'e ValidationError<'static>>],
    is_here: &impl Fn(&ValidationError<'_>) -> bool,
) -> Option<&'b Vec<&'e ValidationError<'static>>> {
    let of_its_type: Vec<_> = branches
        .iter()
        .filter(|branch| !branch.iter().any(|inner| matches!(inner.kind(), Failed::Type { .. }) && is_here(inner)))
        .collect();
    if let [only] = of_its_type.as_slice() {
        return Some(only);
    }
    let mut of_its_values = of_its_type
        .into_iter()
        .filter(|branch| !branch.iter().any(|inner| matches!(inner.kind(), Failed::Constant { .. })));
    let only = of_its_values.next()?;
    of_its_values.next().is_none().then_some(only)
}
