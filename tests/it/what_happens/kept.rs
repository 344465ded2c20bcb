//! What is left of a run that did not complete after it had written: where its records are, and what its user is told.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::ipc::reader::StreamReader;
use arrow::util::display::array_value_to_string;
use insta::assert_snapshot;

use super::calls::{LIMITS, nodes, pipeline};
use crate::played::{Played, report};
use crate::program::Ran;

const REMOVE: &str = "parameters: { accountId: ACC-100234, deviceId: { field: device } }, \
    payload: { licenseKeysToRemove: [AYXD-0001-0001-0001-0001-0001-0001-0001] }";
const ENDPOINT: &str = "devices.removeLicenses";

/// The records that a run has kept of its calls: their lines, and where they are, in the page's words.
pub(super) fn kept(played: &Played, ran: &Ran) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for kept in report(ran)["kept"].as_array().unwrap() {
        let (path, anchor) = (kept["path"].as_str().unwrap(), kept["anchor"].as_str().unwrap());
        let before = found.len();
        found.extend(records(&played.folder.path(path), anchor));
        assert_eq!(kept["records"], found.len() - before, "{kept}");
    }
    found.sort();
    // An answer may have more rows than one.
    found.dedup();
    found
}

fn records(path: &Path, anchor: &str) -> Vec<(String, String)> {
    let reader = StreamReader::try_new_buffered(File::open(path).unwrap(), None).unwrap();
    let mut found = Vec::new();
    for batch in reader.map(Result::unwrap) {
        let lines = batch.column_by_name("line").unwrap();
        let kinds = batch.column_by_name("error.kind").map(AsArray::as_string::<i32>);
        for row in 0..lines.len() {
            let kind = kinds.map_or(String::new(), |kinds| format!(" {}", kinds.value(row)));
            found.push((array_value_to_string(lines, row).unwrap(), format!("{anchor}{kind}")));
        }
    }
    found
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
fn a_run_that_fails_after_writes_keeps_what_is_done_and_what_is_in_doubt() {
    let played = Played::with_faults(&FAULTS);
    let ran = played.run(&removes(&["DEV-000412", "DEV-000413", "DEV-000414"]));
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert_eq!(kept(&played, &ran), located(&[("0", "S"), ("1", "F in-doubt"), ("2", "F authorization")]));
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
        help: `seatflow explain what-happens-when` says what to do with them
      ! the counts are those at the stop
      × `calls`: the refresh token was refused by `ORIGIN/as/token`: invalid_grant: The refresh token was used before.
      help: get a new token from the vendor, and set it where the connection takes it from
      kept: .seatflow/runs/RUN/calls.S.arrow, 1 row
      kept: .seatflow/runs/RUN/calls.F.arrow, 2 records, 1 in doubt
      help: the writes of `calls.S` are done; run again only with what is left, or they are made twice
    what-happens: failed, run RUN
    ");
}

#[test]
fn a_run_that_completes_keeps_nothing_of_what_is_wired() {
    let played = Played::with_faults(&FAULTS[..1]);
    let ran = played.run(&removes(&["DEV-000412", "DEV-000413"]));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert_eq!(kept(&played, &ran), []);
}
