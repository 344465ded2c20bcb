//! The records of an anchor of an earlier run.

use insta::assert_snapshot;
use seatflow_testkit::parquet_as_text;
use serde_json::Value;

use super::{AUDIT, done, ids, seen};
use crate::program::{Folder, Ran};

/// A folder with a run of the audit.
fn audited() -> Folder {
    let folder = Folder::new();
    done(&folder, &AUDIT);
    folder
}

fn shown(folder: &Folder, arguments: &[&str]) -> Ran {
    done(folder, &[&["show", "--anchor"], arguments].concat())
}

#[test]
fn a_table_has_the_columns_that_fit_and_tells_what_it_leaves_out() {
    let folder = audited();
    let ran = shown(&folder, &["devices.F"]);
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ran.stdout);
    assert_snapshot!(ran.stdout, @r"
    _call  error.kind  error.message                account_id  account_name        region  error.status
        2  status      404 Not Found: Account ACC…  ACC-404001  Example Closed      EMEA             404
        3  status      403 Forbidden: The caller …  ACC-109999  Example Partner     APAC             403
        5  status      404 Not Found: Account ACC…  ACC-404004  Example\nTwo Lines  AMER             404
    ");
    assert_snapshot!(ran.stderr, @r"
    ! not shown: 4 columns
      help: `--out FILE.csv` writes all of them with all columns
    ");
    let ran = shown(&folder, &["users", "--limit", "2"]);
    assert_snapshot!(ran.stdout, @r"
    _call  account_id  account_name           data.idx  id          userName    email
        0  ACC-100234  Example Manufacturing         0  USR-000001  admin-0001  admin-0001@example.test
        0  ACC-100234  Example Manufacturing         0  USR-000001  admin-0001  admin-0001@example.test
    ");
    assert_snapshot!(ran.stderr, @r"
    ! not shown: 18 records and 8 columns
      help: `--limit N` shows more records, `--out FILE.csv` writes all of them with all columns
    ");
    assert_eq!(shown(&folder, &["users", "--limit", "2", "--quiet"]).stderr, "");
    let log = shown(&folder, &["devices.l"]);
    let gets = log.stdout.lines().filter(|line| line.contains("  GET  "));
    assert_eq!(gets.count(), 6, "{}", log.stdout);
}

#[test]
fn a_table_has_fifty_records_unless_more_are_asked_for() {
    let folder = Folder::new();
    let lines = "line\n".repeat(60);
    folder.write("lines.csv", format!("text\n{lines}"));
    folder.write("long.yaml", "version: 1\npipeline: long\nnodes: { lines: { read_csv: { path: lines.csv } } }\n");
    done(&folder, &["run", "long.yaml", "--quiet"]);
    let rows = |arguments: &[&str]| {
        let ran = shown(&folder, &[&["lines.S"], arguments].concat());
        (ran.stdout.lines().count() - 1, ran.stderr)
    };
    let (count, told) = rows(&[]);
    assert_eq!(count, 50);
    assert_snapshot!(told, @r"
    ! not shown: 10 records
      help: `--limit N` shows more records, `--out FILE.csv` writes all of them with all columns
    ");
    assert_eq!(rows(&["--limit", "60"]), (60, String::new()));
    assert_eq!(rows(&["--limit", "0"]).0, 0);
    assert_eq!(rows(&["--format", "csv"]), (60, String::new()));
    assert_eq!(rows(&["--format", "csv", "--limit", "7"]), (7, String::new()));
}

#[test]
fn every_form_holds_all_columns_of_all_records() {
    let folder = audited();
    let csv = shown(&folder, &["machines.F", "--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 6, "{csv}");
    let heading: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let json = shown(&folder, &["machines.F", "--format", "json"]).stdout;
    let json: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let keys: Vec<&str> = json[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((json.len(), keys), (5, heading));
    for (file, is_told) in [("out/f.csv", csv.as_str()), ("out/f.PARQUET", ""), ("out/f.jsonl", "")] {
        let ran = shown(&folder, &["machines.F", "--out", file]);
        assert_eq!((ran.stdout.as_str(), ran.stderr), ("", format!("5 records written to `{file}`\n")));
        assert!(is_told.is_empty() || folder.read(file) == is_told, "{file}");
    }
    shown(&folder, &["machines.F", "--out", "odd.name", "--format", "csv"]);
    assert_eq!(folder.read("odd.name"), csv);
    assert!(folder.read("out/f.jsonl").lines().count() == 5);
    let parquet = parquet_as_text(folder.files("out").remove("f.PARQUET").unwrap());
    assert!(parquet.contains("WS-0412"), "{parquet}");
}

#[test]
fn what_was_written_is_what_the_pipeline_wrote() {
    let folder = audited();
    shown(&folder, &["machines.S", "--out", "again.parquet"]);
    assert!(folder.files("")["again.parquet"] == folder.files("out")["devices.parquet"], "other bytes");
}

#[test]
fn an_anchor_on_which_nothing_left_is_told() {
    let folder = Folder::new();
    done(&folder, &["run", "pipelines/releases.yaml", "--sandbox"]);
    assert_snapshot!(seen(&shown(&folder, &["releases.F", "--out", "none.csv"]), &[]), @r"
    exit status 0
    --- stderr
    no record left `releases.F`, so `none.csv` was not written
    ");
    assert!(!folder.path("none.csv").exists());
}

#[test]
fn what_is_no_anchor_of_the_run_is_an_error_of_usage() {
    let folder = audited();
    let refused = |arguments: &[&str]| {
        let ran = folder.run(&[&["show", "--anchor"], arguments].concat());
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
        seen(&ran, &ids(&folder)).split_once("--- stderr\n").unwrap().1.to_owned()
    };
    assert_snapshot!(refused(&["login.A"]), @r"
    × `login.A` is no value for `--anchor <NODE.ANCHOR>`: what leaves on A is an authorization, not records
    help: write `NODE.S`, `NODE.F` or `NODE.L`
    ");
    assert_snapshot!(refused(&["devices.X"]), @r"
    × `devices.X` is no value for `--anchor <NODE.ANCHOR>`: there is no such anchor
    help: write `NODE.S`, `NODE.F` or `NODE.L`
    ");
    assert_snapshot!(refused(&["Devices.F"]), @r"
    × `Devices.F` is no value for `--anchor <NODE.ANCHOR>`: an anchor is a node, a dot and a letter
    help: write `NODE.S`, `NODE.F` or `NODE.L`
    ");
    assert_snapshot!(refused(&["device.F"]), @r"
    × the run has no node `device`
    help: did you mean `devices`? The valid ones are `accounts`, `devices`, `licenses`, `users`, `machines`, `save_devices`, `save_licenses`, `save_users` and `failures`
    ");
    assert_snapshot!(refused(&["accounts.L"]), @r"
    × `accounts` has no output `L`
    help: it is a `read_csv`, which has `accounts.S` and `accounts.F`
    ");
    assert_snapshot!(refused(&["devices.F", "--out", "f.xlsx"]), @r"
    × the name of `f.xlsx` does not tell its format
    help: say it with `--format`: `table`, `csv`, `json` or `parquet`
    ");
    assert_snapshot!(refused(&["devices.F", "--format", "parqet"]), @r"
    × `parqet` is no value for `--format <FORMAT>`
    help: did you mean `parquet`? The valid ones are `table`, `csv`, `json` and `parquet`; `seatflow show --help` tells more
    ");
    assert_snapshot!(refused(&["devices.F", "--json"]), @r"
    × not both --anchor <NODE.ANCHOR> and --json
    help: `seatflow show --help` tells more
    ");
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let folder = audited();
    let ran = folder.run(&["show", "--anchor", "devices.F", "--out", "out/devices.parquet/f.csv"]);
    assert_snapshot!(seen(&ran, &[]), @r"
    exit status 4
    --- stderr
      × cannot write `out/devices.parquet/f.csv`: its folder is a file
      help: choose another `path`, or mend the folder
    ");
}

#[test]
fn what_the_pipeline_reads_is_not_written_over() {
    let folder = audited();
    let before = folder.files("fixtures").remove("accounts.csv").unwrap();
    let ran = folder.run(&["show", "--anchor", "devices.F", "--out", "pipelines/../fixtures/accounts.csv"]);
    assert_snapshot!(seen(&ran, &[]), @r"
    exit status 4
    --- stderr
      × cannot write `pipelines/../fixtures/accounts.csv`: the pipeline reads it
    ");
    assert!(folder.files("fixtures")["accounts.csv"] == before, "other bytes");
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_has_gone_is_no_reason_to_fail() {
    let folder = audited();
    for form in ["table", "csv", "json", "parquet"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = folder.command(&["show", "--anchor", "devices.L", "--format", form]);
        let output = command.stdout(writer).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !told.contains("panic") && !told.contains('×'), "{form}: {told}");
    }
}
