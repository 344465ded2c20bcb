//! JSON Schemas of payloads and responses.

mod branches;
mod depends;
mod kinds;
mod misfit;
mod path;
mod place;
mod references;
mod shared;
mod words;

use std::fmt;
use std::sync::{Arc, OnceLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ReferencingError, ValidationError, Validator};
use serde::{Serialize, Serializer};
use serde_json::Value;

pub use self::kinds::Kinds;
pub use self::misfit::{Misfit, Unsaid};
pub use self::path::BodyPath;
pub(crate) use self::path::Step;
pub use self::place::SchemaPlace;
pub use self::shared::Schemas;
pub use self::words::shown;

/// A JSON Schema. Draft 2020-12, unless its `$schema` says otherwise; formats are looked at.
///
/// One that refers to schemas of its catalog is compiled when it is used first. Clones share what was compiled. Two are
/// equal if their values are.
#[derive(Clone)]
pub struct Schema {
    value: Arc<Value>,
    schemas: Schemas,
    validator: Arc<OnceLock<Result<Validator, String>>>,
}

/// Why a value is no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where in the value.
    pub(crate) path: BodyPath,
    /// What is wrong there, to be read after the place.
    pub(crate) message: String,
    /// What to do, if it can be told.
    pub(crate) help: Option<String>,
}

impl Schema {
    /// Compiles a schema. Nothing is fetched: a `$ref` leads to a place in the schema itself.
    ///
    /// # Errors
    /// Why the value is no schema, in one sentence.
    pub fn compile(value: Value) -> Result<Self, String> {
        Self::compile_or_fault(value).map_err(|fault| fault.to_string())
    }

    /// The same, with the place of what is wrong.
    fn compile_or_fault(value: Value) -> Result<Self, Fault> {
        let options = jsonschema::options().offline().should_validate_formats(true);
        let compiled = options.build(&value).map_err(|error| fault(&error, &value))?;
        let validator = Arc::new(OnceLock::from(Ok(compiled)));
        Ok(Self { value: Arc::new(value), schemas: Schemas::default(), validator })
    }

    /// Reads a schema of a catalog that has these. One that refers to them is checked, and not yet compiled.
    pub(crate) fn read(value: Value, schemas: &Schemas) -> Result<Self, Vec<Fault>> {
        let suggested = references::suggested_faults(&value);
        if !references::refers(&value) {
            let schema = Self::compile_or_fault(value).map_err(|fault| vec![fault])?;
            return if suggested.is_empty() { Ok(schema) } else { Err(suggested) };
        }
        let faults: Vec<Fault> = references::faults(&value, schemas, false).into_iter().chain(suggested).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { value: Arc::new(value), schemas: schemas.clone(), validator: Arc::default() })
    }

    /// What is wrong with one of the schemas that a catalog shares among its endpoints.
    pub(crate) fn faults_of_shared(value: &Value, schemas: &Schemas) -> Vec<Fault> {
        references::faults(value, schemas, true).into_iter().chain(references::suggested_faults(value)).collect()
    }

    /// The schema as it is written.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Whether it refers to schemas of its catalog.
    pub(crate) fn refers(&self) -> bool {
        !self.schemas.is_empty()
    }

    /// The same, to be compiled by itself: what a clone keeps is a lot, where a schema leads to many others.
    pub(crate) fn apart(&self) -> Self {
        Self { validator: Arc::default(), ..self.clone() }
    }

    fn validator(&self) -> Result<&Validator, &String> {
        self.validator.get_or_init(|| self.schemas.compile(&self.value)).as_ref()
    }

    /// The first thing in an instance that does not fit: of several places the one that comes first in the instance,
    /// and what is missing in a map after what is in it.
    pub fn misfit(&self, instance: &Value) -> Option<Misfit> {
        self.misfits(instance, &Unsaid::default()).into_iter().next().map(|(_, misfit)| misfit)
    }

    /// Everything that does not fit, in the same order, each with its place; of a missing field, its map's.
    ///
    /// Where places are open, only what is wrong whatever will stand there is told. What is wrong in a secret is told with
    /// the place of the whole secret. Nothing fits a schema that turns out to be none.
    pub fn misfits(&self, instance: &Value, unsaid: &Unsaid) -> Vec<(BodyPath, Misfit)> {
        match self.validator() {
            Ok(validator) if validator.is_valid(instance) => Vec::new(),
            Ok(validator) => misfit::all(validator, instance, unsaid),
            Err(why) => {
                let whole = BodyPath::default();
                let misfit = Misfit::new(&whole, format!("cannot be checked, since its schema is none: {why}"));
                vec![(whole, misfit)]
            }
        }
    }

    /// What the schema says of the whole.
    pub fn root(&self) -> SchemaPlace<'_> {
        SchemaPlace::root(&self.value, &self.schemas)
    }

    /// What the schema says of a place.
    pub fn at(&self, path: &BodyPath) -> SchemaPlace<'_> {
        path.steps().iter().fold(self.root(), |place, step| place.step(step))
    }
}

fn fault(error: &ValidationError<'_>, value: &Value) -> Fault {
    if let ValidationErrorKind::Referencing(reference) = error.kind() {
        return Fault { path: BodyPath::default(), message: dangling(reference), help: None };
    }
    let (path, misfit) = misfit::of(error, value, &Unsaid::default());
    let message = if misfit.is_missing { format!("lacks `{}`", misfit.path) } else { misfit.message };
    Fault { path, message, help: None }
}

/// Why a reference in a schema leads nowhere.
fn dangling(error: &ReferencingError) -> String {
    match error {
        ReferencingError::Unretrievable { uri, .. } => {
            format!("refers to `{uri}`, which is outside of it, and nothing is fetched")
        }
        ReferencingError::PointerToNowhere { pointer } => format!("refers to `#{pointer}`, which is not in it"),
        ReferencingError::NoSuchAnchor { anchor } => format!("refers to `#{anchor}`, which is not in it"),
        other => format!("has a reference that cannot be followed: {other}"),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, message, .. } = self;
        if path.is_root() {
            return write!(formatter, "the schema {message}");
        }
        write!(formatter, "the schema's `{path}` {message}")
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Schema").field(&self.value).finish()
    }
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
