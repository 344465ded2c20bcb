//! The pages of the sorts of problems.

use seatflow_spec::{PAGES, Pipeline, Problems, Reading, Settings, Slug, Tree, Values};

use crate::{slugs, source};

/// The problems that a file has for this crate; all others need the tools, the catalogs or files.
const RAISED_HERE: &[Slug] = &[
    Slug::BAD_NAME,
    Slug::BAD_REFERENCE,
    Slug::BAD_VALUE,
    Slug::BAD_VERSION,
    Slug::DUPLICATE_KEY,
    Slug::MISSING_KEY,
    Slug::MISSING_SETTING,
    Slug::MISSING_VARIABLE,
    Slug::UNKNOWN_KEY,
    Slug::UNKNOWN_SETTING,
    Slug::UNREADABLE_FILE,
    Slug::UNREADABLE_YAML,
    Slug::WRONG_TYPE,
];

/// The problems whose examples are catalogs, which another crate reads and tests.
const OF_CATALOGS: &[Slug] = &[Slug::BAD_ENDPOINT];

/// The first YAML of a page.
fn example(text: &str) -> &str {
    let from = text.split_once("```yaml\n").map_or("", |(_, from)| from);
    from.split_once("```").map_or("", |(example, _)| example)
}

/// The problems of an example, where every reference in the nodes' own settings is looked up as well.
fn problems_of(example: &str) -> Problems {
    let mut problems = Problems::new();
    let Some(tree) = Tree::read(&source(example), &mut problems) else {
        return problems;
    };
    let values = Values::new(Settings::read(&tree, &mut problems));
    let mut reading = Reading::new(&values);
    let pipeline = Pipeline::read(&tree, &mut reading);
    for node in pipeline.iter().flat_map(|pipeline| &pipeline.nodes) {
        reading.resolve(&node.config);
    }
    problems.extend(reading.into_problems());
    problems
}

#[test]
fn slugs_are_in_order_and_well_formed() {
    assert!(PAGES.is_sorted_by(|left, right| left.slug < right.slug));
    for page in PAGES {
        let slug = page.slug.as_str();
        assert!(slug.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'), "{slug}");
        assert_eq!(Slug::from_name(slug), Some(page.slug));
        assert_eq!(page.slug.page().map(|page| page.title), Some(page.title));
    }
    assert_eq!(Slug::from_name("nope"), None);
}

#[test]
fn every_page_has_its_headings() {
    for page in PAGES {
        let headings: Vec<_> = page.text.lines().filter(|line| line.starts_with('#')).collect();
        let title = format!("# {}", page.slug);
        let expected = [title.as_str(), "## What it means", "## An example", "## How to mend it"];
        assert_eq!(headings, expected, "{}", page.slug);
    }
}

#[test]
fn the_example_of_a_page_gives_its_problem_and_no_other() {
    for page in PAGES.iter().filter(|page| !OF_CATALOGS.contains(&page.slug)) {
        let found = slugs(&problems_of(example(page.text)));
        let expected: &[&str] = if RAISED_HERE.contains(&page.slug) { &[page.slug.as_str()] } else { &[] };
        assert_eq!(found, expected, "{}", page.slug);
    }
}
