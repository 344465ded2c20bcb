//! Every tool does what its page says, and its page says all of it.

use std::collections::BTreeSet;

use seatflow_spec::{Input, Output};
use seatflow_testkit::Page;
use seatflow_tool::{Entry, Presence};
use seatflow_tools::TOOLS;

/// The tools whose pages can be read; that all can is a test of its own.
fn pages() -> impl Iterator<Item = (&'static Entry, Page)> {
    TOOLS.iter().filter_map(|tool| Some((tool, Page::parse(tool.card.page).ok()?)))
}

/// Fails with everything that was found.
fn none(found: impl IntoIterator<Item = String>) {
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn every_page_is_written_as_pages_are() {
    let unreadable = TOOLS.iter().filter_map(|tool| {
        let error = Page::parse(tool.card.page).err()?;
        Some(format!("{}.md: {error:#}", tool.card.name))
    });
    none(unreadable);
}

#[test]
fn every_example_of_every_page_holds() {
    let failures = pages().flat_map(|(tool, page)| {
        page.examples.into_iter().filter_map(|example| {
            let error = example.check(TOOLS).err()?;
            Some(format!("{}.md, {}\n{error:#}", tool.card.name, example.about))
        })
    });
    none(failures);
}

#[test]
fn names_are_unique_and_well_formed() {
    let names: BTreeSet<&str> = TOOLS.iter().map(|tool| tool.card.name).collect();
    assert_eq!(names.len(), TOOLS.len());
    for name in names {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(name.bytes().all(fits) && !name.starts_with('_'), "{name}");
    }
}

#[test]
fn a_page_has_the_name_of_its_tool_and_a_card_one_sentence() {
    for (tool, page) in pages() {
        assert_eq!(page.name, tool.card.name);
        let summary = tool.card.summary;
        assert!(!summary.is_empty() && !summary.contains('\n') && !summary.ends_with('.'), "{summary}");
    }
}

#[test]
fn every_anchor_is_shown_by_an_example_and_no_other() {
    let mut wrong = Vec::new();
    for (tool, page) in pages() {
        let card = tool.card;
        let shown = page.examples.iter().map(|example| example.shows(card.name).unwrap());
        let (inputs, outputs): (Vec<Vec<Input>>, Vec<Vec<Output>>) = shown.unzip();
        let (inputs, outputs) = (inputs.concat(), outputs.concat());
        for (letter, presence) in [(Input::A, card.inputs.a), (Input::D, card.inputs.d)] {
            if inputs.contains(&letter) != (presence != Presence::Absent) {
                wrong.push(format!("{}.md: the input {letter}", card.name));
            }
        }
        for letter in Output::ALL {
            if outputs.contains(&letter) != card.output_letters().contains(&letter) {
                wrong.push(format!("{}.md: the output {letter}", card.name));
            }
        }
    }
    none(wrong);
}

#[test]
fn every_setting_is_described_in_the_schema_and_on_the_page() {
    for (tool, page) in pages() {
        let schema = (tool.schema)().to_value();
        let mut settings = BTreeSet::new();
        for (name, setting) in schema["properties"].as_object().into_iter().flatten() {
            let description = setting["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "`{name}` of `{}` is not described", tool.card.name);
            settings.insert(name.clone());
        }
        let described: BTreeSet<String> = page.settings.into_iter().collect();
        assert_eq!(described, settings, "the settings of `{}`", tool.card.name);
    }
}
