//! What `${..}` stands for.

use seatflow_spec::{Kind, Override, Problems, Reading, Settings, Tree, Values};

use crate::{slugs, source, tree};

/// Resolves the text of `value` among these settings.
fn resolve_with(settings: &str, value: &str) -> (Option<Tree>, Vec<&'static str>) {
    let tree = tree(&format!("settings: {{ {settings} }}\nvalue: {value}\n"));
    let mut problems = Problems::new();
    let mut values = Values::new(Settings::read(&tree, &mut problems));
    assert_eq!(problems, Problems::new());
    values.set_variable("HOME", "/home");
    values.set_variable("TRICK", "${env:HOME} [1, 2]");
    values.set_file("token.txt", Ok("secret\r\n".into()));
    values.set_file("gone.txt", Err("no such file".to_owned()));
    let mut reading = Reading::new(&values);
    let resolved = reading.resolve(tree.get("value").expect("there is a value"));
    (resolved, slugs(&reading.into_problems()))
}

fn text_of(settings: &str, value: &str) -> String {
    let (resolved, problems) = resolve_with(settings, value);
    assert_eq!(problems, [""; 0], "{value}");
    let resolved = resolved.expect("there are no problems");
    assert!(matches!(resolved.kind, Kind::Text(_)), "{value}");
    resolved.as_text().expect("every reference is replaced").to_owned()
}

#[test]
fn references_are_replaced_inside_texts() {
    assert_eq!(text_of("name: x", "a-${name}-${env:HOME}-${file:token.txt}"), "a-x-/home-secret");
    assert_eq!(text_of("n: 2022.10, b: true", "\"${n} ${b}\""), "2022.10 true");
}

#[test]
fn a_sole_setting_keeps_its_type_and_everything_else_becomes_text() {
    let kind = |value| resolve_with("n: 5, f: 0.5, b: false", value).0.map(|tree| tree.kind);
    assert_eq!(kind("\"${n}\""), Some(Kind::Integer(5)));
    assert_eq!(kind("${f}"), Some(Kind::Float(0.5)));
    assert_eq!(kind("${b}"), Some(Kind::Bool(false)));
    assert_eq!(text_of("n: 5", "${n}0"), "50");
    assert_eq!(text_of("", "${env:HOME}"), "/home");
}

#[test]
fn what_stands_in_place_of_a_reference_is_never_read_again() {
    assert_eq!(text_of("", "${env:TRICK}"), "${env:HOME} [1, 2]");
    let mut problems = Problems::new();
    let tree = tree("settings: { s: x }\nvalue: \"${s}\"\n");
    let mut settings = Settings::read(&tree, &mut problems);
    settings.set(&[Override::parse("s=${env:HOME}").expect("an assignment")]).expect("the setting is there");
    let values = Values::new(settings);
    let resolved = Reading::new(&values).resolve(tree.get("value").expect("there is a value"));
    assert_eq!(resolved.as_ref().and_then(Tree::as_text), Some("${env:HOME}"));
}

#[test]
fn a_doubled_dollar_before_a_brace_is_literal() {
    assert_eq!(text_of("", "\"$${env:HOME} $ $$ $x\""), "${env:HOME} $ $$ $x");
}

#[test]
fn every_missing_value_is_reported() {
    let (resolved, problems) = resolve_with("open: , a: 1", "\"${nope} ${env:NOPE} ${file:gone.txt} ${open} ${a}\"");
    assert_eq!(resolved, None);
    assert_eq!(problems, ["unknown-setting", "missing-variable", "unreadable-file", "missing-setting"]);
}

#[test]
fn lists_and_maps_are_resolved_whole() {
    let (resolved, _) = resolve_with("n: 5", "{ x: [\"${n}\", \"${env:HOME}\"], y: 1 }");
    let resolved = resolved.expect("there are no problems");
    let items = resolved.get("x").map(Tree::items).unwrap_or_default();
    assert_eq!((&items[0].kind, items[1].as_text()), (&Kind::Integer(5), Some("/home")));
    assert_eq!(resolve_with("", "[\"${env:NOPE}\", \"${nope}\"]").1, ["missing-variable", "unknown-setting"]);
}

#[test]
fn a_broken_reference_is_a_problem_at_its_place() {
    for (text, column, message) in [
        ("a: x ${env:HOME", 6, "a `${` is not closed"),
        ("a: 'it''s ${}'", 11, "`` is not the name of a setting"),
        ("a: \"é ${No}\"", 7, "`No` is not the name of a setting"),
        ("a: ${env:1X}", 4, "`1X` is not the name of an environment variable"),
        ("a: ${environment:X}", 4, "there is no reference `environment`"),
        ("a: \"${file: }\"", 5, "a `${file:}` has no path"),
        ("a: ${ok} $${x ${b", 15, "a `${` is not closed"),
        ("a: |\n  one\n  two ${env:2}\n", 7, "`2` is not the name of an environment variable"),
    ] {
        let problems = Tree::parse(&source(text)).expect_err("the text is refused");
        let problem = problems.iter().next().expect("there is a problem");
        assert_eq!((problem.slug.as_str(), problem.message.as_str()), ("bad-reference", message), "{text}");
        assert_eq!(problem.place().map(seatflow_spec::Place::column), Some(column), "{text}");
    }
}

#[test]
fn values_do_not_print_their_secrets() {
    let mut values = Values::new(Settings::default());
    values.set_variable("TOKEN", "hush-hush");
    values.set_file("token.txt", Ok("hush-hush".into()));
    assert!(!format!("{values:?}").contains("hush-hush"));
}
