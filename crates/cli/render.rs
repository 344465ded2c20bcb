//! How problems and failures look.

use std::io::{IsTerminal, Write, stderr};
use std::path::Path;

use miette::GraphicalTheme;
use seatflow_engine::Failure;
use seatflow_spec::{Problems, Severity, visible};
use seatflow_tool::{Blame, ToolError};
use serde_json::{Value, json};
use terminal_size::terminal_size_of;

use crate::exit::Exit;
use crate::usage::Usage;

/// The most columns of a report or a help, on a wider terminal or on none.
pub(crate) const WIDTH: usize = 100;

/// Whether stderr is a terminal whose user wants colours.
pub(crate) fn in_colour() -> bool {
    stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no_colour| no_colour.is_empty())
}

/// Prints reports of all problems to stderr, and at the end how many they are, and how to learn more of them.
pub(crate) fn problems(problems: &Problems) {
    if problems.is_empty() {
        return;
    }
    let theme = if in_colour() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let width = terminal_size_of(stderr()).map_or(WIDTH, |(width, _)| WIDTH.min(width.0.into()));
    // A report steers the terminal itself where it has colours; what it tells of does not.
    print(problems.report(theme, width).trim_end());
    let warnings = problems.iter().filter(|problem| problem.severity == Severity::Warning).count();
    let mut slugs: Vec<&str> = Vec::new();
    for problem in problems {
        if !slugs.contains(&problem.slug.as_str()) {
            slugs.push(problem.slug.as_str());
        }
    }
    let count = counted(problems.len() - warnings, warnings);
    say(&format!("\n{count}; `seatflow explain {}` tells more", slugs.join(" ")));
}

fn counted(problems: usize, warnings: usize) -> String {
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (problems, warnings) {
        (0, warnings) => plural(warnings, "warning"),
        (problems, 0) => plural(problems, "problem"),
        (problems, warnings) => format!("{}, {}", plural(problems, "problem"), plural(warnings, "warning")),
    }
}

/// The problems of a pipeline file as JSON: file, line, column, severity, slug, message, label and help of each. A
/// problem without a place is one of the whole file.
pub(crate) fn problems_as_json(file: &Path, problems: &Problems) -> Vec<Value> {
    let one = |problem: &seatflow_spec::Problem| {
        let place = problem.place();
        json!({
            "file": place.map_or_else(|| file.display().to_string(), |place| place.source.name().to_owned()),
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

/// Prints what has gone wrong before there was a run: arguments that make no sense, or the machine.
pub(crate) fn error(error: &anyhow::Error) -> Exit {
    if let Some((error, help)) = error.downcast_ref().and_then(|error| Some((error, help_for_journal(error)?))) {
        say(&format!("  × the journal cannot be used: {error}"));
        say(&format!("  help: {help}"));
        return Exit::FAILED;
    }
    say(&format!("  × {error:#}"));
    let usage = error.downcast_ref::<Usage>();
    let failed = error.downcast_ref::<ToolError>();
    if let Some(help) = usage.and_then(Usage::what_to_do).or_else(|| failed.and_then(ToolError::what_to_do)) {
        say(&format!("  help: {help}"));
    }
    if usage.is_some() { Exit::USAGE } else { Exit::FAILED }
}

/// What to do about a journal that cannot be used, where that is known.
fn help_for_journal(error: &seatflow_journal::Error) -> Option<&'static str> {
    use seatflow_journal::Error;
    Some(match error {
        Error::Newer { .. } => "use the version of seatflow that wrote it, or another folder: `--state DIR`",
        Error::Older { .. } => "the next `seatflow run` or `resume` in that folder brings it up to date",
        Error::Corrupt { .. } => "nothing was sent; put back a copy of that file, or move it away and begin anew",
        Error::NotAJournal { .. } => "move that file away, or use another folder: `--state DIR`",
        Error::ReadOnly(_) | Error::File { .. } => "see that the state folder and the files in it can be written",
        Error::Full(_) => "make room in the state folder, and try again",
        _ => return None,
    })
}

/// Prints a line to stderr, with everything in it that would steer a terminal escaped.
pub(crate) fn say(line: &str) {
    print(&visible(line));
}

/// A reader that has gone is no reason to fail.
fn print(line: &str) {
    let _ = writeln!(stderr().lock(), "{line}");
}
