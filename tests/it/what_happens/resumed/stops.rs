//! Runs that are stopped, by their user or by themselves, and runs that are seen before they happen.

use super::{DELETE, Resumed, deletes, ended, interrupt, interrupt_at_once, removes, resumed, start, writes};
use crate::played::{Played, report};
use crate::what_happens::outcome::Outcome;

pub(super) const ALL: &[Resumed] = &[
    Resumed { what: "Ctrl-C while a write is under way, then `resume`", meet: an_interrupt },
    Resumed { what: "Ctrl-C twice while a write is under way, then `resume`", meet: an_interrupt_and_an_abort },
    Resumed { what: "Ctrl-C, then `run` once more", meet: another_run },
    Resumed { what: "Ctrl-C, then `run --new`", meet: a_new_run },
    Resumed { what: "Ctrl-C, then another input, then `resume`", meet: another_input },
    Resumed { what: "`run --max-writes 1` of two writes, then `resume --max-writes 2`", meet: a_guard },
    Resumed { what: "`plan` of two writes, then `apply`", meet: a_plan },
    Resumed { what: "`plan` of a write, then somebody else makes it, then `apply`", meet: a_drift },
];

/// A run of two deletions that is interrupted during the first.
fn interrupted(played: &Played) -> Outcome {
    let mut child = start(played, &deletes());
    interrupt(&mut child);
    played.settle();
    Outcome::of(played, &ended(child), 2)
}

fn holding(endpoint: &str) -> Played {
    Played::with_faults(&[&format!("match={endpoint},do=hold")])
}

fn an_interrupt() -> [Outcome; 2] {
    let played = holding("devices.delete");
    [interrupted(&played), resumed(&played, &[])]
}

fn an_interrupt_and_an_abort() -> [Outcome; 2] {
    let played = holding("devices.removeLicenses");
    let mut child = start(&played, &removes());
    interrupt(&mut child);
    interrupt_at_once(&child);
    let ran = ended(child);
    played.settle();
    [Outcome::aborted(&played, &ran), resumed(&played, &[])]
}

fn another_run() -> [Outcome; 2] {
    let played = holding("devices.delete");
    let before = interrupted(&played);
    let ran = played.run(&deletes());
    assert!(ran.stderr.contains("help: `seatflow resume "), "{}", ran.stderr);
    [before, Outcome::of(&played, &ran, 2)]
}

fn a_new_run() -> [Outcome; 2] {
    let played = holding("devices.delete");
    [interrupted(&played), Outcome::of(&played, &played.run_with(&deletes(), &["--new"]), 2)]
}

fn another_input() -> [Outcome; 2] {
    let played = holding("devices.delete");
    let before = interrupted(&played);
    played.folder.write("played.yaml", deletes().replace("DEV-000413", "DEV-000414"));
    [before, resumed(&played, &[])]
}

fn a_guard() -> [Outcome; 2] {
    let played = Played::with_faults(&[]);
    let before = Outcome::of(&played, &played.run_with(&removes(), &["--max-writes", "1"]), 2);
    [before, resumed(&played, &["--max-writes", "2"])]
}

/// What comes of a plan, and its id.
fn planned(played: &Played, text: &str) -> (Outcome, String) {
    played.folder.write("played.yaml", text);
    let ran = played.folder.run(&["plan", "played.yaml", "--json"]);
    assert!(!played.folder.path("out").exists() || played.folder.files("out").is_empty(), "{}", ran.stderr);
    let id = report(&ran)["run"].as_str().unwrap().to_owned();
    (Outcome::new(played, &ran, vec!["planned".to_owned()], (0, 0)), id)
}

/// What comes of so many records when a plan is applied.
fn applied(played: &Played, plan: &str, records: usize) -> Outcome {
    Outcome::of(played, &played.folder.run(&["apply", plan, "--json"]), records)
}

fn a_plan() -> [Outcome; 2] {
    let played = Played::with_faults(&[]);
    let (before, plan) = planned(&played, &deletes());
    [before, applied(&played, &plan, 2)]
}

/// What is deleted is found by a read, and between plan and application somebody else deletes it.
fn a_drift() -> [Outcome; 2] {
    let played = Played::with_faults(&[]);
    let own = |text: String| text.replace("ACC-100234", "ACC-100777");
    let known = own(writes("devices.delete", DELETE, &["{ line: 0, device: DEV-000810 }"]));
    let rows = "    rows: [{ line: 0, device: DEV-000810 }]\n";
    let read =
        "    license_api: { connection: portal, endpoint: devices.list, parameters: { accountId: ACC-100777 } }\n";
    assert!(known.contains(rows));
    let found = known.replace(rows, read).replace("keep: [line], ", "").replace("field: device", "field: id");
    let (before, plan) = planned(&played, &found);
    played.folder.write("other.yaml", known.replace("out/", "other/"));
    let ran = played.folder.run(&["run", "other.yaml"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    [before, applied(&played, &plan, 1)]
}
