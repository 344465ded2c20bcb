//! All that stands in a journal, as somebody finds it who has the file.

use std::fs;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

/// Every text and every run of bytes of a journal, in whatever table, decompressed. It is read from a copy, so that nothing
/// happens to it; what waits in its write-ahead log is in it.
pub(super) fn content(journal: &Path) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("journal.db");
    for ending in ["", "-wal"] {
        let from = format!("{}{ending}", journal.display());
        if Path::new(&from).exists() {
            fs::copy(&from, format!("{}{ending}", copy.display())).unwrap();
        }
    }
    let connection = Connection::open(copy).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    let mut content = Vec::new();
    for table in tables.collect::<Vec<_>>() {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            add(&mut content, row, columns);
            if table == "chunk" {
                content.extend(decompressed(row));
            }
        }
    }
    content
}

fn add(content: &mut Vec<u8>, row: &Row<'_>, columns: usize) {
    for column in 0..columns {
        if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).unwrap() {
            content.extend_from_slice(bytes);
            content.push(b'\n');
        }
    }
}

fn decompressed(chunk: &Row<'_>) -> Vec<u8> {
    let (size, bytes): (u32, Vec<u8>) = (chunk.get("size").unwrap(), chunk.get("bytes").unwrap());
    zstd::bulk::decompress(&bytes, usize::try_from(size).unwrap()).unwrap()
}
