//! A run replayed with another pipeline that makes the same calls.

use super::{left_behind, replay};
use crate::played::{Played, pipeline, rows};
use crate::program::Folder;

const NODES: &str = "  input: { rows: [{ account: ACC-100234, name: first }, { account: ACC-100777, name: second }] }
  calls:
    license_api:
      connection: portal
      endpoint: devices.list
      parameters: { accountId: { field: account } }
      keep: [name]
    D: input
  save: { write_csv: { path: out/devices.csv }, D: calls }
  failed: { write_csv: { path: out/failed.csv }, D: calls.F }
";

/// A run that is over, and its system gone.
fn run() -> Folder {
    let played = Played::with_faults(&[]);
    let ran = played.run(&pipeline("", NODES));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    left_behind(played)
}

/// Replays with other nodes; the rows of a file.
fn edited(folder: &Folder, nodes: &str, file: &str) -> crate::played::Rows {
    folder.write("edited.yaml", pipeline("", nodes));
    let ran = replay(folder, &["--pipeline", "edited.yaml", "--out", "edited"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    rows(&folder.files("edited/out")[file])
}

#[test]
fn what_is_below_the_calls_may_be_other() {
    let folder = run();
    let before = rows(folder.read("out/devices.csv").as_bytes());
    let kept = edited(&folder, &NODES.replace("[name]", "[name, { account: of }]"), "devices.csv");
    assert_eq!(kept.len(), before.len());
    assert!(kept.iter().all(|row| row["of"].starts_with("ACC-100")), "{kept:?}");

    let unique = "  accounts: { unique: { by: [name] }, D: calls }\n  more: { write_csv: { path: out/more.csv }, D: accounts }\n";
    assert_eq!(edited(&folder, &format!("{NODES}{unique}"), "more.csv").len(), 2);

    let logged = "  log: { write_csv: { path: out/log.csv }, D: calls.L }\n";
    let log = edited(&folder, &format!("{NODES}{logged}"), "log.csv");
    let calls = log.iter().filter(|row| row["url"].contains("/v1/devices")).collect::<Vec<_>>();
    assert_eq!(calls.len(), 2, "what was sent is told, though nobody looked at it then");
    assert!(calls.iter().all(|row| row["status"] == "200" && !row["response.body"].is_empty()), "{calls:?}");
    assert_eq!(rows(folder.read("out/devices.csv").as_bytes()), before, "the run's own outputs are as they were");
}

#[test]
fn fewer_calls_in_another_order_and_pace_are_the_same_calls() {
    let folder = run();
    let nodes = NODES.replace("{ account: ACC-100234, name: first }, ", "");
    let fewer = edited(&folder, &nodes.replace("[name]", "[account]"), "devices.csv");
    let before = rows(folder.read("out/devices.csv").as_bytes());
    assert_eq!(fewer.len(), before.iter().filter(|row| row["name"] == "second").count());
}

#[test]
fn another_call_ends_it_with_the_node_and_the_record() {
    let folder = run();
    let other = NODES.replace("ACC-100777", "ACC-404001");
    folder.write("edited.yaml", pipeline("", &other));
    let ran = replay(&folder, &["--pipeline", "edited.yaml", "--out", "edited"]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    let told = "  × `calls`: the journal does not hold this call of record 1 of `calls`: GET /v1/devices\n";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert!(folder.files("edited").is_empty(), "there is no file, and nothing beside its place");
}

#[test]
fn a_changed_input_that_leads_to_other_calls_ends_it_too() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "account,name\nACC-100234,first\n");
    let nodes = NODES.replacen(NODES.lines().next().unwrap(), "  input: { read_csv: { path: input.csv } }", 1);
    assert_eq!(played.run(&pipeline("", &nodes)).status, 0);
    let folder = left_behind(played);
    folder.write("input.csv", "account,name\nACC-100234,another\n");
    assert_eq!(replay(&folder, &["--out", "again"]).status, 5, "it would be of other records");
    let ran = replay(&folder, &["--out", "again", "--accept-changes"]);
    assert_eq!(ran.status, 0, "what is only kept leads to the same call");
    let again = rows(&folder.files("again/out")["devices.csv"]);
    assert!(again.iter().all(|row| row["name"] == "another"), "{again:?}");
    folder.write("input.csv", "account,name\nACC-100234,first\nACC-100777,second\n");
    let ran = replay(&folder, &["--accept-changes"]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("of record 1 of `calls`"), "{}", ran.stderr);
    std::fs::remove_file(folder.path("input.csv")).unwrap();
    assert_eq!(replay(&folder, &["--accept-changes"]).status, 1, "an input is not kept");
}

#[test]
fn a_pipeline_with_problems_is_not_replayed() {
    let folder = run();
    folder.write("edited.yaml", pipeline("", &NODES.replace("D: input", "D: inputs")));
    let ran = replay(&folder, &["--pipeline", "edited.yaml", "--out", "edited"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(!folder.path("edited").exists());
}

#[test]
fn the_pipeline_that_ran_is_kept_though_its_file_has_changed_or_is_gone() {
    let folder = run();
    let before = folder.files("out");
    folder.write("played.yaml", "version: 1\n");
    assert_eq!(super::replayed(&folder, &[]), before);
    std::fs::remove_file(folder.path("played.yaml")).unwrap();
    assert_eq!(super::replayed(&folder, &[]), before);
}
