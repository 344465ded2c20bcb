//! What columns are called, so that no two names ever meet.

use std::collections::HashSet;

use crate::path::{Path, is_natural};

/// The names around a record: those it must not take, and the two that flattening itself adds.
#[derive(Clone, Debug)]
pub(crate) struct Naming {
    reserved: HashSet<String>,
    scalar: String,
    number: String,
}

/// What a column's name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A column that is not part of any record.
    Reserved,
    /// The value of a record that is a scalar.
    Scalar,
    /// The number of a record in its envelope (depth 0), or of an element of a record that is an array.
    Number(usize),
    /// A path of a record.
    Natural(String),
}

impl Naming {
    pub(crate) fn new(envelope: Option<&Path>, scalar: Option<&str>, reserved: &[String]) -> Self {
        let mut reserved: HashSet<String> = reserved.iter().cloned().collect();
        let mut scalar = scalar.unwrap_or(r"\value").to_owned();
        while reserved.contains(&scalar) {
            scalar.insert(0, '\\');
        }
        reserved.insert(scalar.clone());
        let mut number = envelope.map_or_else(|| "idx".to_owned(), |path| format!("{path}.idx"));
        while reserved.iter().any(|name| number_depth(&number, name).is_some()) {
            number.insert(0, '\\');
        }
        Self { reserved, scalar, number }
    }

    /// The column of a record that is a scalar.
    pub(crate) fn scalar(&self) -> &str {
        &self.scalar
    }

    /// The column of the record's number in its envelope, or of the numbers `depth` arrays below it.
    pub(crate) fn number(&self, depth: usize) -> String {
        format!("{}{}", self.number, ".idx".repeat(depth))
    }

    /// The column for a natural name.
    ///
    /// A name that is taken gets a leading `\`, and again until it is free; a natural name that it displaces moves up
    /// in the same way. So different names stay different.
    pub(crate) fn column(&self, natural: &str) -> String {
        let base = natural.trim_start_matches('\\');
        let wanted = natural.len() - base.len();
        self.placed(base, wanted)
            .find(|&(from, _)| from == wanted)
            .map_or_else(|| natural.to_owned(), |(_, to)| with_backslashes(base, to))
    }

    /// The inverse of the names given here; `None` for a name that flattening does not give.
    pub(crate) fn meaning(&self, column: &str) -> Option<Meaning> {
        if column == self.scalar {
            return Some(Meaning::Scalar);
        }
        if self.reserved.contains(column) {
            return Some(Meaning::Reserved);
        }
        if let Some(depth) = number_depth(&self.number, column) {
            return Some(Meaning::Number(depth));
        }
        let base = column.trim_start_matches('\\');
        let place = column.len() - base.len();
        let (from, _) = self.placed(base, place).find(|&(_, to)| to == place)?;
        Some(Meaning::Natural(with_backslashes(base, from)))
    }

    /// The natural names that are `base` after up to `most` backslashes, as pairs: how many they have, and how many
    /// their column has.
    fn placed(&self, base: &str, most: usize) -> impl Iterator<Item = (usize, usize)> {
        let mut free = 0;
        (0..=most).filter(move |&from| is_natural(&with_backslashes(base, from))).map(move |from| {
            let mut to = from.max(free);
            while self.is_taken(&with_backslashes(base, to)) {
                to += 1;
            }
            free = to + 1;
            (from, to)
        })
    }

    fn is_taken(&self, name: &str) -> bool {
        self.reserved.contains(name) || number_depth(&self.number, name).is_some()
    }
}

/// How many further `.idx` a name has than the envelope's number; `None` if it is not one of its kind.
fn number_depth(number: &str, name: &str) -> Option<usize> {
    let mut rest = name.strip_prefix(number)?;
    let mut depth = 0;
    while !rest.is_empty() {
        rest = rest.strip_prefix(".idx")?;
        depth += 1;
    }
    Some(depth)
}

fn with_backslashes(base: &str, count: usize) -> String {
    format!("{}{base}", r"\".repeat(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(envelope: Option<&str>, reserved: &[&str]) -> Naming {
        let envelope = envelope.map(|path| Path::parse(path).unwrap());
        let reserved: Vec<String> = reserved.iter().map(ToString::to_string).collect();
        Naming::new(envelope.as_ref(), None, &reserved)
    }

    #[test]
    fn a_free_name_stays() {
        assert_eq!(naming(Some("data"), &["_call"]).column("id"), "id");
    }

    #[test]
    fn a_taken_name_gets_a_backslash() {
        let naming = naming(Some("data"), &["_call"]);
        assert_eq!(naming.column("_call"), r"\_call");
        assert_eq!(naming.column("data.idx"), r"\data.idx");
        assert_eq!(naming.column("data.idx.idx"), r"\data.idx.idx");
        assert_eq!(naming.column(r"\\_call"), r"\\_call");
    }

    #[test]
    fn a_backslash_is_added_until_the_name_is_free() {
        assert_eq!(naming(None, &["a", r"\a"]).column("a"), r"\\a");
        assert_eq!(naming(None, &["a", r"\a"]).column(r"\\a"), r"\\\a");
        assert_eq!(naming(None, &[r"\value"]).scalar(), r"\\value");
        assert_eq!(naming(Some("data"), &["data.idx"]).number(0), r"\data.idx");
        assert_eq!(naming(Some("data"), &["data.idx.idx"]).number(1), r"\data.idx.idx");
    }

    #[test]
    fn names_that_begin_with_an_empty_key_stay_apart() {
        let naming = naming(None, &[".a"]);
        let columns = [".a", r"\.a", r"\\.a"].map(|name| naming.column(name));
        assert_eq!(columns, [r"\.a", r"\\.a", r"\\\.a"]);
    }

    #[test]
    fn every_name_says_what_it_means() {
        let naming = naming(Some("data"), &["_call", "a", r"\a", ".a"]);
        for natural in ["a", r"\\a", "_call", r"\\_call", ".a", r"\.a", "data.idx", "data", r"\idx", ""] {
            let meaning = naming.meaning(&naming.column(natural));
            assert_eq!(meaning, Some(Meaning::Natural(natural.to_owned())));
        }
        assert_eq!(naming.meaning("data.idx.idx"), Some(Meaning::Number(1)));
        assert_eq!(naming.meaning("_call"), Some(Meaning::Reserved));
        assert_eq!(naming.meaning(r"\value"), Some(Meaning::Scalar));
        assert_eq!(naming.meaning(r"\b"), None);
    }
}
