//! What an application of a plan recalls, and which writes it lets be sent.

use seatflow_call::Recall;
use seatflow_journal::{Ending, NewPass, Purpose, Session, Store};

use crate::support::{call, end, everywhere, pass, read, run, write};

/// A run that planned the first two writes, and was checked: in the plan the reads 0 and 1 were made, in the check 0.
fn planned(store: &Store, check: Ending) {
    let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
    read(0).answer(&plan);
    read(1).answer(&plan);
    write(0).plan(&plan);
    write(1).plan(&plan);
    end(&plan, Ending::Completed);
    let session = store.again("a", pass(Purpose::Check)).unwrap();
    read(0).answer(&session);
    call("seen", 0).answer(&session);
    write(0).plan(&session);
    write(1).plan(&session);
    end(&session, check);
}

fn apply(store: &Store) -> Session {
    store.again("a", pass(Purpose::Apply)).unwrap()
}

#[test]
fn reads_stand_as_they_were_checked_unless_they_may_see_what_is_written() {
    everywhere(|store| {
        planned(store, Ending::Completed);
        let session = apply(store);
        assert_eq!(read(0).recall(&session), read(0).answered());
        assert_eq!(read(1).recall(&session), Recall::Nothing, "only the plan has made it");
        assert_eq!(call("seen", 0).recall(&session), Recall::Nothing, "it is below a write");
    });
}

#[test]
fn a_check_that_did_not_complete_tells_nothing() {
    everywhere(|store| {
        planned(store, Ending::Interrupted);
        assert_eq!(read(0).recall(&apply(store)), Recall::Nothing);
    });
}

#[test]
fn only_what_was_planned_is_sent() {
    everywhere(|store| {
        planned(store, Ending::Completed);
        let session = apply(store);
        assert_eq!(write(0).recall(&session), Recall::Nothing);
        assert_eq!(write(1).recall(&session), Recall::Nothing);
        assert_eq!(write(2).refused(&session), "this write of record 2 of `granted` was not planned: POST /seats");
    });
}

#[test]
fn a_second_application_goes_on_where_the_first_one_ended() {
    everywhere(|store| {
        planned(store, Ending::Completed);
        let first = apply(store);
        write(0).intend(&first);
        write(0).answer(&first);
        call("seen", 0).answer(&first);
        write(1).intend(&first);
        drop(first);
        let check = store.again("a", pass(Purpose::Check)).unwrap();
        call("seen", 1).answer(&check);
        end(&check, Ending::Completed);
        let second = apply(store);
        assert_eq!(write(0).recall(&second), write(0).answered());
        assert_eq!(write(1).recall(&second), Recall::Intent);
        assert_eq!(call("seen", 0).recall(&second), call("seen", 0).answered());
        assert_eq!(call("seen", 1).recall(&second), Recall::Nothing);
        assert_eq!(read(0).recall(&second), Recall::Nothing, "the latest check has not made it");
    });
}

#[test]
fn what_an_application_knows_counts_more_than_a_later_check() {
    everywhere(|store| {
        planned(store, Ending::Completed);
        let first = apply(store);
        let other = crate::support::answer(7);
        read(1).try_answer(&first, &other).unwrap();
        drop(first);
        let check = store.again("a", pass(Purpose::Check)).unwrap();
        read(1).answer(&check);
        end(&check, Ending::Completed);
        let told = read(1).recall(&apply(store));
        assert!(matches!(&told, Recall::Ended(outcome, _) if format!("{outcome:?}").contains("record=7")), "{told:?}");
    });
}

#[test]
fn a_node_with_calls_that_no_plan_could_tell_writes_anything_where_that_is_allowed() {
    everywhere(|store| {
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        write(0).plan(&plan);
        write(1).leave_unknown(&plan, "data.id");
        end(&plan, Ending::Completed);
        assert!(write(1).refused(&apply(store)).contains("was not planned"));
        let session = store.again("a", NewPass { allow_unknown: true, ..pass(Purpose::Apply) }).unwrap();
        assert_eq!(write(1).recall(&session), Recall::Nothing);
        assert!(call("removed", 0).refused(&session).contains("was not planned"), "all of this node was planned");
    });
}

#[test]
fn without_a_whole_plan_nothing_is_allowed() {
    everywhere(|store| {
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        write(0).plan(&plan);
        end(&plan, Ending::Failed);
        assert!(write(0).refused(&apply(store)).contains("was not planned"));
    });
}
