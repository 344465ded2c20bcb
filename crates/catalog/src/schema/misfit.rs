//! What in an instance does not fit a schema.

use std::fmt;

use jsonschema::error::ValidationErrorKind as Failed;
use jsonschema::paths::Location;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::path::{BodyPath, Step};
use super::{branches, words};

/// Something in a payload that does not fit its schema.
///
/// It prints as a sentence: "the payload's `licenses.0.quantity` must be a whole number, not `two`".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The place in the payload, in dots; empty for the whole. Of a field that is missing, its own.
    pub path: String,
    /// Whether something that is required is not there.
    pub is_missing: bool,
    /// What is wrong, to be read after the place.
    pub message: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.said_of("the payload"))
    }
}

impl Misfit {
    pub(super) fn new(path: &BodyPath, message: String) -> Self {
        Self { path: path.to_string(), is_missing: false, message }
    }

    /// The sentence, where what does not fit is called otherwise: "the example's `licenses` must be a list, not `x`".
    pub fn said_of(&self, what: &str) -> String {
        match self.path.as_str() {
            "" => format!("{what} {}", self.message),
            path => format!("{what}'s `{path}` {}", self.message),
        }
    }
}

/// All that does not fit, whatever stands at the open places, in the order of the instance, each with its place: of a
/// field that is missing, the map's.
pub(super) fn all(validator: &Validator, instance: &Value, open: &[BodyPath]) -> Vec<(BodyPath, Misfit)> {
    let mut found: Vec<_> = validator
        .iter_errors(instance)
        .filter(|error| open.is_empty() || holds(error, instance, open))
        .map(|error| (order(&error, instance), of(&error, instance)))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut misfits: Vec<_> = found.into_iter().map(|(_, misfit)| misfit).collect();
    misfits.dedup();
    misfits
}

/// Whether an error is one whatever stands at the open places.
fn holds(error: &ValidationError<'_>, instance: &Value, open: &[BodyPath]) -> bool {
    let (place, _) = place(error.instance_path(), instance);
    if open.iter().any(|open| place.is_within(open)) {
        return false;
    }
    let rule = error.schema_path().as_str();
    if ["/then/", "/else/", "/dependentSchemas/"].iter().any(|depends| rule.contains(depends)) {
        return false;
    }
    let is_around = open.iter().any(|open| open.is_within(&place));
    !is_around
        || match error.kind() {
            Failed::Required { .. } => rule.ends_with("/required"),
            Failed::Type { .. } | Failed::AdditionalProperties { .. } => true,
            _ => false,
        }
}

/// Where an error stands among the others of the instance.
pub(super) fn order(error: &ValidationError<'_>, instance: &Value) -> (Vec<usize>, String) {
    let mut positions = place(error.instance_path(), instance).1;
    if let Failed::Required { .. } = error.kind() {
        positions.push(usize::MAX);
    }
    (positions, error.schema_path().as_str().to_owned())
}

/// A place of an error, and the position of each of its steps. A number is an item only where there is a list.
pub(super) fn place(location: &Location, instance: &Value) -> (BodyPath, Vec<usize>) {
    let (mut path, mut positions) = (BodyPath::default(), Vec::new());
    let mut here = Some(instance);
    for segment in location.segments() {
        let name = segment.to_string();
        let index = name.parse().ok().filter(|_| matches!(here, Some(Value::Array(_))));
        if let Some(index) = index {
            path = path.and(Step::Item(index));
            positions.push(index);
            here = here.and_then(|value| value.get(index));
        } else {
            path = path.and(Step::Field(name.clone()));
            let fields = here.and_then(Value::as_object);
            positions.push(fields.and_then(|fields| fields.keys().position(|key| *key == name)).unwrap_or_default());
            here = fields.and_then(|fields| fields.get(&name));
        }
    }
    (path, positions)
}

/// What an error is in plain words, with its place.
pub(super) fn of(error: &ValidationError<'_>, root: &Value) -> (BodyPath, Misfit) {
    let (place, _) = place(error.instance_path(), root);
    match error.kind() {
        Failed::Required { property } => missing_field(place, property.as_str().unwrap_or_default()),
        Failed::MinProperties { limit } => {
            let has = error.instance().as_object().map_or(0, serde_json::Map::len);
            let misfit = Misfit::new(&place, words::too_few(*limit, has, "fields"));
            (place, Misfit { is_missing: true, ..misfit })
        }
        Failed::AdditionalProperties { unexpected } | Failed::UnevaluatedProperties { unexpected } => {
            let field = unexpected.first().map_or_else(|| place.clone(), |name| place.field(name));
            let misfit = Misfit::new(&field, "is not a field that is taken".to_owned());
            (field, misfit)
        }
        Failed::AnyOf { context } | Failed::OneOfNotValid { context } => branches::misfit(context, error, root),
        kind => {
            let misfit = Misfit::new(&place, words::of(kind, error.instance()));
            (place, misfit)
        }
    }
}

/// That the map at a place has no such field.
pub(super) fn missing_field(place: BodyPath, name: &str) -> (BodyPath, Misfit) {
    let misfit = Misfit::new(&place.field(name), "is required and has no value".to_owned());
    (place, Misfit { is_missing: true, ..misfit })
}
