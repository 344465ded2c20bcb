//! A portal whose state is a file, so that a test sees all of it, also what no endpoint tells.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use seatflow_sandbox::{Sandbox, Settings};
use tempfile::TempDir;

use crate::client::Portal;

/// A portal over a file.
pub(crate) struct Kept {
    folder: TempDir,
    pub(crate) portal: Portal,
}

/// The rows of every table.
pub(crate) type Dump = BTreeMap<String, Vec<String>>;

impl Kept {
    pub(crate) async fn start() -> Self {
        Self::over(tempfile::tempdir().unwrap()).await
    }

    /// A portal whose state was changed by hand before it started.
    pub(crate) async fn after(statements: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { database: Some(path(&folder)), ..Settings::default() };
        Sandbox::start(settings).await.unwrap().stop().await;
        Connection::open(path(&folder)).unwrap().execute_batch(statements).unwrap();
        Self::over(folder).await
    }

    async fn over(folder: TempDir) -> Self {
        let settings = Settings { database: Some(path(&folder)), ..Settings::default() };
        let portal = Portal::with(settings).await;
        Self { folder, portal }
    }

    /// The whole state, as it stands in the file at this moment: nobody else can open it, so it is copied.
    pub(crate) fn dump(&self) -> Dump {
        let copy = tempfile::tempdir().unwrap();
        copy_database(self.folder.path(), copy.path());
        dump(&path(&copy))
    }
}

/// Copies what stands in the files of a database while it is open. This is what a killed process leaves.
pub(crate) fn copy_database(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// The rows of every table of a database that nobody has open.
pub(crate) fn dump(database: &Path) -> Dump {
    let connection = Connection::open(database).unwrap();
    let mut tables =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    tables.map(Result::unwrap).map(|table| (table.clone(), rows(&connection, &table))).collect()
}

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("sandbox.db")
}

fn rows(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let values: Vec<_> = (0..columns).map(|place| row.get_unwrap::<_, rusqlite::types::Value>(place)).collect();
        Ok(format!("{values:?}"))
    };
    let rows = statement.query_map([], row).unwrap();
    let mut rows: Vec<_> = rows.map(Result::unwrap).collect();
    rows.sort();
    rows
}
