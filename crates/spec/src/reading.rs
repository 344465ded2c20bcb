//! Reading trees, with every problem on the way.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    FromTree, Kind, MapReader, Part, Problem, Problems, Reference, ReferenceTo, Slug, Text, Tree, Values,
    help_for_unknown, listed,
};

/// Turns trees into what the caller wants. What is wrong is collected, and the reading goes on: each function returns
/// `None` exactly when it, or an earlier one, has reported why.
#[derive(Debug)]
pub struct Reading<'a> {
    values: &'a Values,
    problems: Problems,
}

impl<'a> Reading<'a> {
    /// Begins to read, with what references stand for.
    pub fn new(values: &'a Values) -> Self {
        Self { values, problems: Problems::new() }
    }

    /// What references stand for.
    pub fn values(&self) -> &'a Values {
        self.values
    }

    /// Reports a problem.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The problems so far.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// Ends the reading.
    pub fn into_problems(self) -> Problems {
        self.problems
    }

    /// Reads a value.
    pub fn read<T: FromTree>(&mut self, tree: &Tree) -> Option<T> {
        T::from_tree(tree, self)
    }

    /// Reads a map key by key. Nothing at all is read as an empty map.
    pub fn map<'r>(&'r mut self, tree: &'r Tree) -> Option<MapReader<'r, 'a>> {
        if !matches!(tree.kind, Kind::Map(_) | Kind::Null) {
            self.wrong_type(tree, "a map");
            return None;
        }
        Some(MapReader::new(self, tree))
    }

    /// Reads one of several words.
    pub fn one_of<T: Clone>(&mut self, tree: &Tree, words: &[(&str, T)]) -> Option<T> {
        let tree = self.resolve(tree)?;
        let text = match &tree.kind {
            Kind::Text(text) => text.as_literal().unwrap_or_default(),
            Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) => tree.spelling.as_deref().unwrap_or_default(),
            _ => {
                let valid = listed(words.iter().map(|(word, _)| *word));
                self.wrong_type(&tree, &format!("one of {valid}"));
                return None;
            }
        };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(value.clone());
        }
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{text}` is not allowed here"));
        let mut problem = problem.at(&tree.place, "not one of the allowed values");
        problem.help = help_for_unknown(text, words.iter().map(|(word, _)| *word));
        self.problem(problem);
        None
    }

    /// The same tree with every reference replaced by what it stands for. What stands in place of a reference is
    /// never read again.
    ///
    /// A text of one `${name}` takes the setting's type, everything else with references becomes text. Environment
    /// values and files are in the result, so keep it from where secrets must not be.
    pub fn resolve(&mut self, tree: &Tree) -> Option<Tree> {
        let kind = match &tree.kind {
            Kind::Broken => return None,
            Kind::Text(text) if text.as_literal().is_some() => return Some(tree.clone()),
            Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) => return Some(tree.clone()),
            Kind::Text(text) => return self.resolve_text(tree, text),
            Kind::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.resolve(item)).collect();
                Kind::List(items.into_iter().collect::<Option<_>>()?)
            }
            Kind::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (key, self.resolve(value)));
                let entries: Vec<_> = entries.collect();
                let entries = entries.into_iter().map(|(key, value)| Some((key.clone(), value?)));
                Kind::Map(entries.collect::<Option<_>>()?)
            }
        };
        Some(Tree::new(kind, tree.place.clone()))
    }

    fn resolve_text(&mut self, tree: &Tree, text: &Text) -> Option<Tree> {
        if let Some(Reference { to: ReferenceTo::Setting(name), .. }) = tree.sole_reference() {
            let reference = tree.sole_reference()?;
            let value = self.setting(name, reference)?;
            return Some(Tree { place: tree.place.clone(), ..value.clone() });
        }
        let text = self.resolve_to_text(text)?;
        Some(Tree::new(Kind::Text(Text::literal(text)), tree.place.clone()))
    }

    /// What the environment and files put into a tree, each text of its own. What is not there is left out: it is reported
    /// where the tree is read.
    pub fn secrets_in(&self, tree: &Tree) -> Vec<SecretString> {
        let references = tree.references().into_iter();
        let found = references.filter_map(|reference| match &reference.to {
            ReferenceTo::Setting(_) => None,
            ReferenceTo::Variable(name) => self.values.variable(name).cloned(),
            ReferenceTo::File(path) => {
                let text = self.values.file(path).ok()?;
                Some(without_last_break(text.expose_secret()).into())
            }
        });
        found.collect()
    }

    /// The text with every reference replaced, each missing one reported.
    pub(crate) fn resolve_to_text(&mut self, text: &Text) -> Option<String> {
        let mut whole = Some(String::new());
        for part in text.parts() {
            let piece = match part {
                Part::Literal(literal) => Some(literal.clone()),
                Part::Reference(reference) => self.look_up(reference),
            };
            whole = whole.zip(piece).map(|(whole, piece)| whole + &piece);
        }
        whole
    }

    fn look_up(&mut self, reference: &Reference) -> Option<String> {
        match &reference.to {
            ReferenceTo::Setting(name) => {
                let value = self.setting(name, reference)?;
                match &value.kind {
                    Kind::Text(text) => text.as_literal().map(str::to_owned),
                    _ => value.spelling.as_deref().map(str::to_owned),
                }
            }
            ReferenceTo::Variable(name) => {
                let values = self.values;
                if let Some(value) = values.variable(name) {
                    return Some(value.expose_secret().to_owned());
                }
                let message = format!("the environment variable `{name}` is not set");
                let problem = Problem::new(Slug::MISSING_VARIABLE, message);
                self.problem(
                    problem
                        .at(&reference.place, "its value is needed here")
                        .help(format!("set it before you start seatflow: `export {name}=..`")),
                );
                None
            }
            ReferenceTo::File(path) => {
                let values = self.values;
                match values.file(path) {
                    Ok(text) => Some(without_last_break(text.expose_secret()).to_owned()),
                    Err(why) => {
                        let message = format!("the file `{path}` cannot be read: {why}");
                        let problem = Problem::new(Slug::UNREADABLE_FILE, message);
                        let problem = problem.at(&reference.place, "its text is needed here");
                        self.problem(
                            problem.help("see that the path is right; it is relative to the working directory"),
                        );
                        None
                    }
                }
            }
        }
    }

    fn setting(&mut self, name: &str, reference: &Reference) -> Option<&'a Tree> {
        let values = self.values;
        let Some(setting) = values.settings.get(name) else {
            let problem = Problem::new(Slug::UNKNOWN_SETTING, format!("the pipeline has no setting `{name}`"));
            let mut problem = problem.at(&reference.place, "no such setting");
            let names = values.settings.iter().map(|setting| setting.name.as_str());
            problem.help = help_for_unknown(name, names)
                .or_else(|| Some(format!("name it under `settings`, or write `${{env:{name}}}`")));
            self.problem(problem);
            return None;
        };
        match setting.value.kind {
            Kind::Broken => None,
            Kind::Null => {
                let problem = Problem::new(Slug::MISSING_SETTING, format!("the setting `{name}` has no value"));
                let problem = problem.at(&reference.place, "its value is needed here");
                let problem = problem.with(&setting.place, "it is left open here");
                self.problem(problem.help(format!("give it with `--set {name}=..`")));
                None
            }
            _ => Some(&setting.value),
        }
    }

    /// Reports that a value is of the wrong type; nothing, if it is broken.
    pub fn wrong_type(&mut self, tree: &Tree, expected: &str) {
        if tree.kind == Kind::Broken {
            return;
        }
        let message = format!("expected {expected}, found {}", tree.describe());
        self.problem(Problem::new(Slug::WRONG_TYPE, message).at(&tree.place, format!("this must be {expected}")));
    }
}

/// A file's text ends with a line break more often than not, and it is not a part of what was put into the file.
fn without_last_break(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}
