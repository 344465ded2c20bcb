//! What is told of runs.

use std::fs;

use seatflow_call::{Answer, FailureKind};
use seatflow_catalog::Method;
use seatflow_journal::{Books, Ended, Ending, Failures, Guards, Purpose, RunLock, RunState};

use crate::support::{answer, begin, call, end, everywhere, in_folder, moment, pass, read, record, run, write};

fn books(node: &str, failed: u64) -> Books {
    Books {
        node: node.to_owned(),
        tool: "license_api".to_owned(),
        endpoint: Some("seats.grant".to_owned()),
        writes: true,
        f_is_failure: true,
        records_in: 10,
        succeeded: 10 - failed,
        failed,
        calls: 11,
        retries: 1,
        rows: 8,
        unparsed: 2,
        in_doubt: 3,
        recalled: 4,
    }
}

#[test]
fn a_run_is_told_as_it_was_begun_and_ended() {
    everywhere(|store| {
        let session = begin(store, "a");
        let nodes = vec![books("granted", 2), books("found", 0)];
        let message = Some("the server was silent".to_owned());
        let ended = Ended { ending: Ending::Failed, exit_status: 4, message, ended_at: moment(5), nodes };
        session.end(ended.clone()).unwrap();
        let told = record(store, "a");
        let (begun, first) = (run("a"), pass(Purpose::Run));
        assert_eq!((told.pipeline, told.file, told.is_sandbox), (begun.pipeline, begun.file, begun.is_sandbox));
        assert_eq!((told.text.as_str(), told.overrides), ("version: 1\npipeline: seats\n", first.overrides));
        assert_eq!((told.version, told.user, told.began_at), (begun.version, begun.user, begun.began_at));
        assert_eq!((told.sources, told.state, told.may_write), (first.sources, RunState::Failed, true));
        assert_eq!(told.base_urls, [("seats".to_owned(), "https://seats.test/api".to_owned())]);
        let [last] = &told.passes[..] else { panic!("{:?}", told.passes) };
        assert_eq!((last.purpose, last.began_at, last.ended_at), (Purpose::Run, moment(1), Some(moment(5))));
        assert_eq!((last.ending, last.exit_status), (Some(Ending::Failed), Some(4)));
        assert_eq!((last.message.as_ref(), last.guards), (ended.message.as_ref(), Guards::default()));
        assert_eq!(store.books("a").unwrap(), ended.nodes);
    });
}

#[test]
fn the_newest_run_is_told_first() {
    everywhere(|store| {
        for id in ["a", "c", "b"] {
            end(&begin(store, id), Ending::Completed);
        }
        let ids: Vec<_> = store.runs().unwrap().into_iter().map(|run| run.id).collect();
        assert_eq!(ids, ["b", "c", "a"]);
        assert_eq!(store.run("d").unwrap(), None);
    });
}

#[test]
fn a_run_stands_where_its_last_writing_pass_has_left_it() {
    everywhere(|store| {
        let state = || record(store, "a").state;
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        assert_eq!(state(), RunState::Running);
        end(&plan, Ending::Completed);
        assert_eq!(state(), RunState::Planned);
        let check = store.again("a", pass(Purpose::Check)).unwrap();
        drop(check);
        assert_eq!(state(), RunState::Planned, "a check changes nothing, however it ends");
        for (ending, expected) in [
            (None, RunState::Broken),
            (Some(Ending::Interrupted), RunState::Interrupted),
            (Some(Ending::Failed), RunState::Failed),
            (Some(Ending::Completed), RunState::Completed),
        ] {
            let session = store.again("a", pass(Purpose::Apply)).unwrap();
            assert_eq!(state(), RunState::Running);
            if let Some(ending) = ending {
                end(&session, ending);
            }
            drop(session);
            assert_eq!(state(), expected);
        }
    });
}

#[test]
fn a_plan_that_did_not_complete_cannot_be_applied() {
    everywhere(|store| {
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        end(&plan, Ending::Interrupted);
        assert_eq!(record(store, "a").state, RunState::Interrupted);
    });
}

#[test]
fn a_run_whose_lock_another_process_holds_is_running() {
    let (folder, store) = in_folder();
    drop(begin(&store, "a"));
    let run_folder = folder.path().join("runs/a");
    fs::create_dir_all(&run_folder).unwrap();
    assert_eq!(record(&store, "a").state, RunState::Broken);
    let lock = RunLock::take(&run_folder).unwrap();
    assert_eq!(record(&store, "a").state, RunState::Broken, "it is about to be taken up again, here");
    fs::write(run_folder.join("lock"), "process 1 on another, since yesterday").unwrap();
    assert_eq!(record(&store, "a").state, RunState::Running);
    drop(lock);
    assert_eq!(record(&store, "a").state, RunState::Broken);
}

#[test]
fn writes_are_in_doubt_that_failed_so_or_have_no_outcome_when_nobody_runs_them() {
    everywhere(|store| {
        let session = begin(store, "a");
        write(3).intend(&session);
        write(2).intend(&session);
        write(2).fail(&session, FailureKind::InDoubt);
        write(1).intend(&session);
        write(1).answer(&session);
        write(0).intend(&session);
        write(0).fail(&session, FailureKind::Status);
        read(0).fail(&session, FailureKind::Timeout);
        let told = |expected: &[i64]| {
            let records: Vec<_> = store.in_doubt("a").unwrap().iter().map(|call| call.record).collect();
            assert_eq!(records, expected);
            assert_eq!(record(store, "a").in_doubt, expected.len() as u64);
        };
        told(&[2]);
        drop(session);
        told(&[2, 3]);
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        write(3).answer(&again);
        told(&[2]);
        end(&again, Ending::Completed);
        told(&[2]);
        let [doubt] = &store.in_doubt("a").unwrap()[..] else { panic!() };
        assert_eq!((doubt.node.as_str(), doubt.endpoint.as_deref()), ("granted", Some("seats.grant")));
        assert_eq!((doubt.method, doubt.url.as_str()), (Method::Post, "https://portal.test/seats"));
        assert_eq!((doubt.failure, doubt.requests), (Some(FailureKind::InDoubt), 1));
        assert_eq!(doubt.message.as_deref(), Some("the server was silent"));
        assert_eq!(record(store, "a").writes, 4);
    });
}

#[test]
fn an_intent_that_a_pass_leaves_behind_is_in_doubt_when_it_has_ended() {
    everywhere(|store| {
        let session = begin(store, "a");
        write(0).intend(&session);
        end(&session, Ending::Interrupted);
        assert_eq!(record(store, "a").in_doubt, 1);
        let [doubt] = &store.in_doubt("a").unwrap()[..] else { panic!() };
        assert_eq!((doubt.failure, doubt.started_at, doubt.requests), (None, None, 0));
        assert_eq!(doubt.url, "https://portal.test/seats?record=0");
    });
}

#[test]
fn a_write_is_in_doubt_too_when_an_answer_leaves_it_so() {
    everywhere(|store| {
        let session = begin(store, "a");
        let answers = [
            // It is refused, which tells nothing of the request before.
            Answer { status: 403, repeated: true, ..answer(0) },
            Answer { status: 403, ..answer(1) },
            // The system says that it did something, and the catalog does not know what.
            Answer { status: 202, ..answer(2) },
        ];
        for (record, answer) in (0..).zip(&answers) {
            write(record).intend(&session);
            write(record).try_answer(&session, answer).unwrap();
        }
        drop(session);
        let records: Vec<_> = store.in_doubt("a").unwrap().iter().map(|call| call.record).collect();
        assert_eq!(records, [0, 2]);
        assert_eq!(record(store, "a").in_doubt, 2);
    });
}

#[test]
fn the_books_of_a_run_that_was_killed_are_counted_from_its_events() {
    everywhere(|store| {
        let session = begin(store, "a");
        read(0).answer(&session);
        crate::support::Call { number: 2, ..read(0) }.answer(&session);
        read(1).try_answer(&session, &Answer { status: 404, attempts: 3, ..answer(1) }).unwrap();
        write(0).intend(&session);
        write(0).answer(&session);
        write(1).intend(&session);
        call("removed", 0).intend(&session);
        call("removed", 0).withdraw(&session);
        drop(session);
        let told = store.books("a").unwrap();
        let of = |node: &str| {
            let books = told.iter().find(|books| books.node == node).unwrap();
            assert_eq!(books.records_in, books.succeeded + books.failed);
            (books.succeeded, books.failed, books.calls, books.retries, books.in_doubt)
        };
        assert_eq!(told.iter().map(|books| books.node.as_str()).collect::<Vec<_>>()[..2], ["login", "found"]);
        assert_eq!(of("login"), (0, 0, 0, 0, 0));
        assert_eq!(of("found"), (1, 1, 2, 2, 0));
        assert_eq!(of("granted"), (1, 1, 2, 0, 1));
        assert_eq!(of("removed"), (0, 0, 0, 0, 0));
    });
}

#[test]
fn failures_are_counted_by_node_and_kind() {
    everywhere(|store| {
        let session = begin(store, "a");
        read(0).answer(&session);
        read(1).try_answer(&session, &Answer { status: 404, ..answer(1) }).unwrap();
        read(2).try_answer(&session, &Answer { status: 500, ..answer(2) }).unwrap();
        read(3).fail(&session, FailureKind::Timeout);
        read(4).try_answer(&session, &Answer { status: 401, ..answer(4) }).unwrap();
        write(0).intend(&session);
        drop(session);
        let failures = |node: &str, kind, count| Failures { node: node.to_owned(), kind, count };
        let expected = [
            failures("found", FailureKind::Status, 2),
            failures("found", FailureKind::Authorization, 1),
            failures("found", FailureKind::Timeout, 1),
            failures("granted", FailureKind::InDoubt, 1),
        ];
        assert_eq!(store.failures("a").unwrap(), expected);
    });
}

#[test]
fn the_slowest_calls_are_told_with_the_slowest_first() {
    everywhere(|store| {
        let session = begin(store, "a");
        for (record, milliseconds) in [(0, 5), (1, 50), (2, 20)] {
            read(record).answer_after(&session, milliseconds);
        }
        end(&session, Ending::Completed);
        let told = store.slowest("a", None, 2).unwrap();
        let told: Vec<_> = told.iter().map(|call| (call.record, call.duration.as_millis(), call.status)).collect();
        assert_eq!(told, [(1, 50, Some(200)), (2, 20, Some(200))]);
        assert_eq!(store.slowest("a", None, 9).unwrap().len(), 3);
        assert_eq!(store.slowest("a", None, 1).unwrap()[0].started_at, Some(moment(2)));
    });
}

#[test]
fn a_run_is_unfinished_that_has_written_and_did_not_complete() {
    everywhere(|store| {
        let unfinished =
            || -> Vec<String> { store.unfinished("seats").unwrap().into_iter().map(|run| run.id).collect() };
        let only_read = begin(store, "only-read");
        read(0).answer(&only_read);
        end(&only_read, Ending::Interrupted);
        let taken_back = begin(store, "taken-back");
        write(0).intend(&taken_back);
        write(0).withdraw(&taken_back);
        end(&taken_back, Ending::Interrupted);
        let completed = begin(store, "completed");
        write(0).intend(&completed);
        write(0).answer(&completed);
        end(&completed, Ending::Completed);
        assert_eq!(unfinished(), [""; 0]);
        let broken = begin(store, "broken");
        write(0).intend(&broken);
        assert_eq!(unfinished(), ["broken"], "also while it is running");
        drop(broken);
        let failed = begin(store, "failed");
        write(0).intend(&failed);
        end(&failed, Ending::Failed);
        assert_eq!(unfinished(), ["failed", "broken"]);
        assert_eq!(store.unfinished("another").unwrap(), []);

        let told = store.set_aside(&["broken".to_owned(), "nobody".to_owned()], true).unwrap_err();
        assert_eq!(told.to_string(), "there is no run `nobody`");
        assert_eq!(unfinished(), ["failed", "broken"]);
        store.set_aside(&["broken".to_owned()], true).unwrap();
        assert_eq!(unfinished(), ["failed"]);
        assert_eq!(record(store, "broken").state, RunState::SetAside);
        store.set_aside(&["completed".to_owned()], true).unwrap();
        assert_eq!(record(store, "completed").state, RunState::Completed);
    });
}

#[test]
fn nothing_is_told_of_a_run_that_is_not_there() {
    everywhere(|store| {
        assert_eq!(store.books("a").unwrap_err().to_string(), "there is no run `a`");
        assert!(store.failures("a").is_err() && store.slowest("a", None, 1).is_err() && store.in_doubt("a").is_err());
        assert!(store.planned("a").is_err() && store.drift("a").is_err() && store.remove("a").is_err());
        assert!(store.view("a", seatflow_journal::View::Look).is_err());
    });
}
