//! All runs, a line each, and what to do with those that are not finished.

use insta::assert_snapshot;
use serde_json::json;

use super::{ACTIVATE, AUDIT, DOUBT, done, ids, killed, runs, seen, waiting};
use crate::program::Folder;

#[test]
fn without_a_journal_there_are_no_runs() {
    let folder = Folder::new();
    assert_snapshot!(seen(&folder.run(&["runs"]), &[]), @r"
    exit status 0
    --- stderr
    there are no runs in `.seatflow`
    ");
    assert_snapshot!(seen(&folder.run(&["runs", "--json", "--state", "elsewhere"]), &[]), @r"
    exit status 0
    --- stdout
    []
    ");
    assert_snapshot!(seen(&folder.run(&["show"]), &[]), @r"
    exit status 2
    --- stderr
      × there are no runs in `.seatflow`
      help: `seatflow run FILE` makes one; `--state DIR` names another folder
    ");
    assert!(!folder.path(".seatflow").exists() && !folder.path("elsewhere").exists(), "who only looks makes nothing");
}

#[test]
fn runs_are_listed_the_newest_first_with_what_is_left_to_do() {
    let folder = Folder::new();
    done(&folder, &AUDIT);
    done(&folder, &[&ACTIVATE[..], &DOUBT].concat());
    done(&folder, &["plan", "pipelines/activate-offline.yaml", "--sandbox"]);
    assert_snapshot!(seen(&folder.run(&["runs"]), &ids(&folder)), @r"
    exit status 0
    --- stdout
    run  pipeline  began (UTC)  took  state  exit  calls  writes  in doubt
    RUN-3  activate-offline  DATE CLOCK  TIME  planned  0  0
    RUN-2  activate-offline  DATE CLOCK  TIME  done  3  6  6  1
    RUN-1  license-audit  DATE CLOCK  TIME  done  0  18
    --- stderr
      ! activate-offline (planned): `seatflow apply RUN-3` applies the plan
      ! 1 write in doubt: `seatflow show RUN` lists those of a run
    ");
    let quiet = folder.run(&["runs", "--quiet"]);
    assert_eq!((quiet.stderr.as_str(), quiet.stdout.lines().count()), ("", 4));
    let told = runs(&folder);
    let keys: Vec<&str> = told[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_snapshot!(keys.join(" "), @"run pipeline file sandbox began_at elapsed_seconds state exit_status calls writes in_doubt planned unknown next");
    let command = format!("seatflow apply {}", ids(&folder)[0]);
    assert_eq!([&told[0]["next"], &told[0]["planned"]], [&json!(command), &json!(6)]);
    assert_eq!([&told[1]["writes"], &told[1]["in_doubt"], &told[1]["next"]], [&json!(6), &json!(1), &json!(null)]);
}

#[test]
fn a_run_is_running_until_it_is_killed_and_broken_off_then() {
    let (played, mut child) = waiting();
    assert_snapshot!(seen(&played.folder.run(&["runs"]), &ids(&played.folder)), @r"
    exit status 0
    --- stdout
    run  pipeline  began (UTC)  took  state  exit  calls  writes  in doubt
    RUN-1  played  DATE CLOCK  running  0  1
    ");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_snapshot!(seen(&played.folder.run(&["runs"]), &ids(&played.folder)), @r"
    exit status 0
    --- stdout
    run  pipeline  began (UTC)  took  state  exit  calls  writes  in doubt
    RUN-1  played  DATE CLOCK  broken off  1  1  1
    --- stderr
      ! played (broken off): `seatflow resume RUN-1` takes it up
      ! 1 write in doubt: `seatflow show RUN` lists those of a run
    ");
    played.settle();
}

#[test]
fn runs_of_another_folder_are_taken_up_there() {
    let played = killed();
    std::fs::rename(played.folder.path(".seatflow"), played.folder.path("else where")).unwrap();
    let ran = played.folder.run(&["runs", "--state", "else where", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let id = told[0]["run"].as_str().unwrap();
    assert_eq!(told[0]["next"], format!("seatflow resume {id} --state 'else where'"));
}
