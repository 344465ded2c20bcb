//! Secrets in a file.

use secrecy::SecretString;

use crate::{FromTree, Kind, Place, Problem, Reading, ReferenceTo, Slug, Tree};

/// A secret: a token, a password.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The secret.
    pub value: SecretString,
    /// Where it is written, or referred to.
    pub place: Place,
}

/// A secret comes from the environment or a file. One that is written in the pipeline, also as a setting, is taken with
/// a warning, and hidden in all reports.
impl FromTree for Secret {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let from_outside = match &tree.kind {
            Kind::Text(text) => text
                .references()
                .any(|reference| matches!(reference.to, ReferenceTo::Variable(_) | ReferenceTo::File(_))),
            _ => false,
        };
        let setting = tree.sole_reference().and_then(|reference| reading.values().setting_of(reference));
        if !from_outside {
            setting.map_or(&tree.place, |setting| &setting.value.place).hide();
        }
        let value = String::from_tree(tree, reading)?;
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
