//! Shapes of pipelines that could deadlock or lose their order, and do neither. All wires are as
//! narrow as they can be.

use arrow::array::AsArray;
use arrow::datatypes::DataType;
use seatflow_tool::is_final;

use crate::stage::{Stage, completed};
use crate::tools::gauge;

/// Runs the nodes and gives the numbers that came into `keeps`.
async fn numbers_of(nodes: &str) -> Vec<i64> {
    let keeps = gauge("keeps");
    keeps.seen.lock().unwrap().clear();
    completed(&Stage::new().run(nodes).await);
    keeps.numbers()
}

fn range(from: i64, to: i64) -> Vec<i64> {
    (from..to).collect()
}

#[tokio::test]
async fn several_wires_into_one_d_are_read_in_the_order_they_are_written() {
    let sources = "
  late:
    numbers: { count: 50 }
  early:
    numbers: { from: 100, count: 3 }
  middle:
    numbers: { from: 200, count: 20 }
";
    let slow = "\n  slow:\n    pass: {}\n    D: late\n  slower:\n    pass: {}\n    D: slow\n";
    let keeps = "\n  keeps:\n    collect: { gauge: keeps }\n    D: [slower, early, middle]\n";
    let expected = [range(0, 50), range(100, 103), range(200, 220)].concat();
    assert_eq!(numbers_of(&[sources, slow, keeps].concat()).await, expected);
}

#[tokio::test]
async fn one_wire_twice_is_the_records_twice() {
    let nodes = "
  source:
    numbers: { count: 40 }
  keeps:
    collect: { gauge: keeps }
    D: [source, source]
";
    assert_eq!(numbers_of(nodes).await, [range(0, 40), range(0, 40)].concat());
}

#[tokio::test]
async fn a_diamond_ends_whichever_side_is_read_first() {
    for order in ["[left, right]", "[right, left]", "[source, right]", "[right, source]"] {
        let nodes = format!(
            "
  source:
    numbers: {{ count: 300 }}
  left:
    pass: {{}}
    D: source
  half:
    pass: {{}}
    D: source
  right:
    pass: {{}}
    D: half
  keeps:
    collect: {{ gauge: keeps }}
    D: {order}
  ends_left:
    collect: {{}}
    D: left
"
        );
        assert_eq!(numbers_of(&nodes).await, [range(0, 300), range(0, 300)].concat(), "{order}");
    }
}

#[tokio::test]
async fn diamonds_of_diamonds_end() {
    let diamond = |level: usize| {
        let before = level - 1;
        format!(
            "  l{level}:\n    pass: {{}}\n    D: d{before}\n  r{level}:\n    pass: {{}}\n    D: d{before}\n  \
             d{level}:\n    pass: {{}}\n    D: [r{level}, l{level}]\n"
        )
    };
    let source = "\n  d0:\n    numbers: { count: 3 }\n".to_owned();
    let mut nodes = [source].into_iter().chain((1..=7).map(diamond)).collect::<String>();
    nodes += "  keeps:\n    collect: { gauge: keeps }\n    D: [d7, d3, d0]\n";
    assert_eq!(numbers_of(&nodes).await, range(0, 3).repeat(128 + 8 + 1));
}

#[tokio::test]
async fn both_outputs_of_a_node_go_into_one_d() {
    for (order, first, second) in [("[parts.S, parts.F]", 0, 1), ("[parts.F, parts.S]", 1, 0)] {
        let nodes = format!(
            "
  source:
    numbers: {{ count: 200 }}
  parts:
    split: {{}}
    D: source
  keeps:
    collect: {{ gauge: keeps }}
    D: {order}
"
        );
        let half = |from| (from..200).step_by(2).collect::<Vec<i64>>();
        assert_eq!(numbers_of(&nodes).await, [half(first), half(second)].concat());
    }
}

#[tokio::test]
async fn records_wait_on_disk_while_a_waits_for_the_last_of_them() {
    let nodes = "
  source:
    numbers: { count: 500 }
  last:
    last: {}
    D: source
  asks:
    ask: { gauge: keeps }
    A: last
    D: source
";
    assert_eq!(numbers_of(nodes).await, range(0, 500));
}

#[tokio::test]
async fn a_circle_of_waiting_through_a_is_none() {
    let nodes = "
  one:
    numbers: { count: 100 }
  two:
    numbers: { from: 1000, count: 100 }
  last_of_one:
    last: {}
    D: [two, one]
  last_of_two:
    last: {}
    D: [one, two]
  first:
    ask: { gauge: other }
    A: last_of_one
    D: [two, one]
  second:
    ask: { gauge: keeps }
    A: last_of_two
    D: [one, two]
";
    assert_eq!(numbers_of(nodes).await, [range(0, 100), range(1000, 1100)].concat());
}

#[tokio::test]
async fn along_concatenated_wires_types_go_up_and_columns_are_added() {
    let nodes = "
  whole:
    numbers: { count: 2, with: first, final: true }
  halves:
    numbers: { of: float, count: 2, with: second, final: true }
  texts:
    numbers: { of: text, count: 1, with: first, final: true }
  hands_on:
    pass: {}
    D: [whole, halves, texts]
  keeps:
    collect: { gauge: keeps }
    D: hands_on
";
    completed(&Stage::new().run(nodes).await);
    let gauge = gauge("keeps");
    let seen = gauge.seen.lock().unwrap();
    let types: Vec<DataType> = seen.iter().map(|batch| batch.column(0).data_type().clone()).collect();
    let (integer, float, text) = (DataType::Int64, DataType::Float64, DataType::Utf8);
    assert_eq!(types, [integer.clone(), integer, float.clone(), float, text]);
    let names = |batch: usize| {
        let schema = seen[batch].schema();
        schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(1), names(2)),
        (vec!["n".into(), "first".into()], vec!["n".into(), "first".into(), "second".into()])
    );
    assert_eq!(names(4), names(2));
    assert_eq!(seen[4].column(0).as_string::<i32>().value(0), "0");
    let announced: Vec<bool> = seen.iter().map(|batch| is_final(batch.schema_ref())).collect();
    assert_eq!(announced, [false; 5], "no schema but the last wire's own is the last");
}
