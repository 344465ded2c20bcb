//! Every kind of fault that the sandbox knows, on logins, reads and writes.

use super::{assert_no_token, everything, played, saved};
use crate::played::SEATS;
use crate::program::repository;

/// Every kind of fault, with a value where it needs one, from the table of their page.
fn kinds() -> Vec<String> {
    let page = std::fs::read_to_string(repository().join("crates/sandbox/src/fault/faults.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let kinds: Vec<String> = rows.map(|row| with_value(row.split('`').nth(1).unwrap())).collect();
    assert!(kinds.len() > 20, "{kinds:?}");
    kinds
}

/// A kind as a fault has it, short where it makes wait.
fn with_value(kind: &str) -> String {
    let value = match kind {
        "status=N" => "400",
        "retry-after=S" => "0",
        "delay=MS" => "1",
        "interim=N" => "103",
        "commit-then-N" => return "commit-then-204".to_owned(),
        "trickle-body" => return "trickle-body=1".to_owned(),
        "huge-body" => return "huge-body=70000".to_owned(),
        "redirect=URL" => "http://other.localhost/",
        _ => return kind.to_owned(),
    };
    format!("{}={value}", kind.split_once('=').unwrap().0)
}

/// Beside what is read, a write of each kind that there is.
fn writes() -> String {
    let limits = "attempts: 3, read_seconds: 0.2, body_bytes: 65536";
    let limits = format!("    limits: {{ backoff_seconds: 0, backoff_most_seconds: 0, {limits} }}");
    let seats = format!("  seats:\n{SEATS}{limits}\nnodes:");
    let nodes = "
  holders:
    rows: [{ holder: ann@example.test, seat: seat-0001 }, { holder: bob@example.test, seat: seat-0002 }]
  taken:
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
    D: holders
  put:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: { seatId: { field: holder } }
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
    D: holders
  changed:
    license_api:
      connection: seats
      endpoint: seats.change
      parameters: { seatId: { field: seat } }
      payload: { quantity: 2 }
    D: holders
  released:
    license_api:
      connection: seats
      endpoint: seats.release
      confirm_delete: true
      parameters: { seatId: { field: holder } }
    D: holders
  keys:
    rows: [{ account: ACC-100234, device: DEV-000412 }]
  cleared:
    license_api:
      endpoint: devices.removeLicenses
      parameters: { accountId: { field: account }, deviceId: { field: device } }
      payload: { licenseKeysToRemove: [AYXD-0001-0001-0001-0001-0001-0001-0001] }
    A: login
    D: keys
";
    let names = ["taken", "put", "changed", "released", "cleared"];
    let anchors: Vec<String> =
        names.iter().flat_map(|name| ["S", "F", "L"].map(|end| format!("{name}.{end}"))).collect();
    let saved = saved(&anchors.iter().map(String::as_str).collect::<Vec<_>>());
    format!("{}{nodes}{saved}", everything().replacen("nodes:", &seats, 1))
}

#[test]
fn no_fault_of_a_login_brings_a_token_to_light() {
    for kind in kinds() {
        for times in [1, 3] {
            let fault = format!("match=token.refresh,times={times},do={kind}");
            let played = played(&[&fault]).variable("RUST_LOG", "trace");
            let ran = played.run(&everything());
            assert!(matches!(ran.status, 0 | 3 | 4), "{fault}: {}", ran.stderr);
            assert_no_token(&played.folder, &ran, &fault);
        }
    }
}

#[test]
fn no_fault_of_a_read_or_a_write_brings_a_token_to_light() {
    let endpoints =
        ["devices.list", "devices.removeLicenses", "seats.take", "seats.put", "seats.change", "seats.release"];
    for kind in kinds() {
        let faults = endpoints.map(|endpoint| format!("match={endpoint},do={kind}"));
        let played = played(&faults.each_ref().map(String::as_str)).variable("RUST_LOG", "trace");
        let ran = played.run(&writes());
        assert!(matches!(ran.status, 0 | 3), "{kind}: {}", ran.stderr);
        played.assert_used_up();
        assert_no_token(&played.folder, &ran, &kind);
    }
}
