//! What counts as the same write: the same request to the byte, and nothing else.

use super::{SAVED, effects};
use crate::played::{Played, TAKE, assert_closed, pipeline, report, seats};

/// The kinds on F after a run, and those of the lines that are there.
fn failures(played: &Played, text: &str) -> Vec<(String, String)> {
    let ran = played.run(text);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    let rows = played.rows("failed.csv");
    rows.iter().map(|row| (row["line"].clone(), row["error.kind"].clone())).collect()
}

fn duplicates(lines: &[&str]) -> Vec<(String, String)> {
    lines.iter().map(|line| ((*line).to_owned(), "duplicate-write".to_owned())).collect()
}

#[test]
fn a_form_is_equal_if_every_field_is() {
    let played = Played::with_faults(&[]);
    let nodes = "  input:
    rows:
      - { line: a, holder: ann, quantity: 1 }
      - { line: b, holder: Ann, quantity: 1 }
      - { line: c, holder: ann, quantity: 2 }
      - { line: d, holder: ann, quantity: 1 }
      - { line: e, holder: 'ann ', quantity: 1 }
      - { line: f, holder: ann, quantity: 2 }
      - { line: g, holder: ann, quantity: 1 }
";
    assert_eq!(
        failures(&played, &seats("concurrency: 4", &format!("{nodes}{TAKE}{SAVED}"))),
        duplicates(&["d", "f", "g"])
    );
    assert_eq!(effects(played.requests("seats.take")).len(), 4);
    let row = &played.rows("failed.csv")[0];
    let expected = "it was not sent: an equal write came before it; `repeat: true` on the node sends it again";
    assert_eq!([&row["error.message"], &row["error.attempts"], &row["error.status"]], [expected, "0", ""]);
}

#[test]
fn json_with_other_keys_first_or_another_query_is_another_request() {
    let played = Played::with_faults(&[]);
    let nodes = r#"  input:
    rows:
      - { line: a, account: ACC-100234, json: '{"name":"WS-1","hostId":"8CDCD4000901","licenses":[]}' }
      - { line: b, account: ACC-100234, json: '{"hostId":"8CDCD4000901","name":"WS-1","licenses":[]}' }
      - { line: c, account: ACC-100234, json: '{"name":"WS-1", "hostId":"8CDCD4000901","licenses":[]}' }
      - { line: d, account: ACC-100777, json: '{"name":"WS-1","hostId":"8CDCD4000901","licenses":[]}' }
      - { line: e, account: ACC-100234, json: '{"name":"WS-1","hostId":"8CDCD4000901","licenses":[]}' }
  calls:
    license_api:
      connection: portal
      endpoint: devices.activateOffline
      parameters: { accountId: { field: account } }
      payload: { field: json }
    D: input
"#
    .replace("[]", r#"[{"licenseKey":"AYXD-0009-0009-0009-0009-0009-0009-0009"}]"#);
    let failed = failures(&played, &pipeline("concurrency: 4", &format!("{nodes}{SAVED}")));
    // The portal knows no such key: it was asked four times.
    let kinds = ["status", "status", "status", "status", "duplicate-write"];
    assert_eq!(failed.iter().map(|(_, kind)| kind.as_str()).collect::<Vec<_>>(), kinds);
    assert_eq!(played.statuses("devices.activateOffline"), [404; 4]);
}
