//! Runs that are begun, gone on with or looked at where something is not as it was: another system, other settings, other
//! runs of the same pipeline, a lost journal. Nothing is written then that somebody did not ask for.

use std::process::{Child, Stdio};

use crate::played::{Played, SEATS};
use crate::program::Ran;

const INPUT: &str = "  input: { read_csv: { path: \"${holders}\" } }
  taken:
    D: input
    license_api:
      connection: seats
      endpoint: seats.take
      keep: [holder]
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
  save: { write_csv: { path: out/taken.csv }, D: taken }
  failed: { write_csv: { path: out/failed.csv }, D: [input.F, taken.F] }
";

/// A folder with a pipeline that takes a seat for each holder of a CSV.
fn taking(faults: &[&str], connection: &str) -> Played {
    let played = Played::with_faults(faults);
    let limits = "    limits: { concurrency: 1, attempts: 1, backoff_seconds: 0 }\n";
    let settings = "settings: { holders: holders.csv, token: none }\n";
    played.folder.write(
        "take.yaml",
        format!("version: 1\npipeline: take\n{settings}connections:\n  seats:\n{connection}{limits}nodes:\n{INPUT}"),
    );
    played.folder.write("holders.csv", "holder\nann\nbob\ncem\n");
    played
}

/// The holders that seats were taken for, in order.
fn holders(played: &Played) -> Vec<String> {
    let effects = played.all_requests().into_iter().filter_map(|request| request.effect);
    effects.map(|effect| effect.rsplit(' ').next().unwrap().to_owned()).collect()
}

/// Runs until the process dies behind its first write.
fn broken_off(played: &Played) {
    let mut command = played.folder.command(&["run", "take.yaml"]);
    let ran = Ran::from(command.env("SEATFLOW_JOURNAL_TRIAL", "abort-after=5").output().unwrap());
    assert_eq!(ran.status, -1, "{}", ran.stderr);
    assert_eq!(holders(played), ["ann"]);
}

/// Asserts that a verb ends with a status, tells this, and sends nothing.
fn assert_stops(played: &Played, arguments: &[&str], status: i32, told: &str) {
    let sent = played.all_requests().len();
    let ran = played.folder.run(arguments);
    assert_eq!(ran.status, status, "{arguments:?}: {}", ran.stderr);
    assert!(ran.stderr.contains(told), "{arguments:?}: {}", ran.stderr);
    assert_eq!(played.all_requests().len(), sent, "nothing is sent");
}

/// Starts a run whose first write the sandbox holds.
fn held(played: &Played) -> Child {
    let mut command = played.folder.command(&["run", "take.yaml"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    played.wait_until("seats.take", |requests| !requests.is_empty());
    child
}

fn finish(played: &Played, child: Child) {
    played.settle();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
}

#[test]
fn a_run_does_not_go_on_with_another_system_by_itself() {
    let played = taking(&[], SEATS);
    broken_off(&played);
    let other = Played::with_faults(&[]);
    let mut command = played.folder.command(&["resume"]);
    let ran = Ran::from(command.env("SEATS_BASE_URL", format!("{}/seats", other.origin())).output().unwrap());
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("the connection `seats` led to `"), "{}", ran.stderr);
    assert_eq!((other.all_requests().len(), holders(&played).len()), (0, 1));
}

#[test]
fn a_plan_is_not_applied_to_another_system() {
    let played = taking(&[], SEATS);
    assert_eq!(played.folder.run(&["plan", "take.yaml"]).status, 0);
    let other = Played::with_faults(&[]);
    let mut command = played.folder.command(&["apply"]);
    let ran = Ran::from(command.env("SEATS_BASE_URL", format!("{}/seats", other.origin())).output().unwrap());
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert_eq!((other.all_requests().len(), holders(&played).len()), (0, 0));
}

#[test]
fn another_setting_is_a_change_and_holds_from_then_on() {
    let played = taking(&[], SEATS);
    broken_off(&played);
    played.folder.write("others.csv", "holder\nann\ndan\n");
    let other = "since the run was begun, `--set holders=others.csv` is another setting";
    assert_stops(&played, &["resume", "--set", "holders=others.csv"], 5, other);
    let arguments = ["resume", "--set", "holders=others.csv", "--accept-changes"];
    let mut command = played.folder.command(&arguments);
    let ran = Ran::from(command.env("SEATFLOW_JOURNAL_TRIAL", "abort-after=1").output().unwrap());
    assert_eq!(ran.status, -1, "{}", ran.stderr);
    let ran = played.folder.run(&["resume"]);
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    assert_eq!(holders(&played).last().unwrap(), "dan", "the setting of the pass before holds");
}

#[test]
fn a_secret_setting_that_is_not_given_again_stops_the_run() {
    let connection = SEATS.replace("${env:SEATS_TOKEN}", "${token}");
    let played = taking(&[], &connection);
    let token = played.folder.value("SEATS_TOKEN");
    let given = format!("token={token}");
    let mut command = played.folder.command(&["run", "take.yaml", "--set", &given]);
    let ran = Ran::from(command.env("SEATFLOW_JOURNAL_TRIAL", "abort-after=5").output().unwrap());
    assert_eq!(ran.status, -1, "{}", ran.stderr);
    assert_stops(&played, &["resume"], 2, "the setting `token` is a secret, which no run keeps");
    let ran = played.folder.run(&["resume", "--set", &given]);
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    assert_eq!(holders(&played).len(), 3);
}

#[test]
fn a_secret_in_the_pipeline_is_not_told_as_a_change() {
    let connection = SEATS.replace("${env:SEATS_TOKEN}", "SECRET");
    let played = taking(&[], &connection);
    let token = played.folder.value("SEATS_TOKEN");
    let text = played.folder.read("take.yaml").replace("SECRET", &token);
    played.folder.write("take.yaml", &text);
    broken_off(&played);
    played
        .folder
        .write("take.yaml", text.replace("write_csv: { path: out/taken.csv }", "write_csv: { path: out/t.csv }"));
    let ran = played.folder.run(&["resume"]);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("out/t.csv"), "{}", ran.stderr);
    assert!(!ran.stderr.contains(&token), "{}", ran.stderr);
}

#[test]
fn what_did_not_reach_the_system_is_called_when_the_run_is_resumed() {
    let played = taking(&[], SEATS);
    let lines: Vec<String> = (0..30).map(|number| format!("holder-{number}")).collect();
    played.folder.write("holders.csv", format!("holder\n{}\n", lines.join("\n")));
    let mut command = played.folder.command(&["run", "take.yaml"]);
    let ran = Ran::from(command.env("SEATS_TOKEN", "wrong").output().unwrap());
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert_eq!(holders(&played).len(), 0);
    let ran = played.folder.run(&["resume"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let statuses = played.statuses("seats.take");
    assert_eq!(statuses.iter().filter(|status| **status != 401).count(), 30, "{statuses:?}");
}

#[test]
fn no_run_begins_beside_one_that_writes() {
    let played = taking(&["match=seats.take,do=hold"], SEATS);
    let child = held(&played);
    let running = "of `take` is running, and writes";
    assert_stops(&played, &["run", "take.yaml"], 5, running);
    assert_stops(&played, &["run", "take.yaml", "--new"], 5, running);
    finish(&played, child);
}

#[test]
fn no_plan_is_applied_beside_a_run_that_wrote_and_is_not_done() {
    let played = taking(&[], SEATS);
    broken_off(&played);
    assert_eq!(played.folder.run(&["plan", "take.yaml"]).status, 0);
    assert_stops(&played, &["apply"], 5, "of `take` made writes and is not done");
}

#[test]
fn a_run_that_its_journal_has_lost_stops_the_next() {
    let played = taking(&[], SEATS);
    broken_off(&played);
    for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        std::fs::remove_file(played.folder.path(".seatflow").join(name)).unwrap();
    }
    assert_stops(&played, &["run", "take.yaml"], 5, "began here, and `.seatflow/journal.db` does not know it");
    assert_eq!(played.folder.run(&["run", "take.yaml", "--new"]).status, 0);
}

#[test]
fn writes_in_doubt_that_no_record_leads_to_any_more_are_told() {
    let played = taking(&[], SEATS);
    let mut command = played.folder.command(&["run", "take.yaml"]);
    let ran = Ran::from(command.env("SEATFLOW_JOURNAL_TRIAL", "abort-after=4").output().unwrap());
    assert_eq!(ran.status, -1, "{}", ran.stderr);
    played.folder.write("holders.csv", "holder\nbob\ncem\n");
    let ran = played.folder.run(&["resume", "--accept-changes"]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 write in doubt of no record that is read now"), "{}", ran.stderr);
}

#[test]
fn a_replay_of_other_records_is_not_taken_for_one_of_the_run() {
    let played = taking(&[], SEATS);
    assert_eq!(played.folder.run(&["run", "take.yaml"]).status, 0);
    played.folder.write("holders.csv", "holder\nann\nbob\n");
    let changed = "since the run was made, `holders.csv` has changed";
    assert_stops(&played, &["replay", "--out", "again"], 5, changed);
    assert_stops(&played, &["show", "--anchor", "taken.S"], 0, changed);
    assert_stops(&played, &["replay", "--out", "again", "--accept-changes"], 0, "take: done");
    assert_eq!(played.folder.read("again/out/taken.csv").lines().count(), 1 + 2);
}

#[test]
fn a_resumed_run_is_replayed_with_the_pipeline_that_it_was_resumed_with() {
    let played = taking(&[], SEATS);
    broken_off(&played);
    let text = played.folder.read("take.yaml");
    played.folder.write("take.yaml", text.replace("product: viewer", "product: editor"));
    let ran = played.folder.run(&["resume", "--accept-changes"]);
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    let ran = played.folder.run(&["replay", "--out", "again"]);
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    assert_eq!(played.folder.read("again/out/taken.csv"), played.folder.read("out/taken.csv"));
}
