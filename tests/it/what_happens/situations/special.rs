//! What needs more than records and faults: two nodes, rows of a certain form, a signal.

use std::process::{Command, Stdio};

use seatflow_sandbox::ReceivedRequest;

use super::{DELETE, REMOVE, TAKE, TWO_DEVICES};
use crate::played::{Played, count, report};
use crate::program::Ran;
use crate::what_happens::calls::{LIMITS, nodes, pipeline};
use crate::what_happens::left::left;
use crate::what_happens::outcome::{Outcome, place};

/// A row of the page that has a way of its own.
pub(in crate::what_happens) struct Special {
    /// The first cell of its row.
    pub(super) what: &'static str,
    /// What comes of it.
    pub(super) meet: fn() -> Outcome,
}

pub(super) const ALL: &[Special] = &[
    Special {
        what: "a DELETE whose first answer was lost, and whose second is 404",
        meet: a_delete_that_is_already_done,
    },
    Special { what: "a POST whose answer was lost, and the catalog names an `idempotency_key`", meet: a_key },
    Special { what: "a write of another node after one in doubt, to the same device", meet: another_node },
    Special { what: "the refresh token is refused after a first write", meet: an_end_after_a_write },
    #[cfg(unix)]
    Special { what: "Ctrl-C while a write is under way", meet: an_interrupt_during_a_write },
    #[cfg(unix)]
    Special { what: "Ctrl-C while a write waits to be sent again", meet: an_interrupt_before_a_write },
    #[cfg(unix)]
    Special { what: "Ctrl-C while a write in doubt waits to be sent again", meet: an_interrupt_after_a_doubt },
];

/// A pipeline that deletes these devices.
fn deletes(records: &[&str]) -> String {
    pipeline("devices.delete", LIMITS, false, &nodes("devices.delete", DELETE, records))
}

fn a_delete_that_is_already_done() -> Outcome {
    let played = Played::with_faults(&["match=devices.delete,do=commit-then-reset"]);
    let ran = played.run(&deletes(&["{ line: 0, device: DEV-000412 }"]));
    assert_eq!(played.statuses("devices.delete"), [0, 404]);
    assert_eq!(played.folder.read("out/succeeded.csv"), "_call,line\n0,0\n");
    Outcome::of(&played, &ran, 1)
}

fn a_key() -> Outcome {
    let played = Played::with_faults(&["match=seats.take,do=commit-then-503"]);
    let text = pipeline("seats.take", LIMITS, false, &nodes("seats.take", TAKE, &["{ line: 0, holder: cem }"]));
    knows_keys(&played);
    let ran = played.run(&text);
    played.assert_used_up();
    Outcome::of(&played, &ran, 1)
}

/// Gives the system of seats a catalog in which a POST has a key by which the system knows it again.
pub(in crate::what_happens) fn knows_keys(played: &Played) {
    let catalog = played.folder.read("fixtures/catalogs/seats.yaml");
    let keyed = catalog.replacen("    order_by:", "    idempotency_key: Idempotency-Key\n    order_by:", 1);
    assert_ne!(catalog, keyed);
    played.folder.write("fixtures/catalogs/seats.yaml", keyed);
}

/// The first node's second record goes on to the second node, which writes to the device that is in doubt.
fn another_node() -> Outcome {
    let endpoint = "devices.removeLicenses";
    let played = Played::with_faults(&["match=devices.removeLicenses,do=commit-then-503"]);
    let second = "  second:
    license_api:
      connection: portal
      endpoint: devices.removeLicenses
      parameters: { accountId: ACC-100234, deviceId: DEV-000412 }
      payload: { licenseKeysToRemove: [AYXI-0002-0002-0002-0002-0002-0002-0002] }
      keep: [line]
    D: calls
  again: { write_csv: { path: out/again.csv }, D: second }
  not_again: { write_csv: { path: out/not-again.csv }, D: second.F }
";
    let nodes = nodes(endpoint, REMOVE, TWO_DEVICES) + second;
    let ran = played.run(&pipeline(endpoint, LIMITS, false, &nodes));
    played.assert_used_up();
    let (succeeded, failed) = (played.rows("succeeded.csv"), played.rows("failed.csv"));
    let places = vec![
        place("0", &succeeded, &failed),
        place("1", &succeeded, &failed),
        place("1", &played.rows("again.csv"), &played.rows("not-again.csv")),
    ];
    Outcome::new(&played, &ran, places, (succeeded.len(), failed.len()))
}

fn an_end_after_a_write() -> Outcome {
    let ends = "match=devices.delete,after=1,do=expire-token";
    let played = Played::with_faults(&[ends, "match=token.refresh,after=1,do=expire-token"]);
    let ran = played.run(&deletes(&["{ line: 0, device: DEV-000412 }", "{ line: 1, device: DEV-000413 }"]));
    played.assert_used_up();
    assert_eq!(played.statuses("devices.delete"), [200, 401]);
    assert_left(&played, &ran, &[("0", "S"), ("1", "F not-attempted")]);
    Outcome::of(&played, &ran, 2)
}

#[cfg(unix)]
fn an_interrupt_during_a_write() -> Outcome {
    let played = Played::with_faults(&["match=devices.delete,do=delay=2000"]);
    let text = deletes(&["{ line: 0, device: DEV-000412 }", "{ line: 1, device: DEV-000413 }"]);
    let ran = interrupted(&played, &text, |requests| requests.len() == 1);
    played.assert_used_up();
    assert_counts(&ran, 1, 1, 0);
    assert_left(&played, &ran, &[("0", "S"), ("1", "F not-attempted")]);
    Outcome::of(&played, &ran, 2)
}

#[cfg(unix)]
fn an_interrupt_before_a_write() -> Outcome {
    let played = Played::with_faults(&["match=devices.delete,do=retry-after=600"]);
    let text = deletes(&["{ line: 0, device: DEV-000412 }"]);
    let ran = interrupted(&played, &text, |requests| requests.iter().any(|request| request.status == Some(429)));
    played.assert_used_up();
    assert_counts(&ran, 0, 1, 0);
    assert_left(&played, &ran, &[("0", "F not-attempted")]);
    Outcome::of(&played, &ran, 1)
}

#[cfg(unix)]
fn an_interrupt_after_a_doubt() -> Outcome {
    let played =
        Played::with_faults(&["match=devices.delete,do=commit-then-503", "match=devices.delete,do=retry-after=600"]);
    let text = deletes(&["{ line: 0, device: DEV-000412 }"]);
    let ran = interrupted(&played, &text, |requests| requests.iter().any(|request| request.status == Some(429)));
    played.assert_used_up();
    assert_counts(&ran, 0, 1, 1);
    assert_left(&played, &ran, &[("0", "F in-doubt")]);
    Outcome::of(&played, &ran, 1)
}

/// Asserts that the run has these lines, and where they have left their node.
fn assert_left(played: &Played, ran: &Ran, expected: &[(&str, &str)]) {
    let expected = expected.iter().map(|(line, place)| ((*line).to_owned(), (*place).to_owned()));
    assert_eq!(left(played, ran), expected.collect::<Vec<_>>());
}

/// Starts a run, and interrupts it once when its deletions are so far.
#[cfg(unix)]
fn interrupted(played: &Played, text: &str, is_far: impl Fn(&[ReceivedRequest]) -> bool) -> Ran {
    played.folder.write("played.yaml", text);
    let mut command = played.folder.command(&["run", "played.yaml", "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    played.wait_until("devices.delete", is_far);
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    Ran::from(child.wait_with_output().unwrap())
}

#[cfg(unix)]
fn assert_counts(ran: &Ran, succeeded: u64, failed: u64, in_doubt: u64) {
    let report = report(ran);
    let counts = ["succeeded", "failed", "in_doubt"].map(|name| count(&report, "calls", name));
    assert_eq!(counts, [succeeded, failed, in_doubt], "{report}");
}
