//! The grammar of the command line, and the examples of its helps.

use clap::{Command, CommandFactory};
use seatflow_testkit::words;

use crate::Arguments;

/// All verbs, each with how it is called.
fn verbs() -> Vec<(String, Command)> {
    let mut root = Arguments::command();
    root.build();
    let mut found = Vec::new();
    let mut left = vec![("seatflow".to_owned(), root)];
    while let Some((path, command)) = left.pop() {
        let verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help");
        left.extend(verbs.map(|verb| (format!("{path} {}", verb.get_name()), verb.clone())));
        found.push((path, command));
    }
    found
}

#[test]
fn the_grammar_makes_sense() {
    Arguments::command().debug_assert();
}

#[test]
fn every_verb_has_a_summary_and_examples_that_can_be_typed() {
    let verbs = verbs();
    assert!(verbs.len() > 10, "{}", verbs.len());
    for (path, verb) in verbs {
        let summary = verb.get_about().map(ToString::to_string).unwrap_or_default();
        let fits = summary.starts_with(char::is_uppercase) && !summary.ends_with('.') && summary.lines().count() == 1;
        assert!(fits, "`{path}` is summed up as: {summary}");
        let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
        let (_, examples) =
            help.split_once("Examples:\n").unwrap_or_else(|| panic!("`{path}` has no examples: {help}"));
        let mut shown = 0;
        for example in examples.lines().map(str::trim) {
            let parsed = Arguments::command().try_get_matches_from(words(example));
            assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            assert!(example.starts_with(&path), "`{path}` shows another verb: {example}");
            shown += 1;
        }
        assert!(shown > 0, "`{path}` shows no example");
    }
}

#[test]
fn every_argument_is_described() {
    for (path, verb) in verbs() {
        for argument in verb.get_arguments() {
            let described = argument.get_help().is_some();
            assert!(described, "`{path}` does not describe `{}`", argument.get_id());
        }
    }
}
