//! What holds for every document.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use seatflow_flatten::{Document, Flattener, Options, nest};

use crate::sent::{Plain, Sent, mixed, numeric};
use crate::table::{conformed, document, flatten, records};

fn reserving(options: Options) -> Options {
    let reserved = ["_call", "a", r"\a", "data.idx", "b.idx", r"\value", ""];
    Options { reserved: reserved.map(str::to_owned).to_vec(), ..options }
}

/// Flattens, nests again, and compares with what the rules say is left.
fn comes_back(value: &Sent, body: &str, options: Options) {
    let nesting = nest::Options {
        envelope: options.envelope.clone(),
        scalar: options.scalar.clone(),
        reserved: options.reserved.clone(),
        ..nest::Options::default()
    };
    let rows = conformed(&[flatten(options, &[body])]);
    let values: Vec<_> = nest::nest(&rows, &nesting).unwrap().iter().map(|nested| Plain::of(&nested.json)).collect();
    let nested = match value {
        Sent::Array(elements) => {
            assert_eq!(values.len(), elements.len());
            let left: Vec<_> = values.into_iter().flatten().collect();
            (!left.is_empty()).then_some(Plain::Array(left))
        }
        _ => values.into_iter().next().flatten(),
    };
    assert_eq!(nested, value.pruned(), "{body}");
}

/// The columns without their order.
fn columns(batch: &RecordBatch) -> BTreeSet<(String, String)> {
    let fields = batch.schema_ref().fields().iter();
    fields.map(|field| (field.name().clone(), field.data_type().to_string())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(value in prop_oneof![mixed(), numeric()]) {
        comes_back(&value, &value.write(), Options { reserved: vec!["_call".to_owned()], ..Options::default() });
        comes_back(&value, &value.write(), reserving(Options::default()));
    }

    #[test]
    fn nothing_is_lost_in_an_envelope(value in mixed(), scalar in proptest::option::of(Just("a.b".to_owned()))) {
        let body = format!(r#"{{"total": [1, 2], "data": {}, "msg": null}}"#, value.write());
        comes_back(&value, &body, Options { scalar, ..reserving(records("data")) });
    }

    #[test]
    fn batches_together_are_what_one_batch_is(values in vec((numeric(), any::<bool>()), 1..8)) {
        let bodies: Vec<_> = values.iter().map(|(value, _)| value.write()).collect();
        let bodies: Vec<_> = bodies.iter().map(String::as_str).collect();
        let mut flattener = Flattener::new(Options::default());
        let mut batches = Vec::new();
        let mut first = 0;
        for (body, (_, take)) in bodies.iter().zip(&values) {
            let document = document(body);
            let rows = flattener.rows();
            prop_assert_eq!(flattener.append(&document, first).unwrap(), flattener.rows() - rows);
            first += document.records(None);
            if *take {
                batches.push(flattener.take().unwrap());
            }
        }
        batches.push(flattener.take().unwrap());
        prop_assert_eq!(conformed(&batches), conformed(&[flatten(Options::default(), &bodies)]));
    }

    #[test]
    fn names_and_types_depend_on_no_order(values in vec(prop_oneof![mixed(), numeric()], 0..6)) {
        let bodies: Vec<_> = values.iter().map(Sent::write).collect();
        let bodies: Vec<_> = bodies.iter().map(String::as_str).collect();
        let reversed: Vec<_> = values.iter().rev().map(|value| value.reversed().write()).collect();
        let reversed: Vec<_> = reversed.iter().map(String::as_str).collect();
        let columns_of = |bodies: &[&str]| columns(&conformed(&[flatten(Options::default(), bodies)]));
        prop_assert_eq!(columns_of(&bodies), columns_of(&reversed));
    }

    #[test]
    fn what_is_json_is_what_a_second_parser_says(value in mixed(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = value.write().replace("1E999", "1E9").into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        let ours = Document::parse(Bytes::from(body.clone()), 4096);
        let theirs = serde_json::from_slice::<serde_json::Value>(&body);
        let repeated = ours.as_ref().is_err_and(|unparsed| unparsed.reason.contains("is repeated"));
        let huge = theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
        prop_assert!(repeated || huge || ours.is_ok() == theirs.is_ok(), "{ours:?} {theirs:?}");
    }
}
