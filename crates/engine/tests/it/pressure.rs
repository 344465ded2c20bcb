//! How much of a flood is in memory while nobody reads.

use crate::stage::{Stage, completed, settle};
use crate::tools::{Gauge, gauge};

const FLOOD: i64 = 10_000;

/// What a wire may hold beside its batches: one that is being sent, and one that was just taken.
const BESIDE: usize = 2;

fn all() -> Vec<i64> {
    (0..FLOOD).collect()
}

#[tokio::test]
async fn a_reader_that_does_not_read_holds_the_flood_back() {
    for wire_batches in [1, 4] {
        let nodes = format!(
            "
  flood_{wire_batches}:
    numbers: {{ gauge: flood-{wire_batches}, count: {FLOOD} }}
  blocked:
    collect: {{ gauge: blocked-{wire_batches}, count: 1 }}
    D: flood_{wire_batches}
"
        );
        let (flood, blocked) = (gauge(&format!("flood-{wire_batches}")), gauge(&format!("blocked-{wire_batches}")));
        let mut end = Box::pin(Stage::new().start(&nodes, wire_batches).finish());
        assert!(settle(&mut end).await.is_none());
        assert_eq!(Gauge::count(&flood.sent), wire_batches);
        assert!(Gauge::count(&flood.most_alive) <= wire_batches + BESIDE);
        blocked.open();
        completed(&end.await);
        assert_eq!(blocked.numbers(), all());
    }
}

#[tokio::test]
async fn a_flood_into_a_wire_whose_turn_has_not_come_is_on_disk() {
    let nodes = format!(
        "
  first:
    numbers: {{ gauge: first, from: -1, count: 1 }}
  flood:
    numbers: {{ gauge: flood, count: {FLOOD} }}
  blocked:
    collect: {{ gauge: blocked, count: 1 }}
    D: [first, flood]
"
    );
    let (flood, blocked) = (gauge("flood"), gauge("blocked"));
    let mut end = Box::pin(Stage::new().start(&nodes, 2).finish());
    assert!(settle(&mut end).await.is_none());
    assert_eq!(Gauge::count(&flood.sent), all().len(), "the source need not wait");
    assert!(Gauge::count(&flood.most_alive) <= 2 + BESIDE);
    blocked.open();
    completed(&end.await);
    assert_eq!(blocked.numbers(), (-1..FLOOD).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_slowest_reader_of_a_fan_sets_the_pace_and_all_get_everything() {
    let nodes = format!(
        "
  flood:
    numbers: {{ gauge: flood, count: {FLOOD} }}
  quick:
    collect: {{ gauge: quick }}
    D: flood
  blocked:
    collect: {{ gauge: blocked, count: 1 }}
    D: flood
"
    );
    let (quick, blocked) = (gauge("quick"), gauge("blocked"));
    let mut end = Box::pin(Stage::new().start(&nodes, 3).finish());
    assert!(settle(&mut end).await.is_none());
    let came = quick.numbers().len();
    assert!((3..=4).contains(&came), "{came}");
    blocked.open();
    completed(&end.await);
    assert_eq!((quick.numbers(), blocked.numbers()), (all(), all()));
}

#[tokio::test]
async fn a_reader_that_has_gone_holds_nobody_back() {
    let nodes = format!(
        "
  flood:
    numbers: {{ gauge: flood, count: {FLOOD} }}
  hands_on:
    pass: {{}}
    D: flood
  asks:
    ask: {{ gauge: asks }}
    A: hands_on.S
    D: hands_on
"
    );
    let report = Stage::new().run(&nodes).await;
    completed(&report);
    assert_eq!(gauge("asks").numbers(), all());
}
