//! What a pass recalls of earlier ones.

use seatflow_call::{FailureKind, Journal as _, Login, Recall, RecalledOutcome, Recorded, Settled};
use seatflow_journal::{Ending, Purpose};

use crate::support::{answer, attempt, begin, end, everywhere, pass, read, run, wait, write};

#[test]
fn a_fresh_run_knows_nothing_and_keeps_attempts() {
    everywhere(|store| {
        let session = begin(store, "a");
        assert!(session.keeps_attempts());
        assert_eq!(read(0).recall(&session), Recall::Nothing);
        assert_eq!(write(0).recall(&session), Recall::Nothing);
        assert_eq!(wait(session.recall_login("login")).unwrap(), None);
    });
}

#[test]
fn a_resumed_run_has_the_last_that_is_known_of_each_call() {
    everywhere(|store| {
        let session = begin(store, "a");
        read(0).answer(&session);
        write(0).intend(&session);
        write(0).answer(&session);
        write(1).intend(&session);
        write(2).intend(&session);
        write(2).withdraw(&session);
        write(3).intend(&session);
        write(3).withdraw(&session);
        write(3).intend(&session);
        write(4).intend(&session);
        write(4).fail(&session, FailureKind::InDoubt);
        end(&session, Ending::Interrupted);

        let again = store.again("a", pass(Purpose::Run)).unwrap();
        assert_eq!(read(0).recall(&again), read(0).answered());
        assert_eq!(read(1).recall(&again), Recall::Nothing);
        assert_eq!(write(0).recall(&again), write(0).answered());
        assert_eq!(write(1).recall(&again), Recall::Intent);
        assert_eq!(write(2).recall(&again), Recall::Nothing);
        assert_eq!(write(3).recall(&again), Recall::Intent);
        assert_eq!(write(4).recall(&again), write(4).failed(FailureKind::InDoubt));
        assert_eq!(wait(again.recall_login("login")).unwrap(), None);
    });
}

#[test]
fn what_a_later_pass_knows_takes_the_place_of_what_an_earlier_one_knew() {
    everywhere(|store| {
        let first = begin(store, "a");
        write(0).intend(&first);
        drop(first);
        let second = store.again("a", pass(Purpose::Run)).unwrap();
        let settled = Settled { url: "https://portal.test/seats".to_owned(), attempts: 2 };
        wait(second.outcome(write(0).page(), Recorded::Settled(&settled), &[])).unwrap();
        write(1).intend(&second);
        drop(second);
        let third = store.again("a", pass(Purpose::Run)).unwrap();
        let ended = Recall::Ended(Box::new(RecalledOutcome::Settled(settled)), Vec::new());
        assert_eq!(write(0).recall(&third), ended);
        assert_eq!(write(1).recall(&third), Recall::Intent);
    });
}

#[test]
fn the_pages_of_a_call_are_apart() {
    everywhere(|store| {
        let session = begin(store, "a");
        let second = crate::support::Call { number: 2, ..read(0) };
        second.answer(&session);
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        assert_eq!(read(0).recall(&again), Recall::Nothing);
        assert_eq!(second.recall(&again), second.answered());
    });
}

#[test]
fn runs_know_nothing_of_each_other() {
    everywhere(|store| {
        let session = begin(store, "a");
        write(0).intend(&session);
        let other = begin(store, "b");
        assert_eq!(write(0).recall(&other), Recall::Nothing);
        let again = store.again("b", pass(Purpose::Run)).unwrap();
        assert_eq!(write(0).recall(&again), Recall::Nothing);
    });
}

#[test]
fn a_plan_and_a_check_withhold_what_writes_and_recall_nothing() {
    everywhere(|store| {
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        read(0).answer(&plan);
        assert_eq!(write(0).recall(&plan), Recall::Withhold);
        let check = store.again("a", pass(Purpose::Check)).unwrap();
        assert_eq!(write(0).recall(&check), Recall::Withhold);
        assert_eq!(read(0).recall(&check), Recall::Nothing);
    });
}

#[test]
fn a_plan_never_lets_a_write_be_sent() {
    everywhere(|store| {
        let plan = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        let told = write(0).try_intend(&plan).unwrap_err().to_string();
        assert_eq!(
            told,
            "the journal cannot be written: a write of `granted` was about to be sent where nothing is sent"
        );
    });
}

#[test]
fn a_node_that_the_pass_does_not_have_is_told() {
    everywhere(|store| {
        let session = begin(store, "a");
        let login = Login { failure: None, attempts: Vec::new() };
        let told = wait(session.login("nobody", &login)).unwrap_err().to_string();
        assert_eq!(told, "the journal cannot be written: the pass has no node `nobody`");
    });
}

#[test]
fn the_body_of_an_answer_may_be_that_of_any_attempt_or_of_none() {
    everywhere(|store| {
        let session = begin(store, "a");
        let given = answer(0);
        let other = seatflow_call::Attempt { response_body: Some("another".into()), ..attempt(&given) };
        let none = seatflow_call::Attempt { response_body: None, ..attempt(&given) };
        let attempts = [other, none, attempt(&given)];
        wait(session.outcome(read(0).page(), Recorded::Answer(&given), &attempts)).unwrap();
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        let ended = Recall::Ended(Box::new(RecalledOutcome::Answer(given)), attempts.to_vec());
        assert_eq!(read(0).recall(&again), ended);
    });
}

#[test]
fn there_is_no_other_pass_of_no_run_and_no_second_run_of_one_id() {
    everywhere(|store| {
        drop(begin(store, "a"));
        let twice = store.begin(run("a"), pass(Purpose::Run)).unwrap_err().to_string();
        assert_eq!(twice, "there is a run `a` already");
        let missing = store.again("b", pass(Purpose::Run)).unwrap_err().to_string();
        assert_eq!(missing, "there is no run `b`");
        assert_eq!(store.runs().unwrap().len(), 1);
    });
}
