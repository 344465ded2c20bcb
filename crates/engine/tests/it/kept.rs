//! Failed records that are wired nowhere are kept in the run's folder.

use std::fs::File;

use arrow::array::AsArray;
use arrow::ipc::reader::StreamReader;
use arrow::record_batch::RecordBatch;
use seatflow_spec::Output;

use crate::stage::{Stage, completed};

fn nodes(of: &str) -> String {
    format!(
        "
  source:
    numbers: {{ of: {of}, count: 9 }}
  parts:
    split: {{}}
    D: source
"
    )
}

fn read(path: &std::path::Path) -> Vec<RecordBatch> {
    StreamReader::try_new(File::open(path).unwrap(), None).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn they_are_kept_and_counted_and_the_status_says_so() {
    let stage = Stage::new();
    let report = stage.run(&nodes("text")).await;
    completed(&report);
    assert_eq!(report.exit_status(), 3);
    let [kept] = report.kept.as_slice() else { panic!("{:?}", report.kept) };
    assert_eq!((kept.node.as_str(), kept.anchor, kept.records), ("parts", "F", 4));
    assert_eq!(kept.path.file_name().unwrap(), "parts.F.arrow");
    let numbers: Vec<String> =
        read(&kept.path).iter().map(|batch| batch.column(0).as_string::<i32>().value(0).to_owned()).collect();
    assert_eq!(numbers, ["1", "3", "5", "7"]);
}

#[tokio::test]
async fn they_are_kept_without_their_secrets() {
    let stage = Stage::new();
    let report = stage.run(&nodes("secret")).await;
    let batches = read(&report.kept[0].path);
    assert_eq!(batches.len(), 4);
    for batch in batches {
        assert_eq!(batch.column_by_name("n").unwrap().as_string::<i32>().value(0), "***");
        assert_ne!(batch.column_by_name("ballast").unwrap().as_string::<i32>().value(0), "***");
    }
}

#[tokio::test]
async fn a_run_without_them_keeps_nothing() {
    let stage = Stage::new();
    let report = stage.run("\n  source:\n    numbers: { count: 9 }\n").await;
    assert_eq!((report.exit_status(), report.kept.len()), (0, 0));
}

#[tokio::test]
async fn a_run_that_fails_keeps_none() {
    let stage = Stage::new();
    let breaks = "  breaks:\n    fail: { count: 1 }\n    D: parts\n";
    let report = stage.run(&format!("{}{breaks}", nodes("text"))).await;
    assert_eq!((report.exit_status(), report.kept.len()), (4, 0));
}

#[tokio::test]
async fn who_looks_at_an_anchor_has_its_records_alone_and_starts_only_what_leads_there() {
    let stage = Stage::new();
    let more = "  beside:
    fail: { count: 1 }
    D: source
  below:
    fail: { count: 1 }
    D: parts
";
    // The node that is looked at stands behind one that has nothing to do with it.
    let nodes = format!("{more}{}", nodes("text"));
    let report = stage.look(&nodes, "parts", Output::S).await;
    completed(&report);
    let names: Vec<&str> = report.nodes.iter().map(|node| node.node.as_str()).collect();
    assert_eq!(names, ["source", "parts"]);
    let [kept] = report.kept.as_slice() else { panic!("{:?}", report.kept) };
    assert_eq!((kept.node.as_str(), kept.anchor, kept.records), ("parts", "S", 5));
}
