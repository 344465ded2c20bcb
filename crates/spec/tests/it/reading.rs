//! Reading trees into values.

use seatflow_spec::{
    FromTree, Key, MaybeSecret, Problem, Problems, Reading, Secret, Settings, Severity, Slug, Spanned, Tree, Values,
};
use secrecy::ExposeSecret;

use crate::{slugs, tree};

fn read<T: FromTree>(text: &str) -> Result<T, Problems> {
    let values = Values::new(Settings::default());
    let mut reading = Reading::new(&values);
    let value = reading.read(&tree(text));
    let problems = reading.into_problems();
    assert_eq!(value.is_none(), problems.has_fatal(), "a value is missing exactly when a problem says why");
    value.ok_or(problems)
}

fn message<T: FromTree>(text: &str) -> (&'static str, String) {
    let problems = read::<T>(text).err().expect("the value is refused");
    let problem = problems.iter().next().expect("there is a problem");
    (problem.slug.as_str(), problem.message.clone())
}

#[test]
fn values_are_read_by_type() {
    assert_eq!(read::<String>("x y").as_deref(), Ok("x y"));
    assert_eq!(read("true"), Ok(true));
    assert_eq!(read("-5"), Ok(-5_i64));
    assert_eq!(read("5"), Ok(5_u64));
    assert_eq!(read("5"), Ok(5_usize));
    assert_eq!(read("5"), Ok(5.0));
    assert_eq!(read("2.5"), Ok(2.5));
    assert_eq!(read("[1, 2]"), Ok(vec![1_i64, 2]));
}

#[test]
fn a_number_is_read_as_text_in_its_own_spelling() {
    assert_eq!(read::<String>("2022.10").as_deref(), Ok("2022.10"));
    assert_eq!(read::<String>("12").as_deref(), Ok("12"));
}

#[test]
fn a_wrong_type_says_what_was_expected_and_what_was_found() {
    let wrong = |message: &str| ("wrong-type", message.to_owned());
    assert_eq!(message::<i64>("many"), wrong("expected a whole number, found text"));
    assert_eq!(message::<i64>("1.5"), wrong("expected a whole number, found a number"));
    assert_eq!(message::<bool>("yes"), wrong("expected `true` or `false`, found text"));
    assert_eq!(message::<f64>("[1]"), wrong("expected a number, found a list"));
    assert_eq!(message::<String>("{ a: 1 }"), wrong("expected text, found a map"));
    assert_eq!(message::<String>("true"), wrong("expected text, found a truth value"));
    assert_eq!(message::<String>("~"), wrong("expected text, found nothing"));
    assert_eq!(message::<Vec<i64>>("5"), wrong("expected a list, found a whole number"));
    assert_eq!(message::<Vec<(Key, i64)>>("5"), wrong("expected a map, found a whole number"));
}

#[test]
fn numbers_out_of_range_are_bad_values() {
    assert_eq!(message::<u64>("-1"), ("bad-value", "-1 is less than 0".to_owned()));
    assert_eq!(message::<usize>("-1"), ("bad-value", "-1 is less than 0".to_owned()));
    assert_eq!(message::<f64>(".inf"), ("bad-value", "inf is not a finite number".to_owned()));
}

#[test]
fn every_item_of_a_list_and_every_value_of_a_map_is_checked() {
    let problems = read::<Vec<i64>>("[1, x, 2, y]").expect_err("two are wrong");
    assert_eq!(slugs(&problems), ["wrong-type"; 2]);
    let problems = read::<Vec<(Key, bool)>>("{ a: true, b: 1, c: 2 }").expect_err("two are wrong");
    assert_eq!(slugs(&problems), ["wrong-type"; 2]);
}

#[test]
fn a_map_of_names_keeps_its_order() {
    let read: Vec<(Key, Spanned<i64>)> = read("{ b: 2, a: 1 }").expect("the map is read");
    let names: Vec<_> = read.iter().map(|(key, value)| (key.text.as_str(), value.place.column())).collect();
    assert_eq!(names, [("b", 6), ("a", 12)]);
}

#[test]
fn a_map_reports_what_is_missing_and_what_is_unknown_and_goes_on() {
    let values = Values::new(Settings::default());
    let mut reading = Reading::new(&values);
    let tree = tree("{ pth: a.csv, header: maybe, limit: 5, empty: , frobnicate: 1 }");
    let mut map = reading.map(&tree).expect("it is a map").named("`read_csv`");
    assert_eq!(map.required::<String>("path"), None);
    assert_eq!(map.required::<i64>("version"), None);
    assert!(map.optional_or("header", true));
    assert_eq!(map.optional::<i64>("limit"), Some(5));
    assert_eq!(map.optional::<i64>("empty"), None);
    assert_eq!(map.optional::<i64>("absent"), None);
    map.finish();
    let problems = reading.into_problems().sorted();
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    let expected = [
        "`read_csv` has no `version`",
        "`read_csv` has no key `pth`",
        "expected `true` or `false`, found text",
        "`read_csv` has no key `frobnicate`",
    ];
    assert_eq!(messages, expected);
    let helps: Vec<_> = problems.iter().map(|problem| problem.help.as_deref().unwrap_or_default()).collect();
    assert_eq!(helps[0], "add `version: ..`");
    let valid = "he valid ones are `path`, `version`, `header`, `limit`, `empty` and `absent`";
    assert_eq!(helps[1], format!("did you mean `path`? T{valid}"));
    assert_eq!(helps[3], format!("t{valid}"));
}

#[test]
fn a_reader_that_is_given_up_tells_what_was_missing() {
    let values = Values::new(Settings::default());
    let mut reading = Reading::new(&values);
    let tree = tree("{ other: 1 }");
    let mut map = reading.map(&tree).expect("it is a map");
    assert_eq!(map.required::<String>("path"), None);
    drop(map);
    let problems = reading.into_problems();
    assert_eq!(slugs(&problems), ["missing-key"]);
}

#[test]
fn nothing_at_all_is_an_empty_map() {
    let values = Values::new(Settings::default());
    let mut reading = Reading::new(&values);
    let tree = tree("union:");
    let mut map = reading.map(tree.get("union").expect("the key is there")).expect("nothing is read as a map");
    assert_eq!(map.optional::<i64>("limit"), None);
    map.finish();
    assert_eq!(reading.into_problems(), Problems::new());
}

#[test]
fn one_of_several_words_is_read_and_another_is_refused() {
    let values = Values::new(Settings::default());
    let mut reading = Reading::new(&values);
    let words = [("left", 1), ("right", 2), ("true", 3)];
    assert_eq!(reading.one_of(&tree("right"), &words), Some(2));
    assert_eq!(reading.one_of(&tree("true"), &words), Some(3));
    assert_eq!(reading.one_of(&tree("rihgt"), &words), None);
    assert_eq!(reading.one_of(&tree("[left]"), &words), None);
    let problems = reading.into_problems();
    assert_eq!(slugs(&problems), ["bad-value", "wrong-type"]);
    let help = problems.iter().next().and_then(|problem| problem.help.as_deref());
    assert_eq!(help, Some("did you mean `right`? The valid ones are `left`, `right` and `true`"));
}

/// Reads a secret with `TOKEN` set to `rt-1`, and a setting `token`.
fn secret(text: &str) -> (Option<Secret>, Problems) {
    let mut problems = Problems::new();
    let file = tree(&format!("settings: {{ token: rt-2 }}\nsecret: {text}\n"));
    let mut values = Values::new(Settings::read(&file, &mut problems));
    values.set_variable("TOKEN", "rt-1");
    let mut reading = Reading::new(&values);
    let secret = reading.read(file.get("secret").expect("the key is there"));
    (secret, reading.into_problems())
}

#[test]
fn a_secret_from_outside_is_taken_in_silence() {
    let (secret, problems) = secret("${env:TOKEN}");
    assert_eq!(problems, Problems::new());
    let secret = secret.expect("the secret is read");
    assert_eq!(secret.value.expose_secret(), "rt-1");
    assert!(!format!("{secret:?}").contains("rt-1"));
}

#[test]
fn a_secret_in_the_file_is_taken_with_a_warning() {
    for text in ["rt-000001", "12345", "\"${token}\""] {
        let (secret, problems) = secret(text);
        assert!(secret.is_some(), "{text}");
        assert_eq!(slugs(&problems), ["secret-in-file"], "{text}");
        assert!(!problems.has_fatal(), "{text}");
        assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{text}");
    }
}

#[test]
fn a_text_is_a_secret_if_the_environment_has_a_part_in_it() {
    let mut values = Values::new(Settings::default());
    values.set_variable("TOKEN", "rt-1");
    values.set_file("key", Ok("k-2\n".into()));
    for (text, whole, parts) in
        [("plain", "plain", vec![]), ("a ${env:TOKEN} b ${file:key}", "a rt-1 b k-2", vec!["rt-1", "k-2"])]
    {
        let file = tree(&format!("text: {text}\n"));
        let mut reading = Reading::new(&values);
        let read: MaybeSecret = reading.read(file.get("text").expect("the key is there")).expect("it is text");
        assert_eq!(reading.into_problems(), Problems::new());
        assert_eq!((read.expose(), read.is_secret()), (whole, !parts.is_empty()));
        let found: Vec<_> = read.parts.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(found, parts);
        assert!(!format!("{read:?}").contains("rt-1"));
    }
}

#[test]
fn a_secret_that_is_not_there_is_no_secret_in_a_file() {
    assert_eq!(slugs(&secret("${env:NOPE}").1), ["missing-variable"]);
    assert_eq!(slugs(&secret("[x]").1), ["wrong-type"]);
}

#[test]
fn problems_are_sorted_by_place_and_said_once() {
    let file = tree("a: 1\nb: 2\n");
    let at = |key: &str, slug| {
        let place = &file.get(key).expect("the key is there").place;
        Problem::new(slug, "wrong").at(place, "here")
    };
    let problems = Problems::from_iter([
        at("b", Slug::BAD_VALUE),
        at("a", Slug::WRONG_TYPE),
        at("a", Slug::WRONG_TYPE),
        Problem::new(Slug::CYCLE, "of the whole"),
    ]);
    assert_eq!(slugs(&problems.sorted()), ["cycle", "wrong-type", "bad-value"]);
}

#[test]
fn a_tree_is_read_as_it_is() {
    let read: Tree = read("{ a: \"${x}\" }").expect("references are not looked up");
    assert_eq!(read.references().len(), 1);
}
