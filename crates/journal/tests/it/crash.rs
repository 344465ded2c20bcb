//! Processes that end without a word, and journals without room. In builds for debugging only: others know no trials.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use seatflow_call::Recall;
use seatflow_journal::{RunLock, RunState, Store, View};
use tempfile::TempDir;

use crate::child::{Script, WRITES, command, process};
use crate::support::{pass, read, record, write};

/// How often each write had its effect.
fn effects(folder: &Path) -> Vec<usize> {
    let effects = fs::read_to_string(folder.join("effects")).unwrap_or_default();
    (0..WRITES).map(|write| effects.lines().filter(|line| *line == write.to_string()).count()).collect()
}

#[test]
fn wherever_a_process_is_killed_no_write_is_lost_or_made_twice() {
    let clean = TempDir::new().unwrap();
    let counted = clean.path().join("commits");
    assert!(process(Script::Run, clean.path(), &format!("commits={}", counted.display())).success());
    let commits: u64 = fs::read_to_string(counted).unwrap().parse().unwrap();
    // Two steps to the newest form, the begin, a read, an intent and an outcome for each write, and the end.
    assert_eq!(commits, 2 + 1 + 1 + 2 * 4 + 1);
    assert_eq!(effects(clean.path()), [1, 1, 1, 1]);
    for commit in 1..=commits {
        for side in ["before", "after"] {
            let folder = TempDir::new().unwrap();
            let killed = process(Script::Run, folder.path(), &format!("abort-{side}={commit}"));
            assert!(!killed.success(), "{side} commit {commit}");
            known(folder.path());
            assert!(process(Script::Run, folder.path(), "").success(), "{side} commit {commit}");
            let made = effects(folder.path());
            let store = Store::open(folder.path()).unwrap();
            assert_eq!(record(&store, "a").state, RunState::Completed);
            let view = store.view("a", View::Replay).unwrap();
            assert_eq!(read(0).recall(&view), read(0).answered());
            let mut in_doubt = 0;
            for (index, made) in made.into_iter().enumerate() {
                let told = write(i64::try_from(index).unwrap()).recall(&view);
                let is_doubtful = told != write(i64::try_from(index).unwrap()).answered();
                in_doubt += u64::from(is_doubtful);
                assert!(made == 1 || made == 0 && is_doubtful, "{side} commit {commit}: {made} times, {told:?}");
            }
            assert!(in_doubt <= 1, "{side} commit {commit}");
            assert_eq!(record(&store, "a").in_doubt, in_doubt);
        }
    }
}

/// Of what had its effect, the journal knows at least the intent.
fn known(folder: &Path) {
    let store = Store::open(folder).unwrap();
    if store.run("a").unwrap().is_none() {
        assert!(effects(folder).iter().all(|made| *made == 0));
        return;
    }
    let again = store.again("a", pass(seatflow_journal::Purpose::Run)).unwrap();
    for (record, made) in (0..).zip(effects(folder)) {
        assert!(made == 0 || write(record).recall(&again) != Recall::Nothing);
    }
}

#[test]
fn whoever_writes_into_a_full_journal_is_told_and_keeps_what_was_told_before() {
    let folder = TempDir::new().unwrap();
    let filled = command(Script::Fill, folder.path(), "max-pages=40").output().unwrap();
    assert!(filled.status.success(), "{}", String::from_utf8_lossy(&filled.stdout));
    let told: i64 = fs::read_to_string(folder.path().join("told")).unwrap().parse().unwrap();
    assert!(told > 10);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(record(&store, "a").state, RunState::Broken);
    let again = store.again("a", pass(seatflow_journal::Purpose::Run)).unwrap();
    for record in 0..told {
        assert_eq!(write(record).recall(&again), Recall::Intent);
    }
    assert_eq!(write(told).recall(&again), Recall::Nothing);
    write(told).intend(&again);
}

#[test]
fn the_lock_of_a_process_that_was_killed_is_free() {
    let folder = TempDir::new().unwrap();
    let mut held = command(Script::Hold, folder.path(), "");
    let mut held = held.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(held.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().ends_with("held")));
    assert!(RunLock::is_held(folder.path()));
    let told = RunLock::take(folder.path()).unwrap_err().to_string();
    assert!(told.starts_with(&format!("the run is held by process {} on ", held.id())), "{told}");
    held.kill().unwrap();
    held.wait().unwrap();
    assert!(!RunLock::is_held(folder.path()));
    RunLock::take(folder.path()).unwrap();
}

#[test]
fn a_trial_that_makes_no_sense_is_told() {
    let folder = TempDir::new().unwrap();
    for trial in ["abort", "abort-before=x", "never=1"] {
        let told = command(Script::Run, folder.path(), trial).output().unwrap();
        assert!(!told.status.success());
        let told = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(told.contains(&format!("part: \"{trial}\"")), "{told}");
    }
}
