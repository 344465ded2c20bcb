//! What a run was made with is gone: its catalog, its settings, its token, its system.

use super::{SAVED, assert_same, left_behind, replay, replayed};
use crate::played::{Played, pipeline, seats};

const LIST: &str =
    "  calls: { license_api: { connection: seats, endpoint: seats.list, parameters: { product: \"${product}\" } } }\n";

/// A pipeline with a setting.
fn text(token: &str) -> String {
    let text = seats("concurrency: 1, attempts: 1", &format!("{LIST}{SAVED}")).replace("${env:SEATS_TOKEN}", token);
    text.replace("connections:", "settings: { product: editor }\nconnections:")
}

#[test]
fn the_catalog_the_token_and_the_settings_of_the_run_are_kept_or_not_needed() {
    let played = Played::with_faults(&[]);
    played.folder.write("token.txt", "nobody-knows-this-one");
    let ran = played.run_with(&text("${file:token.txt}"), &["--set", "product=viewer"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let folder = left_behind(played);
    std::fs::remove_file(folder.path("token.txt")).unwrap();
    std::fs::remove_file(folder.path("fixtures/catalogs/seats.yaml")).unwrap();
    let again = replayed(&folder, &[]);
    assert_same(&again, &folder.files("out"), "seats");
    let log = String::from_utf8(again["log.csv"].clone()).unwrap();
    assert!(log.contains("product=viewer"), "as it was set: {log}");
}

#[test]
fn a_variable_that_is_more_than_a_connection_is_needed() {
    let played = Played::with_faults(&[]).variable("PRODUCT", "viewer");
    let nodes = text("${env:SEATS_TOKEN}").replace("${product}", "${env:PRODUCT}");
    let ran = played.run(&nodes);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let folder = left_behind(played);
    let ran = replay(&folder, &["--out", "again"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("`PRODUCT`"), "{}", ran.stderr);
    assert_eq!(folder.run(&["replay", "--out", "again"]).status, 0);
}

#[test]
fn calls_that_reached_nobody_are_replayed_as_such() {
    let played = Played::with_faults(&[]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let played = played.variable("SEATS_BASE_URL", &format!("http://{closed}"));
    let ran = played.run(&text("${env:SEATS_TOKEN}"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let failed = played.rows("failed.csv");
    assert_eq!(failed[0]["error.kind"], "connect");
    let folder = left_behind(played);
    assert_same(&replayed(&folder, &[]), &folder.files("out"), "seats");
}

#[test]
fn where_a_login_failed_is_told_also_by_the_nodes_that_it_was_for() {
    let played = Played::with_faults(&["match=token.refresh,times=9,do=status=503"]);
    let nodes = "  login: { authorize: { connection: portal } }
  not_in: { write_csv: { path: out/not-in.csv }, D: login.F }
  input: { rows: [{ account: ACC-100234 }] }
  calls:
    license_api: { endpoint: devices.list, parameters: { accountId: { field: account } } }
    A: login
    D: input
";
    let ran = played.run(&pipeline("attempts: 1", &format!("{nodes}{SAVED}")));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(played.rows("failed.csv")[0]["error.kind"], "authorization");
    let folder = left_behind(played);
    assert_same(&replayed(&folder, &[]), &folder.files("out"), "devices");
}
