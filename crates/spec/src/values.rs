//! What references stand for.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::{Reference, ReferenceTo, Setting, Settings};

/// What references stand for: the pipeline's settings, and what the caller has looked up.
#[derive(Debug, Default)]
pub struct Values {
    /// The settings, with their overrides.
    pub settings: Settings,
    variables: BTreeMap<String, SecretString>,
    files: BTreeMap<String, Result<SecretString, String>>,
}

impl Values {
    /// Nothing but settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Says what an environment variable holds. One that is never said is a `missing-variable` where it is referred to.
    pub fn set_variable(&mut self, name: impl Into<String>, value: impl Into<SecretString>) {
        self.variables.insert(name.into(), value.into());
    }

    /// Says what a file holds, or in a few words why it could not be read.
    pub fn set_file(&mut self, path: impl Into<String>, text: Result<SecretString, String>) {
        self.files.insert(path.into(), text);
    }

    /// The setting that a reference is to, if it is to one.
    pub(crate) fn setting_of(&self, reference: &Reference) -> Option<&Setting> {
        match &reference.to {
            ReferenceTo::Setting(name) => self.settings.get(name),
            ReferenceTo::Variable(_) | ReferenceTo::File(_) => None,
        }
    }

    /// What a variable holds.
    pub(crate) fn variable(&self, name: &str) -> Option<&SecretString> {
        self.variables.get(name)
    }

    /// What a file holds.
    pub(crate) fn file(&self, path: &str) -> Result<&SecretString, &str> {
        match self.files.get(path) {
            Some(text) => text.as_ref().map_err(String::as_str),
            None => Err("it has not been read"),
        }
    }
}
