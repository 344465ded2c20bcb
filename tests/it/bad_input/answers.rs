//! Answers that are none: what a user is told, and where the record is.

use crate::faults::{ONE_PAGE, TWO_PAGES, devices};
use crate::played::Played;

/// Runs over two accounts, of which the first meets a fault, without `--json`.
fn run(fault: &str) -> (Played, crate::program::Ran) {
    let played = Played::with_faults(&[&format!("match=devices.list,do={fault}")]);
    played.folder.write("played.yaml", devices("concurrency: 1, attempts: 1", &[TWO_PAGES, ONE_PAGE]));
    let ran = played.folder.run(&["run", "played.yaml"]);
    played.assert_used_up();
    (played, ran)
}

#[test]
fn an_answer_that_is_no_json_is_on_s_as_it_came_and_the_status_says_so() {
    for (fault, extracted, text) in [
        ("html-login", "broken JSON at line 1, column 1: a value was expected", "<!DOCTYPE html>"),
        ("bad-json", "broken JSON at line 1, column ", "{\"data\":[{\"id\":\"DEV-000412\""),
        ("empty-body", "empty body", ""),
    ] {
        let (played, ran) = run(fault);
        assert_eq!(ran.status, 3, "{fault}: {}", ran.stderr);
        assert!(ran.stderr.contains("`devices`") && ran.stderr.contains("`Extracted`"), "{fault}: {}", ran.stderr);
        let row = &played.rows("devices.csv")[0];
        assert_eq!(row["account"], TWO_PAGES, "{fault}");
        assert!(row["Extracted"].starts_with(extracted), "{fault}: {}", row["Extracted"]);
        assert!(row["DownloadData"].starts_with(text), "{fault}: {}", row["DownloadData"]);
        assert_eq!(played.rows("failed.csv").len(), 0, "{fault}");
    }
}

#[test]
fn a_hundred_megabytes_are_refused_before_they_are_read() {
    let (played, ran) = run("huge-body=104857600");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let row = &played.rows("failed.csv")[0];
    assert_eq!([&row["account"], &row["error.kind"]], [TWO_PAGES, "too-large"]);
    assert_eq!(row["error.message"], "the body is larger than the limit of 67108864 bytes");
    assert_eq!(
        played.rows("log.csv").iter().map(|row| row["bytes_received"].as_str()).filter(|size| size.len() > 6).count(),
        0
    );
}

#[test]
fn a_body_that_is_cut_off_is_on_f() {
    let (played, _) = run("cut-body");
    let row = &played.rows("failed.csv")[0];
    assert_eq!([&row["account"], &row["error.kind"], &row["error.status"]], [TWO_PAGES, "connect", "200"]);
    assert!(row["error.message"].starts_with("the connection broke: "), "{}", row["error.message"]);
}

#[test]
fn records_without_a_usable_parameter_are_on_f_with_their_fields_and_are_not_called() {
    let played = Played::with_faults(&[]);
    let nodes = "
  given:
    rows:
      - { account: ACC-100777, size: 2, note: good }
      - { account: ~, size: 2, note: null }
      - { account: ACC-100777, size: 501, note: too many }
      - { account: ACC-100777, size: many, note: no number }
  devices:
    license_api:
      connection: portal
      endpoint: devices.list
      parameters: { accountId: { field: account }, size: { field: size } }
    D: given
  failed:
    write_csv: { path: out/failed.csv }
    D: devices.F
";
    let ran = played.run(&crate::played::pipeline("", nodes));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let failed = played.rows("failed.csv");
    let shown: Vec<[&str; 3]> =
        failed.iter().map(|row| ["error.kind", "note", "error.attempts"].map(|name| row[name].as_str())).collect();
    assert_eq!(
        shown,
        [["missing-parameter", "", "0"], ["bad-parameter", "too many", "0"], ["bad-parameter", "no number", "0"]]
    );
    assert!(failed[0]["error.message"].contains("`accountId`") && failed[1]["error.message"].contains("`size`"));
    assert_eq!(played.requests("devices.list").len(), 1);
}

#[test]
fn a_file_of_credentials_that_cannot_be_read_is_named_and_left_as_it_is() {
    let played = Played::with_faults(&[]);
    played.folder.write(".seatflow/credentials.json", "{");
    let ran = played.run(&devices("", &[ONE_PAGE]));
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("`.seatflow/credentials.json`"), "{}", ran.stderr);
    assert_eq!(played.requests("token.refresh"), [], "the token is not spent for nothing");
    assert_eq!(played.folder.read(".seatflow/credentials.json"), "{");
}
