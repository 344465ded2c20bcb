//! What somebody sees of a plan.

use std::fmt::Write as _;

use super::{INPUT, SAVED};
use crate::played::{Played, TAKE, seats};
use crate::program::{Folder, Ran};

/// What was said, with another name for the run.
fn said(ran: &Ran) -> String {
    let run = ran.stderr.split("seatflow apply ").nth(1).and_then(|rest| rest.split([' ', '`']).next());
    let all = format!("{}---\n{}", ran.stdout, ran.stderr);
    run.map_or_else(|| all.clone(), |run| all.replace(run, "RUN"))
}

#[test]
fn what_would_be_deleted_is_shown() {
    let ran = Folder::new().run(&["plan", "pipelines/delete-users.yaml", "--sandbox", "--max-deletes", "6"]);
    assert_eq!(ran.status, 0);
    insta::assert_snapshot!(said(&ran));
}

#[test]
fn what_would_be_activated_is_shown_and_what_would_not() {
    let ran = Folder::new().run(&["plan", "pipelines/activate-offline.yaml", "--sandbox"]);
    assert_eq!(ran.status, 0);
    insta::assert_snapshot!(said(&ran));
}

#[test]
fn a_pipeline_that_only_reads_would_write_nothing() {
    let ran = Folder::new().run(&["plan", "pipelines/releases.yaml", "--sandbox"]);
    assert_eq!(ran.status, 0);
    insta::assert_snapshot!(said(&ran), @r"
    nothing would be written
    ---
    releases: 0 writes planned, nothing was written
    ");
}

#[test]
fn nothing_is_said_of_a_plan_that_is_well_if_it_has_to_be_quiet() {
    let ran = Folder::new().run(&["plan", "pipelines/delete-users.yaml", "--sandbox", "--quiet"]);
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
}

#[test]
fn beyond_fifty_writes_the_others_are_counted_and_can_be_saved() {
    let played = Played::with_faults(&[]);
    let mut input = "holder,quantity\n".to_owned();
    for number in 0..60 {
        writeln!(input, "holder{number},1").unwrap();
    }
    played.folder.write("input.csv", input);
    played.folder.write("played.yaml", seats("", &format!("{INPUT}{TAKE}{SAVED}")));
    let ran = played.folder.run(&["plan", "played.yaml", "--save", "list.csv"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("seats.take  POST        60        0\n"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("holder=").count(), 50);
    assert!(ran.stdout.ends_with("\nand 10 others: `--save FILE.csv` or `--save FILE.parquet` holds them all\n"));
    assert_eq!(played.folder.read("list.csv").lines().count(), 61);
}

#[test]
fn a_record_that_fails_before_its_call_is_told_with_where_to_see_why() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "holder,quantity\nann,1\nbob,two\n");
    played.folder.write("played.yaml", seats("", &format!("{INPUT}{TAKE}{SAVED}")));
    let ran = played.folder.run(&["plan", "played.yaml"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let line = ran.stderr.lines().find_map(|line| line.strip_prefix("    help: `seatflow ")).unwrap();
    assert!(ran.stderr.contains("! 1 record failed at `calls`"), "{}", ran.stderr);
    let show: Vec<&str> = line.split('`').next().unwrap().split(' ').chain(["--format", "csv"]).collect();
    let ran = played.folder.run(&show);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("bad-parameter") && ran.stdout.contains("bob,two"), "{}", ran.stdout);
}

#[test]
fn failed_records_that_are_wired_nowhere_give_the_status_that_a_run_would_have() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "holder,quantity\nann,1\nbob,two\n");
    played.folder.write("played.yaml", seats("", &format!("{INPUT}{TAKE}")));
    let ran = played.folder.run(&["plan", "played.yaml"]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("! 1 record failed at `calls` and is wired nowhere"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("what is written"), "nothing is: {}", ran.stderr);
}
