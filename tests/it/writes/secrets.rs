//! What comes from the environment into a payload is sent, and told nowhere.

use std::path::PathBuf;

use super::{SAVED, effects};
use crate::played::{Played, assert_closed, report, seats};
use crate::program::Ran;

const SECRET: &str = "s3cret-holder-of-seats";

/// A sandbox whose program has a secret in its environment.
fn with_secret(faults: &[&str]) -> Played {
    Played::with_faults(faults).variable("HOLDER", SECRET)
}

/// Puts a seat whose holder is the secret, as a literal of the payload or from a column.
fn put(holder: &str, input: &str) -> String {
    let nodes = format!(
        "  input: {{ rows: [{input}] }}
  calls:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: {{ seatId: {{ field: seat }} }}
      payload: {{ holder: {holder}, product: {{ field: product }}, quantity: 1 }}
    D: input
{SAVED}"
    );
    seats("concurrency: 1, attempts: 1", &nodes)
}

fn assert_told_nowhere(ran: &Ran, texts: &[(&str, &str)]) {
    for (what, text) in [("stdout", ran.stdout.as_str()), ("stderr", ran.stderr.as_str())].iter().chain(texts) {
        assert!(!text.contains(SECRET), "{what} tells the secret:\n{text}");
    }
}

#[test]
fn a_secret_of_a_payload_is_sent_and_masked_in_the_log() {
    let from_column = ("{ field: holder }", "{ seat: seat-1, product: viewer, holder: \"${env:HOLDER}\" }");
    let literal = ("\"${env:HOLDER}\"", "{ seat: seat-1, product: viewer }");
    for (holder, input) in [literal, from_column] {
        let played = with_secret(&[]);
        let ran = played.run(&put(holder, input));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert_eq!(effects(played.requests("seats.put")), [format!("made seat-1 with viewer ×1 for {SECRET}")]);
        let log = played.folder.read("out/log.csv");
        assert!(log.contains("\"\"holder\"\":\"\"***\"\""), "the log shows that there was one: {log}");
        assert_told_nowhere(&ran, &[("the log", &log)]);
    }
}

#[test]
fn a_secret_of_a_payload_is_masked_in_what_failed_and_in_what_came_back() {
    for (fault, kind) in
        [("do=status=400", "status"), ("do=commit-then-reset", "in-doubt"), ("do=failure-in-body", "failure-in-body")]
    {
        let played = with_secret(&[&format!("match=seats.put,{fault}")]);
        let ran = played.run(&put("\"${env:HOLDER}\"", "{ seat: seat-1, product: viewer }"));
        assert_eq!(ran.status, if kind == "in-doubt" { 3 } else { 0 }, "{}", ran.stderr);
        assert_closed(&report(&ran));
        assert_eq!(played.rows("failed.csv")[0]["error.kind"], kind);
        let (failed, log) = (played.folder.read("out/failed.csv"), played.folder.read("out/log.csv"));
        assert_told_nowhere(&ran, &[("F", &failed), ("the log", &log)]);
    }
}

#[test]
fn a_secret_that_does_not_fit_is_not_told_in_the_message() {
    // As a column it is found out in the run, and F is kept.
    let played = with_secret(&[]);
    let text = put("ann", "{ seat: seat-1, product: \"${env:HOLDER}\" }").replace("D: calls.F }", "D: calls }");
    let ran = played.run(&text);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let kept = PathBuf::from(report(&ran)["kept"][0]["path"].as_str().unwrap());
    let kept = String::from_utf8_lossy(&std::fs::read(played.folder.path("").join(kept)).unwrap()).into_owned();
    assert!(kept.contains("the payload's `product` must be one of `editor`, `viewer`, `server`, not `***`"), "{kept}");
    assert_told_nowhere(&ran, &[("what is kept", &kept)]);
    assert_eq!(played.all_requests(), [], "nothing was sent");

    // As a literal it is found out by the check.
    let text = put("ann", "{ seat: seat-1 }").replace("{ field: product }", "\"${env:HOLDER}\"");
    played.folder.write("literal.yaml", text);
    let ran = played.folder.run(&["check", "literal.yaml"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert_told_nowhere(&ran, &[]);
}

#[test]
fn a_secret_that_the_system_repeats_in_its_answer_is_masked_in_f() {
    let played = with_secret(&[]).variable("KEY", "AYXD-9999-9999-9999-9999-9999-9999-9999");
    let nodes = format!(
        "  calls:
    license_api:
      connection: portal
      endpoint: devices.activateOffline
      parameters: {{ accountId: ACC-100234 }}
      payload: {{ name: WS-1, hostId: 8CDCD4000901, licenses: [{{ licenseKey: \"${{env:KEY}}\" }}] }}
{SAVED}"
    );
    let ran = played.run(&crate::played::pipeline("attempts: 1", &nodes));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let row = &played.rows("failed.csv")[0];
    assert_eq!(
        [&row["error.status"], &row["error.message"]],
        ["404", "404 Not Found: License key *** was not found in account ACC-100234."]
    );
    for name in ["out/failed.csv", "out/log.csv"] {
        assert!(!played.folder.read(name).contains("AYXD-9999"), "{name}: {}", played.folder.read(name));
    }
}

#[test]
fn a_column_of_secrets_is_null_on_f() {
    let played = with_secret(&["match=seats.put,do=status=400"]);
    let input =
        "{ seat: seat-1, product: viewer, holder: \"${env:HOLDER}\" }, { seat: seat-2, product: viewer, holder: bob }";
    let ran = played.run(&put("{ field: holder }", input));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let failed = played.rows("failed.csv");
    assert_eq!([&failed[0]["seat"], &failed[0]["holder"]], ["seat-1", ""]);
    assert_told_nowhere(&ran, &[("F", &played.folder.read("out/failed.csv"))]);
    assert_eq!(effects(played.requests("seats.put")).len(), 1);
}

#[test]
fn a_column_of_secrets_cannot_be_kept_and_nothing_is_sent() {
    let played = with_secret(&[]);
    let input = "{ seat: seat-1, product: viewer, holder: \"${env:HOLDER}\" }";
    let text = put("{ field: holder }", input).replace("    D: input", "      keep: [holder]\n    D: input");
    let ran = played.run(&text);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("the column `holder` holds secrets, and `keep` would carry them onto S"),
        "{}",
        ran.stderr
    );
    assert_eq!(played.requests("seats.put").len(), 0);
}
