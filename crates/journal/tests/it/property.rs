//! Whatever is written is recalled as it was.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use seatflow_call::{Answer, Attempt, Failure, FailureKind, Journal as _, Recall, RecalledOutcome, Recorded, Settled};
use seatflow_catalog::Method;
use seatflow_journal::{Purpose, Session, Store, View};

use crate::support::{begin, pass, wait, write};

fn bytes() -> impl Strategy<Value = Bytes> {
    prop_oneof![9 => vec(any::<u8>(), 0..200), 1 => vec(any::<u8>(), 0..600_000)].prop_map(Bytes::from)
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    vec((any::<String>(), any::<String>()), 0..4)
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(), 0..1_000_000_000)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap_or(Timestamp::MAX))
}

prop_compose! {
    fn sent()(
        page in option::of(any::<u64>()),
        attempt in any::<u32>(),
        started_at in moment(),
        duration in any::<Duration>(),
        method in prop::sample::select(Method::ALL.to_vec()),
        url in any::<String>(),
        request_headers in headers(),
        request_body in option::of(bytes()),
    ) -> Attempt {
        Attempt {
            page, attempt, started_at, duration, method, url, request_headers, request_body,
            status: None, response_headers: Vec::new(), response_body: None, error: None, retry: None,
            bytes_sent: 0, bytes_received: 0,
        }
    }
}

prop_compose! {
    fn attempt()(
        sent in sent(),
        status in option::of(any::<u16>()),
        response_headers in headers(),
        response_body in option::of(bytes()),
        error in option::of(any::<String>()),
        retry in option::of(any::<String>()),
        bytes_sent in any::<u64>(),
        bytes_received in any::<u64>(),
    ) -> Attempt {
        Attempt { status, response_headers, response_body, error, retry, bytes_sent, bytes_received, ..sent }
    }
}

prop_compose! {
    fn answer()(
        status in any::<u16>(),
        content_type in option::of(any::<String>()),
        link in option::of(any::<String>()),
        body in bytes(),
        url in any::<String>(),
        attempts in any::<u32>(),
        repeated in any::<bool>(),
    ) -> Answer {
        Answer { status, content_type, link, body, url, attempts, repeated }
    }
}

prop_compose! {
    fn failure()(
        kind in prop::sample::select(FailureKind::ALL.to_vec()),
        message in any::<String>(),
        status in option::of(any::<u16>()),
        method in prop::sample::select(Method::ALL.to_vec()),
        url in any::<String>(),
        attempts in any::<u32>(),
        body in option::of(any::<String>()),
    ) -> Failure {
        Failure { kind, message, status, method, url, attempts, body }
    }
}

fn outcome() -> impl Strategy<Value = RecalledOutcome> {
    prop_oneof![
        answer().prop_map(RecalledOutcome::Answer),
        failure().prop_map(RecalledOutcome::Failure),
        (any::<String>(), any::<u32>()).prop_map(|(url, attempts)| RecalledOutcome::Settled(Settled { url, attempts })),
    ]
}

fn tell(session: &Session, record: i64, outcome: &RecalledOutcome, attempts: &[Attempt]) {
    let outcome = match outcome {
        RecalledOutcome::Answer(answer) => Recorded::Answer(answer),
        RecalledOutcome::Failure(failure) => Recorded::Failure(failure),
        RecalledOutcome::Settled(settled) => Recorded::Settled(settled),
    };
    wait(session.outcome(write(record).page(), outcome, attempts)).unwrap();
}

/// What is done with the call of one of a few records.
#[derive(Clone, Copy, Debug)]
enum Step {
    Intend(i64),
    Withdraw(i64),
    Answer(i64),
    Fail(i64),
    /// The process ends, and another one goes on.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..5_i64).prop_map(Step::Intend),
        2 => (0..5_i64).prop_map(Step::Withdraw),
        2 => (0..5_i64).prop_map(Step::Answer),
        1 => (0..5_i64).prop_map(Step::Fail),
        1 => Just(Step::Restart),
    ]
}

/// Whether a call did not come to the system, so that a run that is resumed makes it.
fn is_unreached(told: &Recall) -> bool {
    let Recall::Ended(outcome, _) = told else { return false };
    match outcome.as_ref() {
        RecalledOutcome::Answer(answer) => answer.status == 401,
        RecalledOutcome::Failure(failure) => failure.kind.is_unreached(),
        RecalledOutcome::Settled(_) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn outcomes_are_recalled_as_they_were(
        outcomes in vec((outcome(), vec(attempt(), 0..4), any::<bool>()), 1..6)
    ) {
        let store = Store::in_memory().unwrap();
        let session = begin(&store, "a");
        let mut told = Vec::new();
        for (record, (outcome, mut attempts, is_shared)) in (0..).zip(outcomes) {
            if let (true, RecalledOutcome::Answer(answer), Some(last)) = (is_shared, &outcome, attempts.last_mut()) {
                last.response_body = Some(answer.body.clone());
            }
            tell(&session, record, &outcome, &attempts);
            told.push(Recall::Ended(Box::new(outcome), attempts));
        }
        drop(session);
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        let view = store.view("a", View::Replay).unwrap();
        for (record, told) in (0..).zip(told) {
            let resumed = if is_unreached(&told) { &Recall::Nothing } else { &told };
            prop_assert_eq!(&write(record).recall(&again), resumed);
            prop_assert_eq!(write(record).recall(&view), told);
        }
    }

    #[test]
    fn the_last_event_of_a_key_counts_however_often_the_run_is_broken_off(steps in vec(step(), 0..40)) {
        let store = Store::in_memory().unwrap();
        let mut session = begin(&store, "a");
        let mut last = BTreeMap::new();
        let mut writes = 0_u64;
        for step in steps {
            match step {
                Step::Intend(record) => {
                    write(record).intend(&session);
                    last.insert(record, Recall::Intent);
                    writes += 1;
                }
                Step::Withdraw(record) if last.get(&record) == Some(&Recall::Intent) => {
                    write(record).withdraw(&session);
                    last.remove(&record);
                    writes -= 1;
                }
                Step::Withdraw(_) => {}
                Step::Answer(record) => {
                    write(record).answer(&session);
                    last.insert(record, write(record).answered());
                }
                Step::Fail(record) => {
                    write(record).fail(&session, FailureKind::InDoubt);
                    last.insert(record, write(record).failed(FailureKind::InDoubt));
                }
                Step::Restart => {
                    drop(session);
                    session = store.again("a", pass(Purpose::Run)).unwrap();
                }
            }
        }
        drop(session);
        let told = store.run("a").unwrap().unwrap();
        let is_doubtful = |recall: &&Recall| match recall {
            Recall::Intent => true,
            Recall::Ended(outcome, _) => matches!(**outcome, RecalledOutcome::Failure(_)),
            _ => false,
        };
        prop_assert_eq!(told.writes, writes);
        let in_doubt = last.values().filter(is_doubtful).count() as u64;
        prop_assert_eq!(told.in_doubt, if writes == 0 { 0 } else { in_doubt });
        let again = store.again("a", pass(Purpose::Run)).unwrap();
        for record in 0..5 {
            prop_assert_eq!(write(record).recall(&again), last.remove(&record).unwrap_or(Recall::Nothing));
        }
    }
}
