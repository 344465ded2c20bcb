//! The rows on runs that do not come to their end at once: what is there then, and what is there after they were gone on
//! with.

mod stops;
mod taken_up;
mod told;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use seatflow_sandbox::ReceivedRequest;

use super::calls::{LIMITS, nodes, pipeline};
use super::outcome::Outcome;
use crate::played::Played;
use crate::program::Ran;

/// A row of the page, and how it comes about.
pub(super) struct Resumed {
    /// The first cell of its row.
    pub(super) what: &'static str,
    /// What comes of the run, and of what follows it.
    pub(super) meet: fn() -> [Outcome; 2],
}

/// Every row that is known.
pub(super) fn all() -> impl Iterator<Item = &'static Resumed> {
    taken_up::ALL.iter().chain(stops::ALL)
}

const DELETE: &str = "parameters: { accountId: ACC-100234, deviceId: { field: device } }, confirm_delete: true";
const REMOVE: &str = "parameters: { accountId: ACC-100234, deviceId: { field: device } }, \
    payload: { licenseKeysToRemove: [AYXD-0001-0001-0001-0001-0001-0001-0001] }";
const TWO_DEVICES: [&str; 2] = ["{ line: 0, device: DEV-000412 }", "{ line: 1, device: DEV-000413 }"];

/// A pipeline that writes once for each record.
fn writes(endpoint: &str, settings: &str, records: &[&str]) -> String {
    pipeline(endpoint, LIMITS, false, &nodes(endpoint, settings, records))
}

/// A pipeline that deletes two devices.
fn deletes() -> String {
    writes("devices.delete", DELETE, &TWO_DEVICES)
}

/// A pipeline that removes a key from two devices.
fn removes() -> String {
    writes("devices.removeLicenses", REMOVE, &TWO_DEVICES)
}

/// Starts a run whose calls a fault holds, and waits until it holds one.
fn start(played: &Played, text: &str) -> Child {
    start_with(played, text, &["--json"])
}

/// The same with other arguments.
fn start_with(played: &Played, text: &str, arguments: &[&str]) -> Child {
    played.folder.write("played.yaml", text);
    let mut command = played.folder.command(&[&["run", "played.yaml"], arguments].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !played.all_requests().iter().any(is_held) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before a call was held");
        std::thread::yield_now();
    }
    child
}

fn is_held(request: &ReceivedRequest) -> bool {
    request.answered_after.is_none() && request.fault.as_deref() == Some("hold")
}

/// A run that is killed while its first write is under way; then the write happens.
fn killed(played: &Played, text: &str) -> Outcome {
    let mut child = start(played, text);
    child.kill().unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    played.settle();
    Outcome::of(played, &ran, 2)
}

/// Interrupts a run.
fn interrupt_at_once(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// Interrupts a run, and waits until it has heard.
fn interrupt(child: &mut Child) {
    interrupt_at_once(child);
    let mut heard = String::new();
    BufReader::with_capacity(1, child.stderr.as_mut().unwrap()).read_line(&mut heard).unwrap();
    assert!(heard.starts_with("stopping: calls on their way are waited for"), "{heard}");
}

/// Waits for the end of a run of which something was read already.
fn ended(mut child: Child) -> Ran {
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    Ran { stdout, ..ran }
}

/// What comes of two records when their run is gone on with.
fn resumed(played: &Played, arguments: &[&str]) -> Outcome {
    let ran = played.folder.run(&[&["resume", "--json"], arguments].concat());
    Outcome::of(played, &ran, 2)
}
