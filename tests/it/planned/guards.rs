//! Guards: never one write more than they allow.

use std::fmt::Write as _;

use super::{INPUT, SAVED, apply, effects, plan, writes};
use crate::played::{Played, TAKE, assert_closed, count, report, seats};
use crate::program::Ran;

/// So many lines has the input.
const LINES: u64 = 6;

/// Seats that are given back, one for each line.
const RELEASE: &str = "  calls:
    license_api:
      connection: seats
      endpoint: seats.release
      confirm_delete: true
      parameters: { seatId: { field: holder } }
    D: input
";

/// A pipeline with these guards that takes seats, or gives them back.
fn text(guards: &str, node: &str, limits: &str) -> String {
    let text = seats(limits, &format!("{INPUT}{node}{SAVED}"));
    if guards.is_empty() { text } else { text.replace("nodes:", &format!("guards: {guards}\nnodes:")) }
}

fn played(faults: &[&str]) -> Played {
    let played = Played::with_faults(faults);
    let mut input = "holder,quantity\n".to_owned();
    for number in 0..LINES {
        writeln!(input, "holder{number},1").unwrap();
    }
    played.folder.write("input.csv", input);
    played
}

/// What a run under a guard did: its status, and how many writes came.
fn run(text: &str, arguments: &[&str]) -> (Played, Ran, u64) {
    let played = played(&[]);
    let ran = played.run_with(text, arguments);
    let count = writes(&played).len() as u64;
    (played, ran, count)
}

#[test]
fn there_is_never_a_write_more_than_the_guard_allows_at_any_concurrency() {
    for concurrency in ["1", "16", "64"] {
        for most in [0, 1, LINES - 1, LINES, LINES + 1] {
            let most_text = most.to_string();
            let arguments = ["--concurrency", concurrency, "--max-writes", &most_text];
            let (played, ran, count) = run(&text("", TAKE, ""), &arguments);
            let expected = if most < LINES { 5 } else { 0 };
            assert_eq!((ran.status, count), (expected, most.min(LINES)), "{most} at {concurrency}: {}", ran.stderr);
            assert_eq!(effects(&played).len() as u64, count);
            let told = format!("`--max-writes` is {most}, and the next call would be one more: it was not sent");
            assert_eq!(ran.stderr.contains(&told), most < LINES, "{}", ran.stderr);
        }
    }
}

#[test]
fn deletions_have_a_guard_of_their_own() {
    let (_, ran, count) = run(&text("", RELEASE, ""), &["--max-deletes", "2", "--concurrency", "16"]);
    assert_eq!((ran.status, count), (5, 2), "{}", ran.stderr);
    assert!(ran.stderr.contains("`--max-deletes` is 2"), "{}", ran.stderr);
    let (_, ran, count) = run(&text("", RELEASE, ""), &["--max-writes", "3", "--max-deletes", "4"]);
    assert_eq!((ran.status, count), (5, 3), "a deletion is a write: {}", ran.stderr);
    let (_, ran, count) = run(&text("", TAKE, ""), &["--max-deletes", "0"]);
    assert_eq!((ran.status, count), (0, LINES), "what deletes nothing does not heed it: {}", ran.stderr);
}

#[test]
fn a_pipeline_says_its_guards_and_an_option_wins() {
    let guarded = text("{ max_writes: 2, max_deletes: 0 }", TAKE, "");
    assert_eq!(run(&guarded, &[]).2, 2);
    let (_, ran, count) = run(&guarded, &["--max-writes", "6"]);
    assert_eq!((ran.status, count), (0, 6), "{}", ran.stderr);
    assert_eq!(run(&guarded, &["--max-writes", "1"]).2, 1);
    assert_eq!(run(&text("{ max_deletes: 1 }", RELEASE, ""), &[]).2, 1);
}

#[test]
fn resume_goes_on_with_a_higher_guard_and_stops_at_one_that_still_holds() {
    let (played, ran, _) = run(&text("{ max_writes: 5 }", TAKE, ""), &["--max-writes", "2"]);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(!played.folder.path("out/succeeded.csv").exists());
    for (arguments, status, expected) in
        [([].as_slice(), 5, 2), (&["--max-writes", "4"], 5, 4), (&["--max-writes", "6"], 0, 6)]
    {
        let ran = played.folder.run(&[&["resume"], arguments].concat());
        assert_eq!((ran.status, writes(&played).len()), (status, expected), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(played.rows("succeeded.csv").len(), 6);
}

#[test]
fn what_is_sent_again_counts_once() {
    let limited = played(&["match=seats.take,times=3,do=retry-after=0"]);
    let ran = limited.run_with(&text("", TAKE, "attempts: 5"), &["--max-writes", "6"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!((writes(&limited).len(), effects(&limited).len()), (9, 6));
    assert_eq!(count(&report(&ran), "calls", "retries"), 3);
    // A PUT whose answers are lost is sent again and again, and is one write all the same.
    let put = "  calls:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: { seatId: { field: holder } }
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
    D: input
";
    let played = played(&["match=seats.put,times=3,do=commit-then-503"]);
    let ran = played.run_with(&text("", put, "attempts: 5"), &["--max-writes", "6"]);
    assert_eq!((ran.status, writes(&played).len()), (0, 9), "{}", ran.stderr);
}

#[test]
fn what_was_not_sent_is_in_no_books_and_what_was_is_closed() {
    let (_, ran, _) = run(&text("", TAKE, ""), &["--max-writes", "2", "--concurrency", "1"]);
    let report = report(&ran);
    assert_eq!(count(&report, "calls", "succeeded"), 2, "{report}");
    assert_eq!(report["exit_status"], 5);
}

#[test]
fn a_plan_tells_which_guard_stops_it_and_apply_stops_before_the_first_request() {
    let guarded = text("{ max_writes: 4 }", TAKE, "");
    let played = played(&[]);
    played.folder.write("played.yaml", &guarded);
    let ran = played.folder.run(&["plan", "played.yaml", "--max-deletes", "0"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("! `--max-writes` is 4, and there are 6"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("--max-deletes"), "{}", ran.stderr);
    let before = played.all_requests().len();
    for arguments in [[].as_slice(), &["--max-writes", "5"], &["--max-writes", "0"]] {
        let ran = apply(&played, arguments);
        assert_eq!((ran.status, played.all_requests().len()), (5, before), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("help: `--max-writes 6` lets them be made"), "{}", ran.stderr);
    }
    let ran = apply(&played, &["--max-writes", "6"]);
    assert_eq!((ran.status, writes(&played).len()), (0, 6), "{}", ran.stderr);
    assert_closed(&report(&ran));
}

#[test]
fn a_guard_that_a_plan_was_made_with_holds_when_it_is_applied() {
    let played = played(&[]);
    plan(&played, &text("{ max_writes: 100 }", TAKE, ""), &["--max-writes", "5"]);
    assert_eq!(apply(&played, &[]).status, 5);
    assert!(writes(&played).is_empty());
}

#[test]
fn a_guard_that_is_no_count_is_refused_wherever_it_is_said() {
    for value in ["-1", "some", "1.5", "\"\""] {
        let played = played(&[]);
        let ran = played.run(&text(&format!("{{ max_writes: {value} }}"), TAKE, ""));
        assert_eq!(ran.status, 1, "{value}: {}", ran.stderr);
        assert_eq!(report(&ran)["problems"][0]["line"], 9, "{value}: {}", ran.stdout);
        let ran = played.run_with(&text("", TAKE, ""), &[&format!("--max-deletes={value}")]);
        assert_eq!(ran.status, 2, "{value}: {}", ran.stderr);
        assert!(played.all_requests().is_empty());
    }
    let ran = played(&[]).run(&text("{ max_write: 1 }", TAKE, ""));
    assert_eq!(ran.status, 1);
    assert!(ran.stdout.contains("max_writes"), "the nearest is offered: {}", ran.stdout);
}

#[test]
fn a_guard_can_be_a_setting() {
    let guarded =
        text("{ max_writes: \"${most}\" }", TAKE, "").replace("connections:", "settings:\n  most: 2\nconnections:");
    assert_eq!(run(&guarded, &[]).2, 2);
    assert_eq!(run(&guarded, &["--set", "most=3"]).2, 3);
}

#[test]
fn the_schema_knows_guards() {
    let ran = crate::program::Folder::new().run(&["schema"]);
    let schema = report(&ran);
    let guards = &schema["properties"]["guards"]["properties"];
    for name in ["max_writes", "max_deletes"] {
        assert_eq!(guards[name]["anyOf"][0]["minimum"], 0, "{guards}");
        assert!(guards[name]["description"].is_string(), "{guards}");
    }
}

#[test]
fn what_is_told_to_type_goes_on_to_the_end() {
    for (node, guard) in [(TAKE, "--max-writes"), (RELEASE, "--max-deletes")] {
        let played = played(&[]);
        played.folder.write("played.yaml", text("", node, "concurrency: 16"));
        let ran = played.folder.run(&["run", "played.yaml", "--state", "kept here", guard, "2"]);
        assert_eq!(ran.status, 5, "{}", ran.stderr);
        let told: Vec<&str> = ran.stderr.split('`').filter(|told| told.starts_with("seatflow resume")).collect();
        let [resume] = told.as_slice() else { panic!("{}", ran.stderr) };
        let expected = format!(" --state 'kept here' {guard} 6");
        let (resume, _) = resume.strip_prefix("seatflow resume ").unwrap().split_once(&expected).expect(resume);
        let ran = played.folder.run(&["resume", resume, "--state", "kept here", guard, "6"]);
        assert_eq!((ran.status, writes(&played).len() as u64), (0, LINES), "{}", ran.stderr);
    }
}
