//! The F of a run is an input of the same pipeline.

use super::{SAVED, effects};
use crate::played::{Played, Rows, TAKE, assert_closed, count, report, seats};

/// Takes seats for the lines of a file; `extra` is more of the node.
fn take(extra: &str) -> String {
    let input = "  input: { read_csv: { path: input.csv } }\n";
    let nodes = format!("{input}{TAKE}      keep: [holder]\n      {extra}\n{SAVED}");
    seats("concurrency: 1, attempts: 2", &nodes)
}

const INPUT: &str = "holder,quantity\nann,1\nbob,2\nann,3\ncem,1\nbob,two\ndan,1\n";

/// A run of which `ann` is in doubt, so that her second line is not attempted, and others fail: F, as it was written.
fn first_run() -> (Played, Rows) {
    let played = Played::with_faults(&[
        "match=seats.take,do=commit-then-503",
        "match=seats.take,after=1,do=status=409",
        "match=seats.take,after=1,do=cut-body",
    ]);
    played.folder.write("input.csv", INPUT);
    let ran = played.run(&take(""));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    played.assert_used_up();
    assert_closed(&report(&ran));
    let failed = played.rows("failed.csv");
    (played, failed)
}

/// What is said of each holder: the kind, and the fields that came back.
fn kinds(rows: &Rows) -> Vec<[&str; 3]> {
    rows.iter().map(|row| ["error.kind", "holder", "quantity"].map(|name| row[name].as_str())).collect()
}

#[test]
fn f_has_every_field_of_the_input_and_why() {
    let (_, failed) = first_run();
    let expected = [
        ["in-doubt", "ann", "1"],
        ["not-attempted", "ann", "3"],
        ["status", "cem", "1"],
        ["bad-parameter", "bob", "two"],
        ["in-doubt", "dan", "1"],
    ];
    assert_eq!(kinds(&failed), expected);
}

#[test]
fn what_is_in_doubt_passes_through_as_it_came_and_the_rest_is_tried_anew() {
    let (played, first) = first_run();
    let (before, sent) = (effects(played.requests("seats.take")), played.requests("seats.take").len());
    played.folder.write("input.csv", played.folder.read("out/failed.csv"));
    let ran = played.run(&take(""));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let report = report(&ran);
    assert_closed(&report);
    assert_eq!(count(&report, "calls", "in_doubt"), 2);
    assert_eq!(count(&report, "calls", "succeeded"), 1);

    let second = played.rows("failed.csv");
    let expected = [
        ["in-doubt", "ann", "1"],
        ["not-attempted", "ann", "3"],
        ["bad-parameter", "bob", "two"],
        ["in-doubt", "dan", "1"],
    ];
    assert_eq!(kinds(&second), expected);
    let said = |row: &std::collections::BTreeMap<String, String>| {
        row.iter().filter(|(name, _)| *name != "_call").map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    for (earlier, later) in [(&first[0], &second[0]), (&first[4], &second[3])] {
        assert_eq!(said(earlier), said(later), "it leaves as it came, every field of it");
    }
    assert_eq!(played.requests("seats.take").len(), sent + 1, "only `cem` was asked for");
    assert_eq!(effects(played.requests("seats.take")).len(), before.len() + 1);
}

#[test]
fn f_that_is_fed_back_again_and_again_stays_what_it_is() {
    let (played, _) = first_run();
    let again = || {
        played.folder.write("input.csv", played.folder.read("out/failed.csv"));
        assert_eq!(played.run(&take("")).status, 3);
        played.folder.read("out/failed.csv")
    };
    // The second run still gets something done; from then on there is nothing left to do.
    again();
    let third = again();
    assert_eq!(again(), third);
}

#[test]
fn resend_in_doubt_writes_it_again_with_the_types_of_the_catalog() {
    let (played, _) = first_run();
    let before = effects(played.requests("seats.take")).len();
    played.folder.write("input.csv", played.folder.read("out/failed.csv"));
    let ran = played.run(&take("resend_in_doubt: true"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    assert_eq!(kinds(&played.rows("failed.csv")), [["bad-parameter", "bob", "two"]]);
    let taken = effects(played.requests("seats.take")).split_off(before);
    let ends: Vec<String> = taken.iter().map(|effect| effect.split_once(" with ").unwrap().1.to_owned()).collect();
    assert_eq!(ends, ["viewer ×1 for ann", "viewer ×3 for ann", "viewer ×1 for cem", "viewer ×1 for dan"]);
}

#[test]
fn an_equal_write_is_not_made_by_feeding_its_f_back_unless_the_node_says_so() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "holder,quantity\nann,1\nann,1\nbob,9\n");
    let ran = played.run(&take(""));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let first = played.rows("failed.csv");
    assert_eq!(kinds(&first), [["duplicate-write", "ann", "1"]]);
    played.folder.write("input.csv", played.folder.read("out/failed.csv"));
    let ran = played.run(&take(""));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    assert_eq!(count(&report(&ran), "calls", "in_doubt"), 0);
    assert_eq!(kinds(&played.rows("failed.csv")), kinds(&first));
    assert_eq!(effects(played.requests("seats.take")).len(), 2);
    // A device that is free of doubt is not barred by it.
    played.folder.write("input.csv", format!("{}9,,,,,,,,ann,2\n", played.folder.read("out/failed.csv")));
    let ran = played.run(&take("repeat: true"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(effects(played.requests("seats.take")).len(), 4);
}
