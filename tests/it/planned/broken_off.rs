//! An application that broke off is gone on with, and makes nothing twice.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};

use super::{INPUT, SAVED, apply, effects, kinds, plan, writes};
use crate::played::{Played, TAKE, assert_closed, count, report, seats};
use crate::program::Ran;

const LINES: &str = "holder,quantity\nann,1\nbob,1\ncem,1\ndan,1\n";

/// Seats that are taken, which must not be done twice; or given back, which may be.
fn nodes(takes: bool) -> String {
    let release = "  calls:
    license_api:
      connection: seats
      endpoint: seats.put
      parameters: { seatId: { field: holder } }
      payload: { holder: { field: holder }, product: viewer, quantity: { field: quantity } }
    D: input
";
    format!("{INPUT}{}{SAVED}", if takes { TAKE } else { release })
}

/// A plan whose application is under way: two writes were made, and the third is held.
fn under_way(takes: bool) -> (Played, Child) {
    let endpoint = if takes { "seats.take" } else { "seats.put" };
    let played = Played::with_faults(&[&format!("match={endpoint},after=2,do=hold")]);
    played.folder.write("input.csv", LINES);
    plan(&played, &seats("concurrency: 1", &nodes(takes)), &[]);
    let mut command = played.folder.command(&["apply"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    played.wait_until(endpoint, |requests| requests.len() == 3);
    (played, child)
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn after_a_kill_apply_and_resume_go_on_and_name_what_is_in_doubt() {
    for verb in ["apply", "resume"] {
        let (played, mut child) = under_way(true);
        child.kill().unwrap();
        child.wait().unwrap();
        played.settle();
        let ran = played.folder.run(&[verb, "--json"]);
        assert_eq!(ran.status, 3, "{verb}: {}", ran.stderr);
        let report = report(&ran);
        assert_closed(&report);
        assert_eq!([count(&report, "calls", "in_doubt"), count(&report, "calls", "succeeded")], [1, 3], "{verb}");
        assert_eq!(kinds(&played.rows("failed.csv")), ["in-doubt"]);
        let effects = effects(&played);
        let once: BTreeSet<&String> = effects.iter().collect();
        assert_eq!((effects.len(), once.len()), (4, 4), "{verb}: {effects:?}");
        let again = played.folder.run(&[verb]);
        assert_eq!((again.status, writes(&played).len()), (3, 4), "{verb}: {}", again.stderr);
    }
}

#[test]
fn after_a_kill_a_write_that_may_be_made_twice_is_sent_again() {
    for verb in ["apply", "resume"] {
        let (played, mut child) = under_way(false);
        child.kill().unwrap();
        child.wait().unwrap();
        played.settle();
        let ran = played.folder.run(&[verb, "--json"]);
        assert_eq!(ran.status, 0, "{verb}: {}", ran.stderr);
        assert_eq!(count(&report(&ran), "calls", "succeeded"), 4);
        let paths: Vec<String> = writes(&played).into_iter().map(|request| request.path).collect();
        let names = ["ann", "bob", "cem", "cem", "dan"];
        assert_eq!(paths, names.map(|name| format!("/v1/seats/{name}")), "{verb}");
    }
}

#[test]
fn an_interrupt_lets_the_write_on_its_way_end_and_the_rest_is_made_later() {
    let (played, child) = under_way(true);
    send("-INT", &child);
    // It waits for the answer, and sends nothing more.
    played.settle();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 130, "{}", ran.stderr);
    assert!(ran.stderr.contains("`seatflow resume "), "{}", ran.stderr);
    assert_eq!(writes(&played).len(), 3);
    assert!(played.folder.files("out").is_empty(), "no output file was written");
    let ran = apply(&played, &[]);
    assert_eq!((ran.status, writes(&played).len()), (0, 4), "{}", ran.stderr);
    assert_eq!(played.rows("succeeded.csv").len(), 4);
}

#[test]
fn what_the_plan_does_not_have_is_not_sent_when_it_is_gone_on_with() {
    let (played, mut child) = under_way(true);
    child.kill().unwrap();
    child.wait().unwrap();
    played.settle();
    played.folder.write("input.csv", format!("{LINES}eve,1\n"));
    let ran = apply(&played, &[]);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("`input.csv` has changed"), "{}", ran.stderr);
    let ran = apply(&played, &["--accept-changes"]);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("was not planned"), "{}", ran.stderr);
    let played_on = played.folder.run(&["apply", "--accept-changes"]);
    assert_eq!(played_on.status, 5, "{}", played_on.stderr);
    assert!(!played_on.stderr.contains("goes on"), "it would not: {}", played_on.stderr);
    assert!(effects(&played).iter().all(|effect| !effect.ends_with("eve")), "{:?}", effects(&played));
}
