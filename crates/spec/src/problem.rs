//! One problem: what is wrong, where, and what to do.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use crate::visible::shown;
use crate::{Place, Slug};

/// Something wrong in a file.
///
/// The message is one sentence without a full stop that says what is wrong; the help says what to do. Names stand in
/// backticks in both. The first label is where it is, the others are where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Which sort of problem it is.
    pub slug: Slug,
    /// Whether it forbids a run.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing runs.
    Problem,
    /// It runs, and the user should know.
    Warning,
}

/// A place with what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// A few words.
    pub text: String,
}

impl Problem {
    /// A problem that forbids a run.
    pub fn new(slug: Slug, message: impl Into<String>) -> Self {
        Self { slug, severity: Severity::Problem, message: message.into(), labels: Vec::new(), help: None }
    }

    /// A problem that does not forbid a run.
    pub fn warning(slug: Slug, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(slug, message) }
    }

    /// Says where it is: the first label, whatever has been added before.
    #[must_use]
    pub fn at(mut self, place: &Place, text: impl Into<String>) -> Self {
        self.labels.insert(0, Label { place: place.clone(), text: text.into() });
        self
    }

    /// Adds a place that it comes from.
    #[must_use]
    pub fn with(mut self, place: &Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place: place.clone(), text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The problem as a report shows it, without what is hidden in its sources, and without what steers a terminal.
    pub(crate) fn shown(&self) -> Self {
        let label = |label: &Label| {
            let place = Place { source: label.place.source.shown(), span: label.place.span };
            Label { place, text: shown(&label.text) }
        };
        Self {
            slug: self.slug,
            severity: self.severity,
            message: shown(&self.message),
            labels: self.labels.iter().map(label).collect(),
            help: self.help.as_deref().map(shown),
        }
    }

    /// Where it is, if it has a place.
    pub fn place(&self) -> Option<&Place> {
        self.labels.first().map(|label| &label.place)
    }

    /// The labels in the source of the first one, and those in others.
    fn labels_by_source(&self) -> (Vec<&Label>, Vec<&Label>) {
        let first = self.place().map(|place| &place.source);
        self.labels.iter().partition(|label| Some(&label.place.source) == first)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// The slug is not the diagnostic's code, which a report would print above the message. Labels in other sources than
/// the first one's follow the help, since a diagnostic has one source.
impl Diagnostic for Problem {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Problem => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let elsewhere = self.labels_by_source().1;
        let lines = elsewhere.iter().map(|label| format!("{}: {}", label.place, label.text));
        let lines: Vec<String> = self.help.clone().into_iter().chain(lines).collect();
        if lines.is_empty() { None } else { Some(Box::new(lines.join("\n"))) }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place().map(|place| &*place.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let here = self.labels_by_source().0;
        if here.is_empty() {
            return None;
        }
        Some(Box::new(here.into_iter().enumerate().map(|(number, label)| {
            let span = label.place.first_line();
            let text = Some(label.text.clone());
            let span = (span.start, span.end - span.start);
            if number == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }
}
