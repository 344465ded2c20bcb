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

/// Replays the latest run into a folder `again`, without a variable in the environment, and gives its files. It ends with
/// this status, as the run did.
fn replayed(folder: &Folder, status: i32) -> BTreeMap<String, Vec<u8>> {
    let ran = Ran::from(folder.command(&["replay", "--out", "again"]).env_clear().output().unwrap());
    assert_eq!(ran.status, status, "{}", ran.stderr);
    folder.files("again/out")
}

/// Runs a pipeline in a sandbox of its own, with more arguments; gives the files.
fn run(text: &str, arguments: &[&str]) -> (Folder, BTreeMap<String, Vec<u8>>) {
    let folder = Folder::new();
    folder.write("signed.yaml", text);
    let ran = folder.run(&[&["run", "signed.yaml", "--json", "--sandbox"], arguments].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    let files = folder.files("out");
    (folder, files)
}

#[test]
fn claims_are_columns_with_the_token_beside_them_and_a_denial_is_a_failure() {
    let (folder, files) = run(PIPELINE, &[]);
    let [taken] = table(&files, "succeeded.csv").try_into().unwrap();
    // By the sandbox's clock, which is the run's.
    let claims = ["asked", "DemoItem1", "iat", "exp", "hw"].map(|name| taken[name].as_str());
    assert_eq!(claims, ["DemoItem1", "true", "1740819600", "1740826800", "hw-0900"]);
    assert_eq!((taken["token"].split('.').count(), &taken["token"][..3]), (3, "eyJ"));
    let [denied] = table(&files, "failed.csv").try_into().unwrap();
    let why = ["item", "error.kind", "error.message"].map(|name| denied[name].as_str());
    assert_eq!(why, ["NoItem", "failure-in-body", r#"Access to "NoItem" denied"#]);
    assert!(denied["error.body"].contains(r#""token":"eyJ"#), "what was verified can be shown to others: {denied:?}");
    assert_eq!(replayed(&folder, 0), files);
}

/// Takes a licence of one item for two devices, or for those that an earlier run left on F.
fn taking(input: &str) -> String {
    let (head, tail) = PIPELINE.split_once("  items:").unwrap();
    let (_, tail) = tail.split_once("  calls:").unwrap();
    let tail = tail.replace("hw: hw-0900", "hw: { field: device }");
    format!("{head}  items:\n    {input}\n  calls:{tail}")
}

const TWO_DEVICES: &str = "rows: [{ item: DemoItem1, device: hw-0900 }, { item: DemoItem1, device: hw-0901 }]";

/// Takes a licence in another way after the other one, whatever came of that.
const AFTERWARDS: &str = "  others:
    license_api:
      resend_in_doubt: true
      connection: licences
      endpoint: authz.consumeText
      parameters: { item: { field: item } }
    D: calls.F
  others_failed: { write_csv: { path: out/others.csv }, D: others.F }
";

const UNTOLD: &str = "; so nothing that can be believed tells whether the write happened";

#[test]
fn a_write_whose_token_does_not_hold_is_in_doubt_and_stays_so() {
    for (fault, why) in [
        ("jwt-wrong-key", "the token does not hold: the key `sandbox-1` has not signed it"),
        ("jwt-expired", "the token does not hold: it ended at "),
        ("jwt-alg-none", "the token does not hold: its algorithm is `none`, and only `RS256` is believed"),
        ("wrong-device", "the token does not hold: its `hw` is `hw-90900`, and it was asked for `hw-0900`"),
        ("status=404", "the keys that verify the token, at `"),
    ] {
        let played = Played::new(Settings { clock: ClockKind::Real, ..Settings::default() });
        let played = played.variable("TENDUKE_USER_TOKEN", "token-p4");
        let target = if fault == "status=404" { "jwks.read" } else { "authz.consumeJwt" };
        played.arm(&format!("match={target},do={fault}"));
        let ran = played.run(&taking(TWO_DEVICES));
        assert_eq!(ran.status, 3, "{fault}: {}", ran.stderr);
        let files = played.folder.files("out");
        assert_eq!(table(&files, "succeeded.csv").len(), 0, "{fault}");
        let failed = table(&files, "failed.csv");
        let kinds: Vec<_> = failed.iter().map(|row| row["error.kind"].as_str()).collect();
        assert_eq!(kinds, ["in-doubt", "not-attempted"], "the other write waits for the same item: {fault}");
        let says = &failed[0]["error.message"];
        assert!(says.starts_with(why) && says.ends_with(UNTOLD), "{says}");
        let taken = || played.requests("authz.consumeJwt").len();
        assert_eq!((taken(), played.requests("jwks.read").len()), (1, usize::from(fault != "jwt-alg-none")));

        let shown = played.folder.run(&["show"]);
        let (_, doubts) = shown.stdout.split_once("Writes in doubt").unwrap();
        assert!(doubts.contains("/authz/.jwt?DemoItem1&hw=hw-0900"), "{}", shown.stdout);
        assert_eq!(replayed(&played.folder, 3), files, "{fault}");

        played.folder.write("left.csv", &files["failed.csv"]);
        let again = played.run(&taking("read_csv: { path: left.csv }"));
        assert_eq!(again.status, 3, "{}", again.stderr);
        let held = table(&played.folder.files("out"), "failed.csv");
        assert_eq!(held[0]["error.message"], failed[0]["error.message"], "it leaves as it came");
        assert_eq!((held.len(), taken()), (2, 1), "and what waits for it is not sent either: {fault}");
    }
}

#[test]
fn a_write_whose_token_does_not_hold_is_not_sent_when_its_run_is_resumed() {
    let played = Played::new(Settings { clock: ClockKind::Real, ..Settings::default() });
    let played = played.variable("TENDUKE_USER_TOKEN", "token-p4");
    played.arm("match=authz.consumeJwt,do=jwt-wrong-key");
    let text = taking("rows: [{ item: DemoItem1, device: hw-0900 }]") + AFTERWARDS;
    assert_eq!(played.run_with(&text, &["--max-writes", "1"]).status, 5);
    let resumed = played.folder.run(&["resume", "--max-writes", "2"]);
    assert_eq!(resumed.status, 3, "{}", resumed.stderr);
    let [held] = table(&played.folder.files("out"), "failed.csv").try_into().unwrap();
    assert_eq!(held["error.kind"], "in-doubt");
    let sent = ["authz.consumeJwt", "authz.consumeText"].map(|endpoint| played.requests(endpoint).len());
    assert_eq!(sent, [1, 1]);
}

#[test]
fn a_read_whose_token_does_not_hold_has_failed_and_stays_so_when_the_run_is_replayed() {
    for (deed, why) in [
        ("jwt-wrong-key", "the key `sandbox-1` has not signed it"),
        ("jwt-expired", "it ended at 2025-03-01T08:00:00Z"),
        ("jwt-alg-none", "its algorithm is `none`, and only `RS256` is believed"),
        ("wrong-device", "its `hw` is `hw-90900`, and it was asked for `hw-0900`"),
    ] {
        let fault = format!("match=authz.checkJwt,times=2,do={deed}");
        let (folder, files) = run(&PIPELINE.replace("authz.consumeJwt", "authz.checkJwt"), &["--fault", &fault]);
        assert_eq!(table(&files, "succeeded.csv").len(), 0, "{deed}");
        let failed = &table(&files, "failed.csv")[0];
        let says = format!("the token does not hold: {why}");
        let failed = ["error.kind", "error.status", "error.message"].map(|name| failed[name].as_str());
        assert_eq!(failed, ["failure-in-body", "200", &says]);
        assert_eq!(replayed(&folder, 0), files, "{deed}");
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
    assert_eq!(replayed(&played.folder, 0), files);
    assert_eq!(played.all_requests().len(), 3);
}
