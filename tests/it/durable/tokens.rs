//! A token that ends between the intent of a write and its sending.

use seatflow_sandbox::Settings;

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::run_on_trial;
use crate::played::{Played, assert_closed, pipeline, report};
use crate::what_happens::each;

const KEY: &str = "AYXD-0001-0001-0001-0001-0001-0001-0001";

/// Takes a key off three devices, one after the other; each write is sent once, if at all.
fn cleared() -> String {
    let records = ["DEV-000412", "DEV-000413", "DEV-000414"].map(|device| format!("{{ device: {device} }}")).join(", ");
    let nodes = format!(
        "  input: {{ rows: [{records}] }}
  cleared:
    D: input
    license_api:
      connection: portal
      endpoint: devices.removeLicenses
      parameters: {{ accountId: ACC-100234, deviceId: {{ field: device }} }}
      payload: {{ licenseKeysToRemove: [{KEY}] }}
      keep: [device]
  succeeded: {{ write_csv: {{ path: out/succeeded.csv }}, D: cleared }}
  failed: {{ write_csv: {{ path: out/failed.csv }}, D: cleared.F }}
"
    );
    pipeline("concurrency: 1", &nodes)
}

/// The effects of the writes, and how often a token was asked for.
fn effects_and_tokens(played: &Played) -> (Vec<String>, usize) {
    let requests = played.requests("devices.removeLicenses");
    (requests.into_iter().filter_map(|request| request.effect).collect(), played.requests("token.refresh").len())
}

#[test]
fn a_write_whose_token_ended_on_its_way_is_made_once_with_the_next_token() {
    let undisturbed = Played::with_faults(&[]);
    assert_eq!(undisturbed.run(&cleared()).status, 0);
    let (expected, _) = effects_and_tokens(&undisturbed);

    // The first write is under way when the clock of the system moves beyond the life of its token.
    let played = Played::with_faults(&["match=devices.removeLicenses,do=hold"]);
    let ran = std::thread::scope(|scope| {
        scope.spawn(|| {
            played.wait_until("devices.removeLicenses", |requests| !requests.is_empty());
            assert_eq!(Held::read(&played.folder).in_doubt().len(), 1, "its intent is on disk");
            played.administer("POST", "clock", r#"{"advance_seconds": 301}"#);
            played.administer("POST", "release", "");
        });
        played.run(&cleared())
    });
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    assert_eq!(effects_and_tokens(&played), (expected, 2));
    let refused = played.statuses("devices.removeLicenses").iter().filter(|status| **status == 401).count();
    assert_eq!(refused, 1, "one write came with the token that had ended");
    assert_eq!(Held::read(&played.folder).in_doubt().len(), 0);
}

#[test]
fn a_crash_anywhere_around_a_token_that_ends_makes_no_write_twice() {
    let begin = |faults: &[&str]| {
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let played = Played::new(Settings { faults, ..Settings::default() });
        played.folder.write("cleared.yaml", cleared());
        played
    };
    let run = ["run", "cleared.yaml", "--json"];
    let undisturbed = begin(&[]);
    assert_eq!(undisturbed.folder.run(&run).status, 0);
    let reference = Reference::of(&undisturbed);

    let ends = "match=PATCH /v1/devices/DEV-000413,do=expire-token";
    let counted = begin(&[ends]);
    assert_eq!(run_on_trial(&counted, &run, "commits=commits").status, 0);
    let commits: u64 = counted.folder.read("commits").parse().unwrap();
    // Three of them begin the run and one ends it; each write has an intent and an outcome, and one is taken back once.
    assert_eq!(commits, 4 + 3 * 2 + 2);
    let moments: Vec<String> =
        (1..=commits).flat_map(|number| [format!("abort-before={number}"), format!("abort-after={number}")]).collect();
    let ends = each(&moments, |moment| {
        let played = begin(&[ends]);
        assert_eq!(run_on_trial(&played, &run, moment).status, -1);
        let held = Held::read(&played.folder);
        let again = if held.run.is_some() { played.folder.run(&["resume", "--json"]) } else { played.folder.run(&run) };
        let end = End::of(&played, &again, &held, &reference);
        assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
    });
    for (moment, end) in moments.iter().zip(ends) {
        end.unwrap_or_else(|panic| panic!("{moment}: {panic}"));
    }
}
