//! What is no plan cannot be applied, and a plan cannot be resumed.

use super::{INPUT, SAVED, apply, plan, writes};
use crate::played::{Played, TAKE, pipeline, report, seats};
use crate::program::Folder;

#[test]
fn a_run_is_no_plan_and_a_plan_no_run() {
    let folder = Folder::new();
    let ran = folder.run(&["apply"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("there are no runs in `.seatflow`"), "{}", ran.stderr);
    folder.run(&["run", "pipelines/releases.yaml", "--sandbox"]);
    let ran = folder.run(&["apply"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains(" is no plan\n"), "{}", ran.stderr);
    folder.run(&["plan", "pipelines/delete-users.yaml", "--sandbox"]);
    let ran = folder.run(&["resume"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains(" is a plan\n") && ran.stderr.contains("`seatflow apply "), "{}", ran.stderr);
}

#[test]
fn a_pipeline_with_problems_has_no_plan() {
    let folder = Folder::new();
    folder.write("p.yaml", "version: 1\npipeline: p\nnodes: { a: { rows: [] }, b: { unique: { by: [x] }, D: c } }\n");
    let ran = folder.run(&["plan", "p.yaml"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert_eq!(folder.run(&["apply"]).status, 2);
}

#[test]
fn what_did_not_come_to_a_plan_is_not_applied() {
    let played = Played::with_faults(&[]).variable("ALTERYX_REFRESH_TOKEN", "not-the-token");
    let nodes = "  found: { license_api: { connection: portal, endpoint: accounts.list } }
  keep: { write_csv: { path: out/failed-reads.csv }, D: found.F }
  calls:
    license_api:
      endpoint: users.delete
      confirm_delete: true
      parameters: { accountId: { field: id }, userId: USR-000731 }
    A: found
    D: found
";
    played.folder.write("played.yaml", pipeline("", &format!("{nodes}{SAVED}")));
    let ran = played.folder.run(&["plan", "played.yaml", "--json"]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert_eq!(report(&ran)["ending"], "failed");
    let ran = apply(&played, &[]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("did not come to a plan"), "{}", ran.stderr);
    assert!(writes(&played).is_empty());
}

#[test]
fn a_check_that_fails_writes_nothing_and_can_be_made_again() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "holder,quantity\nann,1\n");
    let nodes = "  seen: { license_api: { connection: seats, endpoint: seats.list }, D: input }
  failed_reads: { write_csv: { path: out/failed-reads.csv }, D: seen.F }
";
    // The check cannot so much as begin: what a node reads is not there, and later it is there again.
    plan(&played, &seats("", &format!("{INPUT}{TAKE}{SAVED}{nodes}")), &[]);
    let input = played.folder.read("input.csv");
    std::fs::remove_file(played.folder.path("input.csv")).unwrap();
    let ran = apply(&played, &[]);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("`input.csv` is gone"), "{}", ran.stderr);
    let ran = apply(&played, &["--accept-changes"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(writes(&played).is_empty());
    played.folder.write("input.csv", input);
    let ran = apply(&played, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(writes(&played).len(), 1);
}
