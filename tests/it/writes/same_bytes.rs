//! The same writes at another pace leave the same bytes, also where they are struck.

use std::fmt::Write as _;

use super::SAVED;
use crate::played::pipeline;
use crate::program::Folder;

/// Faults of single devices, whose writes keep their order: each strikes the same write at any pace.
const FAULTS: &[&str] = &[
    "match=PATCH /v1/devices/DEV-000412,after=1,do=commit-then-503",
    "match=PATCH /v1/devices/DEV-000413,do=retry-after=0",
    "match=PATCH /v1/devices/DEV-900003,after=2,do=commit-then-reset",
    "match=PATCH /v1/devices/DEV-900005,do=failure-in-body",
    "match=PATCH /v1/devices/DEV-900006,do=html-login",
    "match=PATCH /v1/devices/DEV-900007,do=reset",
];

/// Keys that are taken off devices that are there and others; some lines twice, some not fit to be sent.
fn input() -> String {
    let devices = ["DEV-000412", "DEV-000413", "DEV-000414", "DEV-900003", "DEV-900005", "DEV-900006", "DEV-900007"];
    let mut input = String::from("line,device,key\n");
    for line in 0..420 {
        let device = match line % 82 {
            0 => "",
            41 => "..",
            _ => devices[line * line % 5 + line % 3],
        };
        let key = match line {
            3 => "AYXD-0001-0001-0001-0001-0001-0001-0001".to_owned(),
            _ => format!("AYXI-0002-0002-0002-0002-0002-0002-{:04}", line / 2),
        };
        writeln!(input, "{line},{device},{key}").unwrap();
    }
    input
}

#[test]
fn no_pace_changes_a_byte_on_s_or_f() {
    let nodes = format!(
        "  input: {{ read_csv: {{ path: input.csv }} }}
  calls:
    license_api:
      connection: portal
      endpoint: devices.removeLicenses
      parameters: {{ accountId: ACC-100234, deviceId: {{ field: device }} }}
      payload: {{ licenseKeysToRemove: [{{ field: key }}] }}
      keep: [line, key]
    D: input
{SAVED}"
    );
    let text = pipeline("attempts: 3", &nodes);
    let mut usual = None;
    for concurrency in ["1", "16", "64"] {
        for batch_rows in ["1", "7", "8192"] {
            let folder = Folder::new();
            folder.write("input.csv", input());
            folder.write("same.yaml", &text);
            let faults = FAULTS.iter().flat_map(|fault| ["--fault", fault]);
            let pace = ["--concurrency", concurrency, "--batch-rows", batch_rows];
            let arguments: Vec<&str> =
                ["run", "same.yaml", "--sandbox"].into_iter().chain(pace).chain(faults).collect();
            let ran = folder.run(&arguments);
            assert_eq!(ran.status, 3, "{}", ran.stderr);
            let mut files = folder.files("out");
            // It has times in it.
            files.remove("log.csv");
            let failed = String::from_utf8(files["failed.csv"].clone()).unwrap();
            let kinds = [
                "in-doubt",
                "not-attempted",
                "duplicate-write",
                "failure-in-body",
                "missing-parameter",
                "bad-parameter",
                "status",
            ];
            for kind in kinds {
                assert!(failed.contains(&format!(",{kind},")), "no `{kind}` in\n{failed}");
            }
            let usual = usual.get_or_insert_with(|| files.clone());
            assert!(*usual == files, "concurrency {concurrency}, batch rows {batch_rows}:\n{failed}");
        }
    }
}
