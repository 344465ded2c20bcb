//! Replays: the outputs of a run once more, to the byte, when the systems are gone and nothing can be sent.

mod broken_off;
mod edited;
mod examples;
mod gone;
mod logged;

use std::collections::BTreeMap;

use crate::played::Played;
use crate::program::{Folder, Ran};

/// Nodes that save everything that leaves the node `calls`.
const SAVED: &str = "  succeeded: { write_csv: { path: out/succeeded.csv }, D: calls }
  failed: { write_csv: { path: out/failed.csv }, D: calls.F }
  log: { write_csv: { path: out/log.csv }, D: calls.L }
";

/// What a run has left behind. The sandbox is shut down, so whatever would be sent has nowhere to go.
fn left_behind(played: Played) -> Folder {
    played.folder
}

/// Replays the latest run into a folder `again`, without a variable in the environment, and gives its files.
fn replayed(folder: &Folder, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let ran = replay(folder, &[&["--out", "again"], arguments].concat());
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    folder.files("again/out")
}

/// Replays the latest run, without a variable in the environment.
fn replay(folder: &Folder, arguments: &[&str]) -> Ran {
    Ran::from(folder.command(&[&["replay"], arguments].concat()).env_clear().output().unwrap())
}

/// Asserts that files are the same to the byte, and shows the first that is not.
fn assert_same(now: &BTreeMap<String, Vec<u8>>, before: &BTreeMap<String, Vec<u8>>, of: &str) {
    assert_eq!(now.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "{of}");
    for (name, before) in before {
        let [now, before] = [&now[name], before].map(|bytes| String::from_utf8_lossy(bytes));
        assert!(now == before, "{of}: {name} was\n{before}\nand is\n{now}");
    }
}
