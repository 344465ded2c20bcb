//! What a plan has read has changed before it is applied.

use super::{SAVED, apply, effects, plan, run_beside, writes};
use crate::played::{Played, seats};
use crate::program::Ran;

/// Every seat of a server goes to `eve`, with the quantity that it has.
const MOVED: &str = "  found:
    license_api: { connection: seats, endpoint: seats.list, parameters: { product: server } }
  calls:
    license_api:
      connection: seats
      endpoint: seats.change
      parameters: { seatId: { field: id } }
      payload: { holder: eve, quantity: { field: quantity } }
    D: found
  failed_reads: { write_csv: { path: out/failed-reads.csv }, D: found.F }
";

/// A node `calls` on one seat of a server.
fn put(seat: &str, quantity: u64) -> String {
    let nodes = format!(
        "  calls:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: {{ seatId: {seat} }}
      payload: {{ holder: ann, product: server, quantity: {quantity} }}
"
    );
    seats("", &format!("{nodes}{SAVED}"))
}

fn release(seat: &str) -> String {
    let nodes = format!(
        "  calls:
    license_api: {{ connection: seats, endpoint: seats.release, confirm_delete: true, parameters: {{ seatId: {seat} }} }}
"
    );
    seats("", &format!("{nodes}{SAVED}"))
}

/// A plan to move the one seat that there is, and how many writes there were until then.
fn planned() -> (Played, usize) {
    let played = Played::with_faults(&[]);
    run_beside(&played, &put("mine", 1));
    let plan = plan(&played, &seats("", &format!("{MOVED}{SAVED}")), &[]);
    assert_eq!(plan["writes"].as_array().unwrap().len(), 1, "{plan}");
    let count = writes(&played).len();
    (played, count)
}

/// What was said, without what is another at each run.
fn said(played: &Played, ran: &Ran) -> String {
    let run = ran.stderr.split("the plan ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let port = format!(":{}", played.address().port());
    ran.stderr
        .replace(run, "RUN")
        .replace(&port, "")
        .lines()
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_record_more_is_told() {
    let (played, _) = planned();
    run_beside(&played, &put("more", 1));
    let before = writes(&played).len();
    let ran = apply(&played, &[]);
    assert_eq!((ran.status, writes(&played).len()), (5, before), "{}", ran.stderr);
    insta::assert_snapshot!(said(&played, &ran), @r#"
    × the plan RUN does not hold any more: 1 difference
      + `calls`, record 1: PATCH http://seats.localhost/v1/seats/more {"holder":"eve","quantity":1}
    help: nothing was written; `-` was planned and does not come any more, `+` was not planned: make a new plan
    "#);
}

#[test]
fn a_record_less_is_told() {
    let (played, _) = planned();
    run_beside(&played, &release("mine"));
    let before = writes(&played).len();
    let ran = apply(&played, &[]);
    assert_eq!((ran.status, writes(&played).len()), (5, before), "{}", ran.stderr);
    insta::assert_snapshot!(said(&played, &ran), @r#"
    × the plan RUN does not hold any more: 1 difference
      - `calls`, record 0: PATCH http://seats.localhost/v1/seats/mine {"holder":"eve","quantity":1}
    help: nothing was written; `-` was planned and does not come any more, `+` was not planned: make a new plan
    "#);
}

#[test]
fn another_payload_is_told_and_when_all_is_as_it_was_the_plan_holds_again() {
    let (played, _) = planned();
    run_beside(&played, &put("mine", 2));
    let (before, files) = (effects(&played).len(), played.folder.files("out"));
    for _ in 0..2 {
        let ran = apply(&played, &[]);
        assert_eq!((ran.status, effects(&played).len()), (5, before), "{}", ran.stderr);
        insta::allow_duplicates! {
            insta::assert_snapshot!(said(&played, &ran), @r#"
            × the plan RUN does not hold any more: 2 differences
              - `calls`, record 0: PATCH http://seats.localhost/v1/seats/mine {"holder":"eve","quantity":1}
              + `calls`, record 0: PATCH http://seats.localhost/v1/seats/mine {"holder":"eve","quantity":2}
            help: nothing was written; `-` was planned and does not come any more, `+` was not planned: make a new plan
            "#);
        }
    }
    assert!(played.folder.files("out") == files, "no output is written either");
    run_beside(&played, &put("mine", 1));
    let before = effects(&played).len();
    let ran = apply(&played, &[]);
    assert_eq!((ran.status, effects(&played).len()), (0, before + 1), "{}", ran.stderr);
}

#[test]
fn one_equal_write_more_is_a_difference() {
    let played = Played::with_faults(&[]);
    let nodes = "  input: { read_csv: { path: input.csv } }
  calls:
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
      repeat: true
    D: input
";
    played.folder.write("input.csv", "holder\nann\n");
    plan(&played, &seats("", &format!("{nodes}{SAVED}")), &[]);
    played.folder.write("input.csv", "holder\nann\nann\n");
    let ran = apply(&played, &["--accept-changes"]);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 difference\n") && ran.stderr.contains("+ `calls`, record 1"), "{}", ran.stderr);
    assert!(writes(&played).is_empty());
}
