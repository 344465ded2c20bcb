//! A journal that has no room for more.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::{run_on_trial, shown, writes};
use crate::played::{Played, pipeline};

/// Deletes two hundred devices, of which few are there, one after the other.
fn begin() -> Played {
    let played = Played::with_faults(&[]);
    let mut input = String::from("device\nDEV-000412\nDEV-000413\n");
    for number in 0..200 {
        writeln!(input, "DEV-9{number:05}").unwrap();
    }
    played.folder.write("input.csv", input + "DEV-000414\n");
    let nodes = "  input: { read_csv: { path: input.csv } }
  deleted:
    D: input
    license_api:
      connection: portal
      endpoint: devices.delete
      confirm_delete: true
      parameters: { accountId: ACC-100234, deviceId: { field: device } }
  succeeded: { write_csv: { path: out/succeeded.csv }, D: deleted }
  failed: { write_csv: { path: out/failed.csv }, D: [input.F, deleted.F] }
";
    played.folder.write("full.yaml", pipeline("concurrency: 1", nodes));
    played
}

#[test]
fn a_full_journal_stops_a_run_before_the_next_write_and_with_room_again_it_goes_on() {
    let undisturbed = begin();
    assert_eq!(undisturbed.folder.run(&["run", "full.yaml"]).status, 0);
    let reference = Reference::of(&undisturbed);

    let played = begin();
    let ran = run_on_trial(&played, &["run", "full.yaml"], "max-pages=26");
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    let error = "  × `deleted`: the journal cannot be written: it is full, or its disk is: database or disk is full\n  \
                 help: nothing was sent after that; see that the state folder has room and can be written, then \
                 `seatflow resume` goes on\n";
    assert!(ran.stderr.contains(error), "{}", ran.stderr);
    let held = Held::read(&played.folder);
    let intended = held.intended["devices.delete"].len();
    assert!((20..180).contains(&intended), "it was full in the midst of {intended} writes");
    assert_eq!(writes(played.ended_requests()).len(), intended, "nothing was sent whose intent is not in the journal");
    assert!(!played.folder.path("out").exists() || played.folder.files("out").is_empty());

    // There is still no room: at most what is written down already is sent again.
    let ran = run_on_trial(&played, &["resume"], "max-pages=1");
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    let sent: BTreeSet<String> = writes(played.ended_requests()).into_iter().map(|request| request.path).collect();
    assert_eq!(sent.len(), intended, "{}", ran.stderr);

    let ran = played.folder.run(&["resume", "--json"]);
    let end = End::of(&played, &ran, &held, &reference);
    assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
    assert_eq!(shown(&played)["state"], "completed");
}

#[test]
fn a_run_does_not_begin_in_a_journal_without_room() {
    let played = begin();
    let ran = run_on_trial(&played, &["run", "full.yaml"], "max-pages=15");
    let error = "  × the journal cannot be used: it is full, or its disk is: database or disk is full\n  \
                 help: make room in the state folder, and try again\n";
    assert_eq!((ran.status, ran.stderr.as_str()), (4, error));
    assert_eq!(played.all_requests(), []);
    assert_eq!(played.folder.run(&["run", "full.yaml", "--json"]).status, 0);
}
