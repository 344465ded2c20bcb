//! Secrets in a file.

use secrecy::{ExposeSecret, SecretString};

use crate::{FromTree, Place, Problem, Reading, ReferenceTo, Slug, Tree};

/// A secret: a token, a password.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The secret.
    pub value: SecretString,
    /// Where it is written, or referred to.
    pub place: Place,
}

/// Text that is a secret if the environment or a file has a part in it, and else is not.
#[derive(Clone, Debug)]
pub struct MaybeSecret {
    /// The text.
    pub value: SecretString,
    /// What the environment and files have put into it; none, if it is no secret.
    pub parts: Vec<SecretString>,
    /// Where it is written.
    pub place: Place,
}

impl MaybeSecret {
    /// A text that was read from a tree.
    pub fn new(text: impl Into<SecretString>, tree: &Tree, reading: &Reading<'_>) -> Self {
        Self { value: text.into(), parts: reading.secrets_in(tree), place: tree.place.clone() }
    }

    /// Whether it is a secret.
    pub fn is_secret(&self) -> bool {
        !self.parts.is_empty()
    }

    /// The text, which goes nowhere but into what is sent if it is a secret.
    pub fn expose(&self) -> &str {
        self.value.expose_secret()
    }
}

impl FromTree for MaybeSecret {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let text = String::from_tree(tree, reading)?;
        Some(Self::new(text, tree, reading))
    }
}

/// A secret comes from the environment or a file. One that is written in the pipeline, also as a setting, is taken with
/// a warning, and hidden in all reports. One that is empty, or holds a line break or another control character, is none.
impl FromTree for Secret {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let from_outside = tree.references().iter().any(|reference| reference.is_to_outside());
        let setting = tree.sole_reference().and_then(|reference| reading.values().setting_of(reference));
        if !from_outside {
            setting.map_or(&tree.place, |setting| &setting.value.place).hide();
        }
        let value = String::from_tree(tree, reading)?;
        let wrong = if value.is_empty() {
            Some(("is empty", "its value is needed here"))
        } else if value.contains(['\n', '\r']) {
            Some(("holds a line break", "no secret has one"))
        } else if value.contains(char::is_control) {
            Some(("holds a control character", "no secret has one"))
        } else {
            None
        };
        if let Some((wrong, label)) = wrong {
            let problem = Problem::new(Slug::BAD_VALUE, format!("{} {wrong}", subject(tree)));
            reading.problem(problem.at(&tree.place, label).help("give the whole secret, and nothing but the secret"));
            return None;
        }
        if !from_outside {
            let problem = Problem::warning(Slug::SECRET_IN_FILE, "a secret is written in the file");
            let mut problem = problem.at(&tree.place, "whoever reads the file has it");
            if let Some(setting) = setting {
                problem = problem.with(&setting.place, "it is written here");
            }
            reading.problem(problem.help(
                "put it into an environment variable and write `${env:NAME}`, or into a file of its own and write `${file:path}`",
            ));
        }
        Some(Self { value: value.into(), place: tree.place.clone() })
    }
}

/// What holds the secret, at the beginning of a sentence.
fn subject(tree: &Tree) -> String {
    match tree.sole_reference().map(|reference| &reference.to) {
        Some(ReferenceTo::Variable(name)) => format!("the environment variable `{name}`"),
        Some(ReferenceTo::File(path)) => format!("the file `{path}`"),
        Some(ReferenceTo::Setting(name)) => format!("the setting `{name}`"),
        None => "the secret".to_owned(),
    }
}
