//! Runs that break off, and what goes on with them: after each crash, kill, full disk, change of an input or of mind,
//! no write has its effect twice, none is missing, and those of which nobody knows are named, and no others.
//!
//! The sandbox is outside of the program that is killed, so its log tells every effect. What a dead process had written
//! down is read from a copy of its journal, by statements of the tests' own.

mod catalogs;
mod changes;
mod crash;
mod ends;
mod forms;
mod full;
mod interrupts;
mod journal;
mod killed;
mod locks;
mod outputs;
mod reference;
mod struck;
mod tokens;
mod writers;

use std::process::Stdio;

use seatflow_sandbox::ReceivedRequest;
use serde_json::Value;

use crate::played::Played;
use crate::program::Ran;

/// The variable by which a journal is told to abort the process, or to be full.
const TRIAL: &str = "SEATFLOW_JOURNAL_TRIAL";

/// Runs the program with something asked of its journal.
fn run_on_trial(played: &Played, arguments: &[&str], trial: &str) -> Ran {
    Ran::from(played.folder.command(arguments).env(TRIAL, trial).output().unwrap())
}

/// Starts a run, and kills it when so many requests for an endpoint have passed.
fn run_and_kill(played: &Played, arguments: &[&str], endpoint: &str, requests: u32) -> Ran {
    let before = played.faults().len();
    played.arm(&format!("match={endpoint},after={requests},do=delay=0"));
    let mut command = played.folder.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while played.faults()[before].after > 0 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    Ran::from(child.wait_with_output().unwrap())
}

/// Numbers that look as if they were drawn, below a bound; the same for the same seed.
fn drawn(seed: u64, below: u32) -> impl Iterator<Item = u32> {
    let mix = |number: u64| (number ^ (number >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    let numbers = (1..).map(move |place: u64| mix(mix(seed.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)))));
    numbers.map(move |number| u32::try_from((number >> 32) % u64::from(below)).unwrap())
}

/// What `show` tells of the latest run.
fn shown(played: &Played) -> Value {
    let ran = played.folder.run(&["show", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The requests that change something.
fn writes(requests: Vec<ReceivedRequest>) -> Vec<ReceivedRequest> {
    let is_write = |request: &ReceivedRequest| request.method != "GET" && !is_of_token(request);
    requests.into_iter().filter(is_write).collect()
}

fn is_of_token(request: &ReceivedRequest) -> bool {
    request.endpoint.is_some_and(|endpoint| endpoint.split('.').any(|part| ["token", "login"].contains(&part)))
}
