//! Journals that are older, newer, something else, torn, or not to be written.

use std::fs::{self, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};

use rusqlite::Connection;

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::{run_on_trial, shown};
use crate::played::Played;
use crate::program::Ran;

const RUN: [&str; 5] = ["run", "pipelines/deactivate-devices.yaml", "--concurrency", "1", "--json"];

/// The tables of the first journals.
const FIRST: &str = include_str!("../../../crates/journal/migrations/001-runs.sql");

/// What says in the head of a database that it is a journal.
const APPLICATION: i64 = 0x5ea7_f10e;

fn reference() -> Reference {
    let played = Played::with_faults(&[]);
    assert_eq!(played.folder.run(&RUN).status, 0);
    Reference::of(&played)
}

/// A run that was broken off right after a commit that brought the outcome of a write, and not its first.
fn broken_off() -> Played {
    let broken = (1..).map(|commit| {
        let played = Played::with_faults(&[]);
        let ran = run_on_trial(&played, &RUN, &format!("abort-after={commit}"));
        assert_eq!(ran.status, -1, "there is such a commit: {}", ran.stderr);
        (Held::read(&played.folder), played)
    });
    let has_outcomes =
        |held: &Held| held.in_doubt().is_empty() && held.intended.values().any(|records| records.len() > 1);
    broken.into_iter().find(|(held, _)| has_outcomes(held)).unwrap().1
}

fn assert_goes_on(played: &Played, reference: &Reference) -> End {
    let held = Held::read(&played.folder);
    let ran = played.folder.run(&["resume", "--json"]);
    let end = End::of(played, &ran, &held, reference);
    assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
    end
}

/// The columns that a table has.
fn columns(connection: &Connection, schema: &str, table: &str) -> Vec<String> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?, ?)").unwrap();
    statement.query_map([table, schema], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Makes of a journal what the first version would have written.
fn make_old(played: &Played) {
    let state = played.folder.path(".seatflow");
    fs::rename(state.join("journal.db"), state.join("new.db")).unwrap();
    fs::rename(state.join("journal.db-wal"), state.join("new.db-wal")).unwrap();
    fs::remove_file(state.join("journal.db-shm")).unwrap();
    let old = Connection::open(state.join("journal.db")).unwrap();
    old.execute_batch(FIRST).unwrap();
    old.pragma_update(None, "application_id", APPLICATION).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    old.execute("ATTACH ? AS new", [state.join("new.db").to_str()]).unwrap();
    let mut statement = old.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in tables {
        let columns = columns(&old, "main", &table).join(", ");
        old.execute_batch(&format!(
            "DELETE FROM main.{table}; INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}"
        ))
        .unwrap();
    }
}

#[test]
fn a_run_in_a_journal_of_the_first_form_goes_on_in_one_of_the_newest() {
    let played = broken_off();
    make_old(&played);
    let end = assert_goes_on(&played, &reference());
    assert_eq!(end.in_doubt.len(), 0);
    assert_eq!(shown(&played)["state"], "completed");
}

/// Every verb that opens the journal.
const VERBS: [&[&str]; 6] = [&RUN, &["resume"], &["replay"], &["apply"], &["show"], &["runs"]];

fn assert_refused(played: &Played, error: &str) {
    for verb in VERBS {
        let Ran { status, stderr, .. } = played.folder.run(verb);
        assert_eq!((status, stderr.as_str()), (4, error), "{verb:?}");
    }
}

#[test]
fn a_journal_of_a_newer_version_is_left_alone() {
    let played = broken_off();
    let journal = Connection::open(played.folder.path(".seatflow/journal.db")).unwrap();
    let known: i64 = journal.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    journal.pragma_update(None, "user_version", known + 1).unwrap();
    drop(journal);
    let sent = played.all_requests().len();
    let before = fs::read(played.folder.path(".seatflow/journal.db")).unwrap();
    let error = format!(
        "  × the journal cannot be used: `.seatflow/journal.db` is the journal of a newer version: its form is {}, and this \
         version knows {known}\n  help: use the version of seatflow that wrote it, or another folder: `--state DIR`\n",
        known + 1
    );
    assert_refused(&played, &error);
    assert_eq!(played.all_requests().len(), sent);
    assert!(fs::read(played.folder.path(".seatflow/journal.db")).unwrap() == before);
}

#[test]
fn a_file_that_is_no_journal_is_left_alone() {
    let text = "a text where the journal should be, ".repeat(100).into_bytes();
    let database = {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
        fs::read(path).unwrap()
    };
    for bytes in [text, database] {
        let played = Played::with_faults(&[]);
        played.folder.write(".seatflow/journal.db", &bytes);
        let error = "  × the journal cannot be used: `.seatflow/journal.db` is not a journal\n  \
                     help: move that file away, or use another folder: `--state DIR`\n";
        assert_refused(&played, error);
        assert_eq!(played.all_requests(), []);
        assert!(fs::read(played.folder.path(".seatflow/journal.db")).unwrap() == bytes);
    }
}

/// What becomes of the end of the write-ahead log.
enum Tear {
    /// So many bytes are gone.
    Gone(u64),
    /// So many bytes are others.
    Other(u64),
    /// There is more.
    More,
}

impl Tear {
    fn tear(&self, played: &Played) {
        let mut log = OpenOptions::new().write(true).open(played.folder.path(".seatflow/journal.db-wal")).unwrap();
        let length = log.metadata().unwrap().len();
        match self {
            Self::Gone(bytes) => log.set_len(length - bytes).unwrap(),
            Self::Other(bytes) => {
                log.seek(SeekFrom::Start(length - bytes)).unwrap();
                log.write_all(&vec![0xa5; usize::try_from(*bytes).unwrap()]).unwrap();
            }
            Self::More => {
                log.seek(SeekFrom::End(0)).unwrap();
                log.write_all(&[0xa5; 5000]).unwrap();
            }
        }
    }
}

#[test]
fn a_torn_end_of_the_journal_loses_an_outcome_and_no_more() {
    let reference = reference();
    for tear in [Tear::Gone(1), Tear::Gone(2000), Tear::Other(1), Tear::Other(3000), Tear::More] {
        let played = broken_off();
        tear.tear(&played);
        let end = assert_goes_on(&played, &reference);
        // Its write has happened, and nobody knows any more.
        let lost = usize::from(!matches!(tear, Tear::More));
        assert_eq!((end.in_doubt.len(), end.not_sent), (lost, 0));
    }
}

#[cfg(unix)]
mod to_read {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    use std::path::Path;

    use super::{Played, RUN, Ran, fs};
    use crate::program::files_below;

    /// Somebody whom permissions bind.
    const SOMEBODY: u32 = 65_534;

    /// Gives a file, and the folders above it up to this one, to somebody.
    fn give(folder: &Path, file: &Path) {
        for path in file.ancestors().take_while(|path| path.starts_with(folder)) {
            chown(path, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        }
    }

    #[test]
    fn a_journal_that_may_only_be_read_is_shown_and_nothing_is_sent() {
        let played = Played::with_faults(&[]);
        assert_eq!(played.folder.run(&RUN).status, 0);
        let sent = played.all_requests().len();
        let (folder, journal) = (played.folder.path(""), played.folder.path(".seatflow/journal.db"));
        fs::set_permissions(&journal, Permissions::from_mode(0o400)).unwrap();
        // Who may do everything is bound by no permission.
        let is_bound = fs::OpenOptions::new().write(true).open(&journal).is_err();
        if !is_bound {
            for file in files_below(&folder) {
                give(&folder, &file);
            }
        }
        let run = |arguments: &[&str]| {
            let mut command = played.folder.command(arguments);
            if !is_bound {
                command.uid(SOMEBODY).gid(SOMEBODY);
            }
            Ran::from(command.output().unwrap())
        };
        assert_eq!(fs::metadata(&journal).unwrap().mode() & 0o777, 0o400);
        for verb in [["show"].as_slice(), &["runs"], &["replay", "--out", "again"]] {
            let ran = run(verb);
            assert_eq!(ran.status, 0, "{verb:?}: {}", ran.stderr);
        }
        let ran = run(&RUN);
        assert_eq!(ran.status, 4, "{}", ran.stderr);
        let error = "  × the journal cannot be used: it may only be read: attempt to write a readonly database\n  \
                     help: see that the state folder and the files in it can be written\n";
        assert_eq!(ran.stderr, error);
        assert_eq!(played.all_requests().len(), sent);
    }
}
