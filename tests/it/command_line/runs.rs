//! What is told when a run has ended.

use insta::assert_snapshot;
use serde_json::Value;

use super::seen;
use crate::program::Folder;

#[test]
fn a_run_twice_prints_and_writes_the_same() {
    let folder = Folder::new();
    let run = || folder.run(&["run", "pipelines/license-audit.yaml", "--sandbox"]);
    let first = run();
    assert_snapshot!(seen(&first), @r"
    exit status 0
    --- stdout
    node           tool           in  succeeded  on F  calls  retries  rows on S
    accounts       read_csv        8          6     2                          6
    devices        license_api     6          3     3      6        0          9
    licenses       license_api     6          3     3      6        0         11
    users          license_api     6          3     3      6        0         20
    machines       unique          9          4     5                          4
    save_devices   write_parquet   4          4     0                          1
    save_licenses  write_parquet  11         11     0                          1
    save_users     write_parquet  20         20     0                          1
    failures       write_csv      11         11     0                          1
    --- stderr
    the books close: at every node, in = succeeded + on F
    license-audit: done in TIME, run RUN
    ");
    let written = folder.files("out");
    assert_eq!(written.len(), 4);
    let second = run();
    assert_eq!((second.stdout, second.status), (first.stdout, 0));
    assert!(folder.files("out") == written, "the second run wrote other bytes");
}

#[test]
fn a_run_as_json_tells_all_that_the_table_does() {
    let ran = Folder::new().run(&["run", "pipelines/license-audit.yaml", "--sandbox", "--json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let keys: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    assert_snapshot!(keys.join(" "), @"run pipeline ending error exit_status elapsed_seconds nodes kept");
    assert_snapshot!(report["nodes"][1], @r#"{"node":"devices","tool":"license_api","f_is_failure":true,"writes":false,"records_in":6,"succeeded":3,"failed":3,"calls":6,"retries":0,"rows":9,"unparsed":0,"in_doubt":0,"recalled":0,"withheld":0,"unknown":0}"#);
    assert_eq!((&report["ending"], &report["exit_status"]), (&"completed".into(), &0.into()));
}

#[test]
fn failed_records_that_are_wired_nowhere_are_named_at_the_end() {
    let folder = Folder::new();
    let pipeline = "version: 1\npipeline: open\nnodes: { accounts: { read_csv: { path: fixtures/accounts.csv } } }\n";
    folder.write("open.yaml", pipeline);
    let ran = folder.run(&["run", "open.yaml"]);
    let run = ran.stderr.split_once(", run ").unwrap().1.trim_end();
    assert_snapshot!(seen(&ran).replace(run, "RUN"), @r"
    exit status 3
    --- stdout
    node      tool      in  succeeded  on F  calls  retries  rows on S
    accounts  read_csv   8          6     2                          6
    --- stderr
      ⚠ failed records of `accounts` are wired nowhere
       ╭─[open.yaml:3:10]
     3 │ nodes: { accounts: { read_csv: { path: fixtures/accounts.csv } } }
       ·          ────┬───
       ·              ╰── its `F` leads nowhere
       ╰────
      help: wire `accounts.F` to a file; a run that leaves records there ends with status 3

    1 warning; `seatflow explain failed-not-wired` tells more
      ! 2 records failed at `accounts` and are wired nowhere: see .seatflow/runs/RUN/accounts.F.arrow
        help: wire `accounts.F` to a `write_csv` and run again
    the books close: at every node, in = succeeded + on F
    open: done in TIME, run RUN
    ");
}

#[test]
fn a_run_that_fails_says_why_and_writes_nothing() {
    let folder = Folder::new();
    folder.write("out", "a file where a folder should be");
    let ran = folder.run(&["run", "pipelines/releases.yaml", "--sandbox"]);
    assert_snapshot!(seen(&ran), @r"
    exit status 4
    --- stderr
      × cannot write `out/releases.csv`: its folder is a file
      help: choose another `path`, or mend the folder
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_cannot_be_told_of_is_done_all_the_same() {
    for more in [[].as_slice(), &["--json"]] {
        let folder = Folder::new();
        let arguments = [&["run", "pipelines/releases.yaml", "--sandbox"], more].concat();
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = folder.command(&arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(0), "{stderr}");
        assert!(stderr.contains("  × stdout cannot be written: No space left on device"), "{stderr}");
        assert!(folder.path("out/releases.csv").exists());
    }
}

#[test]
fn a_node_of_which_nothing_succeeded_is_named_at_the_end() {
    let folder = Folder::new();
    folder.write("accounts.csv", "account_id,account_name\nNO-SUCH-ACCOUNT,none\n");
    let audit = "pipelines/license-audit.yaml";
    let ran = folder.run(&["run", audit, "--sandbox", "--set", "accounts=accounts.csv"]);
    for node in ["devices", "licenses", "users"] {
        assert!(ran.stderr.contains(&format!("  ! no record of `{node}` succeeded\n")), "{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("`accounts` succeeded"), "{}", ran.stderr);
}
