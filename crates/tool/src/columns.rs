//! What is known of a wire's columns before anything runs.

use seatflow_spec::{Place, Problem, Slug, help_for_unknown};

/// The columns of a wire, as far as they can be known without running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Only the run can tell.
    Unknown,
    /// These names, in this order, and no others.
    Known(Vec<String>),
}

/// A place in the pipeline where a column is named.
#[derive(Clone, Copy, Debug)]
pub struct ColumnUse<'a> {
    /// The column's name as it is written.
    pub name: &'a str,
    /// Where it is written.
    pub place: &'a Place,
}

impl Columns {
    /// The columns of several wires into one anchor, in the order of the wires.
    pub fn concatenated<'a>(wires: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all: Vec<String> = Vec::new();
        for wire in wires {
            match wire {
                Self::Unknown => return Self::Unknown,
                Self::Known(names) => {
                    for name in names {
                        if !all.contains(name) {
                            all.push(name.clone());
                        }
                    }
                }
            }
        }
        Self::Known(all)
    }

    /// These columns behind others; names that are there already are left out.
    #[must_use]
    pub fn after(self, first: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Known(names) => {
                let mut all: Vec<String> = first.into_iter().collect();
                let more: Vec<_> = names.into_iter().filter(|name| !all.contains(name)).collect();
                all.extend(more);
                Self::Known(all)
            }
        }
    }

    /// The problem of a use, if the column cannot be there.
    pub fn check(&self, used: ColumnUse<'_>) -> Option<Problem> {
        let Self::Known(names) = self else { return None };
        if names.iter().any(|name| name == used.name) {
            return None;
        }
        let mut problem = Problem::new(Slug::UNKNOWN_COLUMN, format!("there is no column `{}`", used.name))
            .at(used.place, "no such column");
        problem.help = help_for_unknown(used.name, names.iter().map(String::as_str));
        Some(problem)
    }
}
