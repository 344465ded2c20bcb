//! How problems and failures look.

use std::io::{IsTerminal, Write, stderr};

use miette::GraphicalTheme;
use seatflow_engine::Failure;
use seatflow_spec::{Problems, Severity};
use seatflow_tool::Blame;
use serde_json::{Value, json};

/// The width of a report where there is no terminal that says another.
const WIDTH: usize = 100;

/// Prints reports of all problems to stderr, and at the end how many they are.
pub(crate) fn problems(problems: &Problems) {
    if problems.is_empty() {
        return;
    }
    let colour = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    say(problems.report(theme, WIDTH).trim_end());
    let warnings = problems.iter().filter(|problem| problem.severity == Severity::Warning).count();
    say(&format!("\n{}", counted(problems.len() - warnings, warnings)));
}

fn counted(problems: usize, warnings: usize) -> String {
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (problems, warnings) {
        (0, warnings) => plural(warnings, "warning"),
        (problems, 0) => plural(problems, "problem"),
        (problems, warnings) => format!("{}, {}", plural(problems, "problem"), plural(warnings, "warning")),
    }
}

/// The problems as JSON: file, line, column, severity, slug, message, label and help of each.
pub(crate) fn problems_as_json(problems: &Problems) -> Value {
    let one = |problem: &seatflow_spec::Problem| {
        let place = problem.place();
        json!({
            "file": place.map(|place| place.source.name()),
            "line": place.map(seatflow_spec::Place::line),
            "column": place.map(seatflow_spec::Place::column),
            "severity": match problem.severity { Severity::Problem => "problem", Severity::Warning => "warning" },
            "slug": problem.slug.as_str(),
            "message": problem.message,
            "label": problem.labels.first().map(|label| &label.text),
            "help": problem.help,
        })
    };
    problems.iter().map(one).collect()
}

/// Prints why a run failed.
pub(crate) fn failure(failure: &Failure) {
    let error = &failure.error;
    let place = failure.node.as_ref().map(|node| format!("`{node}`: ")).unwrap_or_default();
    say(&format!("  × {place}{error}"));
    for (key, value) in error.context() {
        say(&format!("    {key}: {value}"));
    }
    if error.blame() == Blame::Bug {
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            say(&format!("    because: {cause}"));
            source = cause.source();
        }
        say("  help: this is a bug in seatflow; please report it with the pipeline that led to it");
    } else if let Some(help) = error.what_to_do() {
        say(&format!("  help: {help}"));
    }
}

/// Prints an error of usage.
pub(crate) fn error(error: &anyhow::Error) {
    say(&format!("  × {error:#}"));
}

/// Prints a line to stderr. A reader that has gone is no reason to fail.
pub(crate) fn say(line: &str) {
    let _ = writeln!(stderr().lock(), "{line}");
}
