//! All problems of one check.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::{Problem, Severity, Slug};

/// What is missing for the whole file is said once, though it is needed in many places.
const SAID_ONCE: &[Slug] = &[Slug::MISSING_SETTING, Slug::MISSING_VARIABLE];

/// Problems, collected.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// No problems.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Whether there are neither problems nor warnings.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are, warnings included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether one of them forbids a run, which a warning does not.
    pub fn has_fatal(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Problem)
    }

    /// All of them, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Puts them in the order of their places; those without a place stand first. Equal ones are said once, and so is a
    /// setting or an environment variable that is missing, at the first place that needs it.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|left, right| {
            let key = |problem: &Problem| {
                let place = problem.place()?;
                Some((place.source.name().to_owned(), place.span.start, Reverse(place.span.end)))
            };
            key(left).cmp(&key(right))
        });
        self.0.dedup();
        let mut said = BTreeSet::new();
        self.0.retain(|problem| !SAID_ONCE.contains(&problem.slug) || said.insert(problem.message.clone()));
        self
    }

    /// The reports of all, one after the other, each ended by an empty line, in lines of at most `width` columns. What
    /// was hidden with [`Place::hide`](crate::Place::hide) is not in them.
    pub fn report(&self, theme: GraphicalTheme, width: usize) -> String {
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_context_lines(0)
            .with_width(width)
            .without_cause_chain()
            .without_syntax_highlighting();
        let mut report = String::new();
        for problem in &self.0 {
            // Writing to a `String` does not fail, and every span lies inside its source.
            if handler.render_report(&mut report, &problem.shown()).is_err() {
                report.push_str(&problem.message);
                report.push('\n');
            }
            report.push('\n');
        }
        report
    }
}

/// One line each: place and message.
impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            if number > 0 {
                formatter.write_str("\n")?;
            }
            if let Some(place) = problem.place() {
                write!(formatter, "{place}: ")?;
            }
            write!(formatter, "{} ({})", problem.message, problem.slug)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl Extend<Problem> for Problems {
    fn extend<T: IntoIterator<Item = Problem>>(&mut self, problems: T) {
        self.0.extend(problems);
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<T: IntoIterator<Item = Problem>>(problems: T) -> Self {
        Self(problems.into_iter().collect())
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
