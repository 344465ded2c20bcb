//! What a plan lists, what its application sends, and what keeps both from it: drift, guards, and what nobody can know.
//!
//! The sandbox is outside of the program, so its log tells what was sent.

mod applied;
mod broken_off;
mod changed;
mod drifted;
mod endings;
mod guards;
mod listed;
mod saved;
mod shown;
mod unknown;

use seatflow_sandbox::ReceivedRequest;
use serde_json::Value;

use crate::played::{Played, Rows, report};
use crate::program::Ran;

/// Nodes that save what leaves the node `calls`.
const SAVED: &str = "  succeeded: { write_csv: { path: out/succeeded.csv }, D: calls }
  failed: { write_csv: { path: out/failed.csv }, D: calls.F }
";

/// A node `input` that reads `input.csv`.
const INPUT: &str = "  input: { read_csv: { path: input.csv } }\n";

/// Plans a pipeline's text, and tells what is said with `--json`.
fn plan(played: &Played, text: &str, arguments: &[&str]) -> Value {
    played.folder.write("played.yaml", text);
    let ran = played.folder.run(&[&["plan", "played.yaml", "--json"], arguments].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    report(&ran)
}

/// Applies the latest plan.
fn apply(played: &Played, arguments: &[&str]) -> Ran {
    played.folder.run(&[&["apply", "--json"], arguments].concat())
}

/// Runs another pipeline than the one that is planned, with a journal of its own.
fn run_beside(played: &Played, text: &str) {
    played.folder.write("beside.yaml", text);
    let ran = played.folder.run(&["run", "beside.yaml", "--state", ".beside"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

/// The requests that may change something, in order.
fn writes(played: &Played) -> Vec<ReceivedRequest> {
    let is_of_token = |request: &ReceivedRequest| {
        request.endpoint.is_some_and(|id| id.split('.').any(|part| ["token", "login"].contains(&part)))
    };
    let is_write = |request: &ReceivedRequest| request.method != "GET" && !is_of_token(request);
    played.all_requests().into_iter().filter(is_write).collect()
}

/// What the requests changed, in order.
fn effects(played: &Played) -> Vec<String> {
    writes(played).into_iter().filter_map(|request| request.effect).collect()
}

/// A field of every write that is listed, as text.
fn field(plan: &Value, name: &str) -> Vec<String> {
    let writes = plan["writes"].as_array().unwrap();
    writes.iter().map(|write| write[name].as_str().unwrap().to_owned()).collect()
}

/// The kinds of the records on F.
fn kinds(failed: &Rows) -> Vec<&str> {
    failed.iter().map(|row| row["error.kind"].as_str()).collect()
}
