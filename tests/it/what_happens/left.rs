//! What is left of a run that did not complete after it had written: where its records are, and what its user is told.

use insta::assert_snapshot;
use serde_json::Value;

use super::calls::{LIMITS, nodes, pipeline};
use crate::played::{Played, report};
use crate::program::Ran;

const REMOVE: &str = "parameters: { accountId: ACC-100234, deviceId: { field: device } }, \
    payload: { licenseKeysToRemove: [AYXD-0001-0001-0001-0001-0001-0001-0001] }";
const ENDPOINT: &str = "devices.removeLicenses";

/// The records of a run's calls, as they are seen afterwards: their lines, and where they are, in the page's words.
pub(super) fn left(played: &Played, ran: &Ran) -> Vec<(String, String)> {
    let run = report(ran)["run"].as_str().unwrap().to_owned();
    let mut found = Vec::new();
    for anchor in ["S", "F"] {
        let shown = played.folder.run(&["show", &run, "--anchor", &format!("calls.{anchor}"), "--format", "json"]);
        assert_eq!(shown.status, 0, "{}", shown.stderr);
        found.extend(shown.stdout.lines().map(|record| place(record, anchor)));
    }
    found.sort();
    // An answer may have more rows than one.
    found.dedup();
    found
}

fn place(record: &str, anchor: &str) -> (String, String) {
    let record: Value = serde_json::from_str(record).unwrap();
    let kind = record["error.kind"].as_str().map_or(String::new(), |kind| format!(" {kind}"));
    (record["line"].to_string(), format!("{anchor}{kind}"))
}

/// Removes the licenses of these devices, one after the other.
fn removes(devices: &[&str]) -> String {
    let records = devices.iter().enumerate().map(|(line, device)| format!("{{ line: {line}, device: {device} }}"));
    let records: Vec<String> = records.collect();
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    pipeline(ENDPOINT, LIMITS, false, &nodes(ENDPOINT, REMOVE, &records))
}

/// The first write is done, of the second nobody knows, and before the third the authorization ends.
const FAULTS: [&str; 3] = [
    "match=devices.removeLicenses,after=1,do=commit-then-503",
    "match=devices.removeLicenses,after=1,do=expire-token",
    "match=token.refresh,after=1,do=expire-token",
];

fn located(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    lines.iter().map(|(line, place)| ((*line).to_owned(), (*place).to_owned())).collect()
}

#[test]
fn a_run_that_fails_after_writes_shows_what_is_done_and_what_is_in_doubt() {
    let played = Played::with_faults(&FAULTS);
    let ran = played.run(&removes(&["DEV-000412", "DEV-000413", "DEV-000414"]));
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert_eq!(left(&played, &ran), located(&[("0", "S"), ("1", "F in-doubt"), ("2", "F not-attempted")]));
}

#[test]
fn a_run_that_fails_after_writes_says_where_they_are_and_what_not_to_repeat() {
    let played = Played::with_faults(&FAULTS);
    played.folder.write("played.yaml", removes(&["DEV-000412", "DEV-000413", "DEV-000414"]));
    let ran = played.folder.run(&["run", "played.yaml"]);
    let run = ran.stderr.split_once(", run ").unwrap().1.trim_end();
    let told = ran.stderr.replace(run, "RUN").replace(&played.origin(), "ORIGIN");
    assert_snapshot!(told, @r"
      ! 1 record of `calls` is in doubt: nobody knows whether its write happened
          record 1: PATCH ORIGIN/v1/devices/DEV-000413?accountId=ACC-100234
        help: `seatflow explain what-happens-when` says what to do with them
      ! the counts are those at the stop
      × `calls`: the refresh token was refused by `ORIGIN/as/token`: invalid_grant: The refresh token was used before.
      help: get a new refresh token from the vendor, and set it where the connection takes it from
      help: `seatflow resume RUN` goes on, and writes nothing twice; `seatflow show RUN` tells what there is
    what-happens: failed, run RUN
    ");
}
