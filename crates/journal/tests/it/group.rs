//! Calls that share a commit.

use std::future::Future;
use std::path::Path;

use futures::future::join_all;
use rusqlite::{Connection, TransactionBehavior};
use seatflow_call::{Answer, Intent, Journal as _, JournalError, Recall, RecalledOutcome, Recorded};
use seatflow_journal::{Purpose, View};

use crate::support::{answer, attempt, begin, commits, in_folder, pass, read, wait, write};

/// Lets all of these come while somebody else writes into the journal, so that they wait together; then waits for them.
/// The first may be on its way already when the others come.
fn together<'a>(state: &Path, told: impl Iterator<Item = impl Future<Output = Result<(), JournalError>> + 'a>) {
    let mut other = Connection::open(state.join("journal.db")).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let mut waiting = Box::pin(join_all(told));
    wait(async { assert!(futures::poll!(&mut waiting).is_pending()) });
    drop(lock);
    for told in wait(waiting) {
        told.unwrap();
    }
}

#[test]
fn intents_that_come_together_share_a_commit() {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    let calls: Vec<_> = (0..64).map(write).collect();
    let before = commits(folder.path());
    let intents = calls.iter().map(|call| {
        let intent = Intent { method: call.endpoint.method, url: "https://portal.test/seats", body: None };
        session.intent(call.page(), intent)
    });
    together(folder.path(), intents);
    let shared = commits(folder.path()) - before;
    assert!((1..=2).contains(&shared), "64 intents took {shared} commits");
    let again = store.again("a", pass(Purpose::Run)).unwrap();
    for call in &calls {
        assert_eq!(call.recall(&again), Recall::Intent);
    }
}

#[test]
fn outcomes_that_share_a_commit_are_told_apart_however_large_they_are() {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    let sizes = [0, 10, 100_000, 90_000, 100_000, 1, 700_000, 2, 262_143, 262_144, 3];
    let outcomes = (0..).zip(sizes).map(|(record, size)| {
        let body = vec![u8::try_from(record).unwrap(); size].into();
        let answer = Answer { body, ..answer(record) };
        let attempts = vec![attempt(&answer)];
        (read(record), answer, attempts)
    });
    let outcomes: Vec<_> = outcomes.collect();
    let told = outcomes.iter();
    together(
        folder.path(),
        told.map(|(call, answer, attempts)| session.outcome(call.page(), Recorded::Answer(answer), attempts)),
    );
    let again = store.again("a", pass(Purpose::Run)).unwrap();
    for (call, answer, attempts) in outcomes {
        let ended = Recall::Ended(Box::new(RecalledOutcome::Answer(answer)), attempts);
        assert_eq!(call.recall(&again), ended);
    }
}

#[test]
fn outcomes_of_two_runs_that_share_a_commit_share_nothing_else() {
    for (removed, kept) in [("a", "b"), ("b", "a")] {
        let (folder, store) = in_folder();
        let runs = ["a", "b"].map(|id| begin(&store, id));
        let (call, answer) = (read(0), answer(0));
        let attempts = [attempt(&answer)];
        let pages = (0..8).flat_map(|_| &runs);
        together(folder.path(), pages.map(|run| run.outcome(call.page(), Recorded::Answer(&answer), &attempts)));
        drop(runs);
        store.remove(removed).unwrap();
        assert_eq!(call.recall(&store.view(kept, View::Replay).unwrap()), call.answered());
    }
}

#[test]
fn an_outcome_that_nobody_waits_for_any_more_is_written_all_the_same() {
    let (folder, store) = in_folder();
    let session = begin(&store, "a");
    let (call, answer) = (read(0), answer(0));
    let attempts = [attempt(&answer)];
    let mut other = Connection::open(folder.path().join("journal.db")).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let mut dropped = session.outcome(call.page(), Recorded::Answer(&answer), &attempts);
    wait(async { assert!(futures::poll!(&mut dropped).is_pending()) });
    drop(dropped);
    drop(lock);
    write(1).intend(&session);
    let again = store.again("a", pass(Purpose::Run)).unwrap();
    assert_eq!(call.recall(&again), call.answered());
}
