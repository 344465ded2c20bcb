//! The database of a journal: where it is, how it is opened, and how an older one is brought up to date.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::error::Error;
use crate::trial::Trial;

/// The name of the journal in its state folder.
const FILE: &str = "journal.db";

/// Whoever brings a journal up to date, or begins a run in it, holds this file locked.
const LOCK: &str = "journal.lock";

/// What `PRAGMA application_id` says in a journal.
const APPLICATION: i64 = 0x5ea7_f10e;

/// The steps to the newest form of a journal. `PRAGMA user_version` says how many of them were made.
const MIGRATIONS: [&str; 2] = [include_str!("../migrations/001-runs.sql"), include_str!("../migrations/002-plans.sql")];

/// For so long another process is waited for that writes. Its transactions are short.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many statements of a connection stay prepared.
const STATEMENTS: usize = 64;

/// When the write-ahead log has so many pages, they are moved into the database.
const CHECKPOINT: i64 = 4_000;

/// Tells journals in memory from each other.
static IN_MEMORY: AtomicU64 = AtomicU64::new(0);

/// Where a journal is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In a state folder.
    Folder(PathBuf),
    /// In a state folder in which nothing can be written, and so nothing changes.
    Still(PathBuf),
    /// In memory, by this number.
    Memory(u64),
}

impl Place {
    /// A place in memory that no other journal has.
    pub(crate) fn in_memory() -> Self {
        Self::Memory(IN_MEMORY.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether there is a file.
    pub(crate) fn exists(state: &Path) -> bool {
        state.join(FILE).exists()
    }

    /// The folder of a run, if the journal is in a folder.
    pub(crate) fn run_folder(&self, id: &str) -> Option<PathBuf> {
        match self {
            Self::Folder(state) | Self::Still(state) => Some(state.join("runs").join(id)),
            Self::Memory(_) => None,
        }
    }

    /// The place of the journal of a state folder for whoever only looks; none, if there is none yet.
    pub(crate) fn to_look(state: &Path) -> Result<Option<Self>, Error> {
        let path = state.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let mut place = Self::Folder(state.to_owned());
        let mut found = place.form_to_read(&path);
        // Where what its processes share cannot be made, nobody writes; and without a log all is in the one file.
        if matches!(found, Err(Error::Closed(_) | Error::ReadOnly(_))) && !has_log(state) {
            place = Self::Still(state.to_owned());
            found = place.form_to_read(&path);
        }
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        match found.map_err(|error| place.named(error))? {
            0 => Ok(None),
            found if found < known => Err(Error::Older { path, found, known }),
            found if found > known => Err(Error::Newer { path, found, known }),
            _ => Ok(Some(place)),
        }
    }

    fn form_to_read(&self, path: &Path) -> Result<i64, Error> {
        refuse_folder(path)?;
        form(&self.open_to_read()?, path)
    }

    /// The same error, with the file if that is damaged.
    pub(crate) fn named(&self, error: Error) -> Error {
        match (self, error) {
            (Self::Folder(state) | Self::Still(state), Error::Malformed) => Error::Corrupt { path: state.join(FILE) },
            (_, error) => error,
        }
    }

    /// A connection that writes, to a journal of the newest form.
    pub(crate) fn open(&self, trial: &Trial) -> Result<Connection, Error> {
        let Self::Folder(state) = self else {
            let mut connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
            bring_up_to_date(&mut connection, Path::new("memory"), trial)?;
            return Ok(connection);
        };
        let path = state.join(FILE);
        let _lock = self.lock()?;
        // Made here, because here it can be made private. An existing file is not even opened: when it is closed again,
        // the locks would be lost that the database has on it.
        if let Err(why) = private().create_new(true).open(&path)
            && !path.exists()
        {
            return Err(Error::File { path, why });
        }
        refuse_folder(&path)?;
        let mut connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        bring_up_to_date(&mut connection, &path, trial).map_err(|error| self.named(error))?;
        Ok(connection)
    }

    /// The file `journal.lock`, locked; none, if the journal is in memory.
    pub(crate) fn lock(&self) -> Result<Option<File>, Error> {
        let Self::Folder(state) = self else { return Ok(None) };
        let path = state.join(LOCK);
        let failed = |why| Error::File { path: path.clone(), why };
        let lock = private().create(true).open(&path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Some(lock))
    }

    /// A connection that reads.
    pub(crate) fn open_to_read(&self) -> Result<Connection, Error> {
        self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, Error> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match self {
            Self::Folder(state) => Connection::open_with_flags(state.join(FILE), flags)?,
            Self::Still(state) => {
                let name = format!("file:{}?immutable=1", in_uri(&state.join(FILE)));
                Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_URI)?
            }
            Self::Memory(number) => {
                let name = format!("file:/journal-{number}?vfs=memdb");
                Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_URI)?
            }
        };
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }
}

/// Whether something may have been written that is not in the database file yet.
fn has_log(state: &Path) -> bool {
    fs::metadata(state.join(format!("{FILE}-wal"))).is_ok_and(|log| log.len() > 0)
}

/// A path as a part of a URI.
fn in_uri(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// A folder in the journal's place is something else.
fn refuse_folder(path: &Path) -> Result<(), Error> {
    if path.is_dir() { Err(Error::NotAJournal { path: path.to_owned() }) } else { Ok(()) }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes of an empty database, or of an older journal, one of the newest form.
fn bring_up_to_date(connection: &mut Connection, path: &Path, trial: &Trial) -> Result<(), Error> {
    let known = MIGRATIONS.len();
    let found = form(connection, path)?;
    let made = usize::try_from(found).unwrap_or(usize::MAX);
    if made > known {
        return Err(Error::Newer { path: path.to_owned(), found, known: i64::try_from(known).unwrap_or(i64::MAX) });
    }
    if made == 0 {
        // It cannot be changed any more when there are tables.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
    // Where a flush of the system does not reach the disk by itself.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    trial.opened(connection)?;
    for (step, migration) in MIGRATIONS.iter().enumerate().skip(made) {
        let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", step + 1)?;
        trial.commit(|| transaction.commit())?;
    }
    Ok(())
}

/// How many steps a journal has made; none, if the database is empty.
fn form(connection: &Connection, path: &Path) -> Result<i64, Error> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let other = || Error::NotAJournal { path: path.to_owned() };
    let application = match pragma("application_id") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => return Err(other()),
        application => application?,
    };
    let found = pragma("user_version")?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, found, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION, 1.., _) => Ok(found),
        _ => Err(other()),
    }
}
