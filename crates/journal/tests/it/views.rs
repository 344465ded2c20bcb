//! What is told to whoever looks at a run, or replays it: all from the journal, and nothing is sent.

use seatflow_call::{FailureKind, Journal as _, Login, Recall, RecalledOutcome};
use seatflow_journal::{Ending, Purpose, Session, Store, View};

use crate::support::{answer, attempt, begin, call, end, everywhere, failure, pass, read, run, wait, write};

fn views(store: &Store) -> [Session; 2] {
    [View::Replay, View::Look].map(|view| store.view("a", view).unwrap())
}

/// A run in two passes.
fn ran(store: &Store) {
    let first = begin(store, "a");
    read(0).answer(&first);
    write(0).intend(&first);
    write(0).answer(&first);
    write(1).intend(&first);
    drop(first);
    let second = store.again("a", pass(Purpose::Run)).unwrap();
    write(2).intend(&second);
    write(2).fail(&second, FailureKind::Status);
    write(3).intend(&second);
    write(3).withdraw(&second);
    end(&second, Ending::Interrupted);
}

#[test]
fn outcomes_of_all_passes_are_recalled() {
    everywhere(|store| {
        ran(store);
        for view in views(store) {
            assert_eq!(read(0).recall(&view), read(0).answered());
            assert_eq!(write(0).recall(&view), write(0).answered());
            assert_eq!(write(2).recall(&view), write(2).failed(FailureKind::Status));
        }
    });
}

#[test]
fn what_is_not_there_is_absent_for_who_looks_and_ends_a_replay() {
    everywhere(|store| {
        ran(store);
        let [replay, look] = views(store);
        for missing in [read(7), write(7), write(3)] {
            assert_eq!(missing.recall(&look), Recall::Absent);
        }
        let told = "the journal does not hold this call of record 3 of `granted`: POST /seats";
        assert_eq!(write(3).refused(&replay), told);
        assert!(read(7).refused(&replay).ends_with("record 7 of `found`: GET /seats"));
    });
}

#[test]
fn a_write_without_an_outcome_is_in_doubt_and_never_to_be_sent() {
    everywhere(|store| {
        ran(store);
        for view in views(store) {
            let told = write(1).recall(&view);
            let Recall::Ended(outcome, attempts) = told else { panic!("{told:?}") };
            let RecalledOutcome::Failure(failure) = *outcome else { panic!("{outcome:?}") };
            assert_eq!(failure.kind, FailureKind::InDoubt);
            assert_eq!(failure.url, "https://portal.test/seats?record=1");
            assert_eq!(attempts, []);
        }
    });
}

#[test]
fn a_plan_is_seen_with_its_reads_and_its_writes_withheld() {
    everywhere(|store| {
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        read(0).answer(&plan);
        write(0).plan(&plan);
        end(&plan, Ending::Completed);
        let check = store.again("a", pass(Purpose::Check)).unwrap();
        read(1).answer(&check);
        end(&check, Ending::Completed);
        for view in views(store) {
            assert_eq!(read(0).recall(&view), read(0).answered());
            assert_eq!(write(0).recall(&view), Recall::Withhold);
            write(0).plan(&view);
        }
        assert_eq!(read(1).recall(&views(store)[1]), Recall::Absent, "only the check has made it");
        assert_eq!(store.planned("a").unwrap().len(), 1, "a view plans nothing");
    });
}

#[test]
fn an_application_is_seen_with_the_reads_of_the_check_before_it() {
    everywhere(|store| {
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        write(0).plan(&plan);
        end(&plan, Ending::Completed);
        let check = store.again("a", pass(Purpose::Check)).unwrap();
        read(0).answer(&check);
        call("seen", 0).answer(&check);
        end(&check, Ending::Completed);
        let session = store.again("a", pass(Purpose::Apply)).unwrap();
        write(0).intend(&session);
        write(0).answer(&session);
        end(&session, Ending::Failed);
        let later = store.again("a", pass(Purpose::Check)).unwrap();
        read(1).answer(&later);
        end(&later, Ending::Completed);
        for view in views(store) {
            assert_eq!(read(0).recall(&view), read(0).answered());
            assert_eq!(write(0).recall(&view), write(0).answered());
        }
        let [_, look] = views(store);
        assert_eq!(read(1).recall(&look), Recall::Absent);
        assert_eq!(call("seen", 0).recall(&look), Recall::Absent, "the check could not see what was written");
    });
}

#[test]
fn a_view_writes_nothing() {
    everywhere(|store| {
        ran(store);
        for view in views(store) {
            read(8).answer(&view);
            write(8).withdraw(&view);
            let told = write(9).try_intend(&view).unwrap_err().to_string();
            assert!(told.ends_with("a write of `granted` was about to be sent where nothing is sent"), "{told}");
            end(&view, Ending::Failed);
        }
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        assert_eq!(read(8).recall(&again), Recall::Nothing);
        assert_eq!(write(9).recall(&again), Recall::Nothing);
        let passes = store.run("a").unwrap().unwrap().passes;
        assert_eq!(passes[1].ending, Some(Ending::Interrupted));
    });
}

#[test]
fn logins_are_seen_as_they_were_the_last_time() {
    everywhere(|store| {
        let session = begin(store, "a");
        let failed = Box::new(failure(FailureKind::Authorization, seatflow_catalog::Method::Post));
        let failed = Login { failure: Some(failed), attempts: vec![attempt(&answer(0))] };
        wait(session.login("login", &failed)).unwrap();
        drop(session);
        let session = store.again("a", pass(Purpose::Run)).unwrap();
        let login = Login { failure: None, attempts: vec![attempt(&answer(1))] };
        wait(session.login("login", &login)).unwrap();
        for view in views(store) {
            assert_eq!(wait(view.recall_login("login")).unwrap(), Some(login.clone()));
        }
        let [replay, look] = views(store);
        let told = wait(look.recall_login("found")).unwrap().unwrap();
        assert_eq!(told.failure.map(|failure| failure.kind), Some(FailureKind::NotAttempted));
        let told = wait(replay.recall_login("found")).unwrap_err().to_string();
        assert_eq!(told, "the journal does not hold this call of record 0 of `found`: how it logged in");
    });
}
