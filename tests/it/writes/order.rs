//! Writes to one thing go one after the other, and to different things side by side.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Stdio;

use seatflow_sandbox::ReceivedRequest;

use super::{SAVED, effects, seats};
use crate::played::{Played, assert_closed, report};
use crate::program::Ran;

/// The requests that have no answer yet, by path.
fn under_way(requests: &[ReceivedRequest]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for request in requests.iter().filter(|request| request.status.is_none()) {
        *counts.entry(request.path.as_str()).or_default() += 1;
    }
    counts
}

/// Runs a pipeline while every state of the requests for an endpoint is looked at.
fn watched(played: &Played, text: &str, endpoint: &str, mut look: impl FnMut(&[ReceivedRequest])) -> Ran {
    played.folder.write("played.yaml", text);
    let mut command = played.folder.command(&["run", "played.yaml", "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        look(&played.requests(endpoint));
        std::thread::yield_now();
    }
    Ran::from(child.wait_with_output().unwrap())
}

#[test]
fn each_seat_is_written_in_the_order_of_the_input_and_four_of_them_at_once() {
    // The first write to each seat takes so long that the others have begun.
    let first = ["seat-0", "seat-1", "seat-2", "seat-3"].map(|seat| format!("match=PUT /v1/seats/{seat},do=delay=400"));
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
    let mut most = 0;
    let ran = watched(&played, &seats("concurrency: 16", &format!("{nodes}{SAVED}")), "seats.put", |requests| {
        let counts = under_way(requests);
        assert!(counts.values().all(|count| *count == 1), "two writes to one seat at once: {counts:?}");
        most = most.max(counts.len());
    });
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    played.assert_used_up();
    assert_eq!(most, 4, "four seats are written side by side");

    let holders = |seat: &str| -> Vec<String> {
        let lines = input.lines().filter(|line| line.starts_with(&format!("{seat},")));
        lines.map(|line| line.rsplit(',').next().unwrap().to_owned()).collect()
    };
    let requests = played.requests("seats.put");
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
    let played =
        Played::with_faults(&["match=seats.take,times=3,do=delay=400", "match=seats.take,times=6,do=delay=10"]);
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
  calls:
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: viewer, quantity: { field: quantity } }
    D: input
";
    let mut most = 0;
    let ran = watched(&played, &seats("concurrency: 16", &format!("{nodes}{SAVED}")), "seats.take", |requests| {
        most = most.max(under_way(requests).values().sum());
    });
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(most, 3, "one of each holder at a time");
    let taken = effects(played.requests("seats.take"));
    for (holder, quantities) in [("ann", ["×1", "×2", "×3"]), ("bob", ["×3", "×2", "×1"]), ("cem", ["×2", "×1", "×3"])]
    {
        let of = taken.iter().filter(|effect| effect.ends_with(&format!(" for {holder}")));
        let came: Vec<&str> = of.map(|effect| effect.split(' ').nth(4).unwrap()).collect();
        assert_eq!(came, quantities, "the writes for {holder}: {taken:?}");
    }
}
