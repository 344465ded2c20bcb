//! Records that are kept in the run's folder: failed ones that are wired nowhere, and what would be lost with the output
//! files.

use std::fs::File;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use arrow::ipc::reader::StreamReader;
use arrow::record_batch::RecordBatch;
use seatflow_engine::{Ending, Report};

use crate::stage::{Stage, completed, failure, settle};
use crate::tools::gauge;

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
    assert_eq!((kept.node.as_str(), kept.anchor, kept.records, kept.in_doubt), ("parts", "F", 4, 0));
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
async fn a_run_without_them_leaves_no_folder() {
    let stage = Stage::new();
    let report = stage.run("\n  source:\n    numbers: { count: 9 }\n").await;
    assert_eq!((report.exit_status(), report.kept.len()), (0, 0));
    assert_eq!(stage.files("state/runs"), [""; 0]);
}

/// Four numbers go into a node that calls and whose outputs are all wired.
fn calling(settings: &str, more: &str) -> String {
    format!(
        "
  source:
    numbers: {{ count: 4 }}
  changes:
    change: {{ {settings} }}
    D: source
  doubtful:
    collect: {{}}
    D: changes.F
{more}"
    )
}

const BREAKS: &str = "  breaks:\n    fail: { count: 1 }\n    D: changes\n";
const COLLECTS: &str = "  collects:\n    collect: {}\n    D: changes\n";

/// What was kept: the file, how many records it should hold, how many of them in doubt, and the numbers that it does.
fn kept(report: &Report) -> Vec<(String, u64, u64, Vec<i64>)> {
    let of = |batch: &RecordBatch| batch.column_by_name("n").unwrap().as_primitive::<Int64Type>().values().to_vec();
    let found = report.kept.iter().map(|kept| {
        let name = kept.path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, kept.records, kept.in_doubt, read(&kept.path).iter().flat_map(of).collect())
    });
    found.collect()
}

#[tokio::test]
async fn what_a_node_wrote_is_kept_when_another_fails_and_it_comes_to_its_end() {
    let stage = Stage::new();
    let report = stage.run(&calling("count: 2", BREAKS)).await;
    assert_eq!(failure(&report).node.as_deref(), Some("breaks"));
    let expected = [("changes.S.arrow", 0, vec![0, 2]), ("changes.F.arrow", 2, vec![1, 3])];
    let expected = expected.map(|(name, in_doubt, numbers)| (name.to_owned(), 2, in_doubt, numbers));
    assert_eq!(kept(&report), expected);
    assert_eq!(report.exit_status(), 4);
}

#[tokio::test]
async fn of_a_node_that_reads_only_what_failed_is_kept() {
    let stage = Stage::new();
    let report = stage.run(&calling("with: nothing, count: 2, gauge: shut", BREAKS)).await;
    failure(&report);
    assert_eq!(kept(&report), [("changes.F.arrow".to_owned(), 1, 1, vec![1])]);
}

#[tokio::test]
async fn what_a_node_wrote_is_kept_when_the_user_stops_the_run() {
    let stage = Stage::new();
    let running = stage.start(&calling("", COLLECTS), 1);
    running.stops().0.cancel();
    let report = running.finish().await;
    assert!(matches!(report.ending, Ending::Interrupted), "{:?}", report.ending);
    let counts: Vec<_> = kept(&report).into_iter().map(|(name, _, _, numbers)| (name, numbers)).collect();
    assert_eq!(counts, [("changes.S.arrow".to_owned(), vec![0, 2]), ("changes.F.arrow".to_owned(), vec![1, 3])]);
}

#[tokio::test]
async fn what_a_node_wrote_is_kept_when_the_user_ends_the_run_at_once() {
    let stage = Stage::new();
    let running = stage.start(&calling("count: 3, gauge: shut", COLLECTS), 1);
    let (stop, abort) = running.stops();
    let mut end = Box::pin(running.finish());
    assert!(settle(&mut end).await.is_none());
    stop.cancel();
    abort.cancel();
    let report = end.await;
    let expected = [("changes.S.arrow", 2, 0, vec![0, 2]), ("changes.F.arrow", 1, 1, vec![1])];
    let expected = expected.map(|(name, records, in_doubt, numbers)| (name.to_owned(), records, in_doubt, numbers));
    assert_eq!(kept(&report), expected);
    assert!(!gauge("shut").has_ended());
}

#[tokio::test]
async fn what_is_wired_is_not_kept_when_the_run_completes() {
    let stage = Stage::new();
    let report = stage.run(&calling("count: 9", COLLECTS)).await;
    completed(&report);
    assert_eq!((report.exit_status(), kept(&report)), (0, vec![]));
    assert_eq!(stage.files("state/runs"), [""; 0]);
}

#[tokio::test]
async fn what_a_node_wrote_is_kept_when_an_output_file_cannot_take_its_place() {
    let stage = Stage::new();
    let writes = "  writes:\n    write: { gauge: written, with: FOLDER/out/file }\n";
    let more = format!("{COLLECTS}{}", writes.replace("FOLDER", stage.path("").to_str().unwrap()));
    let running = stage.start(&calling("count: 2, gauge: late", &more), 1);
    let mut end = Box::pin(running.finish());
    assert!(settle(&mut end).await.is_none());
    assert!(gauge("written").has_ended());
    std::fs::create_dir_all(stage.path("out/file/in the way")).unwrap();
    gauge("late").open();
    let report = end.await;
    failure(&report);
    assert_eq!(kept(&report).len(), 2);
}
