//! Dotted paths: how keys become column names, and back.

use std::fmt;
use std::str::FromStr;

/// A path of keys from the root of a document, such as `data.items`.
///
/// A `.` or `\` that belongs to a key is written `\.` or `\\`; the key `idx` may be written `idx` or `\idx`.
/// A path goes through objects only: what lies inside an array has no path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path(Vec<String>);

/// Why a text is not a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// The text is empty.
    #[error("a path names at least one key")]
    Empty,
    /// A `\` stands before something that needs no escape.
    #[error("in `{0}`, a `\\` must be followed by `.` or `\\`")]
    Escape(String),
}

impl Path {
    /// Reads a path as it is written in a catalog or a pipeline.
    ///
    /// # Errors
    /// An empty text, and a `\` that escapes nothing.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        if text.is_empty() {
            return Err(BadPath::Empty);
        }
        let steps = steps(text).ok_or_else(|| BadPath::Escape(text.to_owned()))?;
        let key = |step| match step {
            Step::Key(key) => key,
            Step::Number => "idx".to_owned(),
        };
        Ok(Self(steps.into_iter().map(key).collect()))
    }

    /// The keys, from the outermost inwards, without escapes.
    pub fn keys(&self) -> &[String] {
        &self.0
    }
}

impl FromStr for Path {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        Self::parse(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = String::new();
        for (place, key) in self.0.iter().enumerate() {
            if place > 0 {
                name.push('.');
            }
            push_key(&mut name, key);
        }
        formatter.write_str(&name)
    }
}

/// One step of a column's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of an object.
    Key(String),
    /// `idx`: the number of an array's element.
    Number,
}

/// Appends a key as it is written in a column's name.
pub(crate) fn push_key(name: &mut String, key: &str) {
    if key == "idx" {
        name.push('\\');
    }
    for character in key.chars() {
        if matches!(character, '.' | '\\') {
            name.push('\\');
        }
        name.push(character);
    }
}

/// Takes a dotted name apart; `None` where a `\` escapes nothing.
pub(crate) fn steps(name: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = name;
    loop {
        let (step, after) = next_step(rest)?;
        steps.push(step);
        match after {
            Some(after) => rest = after,
            None => return Some(steps),
        }
    }
}

/// The first step of a dotted name, and what follows its `.`, if there is one.
fn next_step(name: &str) -> Option<(Step, Option<&str>)> {
    let mut key = String::new();
    let mut characters = name.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '.' => return Some((step(&name[..at], key), Some(&name[at + 1..]))),
            '\\' => match characters.next() {
                Some((_, escaped @ ('.' | '\\'))) => key.push(escaped),
                Some((_, 'i')) if at == 0 && is_literal_idx(name) => key.push('i'),
                _ => return None,
            },
            plain => key.push(plain),
        }
    }
    Some((step(name, key), None))
}

fn step(written: &str, key: String) -> Step {
    if written == "idx" { Step::Number } else { Step::Key(key) }
}

fn is_literal_idx(name: &str) -> bool {
    name == "\\idx" || name.starts_with("\\idx.")
}

/// Whether flattening a record can give a column this name, reserved names aside.
pub(crate) fn is_natural(name: &str) -> bool {
    let Some(steps) = steps(name) else { return false };
    let keys = steps.iter().take_while(|step| **step != Step::Number).count();
    keys > 0 && steps[keys..].iter().all(|step| *step == Step::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        Path::parse(text).unwrap().keys().to_vec()
    }

    #[test]
    fn a_path_is_split_at_its_dots() {
        assert_eq!(keys("data.items"), ["data", "items"]);
        assert_eq!(keys("a."), ["a", ""]);
    }

    #[test]
    fn escapes_keep_a_key_whole() {
        assert_eq!(keys(r"a\.b.c\\"), ["a.b", r"c\"]);
        assert_eq!(keys(r"data.\idx"), ["data", "idx"]);
        assert_eq!(keys(r"data.idx"), ["data", "idx"]);
    }

    #[test]
    fn a_path_is_written_as_it_is_read() {
        for text in [r"a\.b.c\\", r"data.\idx", "a.", r"\\idx"] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        assert_eq!(Path::parse(""), Err(BadPath::Empty));
        for text in [r"a\b", r"a\", r"\idxx", r"a.b\idx"] {
            assert!(matches!(Path::parse(text), Err(BadPath::Escape(_))), "{text}");
        }
    }

    #[test]
    fn natural_names_end_in_their_numbers() {
        for name in ["", "a", "a.idx", "a.idx.idx", r"\idx.idx", ".a", r"\\_call"] {
            assert!(is_natural(name), "{name}");
        }
        for name in ["idx", "idx.idx", "a.idx.b", r"\_call", r"\value", r"a\"] {
            assert!(!is_natural(name), "{name}");
        }
    }
}
