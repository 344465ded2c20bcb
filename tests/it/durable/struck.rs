//! Answers that get lost, on writes of every sort, and a kill in the midst of them.

use std::fmt::Write as _;

use seatflow_sandbox::Settings;

use super::ends::End;
use super::journal::Held;
use super::killed::{ACCOUNT, KEYS};
use super::reference::Reference;
use super::{drawn, run_and_kill};
use crate::played::{Played, SEATS};
use crate::what_happens::each;

/// So many writes each node makes.
const EACH: usize = 100;

/// What each node calls, with the keys of its tool, and the line of its input for a number.
struct Writing {
    node: &'static str,
    endpoint: &'static str,
    tool: String,
    line: fn(usize) -> String,
}

/// A node for each method that changes something.
fn nodes() -> [Writing; 4] {
    [
        Writing {
            node: "activated",
            endpoint: "devices.activateOffline",
            tool: format!(
                "connection: portal, parameters: {{ accountId: {ACCOUNT} }}, payload: {{ name: {{ field: thing }}, \
                 hostId: {{ field: thing }}, hostIdType: ETHERNET, licenses: [{{ licenseKey: {}, quantity: 1 }}] }}",
                KEYS[1]
            ),
            line: |number| format!("8CDE{number:08X}"),
        },
        Writing {
            node: "cleared",
            endpoint: "devices.removeLicenses",
            tool: format!(
                "connection: portal, parameters: {{ accountId: {ACCOUNT}, deviceId: {{ field: thing }} }}, \
                 payload: {{ licenseKeysToRemove: [{}] }}",
                KEYS[0]
            ),
            line: |number| format!("DEV-2{:06}", number + 1),
        },
        Writing {
            node: "deleted",
            endpoint: "devices.delete",
            tool: format!(
                "connection: portal, confirm_delete: true, parameters: {{ accountId: {ACCOUNT}, deviceId: {{ field: thing }} }}"
            ),
            line: |number| format!("DEV-2{:06}", EACH + number + 1),
        },
        Writing {
            node: "put",
            endpoint: "seats.put",
            tool: "connection: seats, parameters: { seatId: { field: thing } }, \
                   payload: { holder: { field: holder }, product: viewer, quantity: 1 }"
                .to_owned(),
            line: |number| format!("seat-{}", number % 7),
        },
    ]
}

/// Three sorts of lost answers, five times each for each endpoint, far from each other.
fn faults() -> Vec<seatflow_sandbox::Fault> {
    let mut faults = Vec::new();
    for Writing { endpoint, .. } in nodes() {
        for place in 0..15 {
            let deed = ["commit-then-503", "commit-then-reset", "cut-body"][place % 3];
            let after = place * 5 + place % 4;
            faults.push(format!("match={endpoint},after={after},do={deed}").parse().unwrap());
        }
    }
    faults
}

/// A sandbox with these faults, and the pipeline of all nodes.
fn begin(faults: Vec<seatflow_sandbox::Fault>) -> Played {
    let played = Played::new(Settings { accounts: 1, devices: 2 * EACH, faults, ..Settings::default() });
    let mut text = seatflow_testkit::PORTAL.to_owned();
    let limits = "    limits: { backoff_seconds: 0, backoff_most_seconds: 0, concurrency: 8 }\n";
    write!(text, "{limits}  seats:\n{SEATS}{limits}nodes:\n").unwrap();
    for Writing { node, endpoint, tool, line } in nodes() {
        let lines: Vec<String> = (0..EACH).map(|number| format!("{},holder-{number:03}", line(number))).collect();
        played.folder.write(&format!("{node}.csv"), format!("thing,holder\n{}\n", lines.join("\n")));
        write!(
            text,
            "  {node}_input: {{ read_csv: {{ path: {node}.csv }} }}
  {node}: {{ license_api: {{ endpoint: {endpoint}, {tool}, keep: [thing, holder] }}, D: {node}_input }}
  {node}_succeeded: {{ write_csv: {{ path: out/{node}-succeeded.csv }}, D: {node} }}
  {node}_failed: {{ write_csv: {{ path: out/{node}-failed.csv }}, D: {node}.F }}
"
        )
        .unwrap();
    }
    played.folder.write("struck.yaml", format!("version: 1\npipeline: struck\n{text}"));
    played
}

#[test]
fn no_answer_that_is_lost_beside_a_kill_lets_a_write_happen_twice_or_be_forgotten() {
    let undisturbed = begin(Vec::new());
    let ran = undisturbed.folder.run(&["run", "struck.yaml", "--concurrency", "1"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let reference = Reference::of(&undisturbed);
    let moments: Vec<u32> = drawn(3, 300).map(|drawn| 50 + drawn).take(5).collect();
    let ends = each(&moments, |moment| {
        let played = begin(faults());
        let killed = run_and_kill(&played, &["run", "struck.yaml"], "*", *moment);
        assert_eq!(killed.status, -1, "it ended before it was killed: {}", killed.stderr);
        let held = Held::read(&played.folder);
        let ran = played.folder.run(&["resume", "--json"]);
        played.assert_used_up();
        let end = End::of(&played, &ran, &held, &reference);
        assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
        // Those that lost their answer are in doubt, if they cannot be sent again; the kill adds some.
        assert!(end.in_doubt.len() >= 30, "{}", end.in_doubt.len());
    });
    for (moment, end) in moments.iter().zip(ends) {
        end.unwrap_or_else(|panic| panic!("killed after {moment} requests: {panic}"));
    }
}
