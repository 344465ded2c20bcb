//! The files of a journal: new ones, older ones, newer ones, and what is none.

use std::fs;

use rusqlite::Connection;
use seatflow_call::Recall;
use seatflow_journal::{Ending, Error, Guards, Purpose, RunState, Store, View};
use tempfile::TempDir;

use crate::support::{begin, end, in_folder, pass, read, record, write};

/// What `PRAGMA application_id` says in a journal.
const APPLICATION: i64 = 0x5ea7_f10e;

#[test]
fn a_journal_is_made_when_it_is_opened_but_not_for_who_only_looks() {
    let folder = TempDir::new().unwrap();
    assert!(Store::open_existing(folder.path()).unwrap().is_none());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    drop(Store::open(folder.path()).unwrap());
    assert!(Store::open_existing(folder.path()).unwrap().is_some());
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let folder = TempDir::new().unwrap();
    let told = Store::open(&folder.path().join("missing")).unwrap_err();
    assert!(matches!(told, Error::File { .. }), "{told}");
}

/// The names of the files in a folder.
fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn who_only_looks_makes_nothing_and_writes_nothing() {
    let (folder, store) = in_folder();
    end(&begin(&store, "a"), Ending::Completed);
    drop(store);
    fs::remove_file(folder.path().join("journal.lock")).unwrap();
    let before = fs::read(folder.path().join("journal.db")).unwrap();
    let store = Store::open_to_look(folder.path()).unwrap().unwrap();
    assert_eq!(record(&store, "a").state, RunState::Completed);
    assert!(store.books("a").is_ok() && store.view("a", View::Look).is_ok());
    let refused =
        [store.remove("a"), store.again("a", pass(Purpose::Run)).map(drop), store.set_aside(&["a".into()], true)];
    assert!(refused.iter().all(|refused| matches!(refused, Err(Error::OnlySeen))), "{refused:?}");
    drop(store);
    assert!(!names(&folder).contains(&"journal.lock".to_owned()), "{:?}", names(&folder));
    assert!(fs::read(folder.path().join("journal.db")).unwrap() == before, "other bytes");
    // What its processes share stays, and is empty.
    assert!(fs::metadata(folder.path().join("journal.db-wal")).is_ok_and(|log| log.len() == 0));
}

#[cfg(unix)]
#[test]
fn who_only_looks_is_not_kept_from_it_where_nothing_can_be_made() {
    let folder = TempDir::new().unwrap();
    let state = folder.path().join("100% a?b#c");
    fs::create_dir(&state).unwrap();
    end(&begin(&Store::open(&state).unwrap(), "a"), Ending::Completed);
    // What its processes share would be in this place, and cannot be made.
    std::os::unix::fs::symlink("missing/shared", state.join("journal.db-shm")).unwrap();
    let store = Store::open_to_look(&state).unwrap().unwrap();
    assert_eq!(record(&store, "a").state, RunState::Completed);
    fs::write(state.join("journal.db-wal"), "what was written last").unwrap();
    let told = Store::open_to_look(&state).map(|store| store.map(|store| store.runs()));
    assert!(matches!(told, Err(Error::Closed(_))), "a part of it would be left out: {told:?}");
}

#[test]
fn who_only_looks_sees_what_is_written_meanwhile() {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    let look = Store::open_to_look(folder.path()).unwrap().unwrap();
    write(0).intend(&session);
    assert_eq!(record(&look, "a").writes, 1);
}

#[test]
fn a_damaged_journal_is_named() {
    let (folder, store) = in_folder();
    end(&begin(&store, "a"), Ending::Completed);
    drop(store);
    let path = folder.path().join("journal.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let looked = Store::open_to_look(folder.path()).and_then(|store| store.unwrap().runs()).unwrap_err();
    let opened = Store::open(folder.path()).and_then(|store| store.runs()).unwrap_err();
    for told in [looked, opened] {
        assert_eq!(told.to_string(), format!("`{}` is damaged", path.display()));
    }
}

#[cfg(unix)]
#[test]
fn a_journal_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let (folder, store) = in_folder();
    drop(begin(&store, "a"));
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort_unstable();
    assert_eq!(names, ["journal.db", "journal.db-shm", "journal.db-wal", "journal.lock"]);
}

#[test]
fn what_was_written_is_there_when_it_is_opened_again() {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    read(0).answer(&session);
    write(0).intend(&session);
    drop((session, store));
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(record(&store, "a").state, RunState::Broken);
    let again = store.again("a", pass(Purpose::Run)).unwrap();
    assert_eq!(read(0).recall(&again), read(0).answered());
    assert_eq!(write(0).recall(&again), Recall::Intent);
}

#[test]
fn an_older_journal_is_brought_up_to_date_with_what_is_in_it() {
    let folder = TempDir::new().unwrap();
    let older = Connection::open(folder.path().join("journal.db")).unwrap();
    older.execute_batch(include_str!("../../migrations/001-runs.sql")).unwrap();
    older.pragma_update(None, "application_id", APPLICATION).unwrap();
    older.pragma_update(None, "user_version", 1).unwrap();
    older
        .execute_batch(
            "INSERT INTO run VALUES (1, 'old', 'seats', 'seats.yaml', 0, '0.0.9', 'somebody', 1750000000000000, 0, 0);
            INSERT INTO pass (number, run, purpose, began_at, ended_at, ending, exit_status)
            VALUES (1, 1, 'run', 1750000000000000, 1750000001000000, 'failed', 4);",
        )
        .unwrap();
    drop(older);
    let looked = Store::open_to_look(folder.path()).unwrap_err().to_string();
    assert!(
        looked.ends_with("journal.db` is the journal of an older version: its form is 1, and this version reads 2")
    );
    assert_eq!(names(&folder), ["journal.db"]);
    let store = Store::open(folder.path()).unwrap();
    let old = record(&store, "old");
    assert_eq!((old.state, old.version.as_str(), old.planned), (RunState::Failed, "0.0.9", 0));
    assert_eq!(old.passes[0].guards, Guards::default());
    let again = store.again("old", pass(Purpose::Run)).unwrap();
    write(0).intend(&again);
    end(&again, Ending::Completed);
    assert_eq!(record(&store, "old").state, RunState::Completed);
    drop((again, store));
    let connection = Connection::open(folder.path().join("journal.db")).unwrap();
    let form: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(form, 2);
}

#[test]
fn a_newer_journal_is_refused_and_left_as_it_is() {
    let (folder, store) = in_folder();
    drop(store);
    let path = folder.path().join("journal.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 3).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(Store::open_to_look(folder.path()), Err(Error::Newer { .. })));
    let told = Store::open(folder.path()).unwrap_err().to_string();
    assert!(told.ends_with("journal.db` is the journal of a newer version: its form is 3, and this version knows 2"));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn what_is_no_journal_is_refused_and_left_as_it_is() {
    let refused = |make: &dyn Fn(&std::path::Path)| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("journal.db");
        make(&path);
        let before = fs::read(&path).unwrap();
        let told = Store::open(folder.path()).unwrap_err();
        assert!(matches!(told, Error::NotAJournal { .. }), "{told}");
        assert_eq!(fs::read(&path).unwrap(), before);
    };
    refused(&|path| {
        fs::write(path, "not a database at all, but long enough to be looked at as one".repeat(20)).unwrap();
    });
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("journal.db")).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(Error::NotAJournal { .. })));
    assert!(matches!(Store::open_to_look(folder.path()), Err(Error::NotAJournal { .. })));
    refused(&|path| Connection::open(path).unwrap().execute_batch("CREATE TABLE run (id TEXT)").unwrap());
    refused(&|path| Connection::open(path).unwrap().pragma_update(None, "application_id", 7).unwrap());
}

#[test]
fn an_empty_file_becomes_a_journal() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("journal.db"), "").unwrap();
    let store = Store::open(folder.path()).unwrap();
    drop(begin(&store, "a"));
    assert_eq!(store.runs().unwrap().len(), 1);
}

#[test]
fn several_who_open_a_new_folder_at_once_find_one_journal() {
    let folder = TempDir::new().unwrap();
    std::thread::scope(|scope| {
        for name in ["a", "b", "c", "d"] {
            let folder = folder.path();
            scope.spawn(move || {
                let store = Store::open(folder).unwrap();
                let session = begin(&store, name);
                for record in 0..20 {
                    write(record).intend(&session);
                    write(record).answer(&session);
                }
                end(&session, Ending::Completed);
            });
        }
    });
    let store = Store::open(folder.path()).unwrap();
    let runs = store.runs().unwrap();
    assert_eq!(runs.len(), 4);
    for run in runs {
        assert_eq!((run.state, run.writes, run.in_doubt), (RunState::Completed, 20, 0));
        let view = store.view(&run.id, View::Replay).unwrap();
        for record in 0..20 {
            assert_eq!(write(record).recall(&view), write(record).answered());
        }
    }
}
