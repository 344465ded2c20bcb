//! The state of the systems: one `SQLite` database, in memory or in a file.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, ffi};

use crate::Error;

/// What `PRAGMA user_version` says in a database of this sandbox.
const VERSION: i64 = 4;

/// How many KiB of a database stay in memory.
const CACHE: i64 = 64 * 1024;

/// The database. It is read and written by one connection, so every change is alone.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Mutex<Connection>,
    /// Counts the changes: an answer rendered at a version is right as long as the version stands.
    version: AtomicU64,
}

impl Database {
    /// Opens the database; a new one is filled by `fill`, all of it or nothing. A file is nobody else's while it is open.
    ///
    /// What was committed outlives the process, however it ends. It need not outlive the machine: what is played is
    /// played again, so no write waits for the disk.
    ///
    /// # Errors
    /// The file cannot be opened, is open elsewhere, is damaged or not a sandbox's database, or `fill` fails.
    pub(crate) fn open(
        path: Option<&Path>,
        fill: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<Self, Error> {
        let opened = match path {
            Some(path) => connect(path).and_then(|connection| begin(connection, fill)),
            None => Connection::open_in_memory().map_err(Unusable::from).and_then(|connection| begin(connection, fill)),
        };
        let connection = opened.map_err(|unusable| unusable.of(path.unwrap_or(Path::new(":memory:"))))?;
        Ok(Self { connection: Mutex::new(connection), version: AtomicU64::new(0) })
    }

    /// How many changes there were since the sandbox started.
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Reads with the connection.
    pub(crate) fn read<T, E>(&self, read: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        read(&self.lock())
    }

    /// Changes the state in one transaction: when `change` fails, nothing has changed.
    pub(crate) fn change<T, E: From<rusqlite::Error>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&transaction)?;
        transaction.commit()?;
        self.version.fetch_add(1, Ordering::Release);
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a database cannot be used.
enum Unusable {
    Version(i64),
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

impl Unusable {
    fn of(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::Version(found) => Error::Version { path, found, expected: VERSION },
            Self::Failed(source) => match source.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::InUse { path },
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::Damaged { path, source },
                _ => Error::Database(source),
            },
        }
    }
}

/// Opens a file, whatever its name looks like.
fn connect(path: &Path) -> Result<Connection, Unusable> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, flags)?)
}

/// Sets a connection up, and fills the database or sees that it is whole.
fn begin(
    mut connection: Connection,
    fill: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
) -> Result<Connection, Unusable> {
    // Who has the file keeps it to the end, so to wait is of no use.
    connection.busy_timeout(Duration::ZERO)?;
    // From the first access on nobody else can open the file, and no read has to ask whether somebody did.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -CACHE)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Plans do not depend on bound values; otherwise each new value makes SQLite plan a statement again.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if found == 0 && tables == 0 {
        transaction.execute_batch(include_str!("schema.sql"))?;
        fill(&transaction)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    } else if found == VERSION {
        check_whole(&transaction)?;
    } else {
        return Err(Unusable::Version(found));
    }
    transaction.commit()?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Sees that every page of a database is what it should be, as far as that costs no second.
fn check_whole(connection: &Connection) -> rusqlite::Result<()> {
    let found: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(found)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn clocks(database: &Database) -> rusqlite::Result<i64> {
        database.read(|connection| connection.query_row("SELECT count(*) FROM clock", [], |row| row.get(0)))
    }

    #[test]
    fn a_change_that_fails_changes_nothing() {
        let database = Database::open(None, |_| Ok(())).unwrap();
        let failed: rusqlite::Result<()> = database.change(|transaction| {
            transaction.execute("INSERT INTO clock VALUES (1)", [])?;
            Err(rusqlite::Error::QueryReturnedNoRows)
        });
        assert!(failed.is_err());
        assert_eq!((clocks(&database), database.version()), (Ok(0), 0));
        let insert = |transaction: &Transaction<'_>| transaction.execute("INSERT INTO clock VALUES (1)", []);
        database.change(insert).unwrap();
        assert_eq!((clocks(&database), database.version()), (Ok(1), 1));
    }

    /// What is said of a file that cannot be used, without its folder.
    fn refusal(path: &Path) -> String {
        let error = Database::open(Some(path), |_| Ok(())).unwrap_err();
        error.to_string().replace(&format!("{}/", path.parent().unwrap().display()), "")
    }

    #[test]
    fn a_database_of_something_else_or_of_another_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
        assert_eq!(refusal(&path), "`other.db` is not a database of this sandbox: its version is 0, not 4");
        let path = folder.path().join("old.db");
        drop(Database::open(Some(&path), |_| Ok(())).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 3).unwrap();
        assert_eq!(refusal(&path), "`old.db` is not a database of this sandbox: its version is 3, not 4");
    }

    #[test]
    fn a_database_that_is_open_elsewhere_is_refused_until_it_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.db");
        let database = Database::open(Some(&path), |_| Ok(())).unwrap();
        assert_eq!(refusal(&path), "`sandbox.db` is in use by another sandbox or program");
        assert_eq!(clocks(&database), Ok(0));
        drop(database);
        let reader = Connection::open(&path).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM clock").unwrap();
        assert_eq!(refusal(&path), "`sandbox.db` is in use by another sandbox or program");
        drop(reader);
        Database::open(Some(&path), |_| Ok(())).unwrap();
    }

    #[test]
    fn a_file_that_is_no_database_or_was_damaged_anywhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.db");
        drop(Database::open(Some(&path), |_| Ok(())).unwrap());
        let whole = fs::read(&path).unwrap();
        let page = 4096;
        assert!(whole.len() >= 3 * page && whole.len().is_multiple_of(page), "{}", whole.len());
        let mut damaged = vec![b"a text".repeat(1000), whole[..page].to_vec(), whole[..whole.len() - page].to_vec()];
        damaged.extend((0..whole.len()).step_by(page).map(|place| {
            let mut torn = whole.clone();
            torn[place..place + page].fill(0xa5);
            torn
        }));
        for bytes in damaged {
            fs::write(&path, bytes).unwrap();
            assert_eq!(refusal(&path), "`sandbox.db` is damaged, or not a database");
        }
        fs::write(&path, whole).unwrap();
        Database::open(Some(&path), |_| Ok(())).unwrap();
    }

    #[test]
    fn a_database_that_could_not_be_filled_is_filled_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.db");
        Database::open(Some(&path), |_| Err(rusqlite::Error::QueryReturnedNoRows)).unwrap_err();
        let fill = |transaction: &Transaction<'_>| transaction.execute_batch("INSERT INTO clock VALUES (1)");
        assert_eq!(clocks(&Database::open(Some(&path), fill).unwrap()), Ok(1));
        assert_eq!(clocks(&Database::open(Some(&path), fill).unwrap()), Ok(1));
    }
}
