//! Writes to one thing go one after the other, and to different things side by side.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use seatflow_sandbox::ReceivedRequest;

use super::{SAVED, effects};
use crate::played::{Played, TAKE, assert_closed, report, seats};

/// Asserts that no request came in before those with the same key had their answers.
fn assert_one_at_a_time<'a>(requests: &'a [ReceivedRequest], key: impl Fn(&'a ReceivedRequest) -> &'a str) {
    let mut answered = BTreeMap::new();
    for request in requests {
        let key = key(request);
        let before = answered.insert(key, request.answered_after.unwrap()).unwrap_or(0);
        assert!(before < request.number, "two writes to {key} at once: {requests:?}");
    }
}

#[test]
fn each_seat_is_written_in_the_order_of_the_input_and_four_of_them_at_once() {
    // The first write to each seat is under way until those to the others are.
    let first = ["seat-0", "seat-1", "seat-2", "seat-3"].map(|seat| format!("match=PUT /v1/seats/{seat},do=hold"));
    let [a, b, c, d] = first.each_ref().map(String::as_str);
    // Two are sent again, and keep their place all the same.
    let again =
        ["match=PUT /v1/seats/seat-1,after=3,do=commit-then-503", "match=PUT /v1/seats/seat-2,after=5,do=status=503"];
    let played = Played::with_faults(&[a, b, c, d, again[0], again[1], "match=seats.put,times=60,do=delay=10"]);
    let mut input = String::from("seat,holder\n");
    for number in 0..64 {
        // Not in turn: the next write to a seat may be the next line or many lines away.
        writeln!(input, "seat-{},holder-{number:02}", (number * 7 + number / 5) % 4).unwrap();
    }
    played.folder.write("input.csv", &input);
    let nodes = "  input: { read_csv: { path: input.csv } }
  calls:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: { seatId: { field: seat } }
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
    D: input
";
    let ran = played.run_holding(4, &seats("concurrency: 16", &format!("{nodes}{SAVED}")));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    played.assert_used_up();

    let holders = |seat: &str| -> Vec<String> {
        let lines = input.lines().filter(|line| line.starts_with(&format!("{seat},")));
        lines.map(|line| line.rsplit(',').next().unwrap().to_owned()).collect()
    };
    let requests = played.requests("seats.put");
    assert_one_at_a_time(&requests, |request| &request.path);
    for seat in ["seat-0", "seat-1", "seat-2", "seat-3"] {
        let path = format!("/v1/seats/{seat}");
        let written = effects(requests.iter().filter(|request| request.path == path).cloned().collect());
        let written: Vec<&str> = written.iter().map(|effect| effect.rsplit(' ').next().unwrap()).collect();
        assert_eq!(written, holders(seat), "the writes to {seat}");
    }
    assert_eq!(requests.len(), 66);
}

#[test]
fn a_post_is_ordered_by_what_its_catalog_names() {
    let played = Played::with_faults(&["match=seats.take,times=3,do=hold", "match=seats.take,times=6,do=delay=10"]);
    let nodes = "  input:
    rows:
      - { holder: ann, quantity: 1 }
      - { holder: ann, quantity: 2 }
      - { holder: ann, quantity: 3 }
      - { holder: bob, quantity: 3 }
      - { holder: cem, quantity: 2 }
      - { holder: bob, quantity: 2 }
      - { holder: cem, quantity: 1 }
      - { holder: cem, quantity: 3 }
      - { holder: bob, quantity: 1 }
";
    let ran = played.run_holding(3, &seats("concurrency: 16", &format!("{nodes}{TAKE}{SAVED}")));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let requests = played.requests("seats.take");
    assert_one_at_a_time(&requests, |request| request.effect.as_ref().unwrap().rsplit(' ').next().unwrap());
    let taken = effects(played.requests("seats.take"));
    for (holder, quantities) in [("ann", ["×1", "×2", "×3"]), ("bob", ["×3", "×2", "×1"]), ("cem", ["×2", "×1", "×3"])]
    {
        let of = taken.iter().filter(|effect| effect.ends_with(&format!(" for {holder}")));
        let came: Vec<&str> = of.map(|effect| effect.split(' ').nth(4).unwrap()).collect();
        assert_eq!(came, quantities, "the writes for {holder}: {taken:?}");
    }
}
