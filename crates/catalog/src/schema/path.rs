//! Places in a body.

use std::fmt;

/// A place in a body: the names of fields and the numbers of items that lead to it.
///
/// It is written with dots, `licenses.0.quantity`; a `.` or `\` that belongs to a name has a `\` before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BodyPath(Vec<Step>);

/// One step into a body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// Into a field of a map.
    Field(String),
    /// Into an item of a list, counted from 0.
    Item(usize),
}

impl BodyPath {
    /// The place of a field of the map that is here.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.and(Step::Field(name.to_owned()))
    }

    /// The place of an item of the list that is here, counted from 0.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.and(Step::Item(index))
    }

    /// Whether it is the whole body.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this place is the other, or in it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    pub(crate) fn and(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for BodyPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            if position > 0 {
                formatter.write_str(".")?;
            }
            match step {
                Step::Field(name) => formatter.write_str(&name.replace('\\', "\\\\").replace('.', "\\."))?,
                Step::Item(index) => write!(formatter, "{index}")?,
            }
        }
        Ok(())
    }
}
