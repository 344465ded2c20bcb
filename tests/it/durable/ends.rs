//! How a run has ended that broke off once or more often, judged from outside.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_sandbox::ReceivedRequest;

use super::catalogs::is_sent_once;
use super::journal::{Held, Record};
use super::outputs::{Otherwise, Outputs};
use super::reference::Reference;
use super::{shown, writes};
use crate::played::{Played, assert_closed, report};
use crate::program::Ran;

/// What is wrong, or not known, of the effects of a run.
#[derive(Debug, Default)]
pub(super) struct End {
    /// Effects that came more than once, or that nobody asked for.
    pub(super) twice: Vec<String>,
    /// Effects that did not come, though their write is not in doubt.
    pub(super) missing: Vec<String>,
    /// The writes in doubt.
    pub(super) in_doubt: BTreeSet<Record>,
    /// The effects of writes in doubt that did not come.
    pub(super) not_sent: usize,
}

impl End {
    /// Asserts that a run has ended as it may, after it broke off with what its journal `held` then, and tells of its
    /// effects.
    pub(super) fn of(played: &Played, ran: &Ran, held: &Held, reference: &Reference) -> Self {
        let requests = writes(played.ended_requests());
        let is_struck = |request: &&ReceivedRequest| request.fault.as_deref().is_some_and(loses_the_answer);
        let (once, again): (Vec<_>, Vec<_>) =
            requests.iter().filter(is_struck).partition(|request| is_sent_once(request.endpoint.unwrap()));
        let again = again.into_iter().filter_map(|request| reference.record_of(request)).cloned();
        let once = once.into_iter().map(|request| reference.record_of(request).unwrap()).cloned();
        let sent_again: BTreeSet<Record> = held.sent_again().into_iter().chain(again).collect();
        let mut in_doubt: BTreeSet<Record> = held.in_doubt().into_iter().chain(once).collect();
        in_doubt.extend(sent_again.iter().filter(|record| reference.is_doubtful_again(record)).cloned());
        let outputs = Outputs::of(played);
        let mut barred: BTreeSet<Record> = in_doubt.iter().flat_map(|record| reference.behind(record)).collect();
        // Whether one of another node came before or after is not known, unless its outcome was there already.
        let beside =
            in_doubt.iter().flat_map(|record| reference.beside(record)).filter(|record| !held.has_outcome(record));
        let not_attempted = outputs.not_attempted(reference);
        barred.extend(beside.filter(|record| not_attempted.contains(record)));
        let lost = reference.below(&(&in_doubt | &barred));
        assert_eq!(ran.status, if in_doubt.is_empty() { 0 } else { 3 }, "{}", ran.stderr);
        if !ran.stdout.is_empty() {
            assert_closed(&report(ran));
        }
        assert_eq!(named_in_doubt(played), in_doubt, "the writes in doubt");
        let mut end = Self { in_doubt, ..Self::default() };
        let expected = reference.effects();
        let mut came: BTreeMap<String, usize> = BTreeMap::new();
        for effect in requests.into_iter().filter_map(|request| request.effect) {
            *came.entry(effect).or_default() += 1;
        }
        for (effect, record) in &expected {
            match came.remove(*effect) {
                Some(1) if barred.contains(*record) || lost.contains(*record) => {
                    end.twice.push(format!("{effect}, though it should not have been attempted"));
                }
                Some(1) => {}
                Some(_) => end.twice.push((*effect).to_owned()),
                None if end.in_doubt.contains(*record) => end.not_sent += 1,
                None if barred.contains(*record) || lost.contains(*record) => {}
                None => end.missing.push((*effect).to_owned()),
            }
        }
        end.twice.extend(came.into_keys());
        // What is wrong with the effects says more than the files would.
        if end.twice.is_empty() && end.missing.is_empty() {
            let in_doubt = end.in_doubt.clone();
            outputs.assert_are(reference, &Otherwise { in_doubt, not_attempted: barred, sent_again, lost });
        }
        end
    }
}

/// Whether a fault lets a request have its effect, and takes the answer away.
fn loses_the_answer(fault: &str) -> bool {
    fault.starts_with("commit-then-") || fault == "cut-body"
}

/// The writes that `show` names as in doubt, each once.
fn named_in_doubt(played: &Played) -> BTreeSet<Record> {
    let shown = shown(played);
    let named = shown["in_doubt"].as_array().unwrap().iter();
    let records: Vec<Record> =
        named.map(|call| (call["node"].as_str().unwrap().to_owned(), call["record"].as_i64().unwrap())).collect();
    let once: BTreeSet<Record> = records.iter().cloned().collect();
    assert_eq!(once.len(), records.len(), "each is named once");
    once
}
