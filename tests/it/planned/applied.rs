//! An application sends what was planned, once.

use super::{INPUT, SAVED, apply, effects, kinds, plan, run_beside, writes};
use crate::played::{Played, TAKE, assert_closed, count, report, seats};
use crate::program::Folder;

/// The seats of viewers are found, get another holder, and are looked at again.
const MOVED: &str = "  found:
    license_api: { connection: seats, endpoint: seats.list, parameters: { product: viewer } }
  calls:
    D: found
    license_api:
      connection: seats
      endpoint: seats.change
      parameters: { seatId: { field: id } }
      payload: { holder: eve, quantity: { field: quantity } }
      keep: [{ id: seat }, { holder: before }]
  seen:
    D: calls
    license_api: { connection: seats, endpoint: seats.get, parameters: { seatId: { field: seat } }, keep: [before] }
  save: { write_csv: { path: out/seen.csv }, D: seen }
  failed_reads: { write_csv: { path: out/failed-reads.csv }, D: [found.F, seen.F] }
";

/// Seats of viewers for `ann`, `bob` and `cem`, beside the one that there is.
const SEATED: &str = "  calls:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: { seatId: { field: seat } }
      payload: { holder: { field: holder }, product: viewer, quantity: { field: quantity } }
    D: input
  input:
    rows:
      - { seat: one, holder: ann, quantity: 1 }
      - { seat: two, holder: bob, quantity: 2 }
      - { seat: three, holder: cem, quantity: 3 }
";

#[test]
fn exactly_the_planned_writes_are_made_and_made_once() {
    let played = Played::with_faults(&["match=seats.take,after=1,do=status=409"]);
    played.folder.write("input.csv", "holder,quantity\nann,1\nbob,2\ncem,two\ndan,4\n");
    let plan = plan(&played, &seats("concurrency: 1", &format!("{INPUT}{TAKE}      keep: [holder]\n{SAVED}")), &[]);
    assert_eq!(plan["writes"].as_array().unwrap().len(), 3);
    assert!(writes(&played).is_empty());
    let ran = apply(&played, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    let taken: Vec<String> =
        effects(&played).iter().map(|effect| effect.split_once(" with ").unwrap().1.to_owned()).collect();
    assert_eq!(taken, ["viewer ×1 for ann", "viewer ×4 for dan"]);
    assert_eq!(kinds(&played.rows("failed.csv")), ["status", "bad-parameter"], "what failed is on F, as in a run");

    let (sent, files) = (played.all_requests().len(), played.folder.files("out"));
    let again = apply(&played, &[]);
    assert_eq!((again.status, again.stdout.as_str()), (0, ""), "{}", again.stderr);
    assert!(again.stderr.ends_with(" is applied: there is nothing left to write\n"), "{}", again.stderr);
    assert_eq!((played.all_requests().len(), played.folder.files("out")), (sent, files));
}

#[test]
fn reads_above_the_writes_come_from_the_check_and_those_below_see_what_was_written() {
    let played = Played::with_faults(&[]);
    run_beside(&played, &seats("", &format!("{SEATED}{SAVED}")));
    plan(&played, &seats("concurrency: 1", &format!("{MOVED}{SAVED}")), &[]);
    let holders = |played: &Played| played.rows("seen.csv").iter().map(|row| row["holder"].clone()).collect::<Vec<_>>();
    let reads = |played: &Played| [played.requests("seats.list").len(), played.requests("seats.get").len()];
    let planned = reads(&played);
    assert_eq!(planned, [1, 4]);
    let ran = apply(&played, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(reads(&played), [2, 12], "the list: for the check; each seat: for the check and behind its write");
    assert_eq!(holders(&played), ["eve"; 4], "as it is behind the write");
    let report = report(&ran);
    assert_eq!([count(&report, "found", "recalled"), count(&report, "found", "calls")], [1, 1]);
    assert_eq!(count(&report, "seen", "recalled"), 0);
}

#[test]
fn the_sandbox_of_the_plan_is_the_one_that_is_written_to() {
    let folder = Folder::new();
    let planned = folder.run(&["plan", "pipelines/delete-users.yaml", "--sandbox"]);
    assert_eq!(planned.status, 0, "{}", planned.stderr);
    let applied = folder.run(&["apply", "--sandbox"]);
    assert_eq!(applied.status, 0, "{}", applied.stderr);
    let run = Folder::new();
    assert_eq!(run.run(&["run", "pipelines/delete-users.yaml", "--sandbox"]).status, 0);
    assert_eq!(folder.files("out"), run.files("out"), "it is what a run without a plan writes");

    let planned = folder.run(&["plan", "pipelines/delete-users.yaml", "--sandbox", "--json"]);
    let id = report(&planned)["run"].as_str().unwrap().to_owned();
    std::fs::remove_file(folder.path(&format!(".seatflow/runs/{id}/sandbox.db"))).unwrap();
    let applied = folder.run(&["apply"]);
    assert_eq!(applied.status, 4, "{}", applied.stderr);
    assert!(applied.stderr.contains("the sandbox cannot be started again"), "{}", applied.stderr);
}

#[test]
fn a_plan_of_the_systems_themselves_is_not_applied_to_a_sandbox() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "holder,quantity\nann,1\n");
    plan(&played, &seats("", &format!("{INPUT}{TAKE}{SAVED}")), &[]);
    for arguments in [["--sandbox"].as_slice(), &["--fault", "match=*,do=reset"]] {
        let ran = apply(&played, arguments);
        assert_eq!(ran.status, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("is not in the sandbox"), "{}", ran.stderr);
    }
    assert!(writes(&played).is_empty());
}

#[test]
fn records_that_the_plan_kept_are_not_those_of_its_application() {
    let played = Played::with_faults(&[]);
    let shown = || played.folder.run(&["show", "--anchor", "calls.F", "--format", "csv"]);
    played.folder.write("input.csv", "holder,quantity\nann,1\nbob,two\n");
    played.folder.write("played.yaml", seats("", &format!("{INPUT}{TAKE}")));
    assert_eq!(played.folder.run(&["plan", "played.yaml"]).status, 3);
    assert!(shown().stdout.contains("bob,two"));
    played.folder.write("input.csv", "holder,quantity\nann,1\n");
    let ran = apply(&played, &["--accept-changes"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let ran = shown();
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
}
