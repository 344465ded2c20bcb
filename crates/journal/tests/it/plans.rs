//! What is told of plans, and of what a check finds changed.

use seatflow_catalog::Method;
use seatflow_journal::{Difference, Ending, PlannedCall, Purpose, Store};

use crate::support::{Call, call, end, everywhere, pass, read, record, run, write};

fn plan(store: &Store, purpose: Purpose, writes: &[Call], unknown: &[Call]) {
    let session = match purpose {
        Purpose::Plan => store.begin(run("a"), pass(purpose)),
        _ => store.again("a", pass(purpose)),
    };
    let session = session.unwrap();
    for call in writes {
        call.plan(&session);
    }
    for call in unknown {
        call.leave_unknown(&session, "data.id");
    }
    end(&session, Ending::Completed);
}

#[test]
fn planned_calls_are_told_in_the_order_of_nodes_and_records() {
    everywhere(|store| {
        let second = Call { number: 2, ..write(1) };
        let writes = [call("removed", 0), second, write(1), write(0)];
        plan(store, Purpose::Plan, &writes, &[write(2)]);
        let told = store.planned("a").unwrap();
        let order: Vec<_> = told.iter().map(|call| (call.node.as_str(), call.record, call.page)).collect();
        let expected = [("granted", 0, 1), ("granted", 1, 1), ("granted", 1, 2), ("granted", 2, 1), ("removed", 0, 1)];
        assert_eq!(order, expected);
        let known = PlannedCall {
            node: "granted".to_owned(),
            endpoint: "seats.grant".to_owned(),
            record: 0,
            page: 1,
            method: Method::Post,
            url: "https://portal.test/seats?record=0".to_owned(),
            body: Some("{}".into()),
            input: "{\"id\":0}".to_owned(),
            column: None,
        };
        assert_eq!(told[0], known);
        let unknown = PlannedCall {
            record: 2,
            url: "/seats".to_owned(),
            body: None,
            input: "{\"id\":2}".to_owned(),
            column: Some("data.id".to_owned()),
            ..known
        };
        assert_eq!(told[3], unknown);
        let run = record(store, "a");
        assert_eq!((run.planned, run.unknown, run.writes), (4, 1, 0));
    });
}

#[test]
fn a_check_that_finds_the_same_has_no_drift() {
    everywhere(|store| {
        plan(store, Purpose::Plan, &[write(0), write(1)], &[write(2)]);
        assert_eq!(store.drift("a").unwrap(), [], "nobody has checked yet");
        plan(store, Purpose::Check, &[write(1), write(0)], &[write(2)]);
        assert_eq!(store.drift("a").unwrap(), []);
    });
}

#[test]
fn what_came_and_what_went_is_drift() {
    everywhere(|store| {
        plan(store, Purpose::Plan, &[write(0), write(1)], &[write(3)]);
        plan(store, Purpose::Check, &[write(1), write(2)], &[write(4)]);
        let told = store.drift("a").unwrap();
        let words = told.iter().map(|difference| match difference {
            Difference::Gone(call) => ("gone", call.record, call.column.is_some()),
            Difference::Added(call) => ("added", call.record, call.column.is_some()),
        });
        let expected = [("gone", 0, false), ("added", 2, false), ("gone", 3, true), ("added", 4, true)];
        assert_eq!(words.collect::<Vec<_>>(), expected);
    });
}

#[test]
fn one_more_of_the_same_is_drift() {
    everywhere(|store| {
        plan(store, Purpose::Plan, &[write(0)], &[]);
        plan(store, Purpose::Check, &[write(0), write(0)], &[]);
        let told = store.drift("a").unwrap();
        assert!(matches!(&told[..], [Difference::Added(call)] if call.record == 0), "{told:?}");
    });
}

#[test]
fn an_unknown_call_is_the_same_wherever_its_record_stands() {
    everywhere(|store| {
        let moved = |record| Call { record, ..write(1) };
        let session = store.begin(run("a"), pass(Purpose::Plan)).unwrap();
        moved(1).leave_unknown_of(&session, "data.id", "{\"id\":1}");
        end(&session, Ending::Completed);
        let session = store.again("a", pass(Purpose::Check)).unwrap();
        moved(5).leave_unknown_of(&session, "data.id", "{\"id\":1}");
        end(&session, Ending::Completed);
        assert_eq!(store.drift("a").unwrap(), []);
    });
}

#[test]
fn the_latest_whole_check_is_compared() {
    everywhere(|store| {
        plan(store, Purpose::Plan, &[write(0)], &[]);
        plan(store, Purpose::Check, &[write(1)], &[]);
        plan(store, Purpose::Check, &[write(0)], &[]);
        assert_eq!(store.drift("a").unwrap(), []);
        let broken = store.again("a", pass(Purpose::Check)).unwrap();
        read(0).answer(&broken);
        drop(broken);
        assert_eq!(store.drift("a").unwrap(), []);
    });
}
