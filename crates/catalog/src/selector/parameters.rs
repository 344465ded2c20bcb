//! What stands in braces at the end of a selector.

use super::write::Writer;

/// The parameters of a selector, in the order written: `{i=0,r=100}`, `{s=name;-type}`, `{count}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    pub(super) count: bool,
    pub(super) values: Vec<(String, String)>,
}

/// A field by which is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey<'a> {
    /// The name of the field.
    pub field: &'a str,
    /// Whether the greatest value comes first.
    pub descending: bool,
}

impl Parameters {
    /// Whether the number of objects is wanted instead of the objects.
    pub fn counts(&self) -> bool {
        self.count
    }

    /// How many objects are skipped, if it is told.
    pub fn first(&self) -> Option<u64> {
        self.number("i")
    }

    /// How many objects are wanted at most, if it is told.
    pub fn most(&self) -> Option<u64> {
        self.number("r")
    }

    /// The fields by which is sorted, the most important first.
    pub fn sort_keys(&self) -> impl Iterator<Item = SortKey<'_>> {
        self.value("s").into_iter().flat_map(sort_keys)
    }

    /// The parameters that are none of these.
    pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self.values.iter().filter(|(name, _)| !matches!(name.as_str(), "i" | "r" | "s"));
        others.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn has_range(&self) -> bool {
        self.count || self.value("i").is_some() || self.value("r").is_some()
    }

    pub(super) fn with_range(&self, first: u64, most: u64) -> Self {
        let others = self.values.iter().filter(|(name, _)| name != "i" && name != "r").cloned();
        let range = [("i".to_owned(), first.to_string()), ("r".to_owned(), most.to_string())];
        Self { count: false, values: others.chain(range).collect() }
    }

    pub(super) fn value(&self, wanted: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.parse().ok()
    }

    pub(super) fn write(&self, writer: &mut impl Writer) {
        if self.count {
            writer.syntax("{count}");
            return;
        }
        for (place, (name, value)) in self.values.iter().enumerate() {
            writer.syntax(if place == 0 { "{" } else { "," });
            writer.syntax(name);
            writer.syntax("=");
            writer.text(value);
        }
        if !self.values.is_empty() {
            writer.syntax("}");
        }
    }
}

pub(super) fn sort_keys(text: &str) -> impl Iterator<Item = SortKey<'_>> {
    text.split(';').map(|key| match key.strip_prefix('-') {
        Some(field) => SortKey { field, descending: true },
        None => SortKey { field: key, descending: false },
    })
}
