//! How much a run may write.

use seatflow_call::Recall;
use seatflow_journal::{Ending, Guards, NewPass, Purpose, Session, Store};

use crate::support::{call, end, everywhere, pass, record, run, write};

fn guarded(purpose: Purpose, max_writes: Option<u64>, max_deletes: Option<u64>) -> NewPass {
    NewPass { guards: Guards { max_writes, max_deletes }, ..pass(purpose) }
}

fn begin(store: &Store, max_writes: Option<u64>, max_deletes: Option<u64>) -> Session {
    store.begin(run("a"), guarded(Purpose::Run, max_writes, max_deletes)).unwrap()
}

#[test]
fn a_write_beyond_the_guard_is_not_intended() {
    everywhere(|store| {
        let session = begin(store, Some(2), None);
        write(0).intend(&session);
        call("removed", 0).intend(&session);
        let told = write(1).try_intend(&session).unwrap_err().to_string();
        assert_eq!(told, "`--max-writes` is 2, and the next call would be one more");
        end(&session, Ending::Failed);
        assert_eq!(record(store, "a").writes, 2);
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        assert_eq!(write(1).recall(&again), Recall::Nothing);
    });
}

#[test]
fn only_a_delete_is_held_by_the_guard_on_deletes() {
    everywhere(|store| {
        let session = begin(store, None, Some(1));
        call("removed", 0).intend(&session);
        let told = call("removed", 1).try_intend(&session).unwrap_err().to_string();
        assert_eq!(told, "`--max-deletes` is 1, and the next call would be one more");
        write(0).intend(&session);
    });
}

#[test]
fn a_write_that_was_taken_back_leaves_room_for_another() {
    everywhere(|store| {
        let session = begin(store, Some(1), Some(1));
        call("removed", 0).intend(&session);
        call("removed", 0).withdraw(&session);
        call("removed", 1).intend(&session);
        assert!(call("removed", 2).try_intend(&session).is_err());
        assert_eq!(record(store, "a").writes, 1);
    });
}

#[test]
fn writes_of_earlier_passes_count_whether_they_ended_or_not() {
    everywhere(|store| {
        let first = begin(store, None, None);
        write(0).intend(&first);
        drop(first);
        let second = store.again("a", guarded(Purpose::Run, Some(2), None)).unwrap();
        write(1).intend(&second);
        end(&second, Ending::Failed);
        let third = store.again("a", guarded(Purpose::Run, Some(3), None)).unwrap();
        write(2).intend(&third);
        assert!(write(3).try_intend(&third).is_err());
        let guards = record(store, "a").passes.iter().map(|pass| pass.guards.max_writes).collect::<Vec<_>>();
        assert_eq!(guards, [None, Some(2), Some(3)]);
    });
}

#[test]
fn a_guard_of_nothing_lets_nothing_be_written() {
    everywhere(|store| {
        let session = begin(store, Some(0), None);
        assert!(write(0).try_intend(&session).is_err());
        assert_eq!(record(store, "a").writes, 0);
    });
}

#[test]
fn a_plan_is_not_held_and_its_applications_are_counted_together() {
    everywhere(|store| {
        let plan = store.begin(run("a"), guarded(Purpose::Plan, Some(1), None)).unwrap();
        write(0).plan(&plan);
        write(1).plan(&plan);
        end(&plan, Ending::Completed);
        let first = store.again("a", guarded(Purpose::Apply, Some(1), None)).unwrap();
        write(0).intend(&first);
        drop(first);
        let second = store.again("a", guarded(Purpose::Apply, Some(1), None)).unwrap();
        assert!(write(1).try_intend(&second).is_err());
    });
}
