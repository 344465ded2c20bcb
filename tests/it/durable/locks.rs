//! One run, and several processes that would have it.

use std::process::{Child, Stdio};

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::run_on_trial;
use crate::played::Played;
use crate::program::Ran;

const FILE: &str = "pipelines/deactivate-devices.yaml";
const RUN: [&str; 5] = ["run", FILE, "--concurrency", "1", "--json"];
const HOLD: &str = "match=devices.removeLicenses,do=hold";

fn start(played: &Played, arguments: &[&str]) -> Child {
    let mut command = played.folder.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Asserts that a run was not taken up, because somebody has it.
fn assert_held_by(ran: &Ran, holder: &str) {
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!(" is held by {holder}")), "{}", ran.stderr);
}

#[test]
fn a_run_that_is_running_is_not_taken_up() {
    let played = Played::with_faults(&[HOLD]);
    let child = start(&played, &RUN);
    played.wait_until("devices.removeLicenses", |requests| !requests.is_empty());
    let sent = played.all_requests().len();
    assert_held_by(&played.folder.run(&["resume"]), &format!("process {} on ", child.id()));
    let ran = played.folder.run(&RUN);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("of `deactivate-devices` is running, and writes"), "{}", ran.stderr);
    assert_eq!(played.all_requests().len(), sent);
    played.settle();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let held = Held::default();
    let undisturbed = Played::with_faults(&[]);
    assert_eq!(undisturbed.folder.run(&RUN).status, 0);
    let end = End::of(&played, &ran, &held, &Reference::of(&undisturbed));
    assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
}

#[test]
fn of_two_that_take_up_a_run_at_once_one_does() {
    let undisturbed = Played::with_faults(&[]);
    assert_eq!(undisturbed.folder.run(&RUN).status, 0);
    let reference = Reference::of(&undisturbed);

    let played = Played::with_faults(&[]);
    assert_eq!(run_on_trial(&played, &RUN, "abort-after=6").status, -1);
    let held = Held::read(&played.folder);
    // Whoever has the run cannot come to its end before the other has given up.
    played.arm(HOLD);
    let mut children = [(); 2].map(|()| start(&played, &["resume", "--concurrency", "1", "--json"]));
    let loser = loop {
        if let Some(loser) = children.iter_mut().position(|child| child.try_wait().unwrap().is_some()) {
            break loser;
        }
        std::thread::yield_now();
    };
    let [first, second] = children;
    let (loser, winner) = if loser == 0 { (first, second) } else { (second, first) };
    // The winner may not have had the time to sign.
    assert_held_by(&Ran::from(loser.wait_with_output().unwrap()), "");
    played.wait_until("devices.removeLicenses", |requests| requests.iter().any(|request| request.fault.is_some()));
    played.settle();
    let ran = Ran::from(winner.wait_with_output().unwrap());
    let end = End::of(&played, &ran, &held, &reference);
    assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
}
