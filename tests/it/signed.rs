//! Answers that are signed tokens, from the sandbox to the files of a run, and once more from its journal.

use std::collections::BTreeMap;

use seatflow_sandbox::{ClockKind, Settings};

use crate::played::{Played, Rows, assert_closed, report, rows};
use crate::program::{Folder, Ran};

/// Takes a licence for each of these items, of which the user may have the first alone.
const PIPELINE: &str = r#"version: 1
pipeline: signed
connections:
  licences:
    catalog: tenduke
    base_url: ${env:TENDUKE_BASE_URL}
    authorization: { token: "${env:TENDUKE_USER_TOKEN}" }
    limits: { backoff_seconds: 0, backoff_most_seconds: 0 }
nodes:
  items:
    rows: [{ item: DemoItem1 }, { item: NoItem }]
  calls:
    license_api:
      connection: licences
      endpoint: authz.consumeJwt
      parameters: { item: { field: item }, hw: hw-0900 }
      keep: [{ item: asked }]
    D: items
  succeeded: { write_csv: { path: out/succeeded.csv }, D: calls }
  failed: { write_csv: { path: out/failed.csv }, D: calls.F }
"#;

fn table(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Rows {
    rows(&files[name])
}

/// Replays the latest run into a folder `again`, without a variable in the environment, and gives its files.
fn replayed(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let ran = Ran::from(folder.command(&["replay", "--out", "again"]).env_clear().output().unwrap());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    folder.files("again/out")
}

/// Runs the pipeline in a sandbox of its own, where these faults strike; gives the files.
fn run(faults: &[&str]) -> (Folder, BTreeMap<String, Vec<u8>>) {
    let folder = Folder::new();
    folder.write("signed.yaml", PIPELINE);
    let faults = faults.iter().flat_map(|fault| ["--fault", fault]);
    let arguments: Vec<_> = ["run", "signed.yaml", "--json", "--sandbox"].into_iter().chain(faults).collect();
    let ran = folder.run(&arguments);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    let files = folder.files("out");
    (folder, files)
}

#[test]
fn claims_are_columns_with_the_token_beside_them_and_a_denial_is_a_failure() {
    let (folder, files) = run(&[]);
    let [taken] = table(&files, "succeeded.csv").try_into().unwrap();
    // By the sandbox's clock, which is the run's.
    let claims = ["asked", "DemoItem1", "iat", "exp", "hw"].map(|name| taken[name].as_str());
    assert_eq!(claims, ["DemoItem1", "true", "1740819600", "1740826800", "hw-0900"]);
    assert_eq!((taken["token"].split('.').count(), &taken["token"][..3]), (3, "eyJ"));
    let [denied] = table(&files, "failed.csv").try_into().unwrap();
    let why = ["item", "error.kind", "error.message"].map(|name| denied[name].as_str());
    assert_eq!(why, ["NoItem", "failure-in-body", r#"Access to "NoItem" denied"#]);
    assert!(denied["error.body"].contains(r#""token":"eyJ"#), "what was verified can be shown to others: {denied:?}");
    assert_eq!(replayed(&folder), files);
}

#[test]
fn a_token_that_does_not_hold_is_on_f_and_stays_there_when_the_run_is_replayed() {
    for (deed, why) in [
        ("jwt-wrong-key", "the key `sandbox-1` has not signed it"),
        ("jwt-expired", "it ended at 2025-03-01T08:00:00Z"),
        ("jwt-alg-none", "its algorithm is `none`, and only `RS256` is believed"),
    ] {
        let (folder, files) = run(&[&format!("match=authz.consumeJwt,times=2,do={deed}")]);
        assert_eq!(table(&files, "succeeded.csv").len(), 0, "{deed}");
        for failed in table(&files, "failed.csv") {
            let says = format!(
                "the token does not hold: {why}; by its status, 200 OK, the write has happened, and it is not sent again"
            );
            let failed = ["error.kind", "error.status", "error.message"].map(|name| failed[name].as_str());
            assert_eq!(failed, ["failure-in-body", "200", &says]);
        }
        assert_eq!(replayed(&folder), files, "{deed}");
    }
}

#[test]
fn keys_are_asked_for_once_in_a_run_and_not_at_all_in_a_replay() {
    // What is signed holds for a time, and the program's clock is the real one.
    let played = Played::new(Settings { clock: ClockKind::Real, ..Settings::default() });
    let played = played.variable("TENDUKE_USER_TOKEN", "token-p4");
    let ran = played.run(PIPELINE);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!((played.requests("jwks.read").len(), played.requests("authz.consumeJwt").len()), (1, 2));
    let files = played.folder.files("out");
    assert_eq!(table(&files, "succeeded.csv").len(), 1);
    assert_eq!(replayed(&played.folder), files);
    assert_eq!(played.all_requests().len(), 3);
}
