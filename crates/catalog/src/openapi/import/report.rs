//! What of a document is not in the catalog.

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
}

impl Report {
    /// One thing, for itself.
    pub(super) fn add(&mut self, pointer: &str, why: impl Into<String>) {
        let entry = NotCarried { pointer: pointer.to_owned(), why: why.into(), times: 1 };
        if !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }

    /// One of a sort of which there may be many: they are counted.
    pub(super) fn count(&mut self, pointer: &str, why: &'static str) {
        match self.entries.iter_mut().find(|entry| entry.why == why) {
            Some(entry) => entry.times += 1,
            None => self.add(pointer, why),
        }
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
