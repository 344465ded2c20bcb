//! Runs that did not come to their end, replayed: what there is of them is told, and no file is made.

use super::{SAVED, assert_same, left_behind, replay, replayed};
use crate::played::{Played, TAKE, seats};

fn text() -> String {
    let input = "  input: { read_csv: { path: input.csv } }\n";
    seats("concurrency: 1", &format!("{input}{TAKE}      keep: [holder]\n{SAVED}"))
}

fn input(played: &Played) {
    played.folder.write("input.csv", "holder,quantity\nann,1\nbob,1\ncem,1\n");
}

#[test]
fn a_run_that_a_guard_stopped_lacks_a_call() {
    let played = Played::with_faults(&[]);
    input(&played);
    assert_eq!(played.run_with(&text(), &["--max-writes", "2"]).status, 5);
    let folder = left_behind(played);
    let ran = replay(&folder, &["--out", "again"]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("the journal does not hold this call of record 2 of `calls`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("played: replay failed") && !ran.stderr.contains("goes on"), "{}", ran.stderr);
    assert!(folder.files("again").is_empty());
}

#[test]
fn a_run_that_was_killed_lacks_the_calls_that_it_did_not_come_to_and_its_resumption_does_not() {
    let played = Played::with_faults(&["match=seats.take,after=1,do=hold"]);
    input(&played);
    played.folder.write("played.yaml", text());
    let mut child = played.folder.command(&["run", "played.yaml", "--quiet"]).spawn().unwrap();
    played.wait_until("seats.take", |requests| requests.len() == 2);
    child.kill().unwrap();
    child.wait().unwrap();
    played.settle();
    let before = played.all_requests().len();
    let ran = replay(&played.folder, &["--out", "again"]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("of record 2 of `calls`"), "the one before is in doubt: {}", ran.stderr);
    assert!(played.folder.files("again").is_empty());
    assert_eq!(played.all_requests().len(), before);

    assert_eq!(played.folder.run(&["resume"]).status, 3);
    let folder = left_behind(played);
    let files = folder.files("out");
    assert_same(&replayed(&folder, &[]), &files, "seats");
}

#[test]
fn a_run_whose_files_could_not_be_written_has_them_elsewhere() {
    let played = Played::with_faults(&[]);
    input(&played);
    assert_eq!(played.run(&text()).status, 0);
    let before = played.folder.files("out");
    // Where a file was, there is something else now.
    std::fs::remove_file(played.folder.path("out/log.csv")).unwrap();
    std::fs::create_dir(played.folder.path("out/log.csv")).unwrap();
    let folder = left_behind(played);
    let ran = replay(&folder, &[]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert_same(&replayed(&folder, &[]), &before, "seats");
}

#[test]
fn a_column_that_a_run_did_not_come_to_keeps_nobody_from_looking_at_what_there_is() {
    let played = Played::with_faults(&["match=seats.take,do=hold"]);
    input(&played);
    let gathered = "  gathered: { unique: { by: [holder, id] }, D: [input, calls] }\n";
    played.folder.write("played.yaml", format!("{}{gathered}", text()));
    let mut child = played.folder.command(&["run", "played.yaml", "--quiet"]).spawn().unwrap();
    played.wait_until("seats.take", |requests| requests.len() == 1);
    child.kill().unwrap();
    child.wait().unwrap();
    let folder = left_behind(played);
    let ran = folder.run(&["show", "--anchor", "gathered.S", "--format", "csv"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, "holder,quantity\nann,1\nbob,1\ncem,1\n");
}
