//! Texts with references in them.

use crate::{Place, Problem, Problems, SettingName, Slug};

/// The references there are.
const FORMS: &str =
    "write `${name}` for a setting, `${env:NAME}` for an environment variable, `${file:path}` for a file's text";

/// A text as it is written: literal parts and references, in order.
///
/// What the references stand for is not in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    parts: Vec<Part>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text that stands for itself.
    Literal(String),
    /// Something that stands for a text.
    Reference(Reference),
}

/// A `${..}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it stands for.
    pub to: ReferenceTo,
    /// Where it is written.
    pub place: Place,
}

/// What a `${..}` stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceTo {
    /// `${name}`: a setting of the pipeline.
    Setting(String),
    /// `${env:NAME}`: an environment variable.
    Variable(String),
    /// `${file:path}`: the text of a file.
    File(String),
}

impl Reference {
    /// Whether it stands for something of the environment or of a file, which is taken for a secret.
    pub fn is_to_outside(&self) -> bool {
        matches!(self.to, ReferenceTo::Variable(_) | ReferenceTo::File(_))
    }
}

impl Text {
    /// A text without references; `${` in it stands for itself.
    pub fn literal(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Literal(text.into())] }
    }

    /// Reads what is written in the scalar at `place`. Broken references are problems, and then there is no text.
    pub(crate) fn parse(text: &str, place: &Place, problems: &mut Problems) -> Option<Self> {
        let mut template = Template { place, written: 0, parts: Vec::new(), literal: String::new() };
        let mut rest = text;
        let mut whole = true;
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            template.literal.push_str(before);
            if let Some(after) = from.strip_prefix("$${") {
                template.locate("$${");
                template.literal.push_str("${");
                rest = after;
            } else if let Some(after) = from.strip_prefix("${") {
                let Some(end) = after.find('}') else {
                    problems.push(unclosed(&template.locate("${")));
                    return None;
                };
                let place = template.locate(&from[..=end + 2]);
                match reference(&after[..end], &place) {
                    Ok(to) => template.push(Reference { to, place }),
                    Err(problem) => {
                        problems.push(*problem);
                        whole = false;
                    }
                }
                rest = &after[end + 1..];
            } else {
                template.literal.push('$');
                rest = &from[1..];
            }
        }
        template.literal.push_str(rest);
        whole.then(|| template.finish())
    }

    /// The parts, in order. An empty text has one empty literal part.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text, if there is no reference in it.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The references, in order.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Reference(reference) => Some(reference),
        })
    }
}

/// A text on its way, with a finger on the place up to which it has been found in the source.
struct Template<'a> {
    place: &'a Place,
    written: usize,
    parts: Vec<Part>,
    literal: String,
}

impl Template<'_> {
    /// The place of the next `token`; the whole scalar's, if an escape or a fold hides it.
    fn locate(&mut self, token: &str) -> Place {
        let Some(at) = self.place.text()[self.written..].find(token) else {
            return self.place.clone();
        };
        let start = self.written + at;
        self.written = start + token.len();
        self.place.part(start, self.written)
    }

    fn push(&mut self, reference: Reference) {
        if !self.literal.is_empty() {
            self.parts.push(Part::Literal(std::mem::take(&mut self.literal)));
        }
        self.parts.push(Part::Reference(reference));
    }

    fn finish(mut self) -> Text {
        if self.parts.is_empty() || !self.literal.is_empty() {
            self.parts.push(Part::Literal(self.literal));
        }
        Text { parts: self.parts }
    }
}

fn unclosed(place: &Place) -> Problem {
    Problem::new(Slug::BAD_REFERENCE, "a `${` is not closed")
        .at(place, "there is no `}` after it")
        .help("close it, or write `$${` where `${` is meant as it is")
}

fn reference(inside: &str, place: &Place) -> Result<ReferenceTo, Box<Problem>> {
    let bad = |message: String| Problem::new(Slug::BAD_REFERENCE, message);
    let Some((sort, name)) = inside.split_once(':') else {
        if SettingName::is_valid(inside) {
            return Ok(ReferenceTo::Setting(inside.to_owned()));
        }
        let problem = bad(format!("`{inside}` is not the name of a setting"));
        let problem = problem.at(place, "a name is written with `a` to `z`, `0` to `9` and `_`");
        let help = if is_variable(inside) {
            format!("write `${{env:{inside}}}` for the environment variable")
        } else {
            FORMS.to_owned()
        };
        return Err(Box::new(problem.help(help)));
    };
    match sort {
        "env" if is_variable(name) => Ok(ReferenceTo::Variable(name.to_owned())),
        "env" => Err(Box::new(
            bad(format!("`{name}` is not the name of an environment variable"))
                .at(place, "a name is written with letters, digits and `_`")
                .help("write the name as it is exported"),
        )),
        "file" if !name.trim().is_empty() => Ok(ReferenceTo::File(name.to_owned())),
        "file" => {
            let problem = bad("a `${file:}` has no path".to_owned()).at(place, "the path is missing");
            Err(Box::new(problem.help("write `${file:path}`")))
        }
        _ => {
            let problem = bad(format!("there is no reference `{sort}`")).at(place, "not one that is read");
            Err(Box::new(problem.help(FORMS)))
        }
    }
}

fn is_variable(name: &str) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || character == '_';
    name.chars().all(fits) && name.chars().next().is_some_and(|first| !first.is_ascii_digit())
}
