//! Reading a map key by key.

use crate::{FromTree, Key, Kind, Place, Problem, Reading, Slug, Tree, help_for_unknown, nearest};

/// A map that is read key by key. When it is finished, every key that has not been asked for is a problem, and every
/// key that is missing, unless a misspelt one is there in its place.
#[derive(Debug)]
#[must_use = "`finish` reports the keys that nobody asked for"]
pub struct MapReader<'r, 'a> {
    reading: &'r mut Reading<'a>,
    tree: &'r Tree,
    name: String,
    place: &'r Place,
    asked: Vec<&'static str>,
    missed: Vec<(&'static str, Problem)>,
}

impl<'r, 'a> MapReader<'r, 'a> {
    pub(crate) fn new(reading: &'r mut Reading<'a>, tree: &'r Tree) -> Self {
        Self { reading, tree, name: String::new(), place: &tree.place, asked: Vec::new(), missed: Vec::new() }
    }

    /// Says what the map is, for messages: `a node`, or a name in backticks.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Says where a missing key is missed, if not at the map itself: at the key that holds it, mostly.
    pub fn missed_at(mut self, place: &'r Place) -> Self {
        self.place = place;
        self
    }

    /// The value of a key that must be there.
    pub fn required<T: FromTree>(&mut self, key: &'static str) -> Option<T> {
        self.required_with(key, T::from_tree)
    }

    /// The value of a key that must be there, read by `read`.
    pub fn required_with<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Tree, &mut Reading<'a>) -> Option<T>,
    ) -> Option<T> {
        let Some(tree) = self.tree(key) else {
            self.missing(key);
            return None;
        };
        read(tree, self.reading)
    }

    /// The value of a key that may be left out, or be null.
    pub fn optional<T: FromTree>(&mut self, key: &'static str) -> Option<T> {
        self.optional_with(key, T::from_tree)
    }

    /// The value of a key that may be left out, or be null, read by `read`.
    pub fn optional_with<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Tree, &mut Reading<'a>) -> Option<T>,
    ) -> Option<T> {
        let tree = self.tree(key).filter(|tree| !tree.is_null())?;
        read(tree, self.reading)
    }

    /// The value of a key that may be left out, or be null; `default` then, and also after a problem.
    pub fn optional_or<T: FromTree>(&mut self, key: &'static str, default: T) -> T {
        self.optional(key).unwrap_or(default)
    }

    /// The tree of a key, which counts as asked for.
    pub fn tree(&mut self, key: &'static str) -> Option<&'r Tree> {
        self.entry(key).map(|(_, tree)| tree)
    }

    /// A key and its tree, which count as asked for.
    pub fn entry(&mut self, key: &'static str) -> Option<(&'r Key, &'r Tree)> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.tree.entries().iter().find(|(found, _)| found.text == key).map(|(key, tree)| (key, tree))
    }

    /// Where the map is, or where its missing keys are missed.
    pub fn place(&self) -> &'r Place {
        self.place
    }

    /// The reading that this is a part of.
    pub fn reading(&mut self) -> &mut Reading<'a> {
        self.reading
    }

    /// Reports that a key is missing.
    pub fn missing(&mut self, key: &'static str) {
        self.missing_like(key, "..");
    }

    /// Reports that a key is missing, with an example of its value.
    pub(crate) fn missing_like(&mut self, key: &'static str, example: &str) {
        let name = if self.name.is_empty() { "this" } else { &self.name };
        let problem = Problem::new(Slug::MISSING_KEY, format!("{name} has no `{key}`"));
        let problem = problem.at(self.place, format!("`{key}` must be here"));
        self.missed.push((key, problem.help(format!("add `{key}: {example}`"))));
    }

    /// Reports every key that has not been asked for, and every key that is missing.
    pub fn finish(mut self) {
        let Kind::Map(entries) = &self.tree.kind else { return };
        for (key, _) in entries {
            if self.asked.contains(&key.text.as_str()) {
                continue;
            }
            // A misspelt key is one mistake, not two.
            let meant = nearest(&key.text, self.asked.iter().copied());
            self.missed.retain(|(missed, _)| Some(*missed) != meant);
            let message = if self.name.is_empty() {
                format!("there is no key `{}` here", key.text)
            } else {
                format!("{} has no key `{}`", self.name, key.text)
            };
            let mut problem = Problem::new(Slug::UNKNOWN_KEY, message).at(&key.place, "no such key");
            problem.help = help_for_unknown(&key.text, self.asked.iter().copied());
            self.reading.problem(problem);
        }
    }
}

/// Nobody is told `None` without a problem, also where a reader is given up half-way.
impl Drop for MapReader<'_, '_> {
    fn drop(&mut self) {
        for (_, problem) in self.missed.drain(..) {
            self.reading.problem(problem);
        }
    }
}
