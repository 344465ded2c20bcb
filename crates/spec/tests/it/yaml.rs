//! Odd YAML.

use proptest::prelude::*;
use seatflow_spec::{Kind, Problems, Source, Tree};

use crate::{slugs, source, tree};

/// The one problem of a text that cannot be read.
fn refused(text: &str) -> (&'static str, String) {
    let problems = Tree::parse(&source(text)).expect_err("the text is refused");
    let problem = problems.iter().next().expect("there is a problem");
    (problem.slug.as_str(), problem.to_string())
}

fn place_of(tree: &Tree) -> (usize, usize, &str) {
    (tree.place.line(), tree.place.column(), tree.place.text())
}

#[test]
fn values_know_where_they_stand() {
    let tree = tree("a: b c  # why\nd:\n  - 1\n  - 'q''x'   # why\nf: { x: 1.5, y: [true, ~] }\n");
    let get = |key| tree.get(key).expect("the key is there");
    assert_eq!(place_of(get("a")), (1, 4, "b c"));
    assert_eq!(place_of(&get("d").items()[0]), (3, 5, "1"));
    assert_eq!(place_of(&get("d").items()[1]), (4, 5, "'q''x'"));
    assert_eq!(place_of(get("d")), (3, 3, "- 1\n  - 'q''x'"));
    assert_eq!(place_of(get("f")), (5, 4, "{ x: 1.5, y: [true, ~] }"));
    assert_eq!(tree.entries()[2].0.place.to_string(), "test.yaml:5:1");
}

#[test]
fn places_are_right_after_letters_of_several_bytes() {
    let tree = tree("größe: süß\nx: ö 🦀 # é\n\"€\": [ä, ß]\n");
    assert_eq!(place_of(&tree.entries()[0].1), (1, 8, "süß"));
    assert_eq!(place_of(&tree.entries()[1].1), (2, 4, "ö 🦀"));
    assert_eq!(tree.entries()[2].0.text, "€");
    assert_eq!(place_of(&tree.entries()[2].1.items()[1]), (3, 10, "ß"));
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_are_no_part_of_a_value() {
    let tree = tree("\u{feff}a: x\r\nb: 'y'\r\n");
    assert_eq!(place_of(&tree.entries()[0].1), (1, 4, "x"));
    assert_eq!(place_of(&tree.entries()[1].1), (2, 4, "'y'"));
}

#[test]
fn a_value_that_is_not_written_is_where_its_key_is() {
    let tree = tree("a: 1\nempty:\nz: 2\n");
    let empty = tree.get("empty").expect("the key is there");
    assert!(empty.is_null());
    assert_eq!(place_of(empty), (2, 1, "empty"));
}

#[test]
fn quoted_and_block_scalars_are_text() {
    let tree = tree("a: '5'\nb: \"true\"\nc: |\n  1\nd: >-\n  x\n  y\n");
    let texts: Vec<_> = tree.entries().iter().map(|(_, value)| value.as_text()).collect();
    assert_eq!(texts, [Some("5"), Some("true"), Some("1\n"), Some("x y")]);
}

#[test]
fn a_number_keeps_its_spelling() {
    let tree = tree("[2022.10, 1e3, 0.50, 12]");
    let texts: Vec<_> = tree.items().iter().map(Tree::as_text).collect();
    assert_eq!(texts, [Some("2022.10"), Some("1e3"), Some("0.50"), Some("12")]);
    assert_eq!(tree.items()[0].kind, Kind::Float(2022.1));
}

#[test]
fn an_alias_is_a_copy_that_stands_where_its_anchor_does() {
    let tree = tree("a: &limits { concurrency: 4 }\nb: *limits\n");
    let copy = tree.get("b").expect("the key is there");
    assert_eq!(copy.get("concurrency").map(|value| &value.kind), Some(&Kind::Integer(4)));
    assert_eq!(copy.place.line(), 1);
}

#[test]
fn aliases_that_multiply_are_refused() {
    let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]".to_owned();
    let others = (1..12).map(|level| {
        let row = vec![format!("*a{}", level - 1); 10].join(", ");
        format!("a{level}: &a{level} [{row}]")
    });
    let lines: Vec<_> = [first].into_iter().chain(others).collect();
    assert_eq!(refused(&lines.join("\n")), ("unreadable-yaml", "the aliases of the file copy too much".to_owned()));
}

#[test]
fn an_alias_of_a_large_text_cannot_be_copied_without_end() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 1_000].join(", "));
    assert_eq!(refused(&text).1, "the aliases of the file copy too much");
}

#[test]
fn an_alias_of_what_it_is_a_part_of_is_refused() {
    let (slug, message) = refused("a: &a [*a]");
    assert_eq!(slug, "unreadable-yaml");
    assert!(message.contains("itself a part of"), "{message}");
}

#[test]
fn deep_nesting_is_refused_and_less_deep_is_read() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Tree::parse(&source(&nested(128))).is_ok());
    for depth in [129, 1_000, 100_000] {
        let expected = "lists and maps lie more than 128 deep in each other";
        assert_eq!(refused(&nested(depth)).1, expected);
    }
    assert_eq!(refused(&"- ".repeat(5_000)).0, "unreadable-yaml");
}

#[test]
fn an_alias_does_not_lead_around_the_limit_of_depth() {
    let half = |inner: &str| format!("{}{inner}{}", "[".repeat(100), "]".repeat(100));
    let text = format!("a: &a {}\nb: {}\n", half("x"), half("*a"));
    assert_eq!(refused(&text).1, "lists and maps lie more than 128 deep in each other");
}

#[test]
fn what_is_no_single_document_of_plain_yaml_is_refused() {
    for (text, message) in [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("a: 1\n---\nb: 2\n", "the file holds more than one document"),
        ("a: 1\0\nb: 2\n", "the file holds the control character `\\u{0}`"),
        ("a: !!str 5\n", "a tag is written here"),
        ("a: !include x.yaml\n", "a tag is written here"),
        ("? [x]\n: 1\n", "a key is a list or a map"),
        ("a: &a 1\n*a : 2\n", "a key is an alias"),
        ("<<: { a: 1 }\n", "a map is merged into another"),
    ] {
        assert_eq!(refused(text), ("unreadable-yaml", message.to_owned()), "{text:?}");
    }
    assert_eq!(refused("a: 1\na: 2\n"), ("duplicate-key", "the key `a` is there twice".to_owned()));
    assert_eq!(refused("${x}: 1\n").0, "bad-reference");
}

#[test]
fn broken_yaml_says_where_and_often_what_to_do() {
    for (text, line, help) in [
        ("a:\n\t- 1\n", 2, Some("indent with spaces")),
        ("a: b: c\n", 1, Some("a text with `: ` in it stands in quotes")),
        ("a: @x\n", 1, Some("a text that begins with this character stands in quotes")),
        ("a: { x: ${y} }\n", 1, Some("between braces or brackets a reference stands in quotes: `\"${name}\"`")),
        ("a: [1, 2\nb: 3\n", 2, None),
    ] {
        let problems = Tree::parse(&source(text)).expect_err("the text is refused");
        let problem = problems.iter().next().expect("there is a problem");
        assert_eq!(problem.place().map(seatflow_spec::Place::line), Some(line), "{text:?}");
        assert_eq!(problem.help.as_deref(), help, "{text:?}");
    }
}

#[test]
fn reading_goes_on_after_what_is_wrong_for_itself_alone() {
    let mut problems = Problems::new();
    let text = "a: !tag 1\na: 2\nb: ${\nc: 3\n? { x: 1 }\n: { y: [1] }\nd: 4\n";
    let tree = Tree::read(&source(text), &mut problems).expect("there is a tree");
    assert_eq!(slugs(&problems), ["unreadable-yaml", "duplicate-key", "bad-reference", "unreadable-yaml"]);
    let keys: Vec<_> = tree.entries().iter().map(|(key, value)| (key.text.as_str(), &value.kind)).collect();
    let expected = [("a", &Kind::Broken), ("b", &Kind::Broken), ("c", &Kind::Integer(3)), ("d", &Kind::Integer(4))];
    assert_eq!(keys, expected);
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_at_their_place() {
    let problems = Source::from_bytes("test.yaml", b"a: x\nb: \xff\n".to_vec()).expect_err("not UTF-8");
    let problem = problems.iter().next().expect("there is a problem");
    assert_eq!(problem.slug.as_str(), "unreadable-yaml");
    assert_eq!(problem.place().map(ToString::to_string).as_deref(), Some("test.yaml:2:4"));
    let marked = Source::from_bytes("test.yaml", b"\xef\xbb\xbfa: \xff".to_vec()).expect_err("not UTF-8");
    let place = marked.iter().next().and_then(|problem| problem.place());
    assert_eq!(place.map(ToString::to_string).as_deref(), Some("test.yaml:1:4"));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        report_of(&text);
    }

    #[test]
    fn no_text_of_yamls_own_characters_makes_the_reader_panic(
        text in r#"([-:?,\[\]{}#&*!|>'"%@`$ \n\r\ta0é🦀<~.=]|\$\{|\}|: |- |\n  ){0,60}"#,
    ) {
        report_of(&text);
    }
}

/// Reads, and renders what is wrong, so that every span is tried.
fn report_of(text: &str) {
    let mut problems = Problems::new();
    let tree = Tree::read(&source(text), &mut problems);
    assert!(tree.is_some() || problems.has_fatal());
    problems.report(miette::GraphicalTheme::unicode_nocolor(), 80);
}
