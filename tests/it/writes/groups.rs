//! Records that make one call, wherever they stand in the input.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::column;
use crate::played::{Rows, pipeline, rows};
use crate::program::Folder;

/// How far the two records of a device are from each other.
const APART: usize = 5000;
const DESIGNER: &str = "AYXD-0001-0001-0001-0001-0001-0001-0001";
const SUITE: &str = "AYXI-0002-0002-0002-0002-0002-0002-0002";

/// The two keys of one device at the beginning and far behind, with records of another device between them.
fn input() -> String {
    let mut input = format!("line,device,key\n0,DEV-000412,{DESIGNER}\n");
    for line in 1..APART {
        writeln!(input, "{line},DEV-000413,AYXD-{line:04}-0009-0009-0009-0009-0009-0009").unwrap();
    }
    writeln!(input, "{APART},DEV-000412,{SUITE}").unwrap();
    writeln!(input, "{},DEV-000414,{DESIGNER}", APART + 1).unwrap();
    input
}

fn text() -> String {
    let nodes = "  input: { read_csv: { path: input.csv } }
  calls:
    license_api:
      connection: portal
      endpoint: devices.removeLicenses
      group_by: [device]
      parameters: { accountId: ACC-100234, deviceId: { field: device } }
      payload: { licenseKeysToRemove: [{ field: key }] }
      keep: [line, key]
    D: input
  succeeded: { write_csv: { path: out/succeeded.csv }, D: calls }
  failed: { write_csv: { path: out/failed.csv }, D: calls.F }
  log: { write_csv: { path: out/log.csv }, D: calls.L }
";
    pipeline("concurrency: 4", nodes)
}

fn calls(log: &Rows) -> Vec<(&str, &str)> {
    let of_devices = log.iter().filter(|row| row["method"] == "PATCH");
    of_devices.map(|row| (row["_call"].as_str(), row["request.body"].as_str())).collect()
}

#[test]
fn records_five_thousand_lines_apart_are_one_call() {
    let mut usual = None;
    for batch_rows in ["8192", "1"] {
        let folder = Folder::new();
        folder.write("input.csv", input());
        folder.write("groups.yaml", text());
        let ran = folder.run(&["run", "groups.yaml", "--sandbox", "--batch-rows", batch_rows]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let mut files = folder.files("out");

        // It has times in it.
        let log = rows(&files.remove("log.csv").unwrap());
        let calls = calls(&log);
        assert_eq!(calls.len(), 3, "one call for each device");
        let both = format!("{{\"licenseKeysToRemove\":[\"{DESIGNER}\",\"{SUITE}\"]}}");
        assert!(calls.contains(&("0", &both)), "the keys in the order of their records: {calls:?}");

        let succeeded = rows(&files["succeeded.csv"]);
        assert_eq!(column(&succeeded, "key"), [DESIGNER, SUITE], "both records are on S");
        assert_eq!(column(&succeeded, "line"), ["0", &APART.to_string()]);
        let failed = rows(&files["failed.csv"]);
        let lines: BTreeSet<usize> = failed.iter().map(|row| row["line"].parse().unwrap()).collect();
        assert_eq!((failed.len(), lines), (APART, (1..APART).chain([APART + 1]).collect()), "every other, once");

        let usual = usual.get_or_insert_with(|| files.clone());
        assert!(*usual == files, "batches of {batch_rows} rows leave other bytes");
    }
}
