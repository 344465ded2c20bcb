//! One node's failure, panic or forgetfulness, and what becomes of the run.

use seatflow_engine::Ending;
use seatflow_tool::Blame;

use crate::stage::{Stage, completed, failure, settle};
use crate::tools::gauge;

#[tokio::test]
async fn the_first_failure_is_told_and_not_its_echo() {
    let nodes = "
  source:
    numbers: { count: 3 }
  breaks:
    fail: { count: 1 }
    D: source
  hands_on:
    pass: {}
    D: breaks
  echo:
    complain: {}
    D: hands_on
";
    let report = Stage::new().run(nodes).await;
    let failure = failure(&report);
    assert_eq!((failure.node.as_deref(), failure.error.to_string().as_str()), (Some("breaks"), "the cause"));
    assert_eq!(failure.error.blame(), Blame::Remote);
    assert_eq!(report.exit_status(), 4);
}

#[tokio::test]
async fn a_panic_is_a_bug_of_the_node_that_is_named() {
    let nodes = "
  source:
    numbers: { count: 3 }
  breaks:
    panic: { count: 2 }
    D: source
  echo:
    complain: {}
    D: breaks
";
    let report = Stage::new().run(nodes).await;
    let failure = failure(&report);
    assert_eq!(failure.node.as_deref(), Some("breaks"));
    assert_eq!(failure.error.to_string(), "its work broke off: so many records are enough");
    assert_eq!((failure.error.blame(), report.exit_status()), (Blame::Bug, 70));
}

#[tokio::test]
async fn a_failure_ends_the_work_of_all_others_and_writes_no_file() {
    let nodes = "
  source:
    numbers: { count: 1 }
  breaks:
    fail: {}
    D: source
  waits:
    forever: { gauge: waits }
  keeps:
    collect: { gauge: keeps }
    D: waits
  writes:
    write: { gauge: writes, with: FOLDER/out/file }
";
    let stage = Stage::new();
    let nodes = nodes.replace("FOLDER", stage.path("").to_str().unwrap());
    let report = stage.run(&nodes).await;
    assert_eq!(failure(&report).node.as_deref(), Some("breaks"));
    assert!(gauge("waits").has_ended() && gauge("writes").has_ended());
    assert_eq!(stage.files("out"), [""; 0]);
    let [run] = stage.files("state/runs").try_into().unwrap();
    assert_eq!(stage.files(&format!("state/runs/{run}")), [""; 0]);
}

#[tokio::test]
async fn a_file_takes_its_place_when_all_is_done() {
    let stage = Stage::new();
    let nodes = "\n  writes:\n    write: { gauge: writes, with: FOLDER/out/file }\n";
    let report = stage.run(&nodes.replace("FOLDER", stage.path("").to_str().unwrap())).await;
    completed(&report);
    assert_eq!(stage.files("out"), ["file"]);
}

#[tokio::test]
async fn books_that_do_not_close_are_a_bug() {
    let nodes = "
  source:
    numbers: { count: 5 }
  forgets:
    forget: {}
    D: source
";
    let report = Stage::new().run(nodes).await;
    let failure = failure(&report);
    assert_eq!(failure.node.as_deref(), Some("forgets"));
    assert_eq!(failure.error.to_string(), "the books do not close: not every record that came in has left");
    assert_eq!(report.exit_status(), 70);
    let forgets = &report.nodes[1];
    assert_eq!((forgets.records_in, forgets.succeeded, forgets.failed), (5, 0, 0));
}

#[tokio::test]
async fn what_fails_because_the_user_stopped_the_run_is_not_what_ended_it() {
    let nodes = "
  source:
    numbers: { count: 1 }
  echo:
    complain: {}
    D: source
";
    let running = Stage::new().start(nodes, 1);
    let (stop, _) = running.stops();
    stop.cancel();
    let report = running.finish().await;
    assert!(matches!(report.ending, Ending::Interrupted), "{:?}", report.ending);
    assert_eq!(report.exit_status(), 130);
}

#[tokio::test]
async fn what_the_disk_does_not_take_is_told_though_the_user_stopped_the_run() {
    let nodes = "
  source:
    numbers: { count: 9 }
  parts:
    split: {}
    D: source
";
    let stage = Stage::new();
    let running = stage.start(nodes, 1);
    running.stops().0.cancel();
    std::fs::remove_dir_all(stage.path("state/runs")).unwrap();
    let report = running.finish().await;
    assert!(matches!(report.ending, Ending::Interrupted), "{:?}", report.ending);
    assert_eq!(report.exit_status(), 130);
    let [beside] = report.beside.as_slice() else { panic!("{:?}", report.beside) };
    assert_eq!(beside.node.as_deref(), Some("parts"));
    assert!(beside.error.to_string().starts_with("records cannot wait on disk: "), "{}", beside.error);
}

#[tokio::test]
async fn books_close_though_the_user_stopped_the_run() {
    let nodes = "
  source:
    numbers: { count: 5 }
  forgets:
    forget: {}
    D: source
";
    let running = Stage::new().start(nodes, 1);
    running.stops().0.cancel();
    let report = running.finish().await;
    assert_eq!(failure(&report).node.as_deref(), Some("forgets"));
    assert_eq!(report.exit_status(), 70);
}

#[tokio::test]
async fn a_bug_is_told_though_the_user_stopped_the_run() {
    let nodes = "
  source:
    numbers: { count: 1 }
  breaks:
    panic: {}
    D: source
";
    let running = Stage::new().start(nodes, 1);
    running.stops().0.cancel();
    assert_eq!(running.finish().await.exit_status(), 70);
}

#[tokio::test]
async fn whoever_asks_for_the_end_twice_does_not_wait() {
    let nodes = "\n  waits:\n    forever: { gauge: waits }\n";
    let running = Stage::new().start(nodes, 1);
    let (stop, abort) = running.stops();
    let mut end = Box::pin(running.finish());
    stop.cancel();
    assert!(settle(&mut end).await.is_none(), "once is a request, and this node does not hear it");
    abort.cancel();
    assert_eq!(end.await.exit_status(), 130);
    assert!(gauge("waits").has_ended());
}
