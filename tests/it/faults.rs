//! The sandbox's faults, one by one: what the program does about each, and what it leaves behind.
//!
//! A fault is a budget and never a probability, and every test asserts that it was used up. No
//! test waits for a back-off: the connections here have none.

mod reach;
mod reads;
mod tls;
mod tokens;

use crate::played::{Played, Rows, assert_closed, count, pipeline, report};
use crate::program::Ran;

/// The devices of the accounts in a list, two to a page, with everything that comes of them.
pub(crate) fn devices(limits: &str, accounts: &[&str]) -> String {
    let rows: Vec<String> = accounts.iter().map(|account| format!("{{ account: {account} }}")).collect();
    let nodes = format!(
        "  accounts:
    rows: [{}]
  devices:
    license_api:
      connection: portal
      endpoint: devices.list
      parameters: {{ accountId: {{ field: account }}, size: 2 }}
      keep: [account]
    D: accounts
  save:
    write_csv: {{ path: out/devices.csv }}
    D: devices
  failed:
    write_csv: {{ path: out/failed.csv }}
    D: devices.F
  log:
    write_csv: {{ path: out/log.csv }}
    D: devices.L
",
        rows.join(", ")
    );
    pipeline(limits, &nodes)
}

/// An account with three devices on two pages.
pub(crate) const TWO_PAGES: &str = "ACC-100234";
/// An account with one device.
pub(crate) const ONE_PAGE: &str = "ACC-100777";

/// What a run over `devices` left.
pub(crate) struct Outcome {
    pub(crate) ran: Ran,
    pub(crate) devices: Rows,
    pub(crate) failed: Rows,
}

/// Runs over the devices of accounts and checks what must hold after every fault: the budget is
/// used up, the books are closed, every record is on S or on F, and every request is in the log.
pub(crate) fn run(played: &Played, limits: &str, accounts: &[&str]) -> Outcome {
    let ran = played.run(&devices(limits, accounts));
    assert!(matches!(ran.status, 0 | 3), "{}: {}", ran.status, ran.stderr);
    played.assert_used_up();
    let report = report(&ran);
    assert_closed(&report);
    assert_eq!(count(&report, "devices", "records_in"), accounts.len() as u64);
    let (devices, failed) = (played.rows("devices.csv"), played.rows("failed.csv"));
    assert_eq!(count(&report, "devices", "rows"), devices.len() as u64);
    assert_eq!(count(&report, "devices", "failed"), failed.len() as u64);
    let requests = played.requests("devices.list").len() + played.requests("token.refresh").len();
    assert_eq!(played.rows("log.csv").len(), requests, "the log has every request");
    Outcome { ran, devices, failed }
}
