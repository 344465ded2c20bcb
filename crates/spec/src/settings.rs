//! The settings of a pipeline, and their overrides from the command line.

use thiserror::Error;

use crate::name::respelt;
use crate::{
    Key, Kind, PipelineName, Place, Problem, Problems, SettingName, Slug, Source, Text, Tree, nearest, scalar,
};

/// The settings of a pipeline, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings(Vec<Setting>);

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: SettingName,
    /// Its value: a scalar without references. Null if it must be given.
    pub value: Tree,
    /// Whether an override has given the value.
    pub overridden: bool,
    /// Where its name is written.
    pub place: Place,
}

/// `--set name=value`, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    name: String,
    value: Tree,
}

/// Why an override cannot be taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OverrideError {
    /// It has no `=`.
    #[error("`{0}` is not written as `name=value`")]
    NotAnAssignment(String),
    /// The pipeline has no such setting.
    #[error("the pipeline has no setting `{name}`{}", offer(.nearest.as_deref(), .valid))]
    Unknown {
        /// The name that was given.
        name: String,
        /// The setting that may have been meant.
        nearest: Option<String>,
        /// The settings there are.
        valid: Vec<String>,
    },
}

fn offer(nearest: Option<&str>, valid: &[String]) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None if valid.is_empty() => "; it has none".to_owned(),
        None => format!("; it has {}", crate::listed(valid.iter().map(String::as_str))),
    }
}

impl Override {
    /// The name of the setting.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As it was given, `name=value`; once the pipeline is read, without what it uses as a secret.
    pub fn as_written(&self) -> String {
        self.value.place.source.without_hidden()
    }

    /// Whether the pipeline, which has been read, uses the value as a secret.
    pub fn is_secret(&self) -> bool {
        self.value.place.source.hides()
    }

    /// Reads `name=value`. The value is a plain scalar of YAML: `5` is a whole number, `00123` is text. References and
    /// quotes in it stand for themselves.
    ///
    /// # Errors
    /// If there is no `=`, or nothing before it.
    pub fn parse(argument: &str) -> Result<Self, OverrideError> {
        match argument.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                let source = Source::new("--set", argument);
                let place = source.place(name.len() + 1, argument.len());
                let kind = if value.is_empty() { Kind::Text(Text::literal("")) } else { scalar::plain(value) };
                let value = Tree { kind, place, spelling: Some(value.into()) };
                Ok(Self { name: name.to_owned(), value })
            }
            _ => Err(OverrideError::NotAnAssignment(argument.to_owned())),
        }
    }
}

impl Settings {
    /// Reads the `settings` of a pipeline's tree; without any, there are none.
    pub fn read(pipeline: &Tree, problems: &mut Problems) -> Self {
        let Some(tree) = pipeline.get("settings") else { return Self::default() };
        match &tree.kind {
            Kind::Map(entries) => {
                Self(entries.iter().filter_map(|(key, value)| setting(key, value, problems)).collect())
            }
            Kind::Null | Kind::Broken => Self::default(),
            _ => {
                let message = format!("expected a map of settings, found {}", tree.describe());
                let problem = Problem::new(Slug::WRONG_TYPE, message).at(&tree.place, "not a map");
                problems.push(problem.help("write each as `name: value`"));
                Self::default()
            }
        }
    }

    /// Gives settings other values; of several overrides of one setting, the last counts.
    ///
    /// # Errors
    /// The first override that names no setting; then nothing has changed.
    pub fn set(&mut self, overrides: &[Override]) -> Result<(), OverrideError> {
        for given in overrides {
            if self.get(&given.name).is_none() {
                let names = || self.0.iter().map(|setting| setting.name.as_str());
                return Err(OverrideError::Unknown {
                    name: given.name.clone(),
                    nearest: nearest(&given.name, names()).map(str::to_owned),
                    valid: names().map(str::to_owned).collect(),
                });
            }
        }
        for setting in &mut self.0 {
            if let Some(given) = overrides.iter().rfind(|given| setting.name == given.name.as_str()) {
                setting.value = given.value.clone();
                setting.overridden = true;
            }
        }
        Ok(())
    }

    /// The setting of that name.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.name == name)
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Setting> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Settings {
    type Item = &'a Setting;
    type IntoIter = std::slice::Iter<'a, Setting>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn setting(key: &Key, value: &Tree, problems: &mut Problems) -> Option<Setting> {
    let Some(name) = SettingName::new(key.text.as_str()) else {
        problems.push(bad_name(&key.text, &key.place, SettingName::WHAT));
        return None;
    };
    let problem = match &value.kind {
        Kind::List(_) | Kind::Map(_) => {
            let message = format!("the setting `{name}` is {}", value.describe());
            let problem = Problem::new(Slug::WRONG_TYPE, message).at(&value.place, "a setting is one value");
            Some(problem.help("make a setting of each value, or write them where they are used"))
        }
        Kind::Text(text) => text.references().next().map(|reference| {
            Problem::new(Slug::BAD_REFERENCE, format!("the setting `{name}` refers to something else"))
                .at(&reference.place, "a setting stands for itself")
                .help("write the reference where the setting is used")
        }),
        _ => None,
    };
    let value = if let Some(problem) = problem {
        problems.push(problem);
        Tree::new(Kind::Broken, value.place.clone())
    } else {
        value.clone()
    };
    Some(Setting { name, value, overridden: false, place: key.place.clone() })
}

/// A name that is not written as names are.
pub(crate) fn bad_name(name: &str, place: &Place, what: &str) -> Problem {
    let problem = Problem::new(Slug::BAD_NAME, format!("`{name}` is not a name for {what}"));
    let letters = if what == PipelineName::WHAT { "`0` to `9`, `_` and `-`" } else { "`0` to `9` and `_`" };
    let problem = problem.at(place, format!("a name begins with `a` to `z`, then come `a` to `z`, {letters}"));
    problem.help(match respelt(name) {
        Some(respelt) => format!("write `{respelt}`"),
        None => "write a name such as `read_accounts`".to_owned(),
    })
}
