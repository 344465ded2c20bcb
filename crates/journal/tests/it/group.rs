//! Calls that share a commit.

use futures::future::join_all;
use rusqlite::{Connection, TransactionBehavior};
use seatflow_call::{Intent, Journal as _, Recorded};

use crate::support::{answer, attempt, begin, commits, in_folder, pass, wait, write};

#[test]
fn intents_that_come_together_share_a_commit() {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    let calls: Vec<_> = (0..64).map(write).collect();
    let intents = calls.iter().map(|call| {
        let intent = Intent { method: call.endpoint.method, url: "https://portal.test/seats", body: None };
        session.intent(call.page(), intent)
    });
    let before = commits(folder.path());
    // Nobody gets through while somebody else writes, so all of them come while the first one waits.
    let mut other = Connection::open(folder.path().join("journal.db")).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let mut waiting = Box::pin(join_all(intents));
    wait(async { assert!(futures::poll!(&mut waiting).is_pending()) });
    drop(lock);
    for intended in wait(waiting) {
        intended.unwrap();
    }
    let shared = commits(folder.path()) - before;
    assert!((1..=2).contains(&shared), "64 intents took {shared} commits");
    let again = store.again("a", pass(seatflow_journal::Purpose::Run)).unwrap();
    for call in &calls {
        assert_eq!(call.recall(&again), seatflow_call::Recall::Intent);
    }
}

#[test]
fn a_call_that_nobody_waits_for_any_more_is_written_all_the_same() {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    let (call, answer) = (write(0), answer(0));
    let attempts = [attempt(&answer)];
    let mut other = Connection::open(folder.path().join("journal.db")).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let mut dropped = session.outcome(call.page(), Recorded::Answer(&answer), &attempts);
    wait(async { assert!(futures::poll!(&mut dropped).is_pending()) });
    drop(dropped);
    drop(lock);
    write(1).intend(&session);
    let again = store.again("a", pass(seatflow_journal::Purpose::Run)).unwrap();
    assert_eq!(call.recall(&again), call.answered());
}
