//! Writes from outside: their order, what is equal, what comes back as input, what they carry.
//!
//! What a fault does to one of them is told, and proved, by the page "What happens when".

mod duplicates;
mod fed_back;
mod groups;
mod many;
mod order;
mod payloads;
mod same_bytes;
mod secrets;

use seatflow_sandbox::ReceivedRequest;

use crate::played::Rows;

/// Nodes that save what leaves the node `calls`.
const SAVED: &str = "  succeeded: { write_csv: { path: out/succeeded.csv }, D: calls }
  failed: { write_csv: { path: out/failed.csv }, D: calls.F }
  log: { write_csv: { path: out/log.csv }, D: calls.L }
";

/// What the requests changed, in the order in which they came in.
fn effects(requests: Vec<ReceivedRequest>) -> Vec<String> {
    requests.into_iter().filter_map(|request| request.effect).collect()
}

/// The values of a column.
fn column<'a>(rows: &'a Rows, name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}
