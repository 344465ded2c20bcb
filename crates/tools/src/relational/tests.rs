//! Odd cases of the tools that pick and arrange records.

mod planned;

use seatflow_testkit::{Pace, Stage};

use crate::TOOLS;

/// A header that is too long for the check to know it, so that only the run finds a missing column.
fn unknown_columns(stage: &Stage, name: &str) {
    let names: Vec<String> = (0..20_000).map(|number| format!("column_{number}")).collect();
    stage.put(name, format!("{}\n{}\n", names.join(","), "x,".repeat(19_999))).unwrap();
}

#[test]
fn records_wait_for_a_column_that_comes_later() {
    let stage = Stage::new(TOOLS).unwrap();
    let yaml = "nodes:
  before: { rows: [{ a: 1 }, { a: 2 }] }
  with: { rows: [{ id: x, a: 3 }, { a: 4 }] }
  tested: { unique: { by: [id] }, D: [before, with] }
";
    for pace in Pace::ALL {
        let ran = stage.run(yaml, &["tested.S", "tested.F"], pace).unwrap();
        let expected = "| a | id |\n|---|---|\n| 1 |  |\n| 3 | x |\n";
        assert_eq!(ran.table("tested.S").unwrap().to_string(), expected, "{pace:?}");
        let expected = "| a | id |\n|---|---|\n| 2 |  |\n| 4 |  |\n";
        assert_eq!(ran.table("tested.F").unwrap().to_string(), expected, "{pace:?}");
    }
}

#[test]
fn a_column_that_never_comes_fails_the_run_before_a_record_passes() {
    let stage = Stage::new(TOOLS).unwrap();
    unknown_columns(&stage, "one.csv");
    unknown_columns(&stage, "two.csv");
    stage.put("none.csv", "column_7\n").unwrap();
    // The last wire's records are known to be of the last form, those of a wire before it are not.
    for wires in ["one", "[one, two]", "[one, none]"] {
        let yaml = format!(
            "nodes:
  one: {{ read_csv: {{ path: one.csv }} }}
  two: {{ read_csv: {{ path: two.csv }} }}
  none: {{ read_csv: {{ path: none.csv }} }}
  tested: {{ unique: {{ by: [column_7, colunm_8] }}, D: {wires} }}
"
        );
        let ran = stage.run(&yaml, &["tested.S"], Pace::USUAL).unwrap();
        let failure = ran.failure().unwrap();
        assert!(failure.starts_with("there is no column `colunm_8` on `D`\n"), "{failure:.200}");
        assert!(failure.contains("did you mean `column_8`?"));
        assert_eq!(ran.batches("tested.S").len(), 0);
    }
}

#[test]
fn no_records_are_unique() {
    let stage = Stage::new(TOOLS).unwrap();
    stage.put("none.csv", "id\n").unwrap();
    let yaml = "nodes:
  none: { read_csv: { path: none.csv } }
  tested: { unique: { by: [id] }, D: none }
";
    let ran = stage.run(yaml, &["tested.S"], Pace::USUAL).unwrap();
    assert_eq!(ran.failure(), None);
    assert_eq!(ran.node("tested").unwrap().records_in, 0);
}
