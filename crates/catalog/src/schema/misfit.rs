//! What in an instance does not fit a schema.

use std::fmt;

use jsonschema::error::ValidationErrorKind as Failed;
use jsonschema::paths::Location;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::path::{BodyPath, Step};
use super::words::{self, Subject};
use super::{branches, depends};

/// Something in a payload that does not fit its schema.
///
/// It prints as a sentence: "the payload's `licenses.0.quantity` must be a whole number, not `two`".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The place in the payload, in dots; empty for the whole. Of a field that is missing, its own.
    pub path: String,
    /// Whether something that is required is not there.
    pub is_missing: bool,
    /// The name of the field that is missing, where it is one that can be added at its place.
    pub missing_field: Option<String>,
    /// What is wrong, to be read after the place.
    pub message: String,
}

/// What is not known, or not to be told, of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsaid {
    /// Places of which nothing is known yet, not even if anything will stand there.
    pub open: Vec<BodyPath>,
    /// Places that hold secrets: nothing of what stands there is told, only what should.
    pub secret: Vec<BodyPath>,
}

impl Unsaid {
    /// The place of the secret that a place is, or is in.
    pub(super) fn secret_at(&self, place: &BodyPath) -> Option<&BodyPath> {
        self.secret.iter().find(|secret| place.is_within(secret))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.said_of("the payload"))
    }
}

impl Misfit {
    /// Something at a place that does not fit.
    pub fn new(path: &BodyPath, message: String) -> Self {
        Self { path: path.to_string(), is_missing: false, missing_field: None, message }
    }

    pub(super) fn missing(path: &BodyPath, message: String) -> Self {
        Self { is_missing: true, ..Self::new(path, message) }
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
pub(super) fn all(validator: &Validator, instance: &Value, unsaid: &Unsaid) -> Vec<(BodyPath, Misfit)> {
    let mut found: Vec<_> = validator
        .iter_errors(instance)
        .filter(|error| unsaid.open.is_empty() || holds(error, instance, &unsaid.open))
        .map(|error| (order(&error, instance), of(&error, instance, unsaid)))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut misfits: Vec<_> = found.into_iter().map(|(_, misfit)| misfit).collect();
    misfits.dedup();
    misfits
}

/// Whether an error is one whatever stands at the open places.
pub(super) fn holds(error: &ValidationError<'_>, instance: &Value, open: &[BodyPath]) -> bool {
    let (place, _) = place(error.instance_path(), instance);
    if open.iter().any(|open| place.is_within(open)) {
        return false;
    }
    if depends::on_the_instance(error.evaluation_path()) {
        return false;
    }
    let is_around = open.iter().any(|open| open.is_within(&place));
    !is_around
        || match error.kind() {
            Failed::Required { .. } => error.schema_path().as_str().ends_with("/required"),
            Failed::Type { .. } | Failed::AdditionalProperties { .. } => true,
            Failed::AnyOf { context } | Failed::OneOfNotValid { context } => {
                context.iter().all(|branch| branch.iter().any(|inner| holds(inner, instance, open)))
            }
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
pub(super) fn of(error: &ValidationError<'_>, root: &Value, unsaid: &Unsaid) -> (BodyPath, Misfit) {
    let (place, _) = place(error.instance_path(), root);
    if let Failed::AnyOf { context } | Failed::OneOfNotValid { context } = error.kind() {
        return branches::misfit(context, error, root, unsaid);
    }
    let secret = unsaid.secret_at(&place);
    let subject = Subject { value: error.instance(), is_secret: secret.is_some() };
    match (error.kind(), secret) {
        (Failed::Required { property }, _) => missing_field(place, property.as_str().unwrap_or_default(), unsaid),
        (Failed::MinProperties { limit }, _) => {
            let place = secret.cloned().unwrap_or(place);
            let misfit = Misfit::missing(&place, words::too_few(*limit, subject.count(), "field"));
            (place, misfit)
        }
        (Failed::AdditionalProperties { .. } | Failed::UnevaluatedProperties { .. }, Some(secret)) => {
            (secret.clone(), Misfit::new(secret, "has a field that is not taken".to_owned()))
        }
        (Failed::AdditionalProperties { unexpected } | Failed::UnevaluatedProperties { unexpected }, None) => {
            let field = unexpected.first().map_or_else(|| place.clone(), |name| place.field(name));
            let misfit = Misfit::new(&field, "is not a field that is taken".to_owned());
            (field, misfit)
        }
        (kind, _) => {
            let place = secret.cloned().unwrap_or(place);
            let misfit = Misfit::new(&place, words::of(kind, subject));
            (place, misfit)
        }
    }
}

/// That the map at a place has no such field.
pub(super) fn missing_field(place: BodyPath, name: &str, unsaid: &Unsaid) -> (BodyPath, Misfit) {
    if let Some(secret) = unsaid.secret_at(&place) {
        return (secret.clone(), Misfit::missing(secret, format!("lacks the field `{name}`, which is required")));
    }
    let misfit = Misfit::missing(&place.field(name), "is required and has no value".to_owned());
    (place, Misfit { missing_field: Some(name.to_owned()), ..misfit })
}
