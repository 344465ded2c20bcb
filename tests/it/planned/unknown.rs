//! Calls that need what only the answer to a withheld write would tell.

use serde_json::{Value, json};

use super::{apply, effects, field, plan, writes};
use crate::played::{Played, assert_closed, count, pipeline, report, seats};

/// A seat is taken for each holder; below, one node needs its id, and one only what was kept.
const NODES: &str = "  input: { rows: [{ holder: ann }, { holder: bob }] }
  taken:
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
      keep: [{ holder: who }]
    D: input
  released:
    license_api:
      connection: seats
      endpoint: seats.release
      confirm_delete: true
      parameters: { seatId: { field: id } }
      keep: [who]
    D: taken
  served:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: { seatId: { field: who } }
      payload: { holder: { field: who }, product: editor, quantity: 1 }
    D: taken
  failed: { write_csv: { path: out/failed.csv }, D: [taken.F, released.F, served.F] }
  save: { write_csv: { path: out/released.csv }, D: released }
";

/// Node, endpoint, and the column that is not known, of each call that is listed.
fn columns(plan: &Value) -> Vec<String> {
    let writes = plan["writes"].as_array().unwrap().iter();
    writes.map(|write| format!("{} {} {}", write["node"], write["record"], write["unknown"])).collect()
}

#[test]
fn a_call_that_needs_an_answer_is_unknown_and_one_that_needs_only_kept_columns_is_not() {
    let played = Played::with_faults(&[]);
    let plan = plan(&played, &seats("", NODES), &[]);
    let expected = [
        r#""taken" 0 null"#,
        r#""taken" 1 null"#,
        r#""released" 0 "id""#,
        r#""released" 1 "id""#,
        r#""served" 0 null"#,
        r#""served" 1 null"#,
    ];
    assert_eq!(columns(&plan), expected);
    let urls = field(&plan, "url");
    assert_eq!(urls[2], "/v1/seats/{seatId}", "where it would go is not known");
    assert!(urls[4].ends_with("/v1/seats/ann"), "{}", urls[4]);
    assert_eq!(plan["writes"][3]["input"]["who"], "bob");
    assert_eq!(
        plan["totals"][1],
        json!({
            "endpoint": "seats.release", "method": "DELETE", "planned": 0, "unknown": 2
        })
    );
    assert_closed(&plan);
    assert_eq!([count(&plan, "released", "unknown"), count(&plan, "released", "withheld")], [2, 0]);
    assert!(writes(&played).is_empty());
}

#[test]
fn unknown_calls_are_made_only_if_they_are_allowed() {
    let played = Played::with_faults(&[]);
    plan(&played, &seats("concurrency: 1", NODES), &[]);
    let ran = apply(&played, &[]);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("has 2 calls that it cannot tell"), "{}", ran.stderr);
    assert!(writes(&played).is_empty());
    let ran = apply(&played, &["--allow-unknown"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    let mut methods: Vec<String> = writes(&played).into_iter().map(|request| request.method).collect();
    methods.sort();
    assert_eq!(methods, ["DELETE", "DELETE", "POST", "POST", "PUT", "PUT"]);
    assert_eq!(effects(&played).len(), 6);
    assert_eq!(played.rows("released.csv").len(), 2);
    let again = apply(&played, &["--allow-unknown"]);
    assert_eq!((again.status, writes(&played).len()), (0, 6), "{}", again.stderr);
}

#[test]
fn what_hangs_on_an_unknown_call_is_unknown_too() {
    let played = Played::with_faults(&[]);
    let more = "  later:
    license_api:
      connection: seats
      endpoint: seats.change
      parameters: { seatId: { field: id } }
      payload: { quantity: 1 }
    D: released
  failed_later: { write_csv: { path: out/failed-later.csv }, D: later.F }
  looked: { license_api: { connection: seats, endpoint: seats.get, parameters: { seatId: { field: id } } }, D: taken }
  failed_looks: { write_csv: { path: out/failed-looks.csv }, D: looked.F }
";
    let plan = plan(&played, &seats("", &format!("{NODES}{more}")), &[]);
    let columns = columns(&plan);
    for call in [r#""later" 0 "id""#, r#""later" 1 "id""#, r#""looked" 0 "id""#, r#""looked" 1 "id""#] {
        assert!(columns.contains(&call.to_owned()), "{call}: {columns:?}");
    }
    assert!(played.requests("seats.get").is_empty(), "a read that nobody knows is not made");
}

#[test]
fn the_device_of_an_activation_is_not_known_before_it() {
    let played = Played::with_faults(&[]);
    let nodes = "  machine:
    license_api:
      connection: portal
      endpoint: devices.activateOffline
      parameters: { accountId: ACC-100234 }
      payload:
        name: WS-0500
        hostId: 8CDCD4000500
        licenses: [{ licenseKey: AYXD-0001-0001-0001-0001-0001-0001-0001 }]
  cleared:
    license_api:
      endpoint: devices.removeLicenses
      parameters: { accountId: ACC-100234, deviceId: { field: id } }
      payload: { licenseKeysToRemove: [AYXD-0001-0001-0001-0001-0001-0001-0001] }
    A: machine
    D: machine
  failed: { write_csv: { path: out/failed.csv }, D: [machine.F, cleared.F] }
";
    let plan = plan(&played, &pipeline("", nodes), &[]);
    assert_eq!(columns(&plan), [r#""machine" 0 null"#, r#""cleared" 0 "id""#]);
    let ran = apply(&played, &["--allow-unknown"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(effects(&played).len(), 2, "{:?}", effects(&played));
}

#[test]
fn what_left_the_nodes_of_a_plan_can_be_looked_at() {
    let played = Played::with_faults(&[]);
    plan(&played, &seats("", NODES), &[]);
    let before = played.all_requests().len();
    for anchor in ["taken.S", "released.S", "served.S"] {
        let ran = played.folder.run(&["show", "--anchor", anchor, "--format", "csv"]);
        assert_eq!(ran.status, 0, "{anchor}: {}", ran.stderr);
        let rows: Vec<&str> = ran.stdout.lines().collect();
        assert_eq!(rows.len(), 3, "{anchor}: {}", ran.stdout);
        let kept = anchor != "served.S";
        assert_eq!(kept, rows[1].split(',').any(|value| value == "ann"), "{anchor}: {}", ran.stdout);
    }
    let ran = played.folder.run(&["show", "--anchor", "released.F"]);
    assert_eq!((ran.status, ran.stderr.trim()), (0, "no record left `released.F`"));
    assert_eq!(played.all_requests().len(), before);
}
