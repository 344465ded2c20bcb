//! What is known of a wire's columns before anything runs.

use seatflow_spec::{Place, Problem, Slug, help_for_unknown};

/// The columns of a wire, as far as they can be known without running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Only the run can tell.
    Unknown,
    /// These names, in this order, as an example shows them; there may be others.
    Shown(Vec<String>),
    /// These names, in this order, and no others.
    Known(Vec<String>),
}

/// The columns of answers that could not be parsed. They are there when such an answer came, so that an example never
/// shows them.
pub const UNPARSED: [&str; 3] = ["Extracted", "DownloadData", "BinaryData"];

/// A place in the pipeline where a column is named.
#[derive(Clone, Copy, Debug)]
pub struct ColumnUse<'a> {
    /// The column's name as it is written.
    pub name: &'a str,
    /// Where it is written.
    pub place: &'a Place,
}

impl Columns {
    /// The names, as far as there are any.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Unknown => &[],
            Self::Shown(names) | Self::Known(names) => names,
        }
    }

    /// The same sort of columns with other names.
    fn with(&self, names: Vec<String>) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Shown(_) => Self::Shown(names),
            Self::Known(_) => Self::Known(names),
        }
    }

    /// The columns of several wires into one anchor, in the order of the wires.
    pub fn concatenated<'a>(wires: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = Self::Known(Vec::new());
        for wire in wires {
            let more = wire.names().iter().filter(|name| !all.names().contains(name));
            let names = all.names().iter().chain(more).cloned().collect();
            all = match (&all, wire) {
                (Self::Unknown, _) | (_, Self::Unknown) => return Self::Unknown,
                (Self::Shown(_), _) | (_, Self::Shown(_)) => Self::Shown(names),
                (Self::Known(_), Self::Known(_)) => Self::Known(names),
            };
        }
        all
    }

    /// These columns behind others; names that are there already are left out.
    #[must_use]
    pub fn after(self, first: impl IntoIterator<Item = String>) -> Self {
        let first: Vec<String> = first.into_iter().collect();
        let more = self.names().iter().filter(|name| !first.contains(name)).cloned();
        self.with(first.iter().cloned().chain(more).collect())
    }

    /// These columns without some.
    #[must_use]
    pub fn without(self, left_out: impl Fn(&str) -> bool) -> Self {
        self.with(self.names().iter().filter(|name| !left_out(name)).cloned().collect())
    }

    /// The problem of a use, if the column cannot be there; a warning, if nobody has shown that it can.
    pub fn check(&self, used: ColumnUse<'_>) -> Option<Problem> {
        if self.names().iter().any(|name| name == used.name) {
            return None;
        }
        let mut problem = match self {
            Self::Unknown => return None,
            Self::Shown(_) if UNPARSED.contains(&used.name) => return None,
            Self::Shown(_) => {
                Problem::warning(Slug::UNKNOWN_COLUMN, format!("the catalog shows no column `{}`", used.name))
                    .at(used.place, "if no record has it, the run fails")
            }
            Self::Known(_) => Problem::new(Slug::UNKNOWN_COLUMN, format!("there is no column `{}`", used.name))
                .at(used.place, "no such column"),
        };
        problem.help = help_for_unknown(used.name, self.names().iter().map(String::as_str));
        Some(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Columns::{Known, Shown, Unknown};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn wires_together_are_known_no_better_than_the_worst_of_them() {
        let (known, shown) = (Known(names(&["a", "b"])), Shown(names(&["b", "c"])));
        assert_eq!(Columns::concatenated([&known, &known]), known);
        assert_eq!(Columns::concatenated([&known, &shown]), Shown(names(&["a", "b", "c"])));
        assert_eq!(Columns::concatenated([&shown, &known]), Shown(names(&["b", "c", "a"])));
        assert_eq!(Columns::concatenated([&shown, &Unknown, &known]), Unknown);
        assert_eq!(Columns::concatenated([]), Known(Vec::new()));
    }

    #[test]
    fn columns_stand_behind_others_once_and_can_be_left_out() {
        assert_eq!(Shown(names(&["b", "c"])).after(names(&["a", "b"])), Shown(names(&["a", "b", "c"])));
        assert_eq!(Known(names(&["b", "c"])).without(|name| name == "b"), Known(names(&["c"])));
        assert_eq!(Unknown.after(names(&["a"])), Unknown);
    }
}
