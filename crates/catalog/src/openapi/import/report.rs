//! What of a document is not in the catalog.

use std::collections::{HashMap, HashSet};
use std::fmt;

use seatflow_spec::once_each;

/// Something of a document that is not in the catalog, or not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCarried {
    /// Where in the document: a JSON pointer. Of several things of one sort, the first.
    pub pointer: String,
    /// Why, in a few words.
    pub why: String,
    /// How many things of this sort there are.
    pub times: usize,
}

impl fmt::Display for NotCarried {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}: {}", self.pointer, self.why)?;
        match self.times {
            1 => Ok(()),
            2 => formatter.write_str(" (and once more)"),
            times => write!(formatter, " (and {} times more)", times - 1),
        }
    }
}

/// Collects them.
#[derive(Debug, Default)]
pub(super) struct Report {
    entries: Vec<NotCarried>,
    /// Where and why, of each that is told for itself.
    told: HashSet<(String, String)>,
    /// The places of those that are counted, by why.
    counted: HashMap<&'static str, usize>,
}

impl Report {
    /// One thing, for itself.
    pub(super) fn add(&mut self, pointer: &str, why: impl Into<String>) {
        let (pointer, why) = (pointer.to_owned(), why.into());
        if self.told.insert((pointer.clone(), why.clone())) {
            self.entries.push(NotCarried { pointer, why, times: 1 });
        }
    }

    /// One of a sort of which there may be many: they are counted.
    pub(super) fn count(&mut self, pointer: &str, why: &'static str) {
        if let Some(entry) = self.counted.get(why).and_then(|place| self.entries.get_mut(*place)) {
            entry.times += 1;
            return;
        }
        self.counted.insert(why, self.entries.len());
        self.entries.push(NotCarried { pointer: pointer.to_owned(), why: why.to_owned(), times: 1 });
    }

    /// Why there is nothing at all.
    pub(super) fn first_reason(&self) -> String {
        let reasons = once_each(self.entries.iter().map(|entry| entry.why.as_str()));
        match reasons.first() {
            Some(first) => format!("the first that is left out: {first}"),
            None => "a document has operations under `paths`".to_owned(),
        }
    }

    pub(super) fn finish(self) -> Vec<NotCarried> {
        self.entries
    }
}
