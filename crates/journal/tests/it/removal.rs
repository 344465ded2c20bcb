//! Runs that are removed.

use std::fs;

use bytes::Bytes;
use rusqlite::Connection;
use seatflow_call::Recall;
use seatflow_journal::{Ending, Purpose, View};

use crate::support::{answer, begin, end, everywhere, in_folder, pass, read, record, run, write};

#[test]
fn a_removed_run_is_gone_and_others_stay() {
    everywhere(|store| {
        for id in ["a", "b"] {
            let session = begin(store, id);
            read(0).answer(&session);
            write(0).intend(&session);
            write(0).answer(&session);
            end(&session, Ending::Completed);
        }
        let plan = store.begin(run("c"), pass(Purpose::Plan)).unwrap();
        write(0).plan(&plan);
        end(&plan, Ending::Completed);
        store.remove("a").unwrap();
        store.remove("c").unwrap();
        assert_eq!(store.runs().unwrap().into_iter().map(|run| run.id).collect::<Vec<_>>(), ["b"]);
        assert_eq!(store.remove("a").unwrap_err().to_string(), "there is no run `a`");
        let view = store.view("b", View::Replay).unwrap();
        assert_eq!(write(0).recall(&view), write(0).answered());
        let session = begin(store, "a");
        drop(session);
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        assert_eq!(read(0).recall(&again), Recall::Nothing, "an id that comes again knows nothing of the old run");
        assert_eq!(record(store, "a").passes.len(), 2);
    });
}

#[test]
fn the_space_of_a_removed_run_is_given_back() {
    let (folder, store) = in_folder();
    drop(begin(&store, "small"));
    let session = begin(&store, "large");
    // What no compression makes smaller.
    let mut state = 1_u64;
    let noise: Bytes = (0..4_000_000_u32)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        })
        .collect();
    read(0).try_answer(&session, &seatflow_call::Answer { body: noise, ..answer(0) }).unwrap();
    end(&session, Ending::Completed);
    drop(session);
    let pages = |connection: &Connection| -> i64 {
        connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
    };
    let connection = Connection::open(folder.path().join("journal.db")).unwrap();
    assert!(pages(&connection) > 900);
    store.remove("large").unwrap();
    assert!(pages(&connection) < 60, "{}", pages(&connection));
    drop(connection);
    drop(store);
    assert!(fs::metadata(folder.path().join("journal.db")).unwrap().len() < 300_000);
}

#[test]
fn what_a_broken_removal_has_left_goes_with_the_next_one() {
    let (folder, store) = in_folder();
    for id in ["a", "b"] {
        let session = begin(&store, id);
        read(0).answer(&session);
        end(&session, Ending::Completed);
    }
    let connection = Connection::open(folder.path().join("journal.db")).unwrap();
    connection.execute("UPDATE run SET is_removed = 1 WHERE id = 'a'", []).unwrap();
    assert_eq!(store.run("a").unwrap(), None);
    assert!(store.again("a", pass(Purpose::Run)).is_err() && store.view("a", View::Look).is_err());
    store.remove("b").unwrap();
    for table in ["run", "overridden", "pass", "node", "source", "base_url", "books", "event", "chunk"] {
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}
