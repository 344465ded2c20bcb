//! The state of the systems: one `SQLite` database, in memory or in a file.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Error;

/// What `PRAGMA user_version` says in a database of this sandbox.
const VERSION: i64 = 2;

/// The database. It is read and written by one connection, so every change is alone.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Mutex<Connection>,
    /// Counts the changes: an answer rendered at a version is right as long as the version stands.
    version: AtomicU64,
}

impl Database {
    /// Opens the database; a new one is filled by `fill`, all of it or nothing.
    ///
    /// # Errors
    /// The file cannot be opened, is not a sandbox's database, or `fill` fails.
    pub(crate) fn open(
        path: Option<&Path>,
        fill: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<Self, Error> {
        let mut connection = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
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
        } else if found != VERSION {
            return Err(Error::Version { found, expected: VERSION });
        }
        transaction.commit()?;
        connection.pragma_update(None, "foreign_keys", true)?;
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

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_database_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
        let error = Database::open(Some(&path), |_| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "the database is not one of this sandbox: its version is 0, not 2");
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
