//! Two thousand writes, fifty of which happen and lose their answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use seatflow_sandbox::{Fault, ReceivedRequest, Settings};

use super::SAVED;
use crate::played::{Played, Rows, assert_closed, count, pipeline, report};

const ACCOUNT: &str = "ACC-200001";
const DEVICES: usize = 1000;
const FAULTS: usize = 50;

/// Fifty faults, of which each strikes one request, far from each other.
fn faults() -> Vec<Fault> {
    let fault = |number: usize| {
        let after = number * 37 + number % 5;
        format!("match=devices.removeLicenses,after={after},do=commit-then-503").parse().unwrap()
    };
    (0..FAULTS).map(fault).collect()
}

/// The keys of the account: the portal makes them.
fn keys(played: &Played) -> Vec<String> {
    let nodes = format!(
        "  keys: {{ license_api: {{ connection: portal, endpoint: licenses.list, parameters: {{ accountId: {ACCOUNT} }} }} }}
  save: {{ write_csv: {{ path: out/keys.csv }}, D: keys }}
  failed: {{ write_csv: {{ path: out/keys-failed.csv }}, D: keys.F }}
"
    );
    let ran = played.run(&pipeline("concurrency: 1", &nodes));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let keys: BTreeSet<String> = played.rows("keys.csv").iter().map(|row| row["licenseKey"].clone()).collect();
    keys.into_iter().collect()
}

/// What the program must say of a write whose request this is: by its fault, else by its status.
fn kind_of(request: &ReceivedRequest) -> &'static str {
    match (&request.fault, request.status) {
        (Some(_), _) => "in-doubt",
        (None, Some(200)) => "",
        (None, _) => "status",
    }
}

/// The kinds of the lines of a device, from what the portal had of it.
fn expected(requests: &[&ReceivedRequest]) -> Vec<&'static str> {
    match requests {
        [first] if first.fault.is_some() => vec!["in-doubt", "not-attempted"],
        [first, second] => vec![kind_of(first), kind_of(second)],
        _ => panic!("a device of two lines has {} requests", requests.len()),
    }
}

#[test]
fn no_effect_comes_twice_and_exactly_those_that_lost_their_answer_are_in_doubt() {
    let played = Played::new(Settings { accounts: 1, devices: DEVICES, faults: faults(), ..Settings::default() });
    let keys = keys(&played);
    assert_eq!(keys.len(), 2);
    let mut input = String::from("line,device,key\n");
    for line in 0..2 * DEVICES {
        // First the one key of all devices, then the other: the lines of a device are a thousand lines apart.
        let (device, key) = (line % DEVICES + 1, &keys[line / DEVICES]);
        writeln!(input, "{line},DEV-2{device:06},{key}").unwrap();
    }
    played.folder.write("input.csv", input);
    let nodes = format!(
        "  input: {{ read_csv: {{ path: input.csv }} }}
  calls:
    license_api:
      connection: portal
      endpoint: devices.removeLicenses
      parameters: {{ accountId: {ACCOUNT}, deviceId: {{ field: device }} }}
      payload: {{ licenseKeysToRemove: [{{ field: key }}] }}
      keep: [line]
    D: input
{SAVED}"
    );
    let ran = played.run(&pipeline("concurrency: 16", &nodes));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    played.assert_used_up();
    let report = report(&ran);
    assert_closed(&report);
    assert_eq!(count(&report, "calls", "records_in"), 2 * DEVICES as u64);
    assert_eq!(count(&report, "calls", "in_doubt"), FAULTS as u64);

    let requests = played.requests("devices.removeLicenses");
    let effects: Vec<&str> = requests.iter().filter_map(|request| request.effect.as_deref()).collect();
    let once: BTreeSet<&str> = effects.iter().copied().collect();
    assert_eq!(once.len(), effects.len(), "an effect came twice");

    let mut of_device: BTreeMap<&str, Vec<&ReceivedRequest>> = BTreeMap::new();
    for request in &requests {
        of_device.entry(request.path.rsplit('/').next().unwrap()).or_default().push(request);
    }
    let told = told(&played.rows("succeeded.csv"), &played.rows("failed.csv"));
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for device in 0..DEVICES {
        let name = format!("DEV-2{:06}", device + 1);
        let expected = expected(&of_device[name.as_str()]);
        let came = [device, device + DEVICES].map(|line| told[line].as_str());
        assert_eq!(came.as_slice(), expected, "the two writes to {name}");
        for kind in expected {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    assert_eq!(kinds["in-doubt"], FAULTS);
    assert!(kinds["not-attempted"] > 10 && kinds[""] > 500 && kinds["status"] > 500, "{kinds:?}");
    assert_eq!(requests.len(), 2 * DEVICES - kinds["not-attempted"]);
}

/// The kind of each line in order, empty where it is on S; each is there once.
fn told(succeeded: &Rows, failed: &Rows) -> Vec<String> {
    let mut told = BTreeMap::new();
    for row in failed {
        let earlier = told.insert(row["line"].parse::<usize>().unwrap(), row["error.kind"].clone());
        assert_eq!(earlier, None, "line {} is twice on F", row["line"]);
    }
    for line in lines(succeeded) {
        let earlier = told.insert(line, String::new());
        assert_eq!(earlier, None, "line {line} is on S and on F");
    }
    assert_eq!(told.len(), 2 * DEVICES, "every line is on S or on F");
    told.into_values().collect()
}

/// The lines on S, once each: a device has a row for each key that it still holds.
fn lines(succeeded: &Rows) -> BTreeSet<usize> {
    succeeded.iter().map(|row| row["line"].parse().unwrap()).collect()
}
