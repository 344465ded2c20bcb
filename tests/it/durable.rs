//! Runs that break off, and what goes on with them: after each crash, kill, full disk, change of an input or of mind,
//! no write has its effect twice, none is missing, and those of which nobody knows are named, and no others.
//!
//! The sandbox is outside of the program that is killed, so its log tells every effect. What a dead process had written
//! down is read from a copy of its journal, by statements of the tests' own.

mod crash;
mod ends;
mod journal;
mod outputs;
mod reference;

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
    request.endpoint.is_some_and(|endpoint| endpoint.starts_with("token."))
}
