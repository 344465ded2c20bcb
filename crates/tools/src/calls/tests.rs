//! Odd cases of the tools that call.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::record_batch::RecordBatch;
use futures::future::{BoxFuture, ready};
use jiff::Timestamp;
use seatflow_call::{Attempt, Called, Failure, FailureKind, Outcome};
use seatflow_catalog::Method;
use seatflow_flatten::{Document, Options};
use seatflow_spec::Output;
use seatflow_testkit::{Pace, Ran, Stage, Table, Value};
use seatflow_tool::{Emitter, Send, Tally, ToolError};
use tokio::time::Instant;

use super::answer::Answer;
use super::origin::Origin;
use super::outputs::Outputs;
use super::successes::Successes;
use super::calling::held_bytes;
use crate::TOOLS;

const MEBIBYTE: usize = 1024 * 1024;

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

/// A node whose A is wired to the records of a `where` with this YAML.
fn with_records_on_a(records: &str) -> Ran {
    let nodes = format!(
        "
  where:
    rows: {records}
  given:
    rows: [{{ account: ACC-100777 }}, {{ account: ACC-404001 }}, {{ account: ~ }}]
  tested:
    license_api:
      connection: portal
      authorization: {{ base_url: {{ field: base }}, access_token: {{ field: token }} }}
      endpoint: products.list
      parameters: {{ accountId: {{ field: account }} }}
    A: where
    D: given
"
    );
    run(&nodes, &["tested.S", "tested.F"])
}

#[test]
fn without_a_usable_record_on_a_every_record_is_on_f_and_nothing_is_called() {
    for (records, message) in [
        ("[{ base: ~, token: ~ }]", "the first record on `A` has no access token in `token`"),
        (
            "[{ base: ~, token: ~ }, { base: ~, token: second }]",
            "the first record on `A` has no access token in `token`",
        ),
        ("[{ base: 'ftp://x', token: t }]", "the base URL `ftp://x` is neither http nor https"),
        ("[{ base: 'http://elsewhere.test', token: t }]", "the origin `http://elsewhere.test` is refused"),
        ("[{ base: ~, token: \"a\\nb\" }]", "the header `authorization` cannot be sent"),
    ] {
        let ran = with_records_on_a(records);
        let failed = ran.table("tested.F").unwrap();
        assert_eq!(column(&failed, "error.kind"), ["authorization"; 3], "{records}");
        assert_eq!(column(&failed, "account"), ["ACC-100777", "ACC-404001", ""], "{records}");
        let said = &column(&failed, "error.message")[0];
        assert!(said.contains(message), "{said}");
        assert_eq!(ran.node("tested").unwrap().calls, 0, "{records}");
    }
}

#[test]
fn no_record_on_a_is_no_authorization() {
    let nodes = "
  nobody:
    rows: [{ token: ~ }]
  some:
    unique: {}
    D: nobody
  given:
    rows: [{ account: ACC-100777 }, { account: ACC-100234 }]
  tested:
    license_api:
      connection: portal
      authorization: { access_token: { field: token } }
      endpoint: products.list
      parameters: { accountId: { field: account } }
    A: some.F
    D: given
";
    let ran = run(nodes, &["tested.F"]);
    let failed = ran.table("tested.F").unwrap();
    assert_eq!(column(&failed, "error.message"), ["there is no record on `A`"; 2]);
    assert_eq!(column(&failed, "error.kind"), ["authorization"; 2]);
}

#[test]
fn a_lack_of_authorization_is_handed_on_over_a() {
    let nodes = "
  where:
    rows: [{ token: ~ }]
  first:
    license_api:
      connection: portal
      authorization: { access_token: { field: token } }
      endpoint: products.list
      parameters: { accountId: ACC-100777 }
    A: where
  second:
    license_api:
      endpoint: products.list
      parameters: { accountId: ACC-100777 }
    A: first
";
    let ran = run(nodes, &["first.F", "second.F"]);
    for anchor in ["first.F", "second.F"] {
        let failed = ran.table(anchor).unwrap();
        let expected = "the first record on `A` has no access token in `token`";
        assert_eq!(column(&failed, "error.message"), [expected], "{anchor}");
    }
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

/// Keeps what is sent.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<(Output, RecordBatch)>>>);

impl Send for Sink {
    fn send(&self, anchor: Output, batch: RecordBatch) -> BoxFuture<'_, Result<(), ToolError>> {
        self.0.lock().unwrap().push((anchor, batch));
        Box::pin(ready(Ok(())))
    }

    fn is_wired(&self, _: Output) -> bool {
        true
    }
}

fn outputs(batch_rows: usize) -> (Outputs, Sink) {
    let sink = Sink::default();
    let emitter = Emitter::new(Box::new(sink.clone()), Arc::new(Tally::default()));
    (Outputs::new(emitter, batch_rows, Successes::new(Options::default(), Vec::new())), sink)
}

fn attempt(bytes: usize) -> Attempt {
    Attempt {
        page: Some(1),
        attempt: 1,
        started_at: Timestamp::UNIX_EPOCH,
        duration: Duration::ZERO,
        method: Method::Get,
        url: String::new(),
        request_headers: Vec::new(),
        request_body: None,
        status: Some(200),
        response_headers: Vec::new(),
        response_body: Some(vec![b' '; bytes].into()),
        error: None,
        retry: None,
        bytes_sent: 0,
        bytes_received: bytes as u64,
    }
}

fn failure() -> Failure {
    Failure {
        kind: FailureKind::Status,
        message: String::new(),
        status: None,
        method: Method::Get,
        url: String::new(),
        attempts: 1,
        body: None,
    }
}

#[tokio::test]
async fn the_rows_of_a_call_with_many_pages_leave_as_they_fill_batches() {
    let (mut outputs, sink) = outputs(4);
    let page = || {
        let document = Document::parse(r#"[{"a":1},{"a":2},{"a":3}]"#.into(), 4096).unwrap();
        Answer::Parsed(document, 3)
    };
    let origin = Origin { call: 0, records: None };
    assert!(outputs.succeeded(&origin, (0..5).map(|_| page()).collect()).await.unwrap());
    let sent = || -> Vec<usize> { sink.0.lock().unwrap().iter().map(|(_, batch)| batch.num_rows()).collect() };
    assert_eq!(sent(), [4, 2, 4, 2], "two pages fill a batch");
    outputs.send_all().await.unwrap();
    assert_eq!(sent(), [4, 2, 4, 2, 3]);
}

#[tokio::test]
async fn the_log_of_one_call_with_many_large_pages_leaves_in_parts() {
    let (mut outputs, sink) = outputs(8192);
    let attempts: Vec<Attempt> = (0..40).map(|_| attempt(MEBIBYTE)).collect();
    outputs.log(0, &attempts).await.unwrap();
    outputs.send_all().await.unwrap();
    let sent: Vec<usize> = sink.0.lock().unwrap().iter().map(|(_, batch)| batch.num_rows()).collect();
    assert_eq!(sent, [16, 16, 8]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_due_soon_and_nothing_is_never_due() {
    let (mut outputs, sink) = outputs(8192);
    let begin = Instant::now();
    assert!(tokio::time::timeout(Duration::from_hours(1), outputs.due()).await.is_err());
    outputs.send_all().await.unwrap();
    outputs.failed(&Origin { call: 0, records: None }, &failure());
    let begin = begin + Duration::from_hours(1);
    outputs.due().await;
    assert_eq!(begin.elapsed().as_millis(), 50);
    outputs.send_if_due().await.unwrap();
    assert_eq!(sink.0.lock().unwrap().len(), 1);
}

#[test]
fn a_call_holds_every_body_that_its_log_keeps() {
    let called = |bytes, attempts| Called::<Answer> {
        outcome: Outcome::Failed(Box::new(failure())),
        attempts,
        requests: 3,
        retries: 2,
        bytes,
    };
    assert_eq!(held_bytes(&called(0, vec![attempt(10), attempt(20), attempt(30)])), 60);
    assert_eq!(held_bytes(&called(7, Vec::new())), 7);
}
