//! One run, as it is shown.

use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{ACTIVATE, AUDIT, DOUBT, done, ids, killed, seen, waiting};
use crate::played::{Played, seats};
use crate::program::Folder;

/// The lines from one that begins so to the next empty one.
fn section(shown: &str, title: &str) -> String {
    shown.lines().skip_while(|line| *line != title).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What is shown of the latest run, but for the calls that happened to take longest.
fn shown(folder: &Folder, arguments: &[&str]) -> String {
    let shown = seen(&done(folder, &[&["show"], arguments].concat()), &ids(folder));
    match section(&shown, "Slowest calls").as_str() {
        "" => shown,
        slowest => shown.replace(&format!("{slowest}\n\n"), ""),
    }
}

#[test]
fn without_a_name_the_latest_run_is_shown() {
    let folder = Folder::new().variable("USER", "jo");
    done(&folder, &[&AUDIT[..], &["--set", "accounts=fixtures/accounts.csv"]].concat());
    assert_snapshot!(shown(&folder, &[]), @r"
    exit status 0
    --- stdout
    RUN-1  license-audit
    state  done, exit status 0
    began  DATE CLOCK UTC, took TIME
    by  jo, with seatflow 0.1.0
    file  pipelines/license-audit.yaml
    settings  accounts=fixtures/accounts.csv
    systems  played by the sandbox

    Passes
      pass  began (UTC)  took  ended  exit  why
      run  DATE CLOCK  TIME  done  0

    Books
      node  tool  in  succeeded  on F  calls  retries  recalled  rows on S
      accounts  read_csv  8  6  2  6
      devices  license_api  6  3  3  6  0  0  9
      licenses  license_api  6  3  3  6  0  0  11
      users  license_api  6  3  3  6  0  0  20
      machines  unique  9  4  5  4
      save_devices  write_parquet  4  4  0  1
      save_licenses  write_parquet  11  11  0  1
      save_users  write_parquet  20  20  0  1
      failures  write_csv  11  11  0  1

    Failed calls
      node  kind  calls
      devices  status  3
      licenses  status  3
      users  status  3

    Inputs
      file  sha256
      pipelines/license-audit.yaml  DIGEST
      fixtures/accounts.csv  DIGEST
    ");
    let all = folder.run(&["show"]).stdout;
    let slowest = section(&all, "Slowest calls");
    assert_eq!(slowest.lines().count(), 7, "{slowest}");
    let took = |line: &str| line.split_whitespace().nth(2).unwrap().parse::<u64>().unwrap();
    let took: Vec<u64> = slowest.lines().skip(2).map(took).collect();
    assert!(took.is_sorted_by(|one, next| one >= next), "{slowest}");
}

#[test]
fn one_node_is_shown_with_why_its_records_failed() {
    let folder = Folder::new().variable("USER", "jo");
    done(&folder, &AUDIT);
    assert_snapshot!(shown(&folder, &["--node", "devices"]), @r"
    exit status 0
    --- stdout
    RUN-1  license-audit
    state  done, exit status 0
    began  DATE CLOCK UTC, took TIME
    by  jo, with seatflow 0.1.0
    file  pipelines/license-audit.yaml
    systems  played by the sandbox

    Passes
      pass  began (UTC)  took  ended  exit  why
      run  DATE CLOCK  TIME  done  0

    Books
      node  tool  in  succeeded  on F  calls  retries  recalled  rows on S
      devices  license_api  6  3  3  6  0  0  9

    Failed calls
      node  kind  calls
      devices  status  3

    Failed records
      record  kind  status  message
           2  status  404  404 Not Found: Account ACC-404001 was not found.
           3  status  403  403 Forbidden: The caller may not use account ACC-109999.
           5  status  404  404 Not Found: Account ACC-404004 was not found.

    Inputs
      file  sha256
      pipelines/license-audit.yaml  DIGEST
      fixtures/accounts.csv  DIGEST
    ");
    let read = shown(&folder, &["--node", "accounts"]);
    assert_snapshot!(section(&read, "Failed records"), @r"
    Failed records
      record  kind  status  message
      line 7  unreadable  it has 1 field instead of 3
      line 8  unreadable  its character 23, the byte E9, is not UTF-8
    ");
    let rest = shown(&folder, &["--node", "machines"]);
    assert!(!rest.contains("Failed"), "what is left over has not failed: {rest}");
    let as_json: Value = serde_json::from_str(&done(&folder, &["show", "--node", "users", "--json"]).stdout).unwrap();
    let nodes: Vec<&Value> = as_json["nodes"].as_array().unwrap().iter().map(|node| &node["node"]).collect();
    assert_eq!(nodes, ["users"]);
    assert!(as_json["slowest_calls"].as_array().unwrap().iter().all(|call| call["node"] == "users"), "{as_json}");
    assert_eq!(as_json["failed_records"][0]["status"], 404);
}

#[test]
fn writes_in_doubt_are_listed_with_what_to_do() {
    let folder = Folder::new().variable("USER", "jo");
    done(&folder, &[&ACTIVATE[..], &DOUBT].concat());
    let shown = shown(&folder, &[]);
    assert_snapshot!(section(&shown, "Writes in doubt"), @r#"
    Writes in doubt
      node  record  request  payload  why
      activated  0  POST http://alteryx.sandbox.test/v1/devices?accountId=ACC-100234  {"name":"WS-0501","hostId":"8CDCD4000501","hostIdType":"ETHERNET","userId":"USR-000731","licenses":[{"licenseKey":"AYXD-0001-0001-0001-0001-0001-0001-0001","quantity":1}],"offlineRequest":{"fileName":…  503 Service Unavailable; whether it had its effect is not known
    "#);
    assert_snapshot!(shown.split_once("--- stderr\n").unwrap().1, @r"
    ! nobody knows whether the writes in doubt happened
      help: `seatflow show RUN-1 --anchor activated.F` shows the records of `activated`, with why
      help: `seatflow explain what-happens-when` says what to do with them
    ");
    let as_json: Value = serde_json::from_str(&done(&folder, &["show", "--json"]).stdout).unwrap();
    let doubt = &as_json["in_doubt"][0];
    assert_eq!([&doubt["kind"], &doubt["status"]], [&json!("in-doubt"), &json!(503)], "{doubt}");
    let payload: Value = serde_json::from_str(doubt["payload"].as_str().unwrap()).unwrap();
    assert!(payload["offlineRequest"]["fileName"].is_string(), "it is whole: {payload}");
}

#[test]
fn a_run_that_was_killed_has_its_write_in_doubt_and_says_what_takes_it_up() {
    let played = killed();
    let port = played.address().port().to_string();
    assert_snapshot!(shown(&played.folder, &[]).replace(&port, "PORT"), @r"
    exit status 0
    --- stdout
    RUN-1  played
    state  broken off
    began  DATE CLOCK UTC
    by  jo, with seatflow 0.1.0
    file  played.yaml
    writes  1

    Passes
      pass  began (UTC)  took  ended  exit  why
      run  DATE CLOCK  broken off

    Books
      node  tool  in  succeeded  on F  calls  retries  recalled  rows on S
      input  rows  0  0  0  0
      calls  license_api  1  0  1  1  0  0  0

    Failed calls
      node  kind  calls
      calls  in-doubt  1

    Writes in doubt
      node  record  request  payload  why
      calls  0  POST http://seats.localhost:PORT/v1/seats  holder=ann&product=viewer&quantity=1  no outcome is known

    Inputs
      file  sha256
      played.yaml  DIGEST
      fixtures/catalogs/seats.yaml  DIGEST
    --- stderr
      ! nobody knows whether the writes in doubt happened
        help: `seatflow show RUN-1 --anchor calls.F` shows the records of `calls`, with why
        help: `seatflow explain what-happens-when` says what to do with them
      help: `seatflow resume RUN-1` takes the run up
    ");
}

#[test]
fn a_run_that_is_running_says_who_has_it_and_what_it_has_done_so_far() {
    let (played, mut child) = waiting();
    let told = shown(&played.folder, &[]);
    let held = told.lines().find(|line| line.starts_with("held by  ")).unwrap();
    assert!(held.starts_with(&format!("held by  process {} on ", child.id())) && held.contains(" since 20"), "{held}");
    assert!(!told.contains("Writes in doubt"), "{told}");
    let failed = done(&played.folder, &["show", "--anchor", "calls.F", "--format", "json"]).stdout;
    let failed: Value = serde_json::from_str(&failed).unwrap();
    assert_eq!(
        [&failed["error.kind"], &failed["error.message"]],
        [&json!("not-attempted"), &json!("the run is still under way")]
    );
    played.settle();
    child.wait().unwrap();
    let as_json: Value = serde_json::from_str(&done(&played.folder, &["show", "--json"]).stdout).unwrap();
    assert_eq!([&as_json["state"], &as_json["held_by"]], [&json!("completed"), &json!(null)]);
}

#[test]
fn a_write_that_a_read_has_settled_is_told_with_what_it_sent() {
    let played = Played::with_faults(&["match=seats.change,times=1,do=hold"]);
    // In its own catalog it may be repeated, and so would not be asked for.
    let catalog = played.folder.read("fixtures/catalogs/seats.yaml");
    let unrepeatable = catalog.replacen("    idempotent: true\n", "    idempotent: false\n", 1);
    assert_ne!(catalog, unrepeatable);
    played.folder.write("fixtures/catalogs/seats.yaml", unrepeatable);
    let change = "  calls:
    license_api:
      connection: seats
      endpoint: seats.change
      parameters: { seatId: seat-0001 }
      payload: { quantity: 3 }
";
    played.folder.write("played.yaml", seats("", change));
    let mut command = played.folder.command(&["run", "played.yaml"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    played.wait_until("seats.change", |requests| requests.len() == 1);
    child.kill().unwrap();
    child.wait().unwrap();
    played.settle();
    done(&played.folder, &["resume"]);
    let port = played.address().port().to_string();
    assert_snapshot!(section(&shown(&played.folder, &[]), "Settled writes").replace(&port, "PORT"), @r#"
    Settled writes
      1 write was in doubt and is settled: a read told that it happened
      node  record  request  payload
      calls  0  PATCH http://seats.localhost:PORT/v1/seats/seat-0001  {"quantity":3}
    "#);
    let as_json: Value = serde_json::from_str(&done(&played.folder, &["show", "--json"]).stdout).unwrap();
    assert_eq!([&as_json["settled"][0]["payload"], &as_json["in_doubt"]], [&json!(r#"{"quantity":3}"#), &json!([])]);
}

#[test]
fn a_plan_is_shown_with_its_totals_and_what_applies_it() {
    let folder = Folder::new().variable("USER", "jo");
    done(&folder, &["plan", "pipelines/activate-offline.yaml", "--sandbox"]);
    let planned = shown(&folder, &[]);
    assert_snapshot!(section(&planned, "Plan"), @r"
    Plan
      endpoint  method  writes  unknown
      devices.activateOffline  POST  6
    ");
    assert_snapshot!(planned.split_once("--- stderr\n").unwrap().1, @"  help: `seatflow apply RUN-1` applies the plan");
    done(&folder, &["apply"]);
    let applied = shown(&folder, &[]);
    assert_snapshot!(section(&applied, "Passes"), @r"
    Passes
      pass  began (UTC)  took  ended  exit  why
      plan  DATE CLOCK  TIME  done  0
      check  DATE CLOCK  TIME  done  0
      apply  DATE CLOCK  TIME  done  0
    ");
}

#[test]
fn a_run_is_named_by_a_part_of_its_id() {
    let folder = Folder::new().variable("USER", "jo");
    done(&folder, &AUDIT);
    let first = ids(&folder).remove(0);
    for name in [first.as_str(), &first[..6], &first[9..]] {
        let ran = done(&folder, &["show", name]);
        assert!(ran.stdout.starts_with(&format!("{first}  ")), "{name}: {}", ran.stdout);
    }
    let mistyped = format!("{}x", &first[..first.len() - 1]);
    assert_snapshot!(seen(&folder.run(&["show", &mistyped]), &ids(&folder)).replace(&mistyped, "MISTYPED"), @r"
    exit status 2
    --- stderr
      × there is no run `MISTYPED`
      help: did you mean `RUN-1`? `seatflow runs` lists them all
    ");
    done(&folder, &["run", "pipelines/releases.yaml", "--sandbox"]);
    let all = ids(&folder);
    for id in &all {
        let ran = done(&folder, &["show", &id[9..]]);
        assert!(ran.stdout.starts_with(&format!("{id}  ")), "{id}: {}", ran.stdout);
    }
    assert_snapshot!(seen(&folder.run(&["show", &first[..2]]), &all), @r"
    exit status 2
    --- stderr
      × the ids of 2 runs begin or end with `20`
      help: they are `RUN-2` and `RUN-1`; say more of one
    ");
    assert_snapshot!(seen(&folder.run(&["show", ""]), &all), @r"
    exit status 2
    --- stderr
      × there is no run ``
      help: `seatflow runs` lists them all
    ");
}

#[test]
fn what_is_no_node_of_the_run_is_an_error_of_usage() {
    let folder = Folder::new().variable("USER", "jo");
    done(&folder, &["run", "pipelines/releases.yaml", "--sandbox"]);
    assert_snapshot!(seen(&folder.run(&["show", "--node", "release"]), &ids(&folder)), @r"
    exit status 2
    --- stderr
      × the run has no node `release`
      help: did you mean `releases`? The valid ones are `products`, `releases`, `editions`, `save_releases`, `save_editions` and `failures`
    ");
}
