//! Two thousand writes, and a kill at moments that nobody has chosen.
//!
//! With `--nocapture` the test prints what it has seen.

use std::fmt::Write as _;

use seatflow_sandbox::Settings;

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::{drawn, run_and_kill};
use crate::played::{Played, pipeline};
use crate::what_happens::each;

/// The keys that the sandbox gives its first account of those that are made.
pub(super) const KEYS: [&str; 2] =
    ["AYXD-CDE3-2138-374A-FC64-79B0-4EE2-0CCD", "AYXI-8985-3684-D413-917A-8EEA-F07C-03BB"];

pub(super) const ACCOUNT: &str = "ACC-200001";
const DEVICES: usize = 1000;
const KILLS: usize = 20;

/// A sandbox with so many devices, and a run that takes first the one key off all of them, then the other.
fn begin() -> Played {
    let played = Played::new(Settings { accounts: 1, devices: DEVICES, ..Settings::default() });
    let mut input = String::from("device,key\n");
    for line in 0..2 * DEVICES {
        writeln!(input, "DEV-2{:06},{}", line % DEVICES + 1, KEYS[line / DEVICES]).unwrap();
    }
    played.folder.write("input.csv", input);
    let nodes = format!(
        "  input: {{ read_csv: {{ path: input.csv }} }}
  cleared:
    D: input
    license_api:
      connection: portal
      endpoint: devices.removeLicenses
      parameters: {{ accountId: {ACCOUNT}, deviceId: {{ field: device }} }}
      payload: {{ licenseKeysToRemove: [{{ field: key }}] }}
      keep: [device, key]
  succeeded: {{ write_csv: {{ path: out/succeeded.csv }}, D: cleared }}
  failed: {{ write_csv: {{ path: out/failed.csv }}, D: cleared.F }}
"
    );
    played.folder.write("killed.yaml", pipeline("concurrency: 16", &nodes));
    played
}

fn reference() -> Reference {
    let played = begin();
    let ran = played.folder.run(&["run", "killed.yaml", "--concurrency", "1"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    Reference::of(&played)
}

#[test]
fn a_run_that_is_killed_at_any_moment_goes_on_as_if_it_had_not() {
    let reference = reference();
    assert!(reference.effects().len() > DEVICES, "most of the writes change something");
    let moments: Vec<u32> = drawn(8, 2 * 1000).take(KILLS).collect();
    let ends = each(&moments, |moment| {
        let played = begin();
        let killed = run_and_kill(&played, &["run", "killed.yaml"], "devices.removeLicenses", *moment);
        assert_eq!(killed.status, -1, "it ended before it was killed: {}", killed.stderr);
        let held = Held::read(&played.folder);
        let ran = played.folder.run(&["resume", "--json"]);
        End::of(&played, &ran, &held, &reference)
    });
    let mut table =
        String::from("| killed after requests | effects twice | effects missing | in doubt | of these not sent |\n");
    table.push_str("| --- | --- | --- | --- | --- |\n");
    let (mut in_doubt, mut wrong) = (0, String::new());
    for (moment, end) in moments.iter().zip(ends) {
        match end {
            Ok(end) => {
                let [twice, missing, doubt] = [end.twice.len(), end.missing.len(), end.in_doubt.len()];
                writeln!(table, "| {moment} | {twice} | {missing} | {doubt} | {} |", end.not_sent).unwrap();
                in_doubt += doubt;
                if twice + missing > 0 {
                    writeln!(wrong, "{moment}: {end:?}").unwrap();
                }
            }
            Err(panic) => writeln!(wrong, "{moment}: {panic}").unwrap(),
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(in_doubt > KILLS, "of some writes nobody knows");
}
