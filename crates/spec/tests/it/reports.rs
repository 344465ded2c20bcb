//! What a user sees of a problem.

use std::sync::Arc;

use insta::assert_snapshot;
use miette::GraphicalTheme;
use seatflow_spec::{Place, Problem, Problems, Slug, Source};

use crate::pipeline;

fn report(problems: &Problems) -> String {
    problems.report(GraphicalTheme::unicode_nocolor(), 100)
}

fn place(source: &Arc<Source>, text: &str) -> Place {
    let start = source.text().find(text).expect("the text is there");
    source.place(start, start + text.len())
}

/// A problem with two places, some lines apart.
fn two_places() -> Problem {
    let text = "version: 1

nodes:
  clean:
    filter: { condition: amount > 0 }
    D: orders
  save:
    write_csv: { path: clean.csv }
    D: clean.G
";
    let source = Source::new("pipelines/orders.yaml", text);
    Problem::new(Slug::UNKNOWN_ANCHOR, "`clean` has no output `G`")
        .at(&place(&source, "clean.G"), "no such output")
        .with(&place(&source, "filter"), "a `filter` has the outputs `S` and `F`")
        .help("did you mean `clean.F`?")
}

#[test]
fn two_places_that_are_near_stand_in_one_frame_headed_by_the_first() {
    assert_snapshot!(report(&two_places().into()), @r"
     × `clean` has no output `G`
      ╭─[pipelines/orders.yaml:9:8]
    5 │     filter: { condition: amount > 0 }
      ·     ───┬──
      ·        ╰── a `filter` has the outputs `S` and `F`
    6 │     D: orders
    7 │   save:
    8 │     write_csv: { path: clean.csv }
    9 │     D: clean.G
      ·        ───┬───
      ·           ╰── no such output
      ╰────
     help: did you mean `clean.F`?
    ");
}

#[test]
fn two_places_that_are_far_apart_stand_in_frames_of_their_own() {
    let source = Source::new("far.yaml", format!("first: 1\n{}second: 2\n", "#\n".repeat(20)));
    let problem = Problem::new(Slug::BAD_VALUE, "they do not go together")
        .at(&place(&source, "second"), "this one")
        .with(&place(&source, "first"), "and that one");
    assert_snapshot!(report(&problem.into()), @r"
     × they do not go together
      ╭─[far.yaml:1:1]
    1 │ first: 1
      · ──┬──
      ·   ╰── and that one
      ╰────
       ╭─[far.yaml:22:1]
    22 │ second: 2
       · ───┬──
       ·    ╰── this one
       ╰────
    ");
}

#[test]
fn a_place_in_another_file_follows_the_help() {
    let catalog = Source::new("vendor.yaml", "catalog: vendor\nname: x\n");
    let problem = two_places().with(&place(&catalog, "name"), "declared here");
    assert_snapshot!(report(&problem.into()), @r"
     × `clean` has no output `G`
      ╭─[pipelines/orders.yaml:9:8]
    5 │     filter: { condition: amount > 0 }
      ·     ───┬──
      ·        ╰── a `filter` has the outputs `S` and `F`
    6 │     D: orders
    7 │   save:
    8 │     write_csv: { path: clean.csv }
    9 │     D: clean.G
      ·        ───┬───
      ·           ╰── no such output
      ╰────
     help: did you mean `clean.F`?
           vendor.yaml:2:1: declared here
    ");
}

#[test]
fn columns_are_counted_in_characters() {
    let (_, problems) = pipeline("version: 1\npipeline: x\nnodes: { a: { sql: 'größe 🦀', d: b } }\n");
    assert_snapshot!(report(&problems), @r"
     × a node has no key `d`
      ╭─[test.yaml:3:31]
    3 │ nodes: { a: { sql: 'größe 🦀', d: b } }
      ·                                ┬
      ·                                ╰── no such key
      ╰────
     help: did you mean `D`?
    ");
}

#[test]
fn a_value_of_several_lines_is_marked_on_its_first() {
    let (_, problems) = pipeline("version: 1\npipeline: x\nnodes:\n  a:\n    sql:\n    A:\n      x: b\n      y: c\n");
    assert_snapshot!(report(&problems), @r"
     × expected one wire, found a map
      ╭─[test.yaml:7:7]
    7 │       x: b
      ·       ──┬─
      ·         ╰── this input takes one wire
      ╰────
    ");
}

#[test]
fn an_empty_file_has_a_report() {
    assert_snapshot!(report(&pipeline("").1), @r"
    × the file is empty
     ╭─[test.yaml:1:1]
     ╰────
    ");
}

#[test]
fn problems_follow_each_other_and_a_warning_looks_like_one() {
    let source = Source::new("p.yaml", "token: rt-1\n");
    let problems = Problems::from_iter([
        Problem::new(Slug::CYCLE, "wires lead in a circle"),
        Problem::warning(Slug::SECRET_IN_FILE, "a secret is written in the file").at(&place(&source, "rt-1"), "here"),
    ]);
    assert_snapshot!(report(&problems), @r"
     × wires lead in a circle

     ⚠ a secret is written in the file
      ╭─[p.yaml:1:8]
    1 │ token: rt-1
      ·        ──┬─
      ·          ╰── here
      ╰────
    ");
    assert_eq!(
        problems.to_string(),
        "wires lead in a circle (cycle)\np.yaml:1:8: a secret is written in the file (secret-in-file)"
    );
}

#[test]
fn what_is_hidden_is_in_no_report() {
    let source = Source::new("p.yaml", "token: rt-ä1 # mine\nkind: basic\n");
    let token = place(&source, "rt-ä1");
    token.hide();
    let problems = Problems::from_iter([Problem::new(Slug::BAD_VALUE, "the kind is wrong")
        .at(&place(&source, "basic"), "here")
        .with(&token, "for this")]);
    assert_snapshot!(report(&problems), @r"
     × the kind is wrong
      ╭─[p.yaml:2:7]
    1 │ token: ****** # mine
      ·        ───┬──
      ·           ╰── for this
    2 │ kind: basic
      ·       ──┬──
      ·         ╰── here
      ╰────
    ");
    assert_eq!(token.text(), "rt-ä1");
}
