//! What a write carries, as the system got it.

use super::{SAVED, column, effects};
use crate::played::{Played, Rows, TAKE, assert_closed, pipeline, report, seats};

/// The bodies that were sent, as the log has them.
fn bodies(log: &Rows) -> Vec<&str> {
    let calls = log.iter().filter(|row| !row["url"].ends_with("/as/token"));
    calls.map(|row| row["request.body"].as_str()).collect()
}

fn run(played: &Played, text: &str) {
    let ran = played.run(text);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
}

#[test]
fn a_column_of_json_is_sent_to_the_byte_or_is_on_f() {
    let played = Played::with_faults(&[]);
    let nodes = r#"  input:
    rows:
      - { seat: seat-1, json: '{ "quantity": 2,  "product": "viewer", "holder": "ann \u00e9" }' }
      - { seat: seat-2, json: '{"quantity": "2", "product": "viewer", "holder": "ann"}' }
      - { seat: seat-3, json: '{"quantity": 2' }
      - { seat: seat-4, json: '' }
      - { seat: seat-5, json: ~ }
      - { seat: seat-6, json: '{"product": "viewer", "holder": "ann"}' }
  calls:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: { seatId: { field: seat } }
      payload: { field: json }
      keep: [seat]
    D: input
"#;
    run(&played, &seats("concurrency: 1", &format!("{nodes}{SAVED}")));
    let sent = r#"{ "quantity": 2,  "product": "viewer", "holder": "ann \u00e9" }"#;
    assert_eq!(bodies(&played.rows("log.csv")), [sent]);
    assert_eq!(effects(played.requests("seats.put")), ["made seat-1 with viewer ×2 for ann é"]);
    let failed = played.rows("failed.csv");
    assert_eq!(column(&failed, "seat"), ["seat-2", "seat-3", "seat-4", "seat-5", "seat-6"]);
    let kinds = ["bad-parameter", "bad-parameter", "missing-parameter", "missing-parameter", "missing-parameter"];
    assert_eq!(column(&failed, "error.kind"), kinds);
}

#[test]
fn a_form_is_escaped_and_its_fields_are_taken_from_columns_of_any_type() {
    let played = Played::with_faults(&[]);
    let nodes = "  input:
    rows:
      - { holder: 'a&b=c d+é%', quantity: 2 }
      - { holder: cem, quantity: '1' }
      - { holder: 007, quantity: 1 }
";
    run(&played, &seats("concurrency: 1", &format!("{nodes}{TAKE}{SAVED}")));
    let expected = [
        "holder=a%26b%3Dc+d%2B%C3%A9%25&product=viewer&quantity=2",
        "holder=cem&product=viewer&quantity=1",
        "holder=007&product=viewer&quantity=1",
    ];
    assert_eq!(bodies(&played.rows("log.csv")), expected);
    let taken = effects(played.requests("seats.take"));
    let taken: Vec<&str> = taken.iter().map(|effect| effect.split_once(" with ").unwrap().1).collect();
    assert_eq!(taken, ["viewer ×2 for a&b=c d+é%", "viewer ×1 for cem", "viewer ×1 for 007"]);
}

#[test]
fn every_method_of_the_system_of_seats_writes() {
    let played = Played::with_faults(&[]);
    let call = |name: &str, settings: &str, input: &str| {
        format!("  {name}:\n    license_api: {{ connection: seats, {settings}, keep: [seat] }}\n    D: {input}\n")
    };
    let nodes = [
        "  input: { rows: [{ seat: seat-1 }] }\n".to_owned(),
        call(
            "put",
            "endpoint: seats.put, parameters: { seatId: { field: seat } }, \
             payload: { holder: ann, product: server, quantity: 1 }",
            "input",
        ),
        call(
            "change",
            "endpoint: seats.change, parameters: { seatId: { field: seat } }, payload: { quantity: 2 }",
            "put",
        ),
        call("get", "endpoint: seats.get, parameters: { seatId: { field: seat } }", "change"),
        call("calls", "endpoint: seats.release, parameters: { seatId: { field: seat } }, confirm_delete: true", "get"),
        "  others: { write_csv: { path: out/others.csv }, D: [put.F, change.F, get.F] }\n".to_owned(),
        SAVED.to_owned(),
    ];
    run(&played, &seats("concurrency: 4", &nodes.concat()));
    assert_eq!(
        effects(played.all_requests()),
        [
            "made seat-1 with server ×1 for ann",
            "changed seat-1 with server ×2 for ann",
            "released seat-1 with server ×2 for ann",
        ]
    );
    assert_eq!(played.rows("succeeded.csv")[0]["quantity"], "2");
}

#[test]
fn numbers_that_a_csv_holds_as_text_are_numbers_where_the_catalog_says_so() {
    let played = Played::with_faults(&[]);
    played.folder.write("machines.csv", "host,key,seats\n8CDCD4000901,AYXS-0003-0003-0003-0003-0003-0003-0003,2\n");
    let nodes = "  input: { read_csv: { path: machines.csv } }
  calls:
    license_api:
      connection: portal
      endpoint: devices.activateOffline
      parameters: { accountId: ACC-100234 }
      payload:
        name: { field: host }
        hostId: { field: host }
        licenses: [{ licenseKey: { field: key }, quantity: { field: seats } }]
    D: input
";
    run(&played, &pipeline("concurrency: 1", &format!("{nodes}{SAVED}")));
    let body = "{\"name\":\"8CDCD4000901\",\"hostId\":\"8CDCD4000901\",\"licenses\":[{\"licenseKey\":\
                \"AYXS-0003-0003-0003-0003-0003-0003-0003\",\"quantity\":2}]}";
    assert_eq!(bodies(&played.rows("log.csv")), [body]);
    let activated = effects(played.requests("devices.activateOffline"));
    assert_eq!(activated.len(), 1);
    assert!(activated[0].starts_with("activated AYXS-0003-0003-0003-0003-0003-0003-0003 ×2 on "), "{activated:?}");
}
