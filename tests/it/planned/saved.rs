//! The list of a plan in a file: all of it, or nothing.

use seatflow_testkit::{Table, Value};

use super::{INPUT, SAVED, plan};
use crate::played::{Played, Rows, TAKE, pipeline, rows, seats};
use crate::program::Folder;

const LIST: [&str; 8] = ["node", "record", "endpoint", "method", "url", "payload", "input", "unknown"];

/// The pipeline and an input with what a CSV must quote.
fn prepare(played: &Played) -> String {
    played.folder.write("input.csv", "holder,quantity\n\"a,\"\"b\"\"\",1\nbob,2\n");
    seats("", &format!("{INPUT}{TAKE}{SAVED}"))
}

#[test]
fn a_csv_has_what_the_json_has() {
    let played = Played::with_faults(&[]);
    let text = prepare(&played);
    let plan = plan(&played, &text, &["--save", "lists/list.csv"]);
    let bytes = played.folder.files("lists");
    assert_eq!(bytes.keys().collect::<Vec<_>>(), ["list.csv"], "nothing is left beside it");
    let saved: Rows = rows(&bytes["list.csv"]);
    let listed = plan["writes"].as_array().unwrap();
    assert_eq!(saved.len(), listed.len());
    for (saved, listed) in saved.iter().zip(listed) {
        for name in LIST {
            let expected = match &listed[name] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(saved[name], expected, "{name}");
        }
    }
}

#[test]
fn parquet_has_the_same_with_types() {
    let played = Played::with_faults(&[]);
    let text = prepare(&played);
    plan(&played, &text, &["--save", "list.PARQUET"]);
    let table = Table::of_parquet(&played.folder.path("list.PARQUET")).unwrap();
    assert_eq!(table.columns, LIST);
    let payload = Value::Text("holder=bob&product=viewer&quantity=2".to_owned());
    let [_, second] = &table.rows[..] else { panic!("{} rows", table.rows.len()) };
    assert_eq!((&second[1], &second[5], &second[7]), (&Value::Integer(1), &payload, &Value::Null));
}

#[test]
fn a_plan_without_writes_is_a_list_without_lines() {
    let folder = Folder::new();
    let ran = folder.run(&["plan", "pipelines/releases.yaml", "--sandbox", "--save", "list.csv"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(folder.read("list.csv"), format!("{}\n", LIST.join(",")));
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_is_called() {
    let played = Played::with_faults(&[]);
    played.folder.write("played.yaml", prepare(&played));
    played.folder.write("file", "");
    for (path, why) in [("out.csv", "a folder"), ("file/list.csv", "file")] {
        std::fs::create_dir_all(played.folder.path("out.csv")).unwrap();
        let ran = played.folder.run(&["plan", "played.yaml", "--save", path]);
        assert_eq!(ran.status, 4, "{}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("  × cannot write `{path}`")), "{why}: {}", ran.stderr);
    }
    assert!(played.all_requests().is_empty());
    assert!(!played.folder.path(".seatflow").exists(), "no plan was begun");
}

#[test]
fn a_name_that_tells_no_form_makes_no_sense() {
    let ran = Folder::new().run(&["plan", "pipelines/delete-users.yaml", "--sandbox", "--save", "list.txt"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("its name must end in `.csv` or `.parquet`"), "{}", ran.stderr);
}

#[test]
fn what_does_not_become_a_plan_is_not_saved_and_an_earlier_list_stays() {
    let played = Played::with_faults(&[]).variable("ALTERYX_REFRESH_TOKEN", "not-the-token");
    let nodes = "  calls: { license_api: { connection: portal, endpoint: accounts.list } }\n";
    played.folder.write("played.yaml", pipeline("", &format!("{nodes}{SAVED}")));
    played.folder.write("lists/list.csv", "an earlier one");
    let ran = played.folder.run(&["plan", "played.yaml", "--save", "lists/list.csv"]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.ends_with("played: failed, there is no plan\n"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "", "that nothing would be written is not known");
    let files = played.folder.files("lists");
    assert_eq!(files.into_iter().collect::<Vec<_>>(), [("list.csv".to_owned(), b"an earlier one".to_vec())]);
}

#[test]
fn what_the_pipeline_reads_is_not_written_over() {
    let played = Played::with_faults(&[]);
    played.folder.write("played.yaml", prepare(&played));
    let before = played.folder.read("input.csv");
    let ran = played.folder.run(&["plan", "played.yaml", "--save", "./input.csv"]);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot write `./input.csv`: the pipeline reads it"), "{}", ran.stderr);
    assert_eq!(played.folder.read("input.csv"), before);
}
