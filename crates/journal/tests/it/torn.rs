//! A journal whose last bytes did not reach the disk.

use std::fs;
use std::path::Path;

use seatflow_call::Recall;
use seatflow_journal::{Purpose, Store};
use tempfile::TempDir;

use crate::support::{Call, begin, in_folder, pass, read, write};

const RECORDS: i64 = 12;

/// A journal of a run as it would be after a power failure, with the end of its log changed.
fn torn(change: impl Fn(&mut Vec<u8>)) -> TempDir {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    for record in 0..RECORDS {
        read(record).answer(&session);
        write(record).intend(&session);
    }
    let copy = TempDir::new().unwrap();
    let (from, to) = (|name| folder.path().join(name), |name: &str| copy.path().join(name));
    fs::copy(from("journal.db"), to("journal.db")).unwrap();
    let mut log = fs::read(from("journal.db-wal")).unwrap();
    change(&mut log);
    fs::write(to("journal.db-wal"), log).unwrap();
    copy
}

/// How many of the events are there. They are the first ones, without a gap.
fn kept(state: &Path) -> usize {
    let store = Store::open(state).unwrap();
    let again = store.again("a", pass(Purpose::Run)).unwrap();
    let is_there = |call: Call| match call.recall(&again) {
        Recall::Nothing => false,
        Recall::Intent => true,
        ended => {
            assert_eq!(ended, call.answered());
            true
        }
    };
    let there: Vec<bool> = (0..RECORDS).flat_map(|record| [read(record), write(record)]).map(is_there).collect();
    let kept = there.iter().take_while(|there| **there).count();
    assert!(there[kept..].iter().all(|there| !there), "{there:?}");
    write(100).intend(&again);
    kept
}

#[test]
fn everything_that_was_told_is_in_the_files() {
    assert_eq!(kept(torn(|_| {}).path()), 24);
}

#[test]
fn what_is_cut_off_is_lost_and_nothing_else() {
    let mut before = 24;
    for cut in [1, 30_000, 60_000, 120_000] {
        let kept = kept(torn(|log| log.truncate(log.len() - cut)).path());
        assert!(kept < before || kept == 0, "{kept} of {before} are kept without the last {cut} bytes");
        before = kept;
    }
}

#[test]
fn what_is_torn_in_the_middle_of_its_last_part_is_lost_and_nothing_else() {
    let kept = kept(
        torn(|log| {
            let middle = log.len() - 2_000;
            log[middle] ^= 0xff;
        })
        .path(),
    );
    assert!((1..24).contains(&kept), "{kept}");
}

#[test]
fn what_stands_behind_the_end_is_not_read() {
    assert_eq!(kept(torn(|log| log.extend_from_slice(&[0x5a; 9_000])).path()), 24);
}
