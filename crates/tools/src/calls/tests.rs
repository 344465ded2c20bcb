//! Odd cases of the tools that call.

mod answers;
mod authority;
mod outputs;
mod own;

use seatflow_testkit::{Pace, Ran, Stage, Table, Value};

use crate::TOOLS;

fn run_at(nodes: &str, anchors: &[&str], pace: Pace) -> Ran {
    let ran = Stage::new(TOOLS).unwrap().run(&format!("nodes:\n{nodes}"), anchors, pace).unwrap();
    assert!(ran.report.is_some(), "{}", ran.problems);
    ran
}

fn run(nodes: &str, anchors: &[&str]) -> Ran {
    run_at(nodes, anchors, Pace::USUAL)
}

/// The values of a column as text.
fn column(table: &Table, name: &str) -> Vec<String> {
    let place = table.columns.iter().position(|column| column == name);
    let place = place.unwrap_or_else(|| panic!("no `{name}` in {:?}", table.columns));
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    };
    table.rows.iter().map(|row| text(&row[place])).collect()
}

#[test]
fn what_a_calling_node_writes_itself_replaces_what_came_and_can_be_kept_under_another_name() {
    let nodes = "
  given:
    rows: [{ _call: 77, error.kind: mine, error.extra: more, account: ACC-404001 }, { _call: 78, account: ACC-100777 }]
  tested:
    license_api:
      connection: portal
      endpoint: products.list
      parameters: { accountId: { field: account } }
      keep: [{ _call: parent }, error.kind]
    D: given
";
    let ran = run(nodes, &["tested.S", "tested.F"]);
    let failed = ran.table("tested.F").unwrap();
    assert_eq!(failed.columns.last().unwrap(), "account");
    assert_eq!(failed.columns.len(), 9, "neither `_call` nor `error.extra` is there twice: {:?}", failed.columns);
    assert_eq!((column(&failed, "_call"), column(&failed, "error.kind")), (vec!["0".into()], vec!["status".into()]));
    let succeeded = ran.table("tested.S").unwrap();
    assert_eq!(succeeded.columns[..4], ["_call", "parent", "error.kind", "data.idx"]);
    assert_eq!((&succeeded.rows[0][0], &succeeded.rows[0][1]), (&Value::Integer(1), &Value::Integer(78)));
}

#[test]
fn no_records_on_d_are_no_call() {
    let nodes = "
  given:
    rows: []
  tested:
    license_api:
      connection: portal
      endpoint: products.list
      parameters: { accountId: ACC-100777 }
    D: given
";
    let ran = run(nodes, &["tested.S", "tested.F", "tested.L"]);
    let node = ran.node("tested").unwrap();
    assert_eq!((node.records_in, node.calls, node.rows), (0, 0, 0));
    assert_eq!(ran.report.as_ref().unwrap().exit_status(), 0);
}

#[test]
fn equal_records_are_one_call_each() {
    let nodes = "
  given:
    rows: [{ x: 1 }, { x: 1 }, { x: 1 }]
  tested:
    license_api:
      connection: portal
      endpoint: products.list
      parameters: { accountId: ACC-100777 }
    D: given
";
    let ran = run(nodes, &["tested.S"]);
    assert_eq!(ran.node("tested").unwrap().calls, 3);
    assert_eq!(column(&ran.table("tested.S").unwrap(), "_call"), ["0", "1", "2"]);
}

#[test]
fn a_column_that_cannot_come_any_more_ends_the_run_before_a_call() {
    let names: Vec<String> = (0..20_000).map(|number| format!("column_{number}")).collect();
    let stage = Stage::new(TOOLS).unwrap();
    stage.put("wide.csv", format!("{}\n{}\n", names.join(","), names.join(","))).unwrap();
    let nodes = "nodes:
  given:
    read_csv: { path: wide.csv }
  tested:
    license_api:
      connection: portal
      endpoint: devices.list
      parameters: { accountId: ACC-100234, userId: { field: colum_7 } }
    D: given
";
    let ran = stage.run(nodes, &[], Pace::USUAL).unwrap();
    let failure = ran.failure().unwrap();
    assert!(failure.starts_with("there is no column `colum_7` on `D`\nhelp: did you mean `column_7`?"), "{failure}");
    assert_eq!(ran.node("tested").unwrap().calls, 0);
}

#[test]
fn a_column_that_never_came_ends_the_run() {
    let nodes = "
  first:
    license_api:
      connection: portal
      endpoint: accounts.list
  tested:
    license_api:
      endpoint: devices.list
      parameters: { accountId: ACC-100234, userId: { field: nam } }
    A: first
    D: first
";
    let ran = run(nodes, &[]);
    let failure = ran.failure().unwrap();
    assert!(failure.starts_with("there is no column `nam` on `D`\nhelp: did you mean `name`?"), "{failure}");
    assert_eq!(ran.node("tested").unwrap().calls, 0, "no call was made without the parameter");
}

#[test]
fn records_wait_for_a_parameter_that_comes_later() {
    let nodes = "
  before: { rows: [{ account: ACC-100234 }] }
  with: { rows: [{ user: USR-000731, account: ACC-100234 }] }
  tested:
    license_api:
      connection: portal
      endpoint: devices.list
      parameters: { accountId: { field: account }, userId: { field: user } }
    D: [before, with]
";
    let tables = Pace::ALL.map(|pace| {
        let ran = run_at(nodes, &["tested.S"], pace);
        assert_eq!((ran.failure(), ran.node("tested").unwrap().calls), (None, 2));
        ran.table("tested.S").unwrap()
    });
    assert!(tables.iter().all(|table| *table == tables[0]));
    let calls = column(&tables[0], "_call");
    assert!(calls.contains(&"0".to_owned()) && calls.contains(&"1".to_owned()), "{calls:?}");
}

#[test]
fn a_secret_that_is_a_parameter_is_masked_wherever_it_comes_back() {
    let nodes = "
  given:
    rows: [{ account: \"${env:SECRET_ACCOUNT}\" }]
  tested:
    license_api:
      connection: portal
      endpoint: products.list
      parameters: { accountId: { field: account } }
    D: given
  misfit:
    license_api:
      connection: portal
      endpoint: devices.list
      parameters: { accountId: ACC-100777, size: { field: account } }
    D: given
";
    let ran = run(nodes, &["tested.F", "tested.L", "misfit.F"]);
    let failed = ran.table("tested.F").unwrap();
    assert!(column(&failed, "error.url")[0].ends_with("?accountId=***"), "{failed}");
    assert!(column(&failed, "error.message")[0].contains("***"), "{failed}");
    let misfit = ran.table("misfit.F").unwrap();
    assert_eq!(
        column(&misfit, "error.message"),
        ["the parameter `size` must be a whole number from 1 to 500, not `***`"]
    );
    for anchor in ["tested.F", "tested.L", "misfit.F"] {
        let mut table = ran.table(anchor).unwrap();
        if let Some(place) = table.columns.iter().position(|column| column == "account") {
            // The field itself is there, marked as a secret, which no writer writes.
            table.rows.iter_mut().for_each(|row| row[place] = Value::Null);
        }
        assert!(!table.to_string().contains("value of SECRET"), "{anchor}: {table}");
        assert!(!table.to_string().contains("value%20of%20SECRET"), "{anchor}: {table}");
    }
}

#[test]
fn three_thousand_records_leave_in_their_order_with_their_books_closed() {
    let stage = Stage::new(TOOLS).unwrap();
    let accounts = ["ACC-100777", "ACC-404001"];
    let lines: Vec<String> = (0..3000).map(|number| format!("{},{number}\n", accounts[number % 2])).collect();
    stage.put("many.csv", format!("account,number\n{}", lines.concat())).unwrap();
    let nodes = "nodes:
  given:
    read_csv: { path: many.csv }
  tested:
    license_api:
      connection: portal
      endpoint: products.list
      parameters: { accountId: { field: account } }
      keep: [number]
    D: given
";
    let pace = Pace { batch_rows: 100, wire_batches: 1, concurrency: Some(64) };
    let ran = stage.run(nodes, &["tested.S", "tested.F"], pace).unwrap();
    let half = |first: usize| (first..3000).step_by(2).map(|number| number.to_string()).collect::<Vec<_>>();
    assert!(column(&ran.table("tested.S").unwrap(), "number") == half(0));
    assert!(column(&ran.table("tested.F").unwrap(), "number") == half(1));
    assert!(ran.batches("tested.S").iter().all(|batch| batch.num_rows() <= 100));
    let node = ran.node("tested").unwrap();
    assert_eq!((node.records_in, node.succeeded, node.failed, node.calls), (3000, 1500, 1500, 3000));
}
