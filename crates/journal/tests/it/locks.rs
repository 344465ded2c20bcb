//! The lock on a run.

use std::process;

use seatflow_journal::{Error, RunLock};
use tempfile::TempDir;

#[test]
fn a_lock_is_held_once_and_as_long_as_it_lives() {
    let folder = TempDir::new().unwrap();
    assert!(!RunLock::is_held(folder.path()));
    let lock = RunLock::take(folder.path()).unwrap();
    assert!(RunLock::is_held(folder.path()));
    let told = RunLock::take(folder.path()).unwrap_err();
    assert!(matches!(told, Error::Held { .. }));
    let told = told.to_string();
    assert!(told.starts_with(&format!("the run is held by process {} on ", process::id())), "{told}");
    assert!(told.contains(", since 2"), "{told}");
    drop(lock);
    assert!(!RunLock::is_held(folder.path()));
    RunLock::take(folder.path()).unwrap();
}

#[test]
fn whoever_asks_is_not_taken_for_who_holds_it() {
    let folder = TempDir::new().unwrap();
    drop(RunLock::take(folder.path()).unwrap());
    let asked = std::fs::File::open(folder.path().join("lock")).unwrap();
    asked.lock_shared().unwrap();
    let taking = std::thread::spawn({
        let folder = folder.path().to_owned();
        move || RunLock::take(&folder).map(drop)
    });
    drop(asked);
    taking.join().unwrap().unwrap();
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing");
    assert!(!RunLock::is_held(&missing));
    assert!(matches!(RunLock::take(&missing), Err(Error::File { .. })));
}
