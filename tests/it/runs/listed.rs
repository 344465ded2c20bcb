//! All runs, a line each, and what to do with those that are not finished.

#[cfg(unix)]
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
#[cfg(unix)]
use std::process::{Child, Command};

use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};

use super::{ACTIVATE, AUDIT, DOUBT, done, ids, killed, runs, seen, waiting, waiting_to_tell};
use crate::played::{Played, TAKE, seats};
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
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    let id = told[0]["run"].as_str().unwrap();
    assert_eq!(told[0]["next"], format!("seatflow resume {id} --state 'else where'"));
}

#[test]
fn a_journal_that_is_damaged_or_a_folder_is_named_with_what_to_do() {
    let folder = Folder::new();
    done(&folder, &["run", "pipelines/releases.yaml", "--sandbox"]);
    let mut bytes = std::fs::read(folder.path(".seatflow/journal.db")).unwrap();
    bytes[4096..].fill(0xff);
    std::fs::write(folder.path(".seatflow/journal.db"), bytes).unwrap();
    let run = ["run", "pipelines/releases.yaml", "--sandbox"];
    for arguments in [&["runs"][..], &["show"], &["resume"], &run] {
        allow_duplicates!(assert_snapshot!(seen(&folder.run(arguments), &[]), @r"
        exit status 4
        --- stderr
          × the journal cannot be used: `.seatflow/journal.db` is damaged
          help: nothing was sent; put back a copy of that file, or move it away and begin anew
        "));
    }
    std::fs::remove_file(folder.path(".seatflow/journal.db")).unwrap();
    std::fs::create_dir(folder.path(".seatflow/journal.db")).unwrap();
    for arguments in [&["runs"][..], &run] {
        allow_duplicates!(assert_snapshot!(seen(&folder.run(arguments), &[]), @r"
        exit status 4
        --- stderr
          × the journal cannot be used: `.seatflow/journal.db` is not a journal
          help: move that file away, or use another folder: `--state DIR`
        "));
    }
}

#[test]
fn who_only_looks_locks_nothing() {
    let folder = Folder::new();
    done(&folder, &["run", "pipelines/releases.yaml", "--sandbox"]);
    std::fs::remove_file(folder.path(".seatflow/journal.lock")).unwrap();
    done(&folder, &["runs"]);
    done(&folder, &["show"]);
    assert!(!folder.path(".seatflow/journal.lock").exists());
}

/// The listed calls and writes of the latest run.
fn calls_and_writes(folder: &Folder) -> [Value; 2] {
    let mut told = runs(folder);
    [told[0]["calls"].take(), told[0]["writes"].take()]
}

#[test]
fn a_call_that_was_made_once_is_counted_once_after_a_resumption() {
    let played = Played::with_faults(&["match=seats.take,after=1,times=1,do=hold"]);
    let rows = "  input: { rows: [{ holder: ann, quantity: 1 }, { holder: bob, quantity: 1 }] }\n";
    played.folder.write("played.yaml", seats("concurrency: 1", &format!("{rows}{TAKE}")));
    let mut command = played.folder.command(&["run", "played.yaml"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    played.wait_until("seats.take", |requests| requests.len() == 2);
    child.kill().unwrap();
    child.wait().unwrap();
    played.settle();
    assert_eq!(calls_and_writes(&played.folder), [json!(2), json!(2)]);
    done(&played.folder, &["resume"]);
    assert_eq!(calls_and_writes(&played.folder), [json!(2), json!(2)]);
}

#[cfg(unix)]
#[test]
fn calls_that_were_on_their_way_when_a_run_was_broken_off_are_counted() {
    let (played, mut child) = waiting_to_tell();
    interrupt(&child);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    stderr.read_line(&mut said).unwrap();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    played.settle();
    assert_eq!(calls_and_writes(&played.folder), [json!(1), json!(1)]);
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_plan_that_did_not_come_to_its_end_is_not_to_be_taken_up() {
    let played = Played::with_faults(&["match=seats.list,times=1,do=hold"]);
    let found = "  found: { license_api: { connection: seats, endpoint: seats.list } }\n";
    played.folder.write("played.yaml", seats("", found));
    let mut command = played.folder.command(&["plan", "played.yaml"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    played.wait_until("seats.list", |requests| requests.len() == 1);
    child.kill().unwrap();
    child.wait().unwrap();
    played.settle();
    let told = runs(&played.folder).remove(0);
    assert_eq!([&told["state"], &told["next"]], [&json!("broken"), &json!(null)]);
    assert_eq!(played.folder.run(&["runs"]).stderr, "");
}

#[test]
fn of_a_plan_that_does_not_hold_any_more_it_is_said() {
    let played = Played::with_faults(&[]);
    let take = "  input: { rows: [{ holder: ann, quantity: 1 }] }\n";
    let release = "  found: { license_api: { connection: seats, endpoint: seats.list } }
  calls:
    D: found
    license_api:
      connection: seats
      endpoint: seats.change
      parameters: { seatId: { field: id } }
      payload: { quantity: 2 }
";
    played.folder.write("take.yaml", seats("", &format!("{take}{TAKE}")));
    played.folder.write("change.yaml", seats("", release));
    done(&played.folder, &["plan", "change.yaml"]);
    done(&played.folder, &["run", "take.yaml", "--new"]);
    let plan = ids(&played.folder).remove(1);
    assert_eq!(played.folder.run(&["apply", &plan]).status, 5);
    let told = seen(&played.folder.run(&["runs"]), &ids(&played.folder));
    assert_snapshot!(told.split_once("--- stderr\n").unwrap().1, @r"
      ! played (planned): `seatflow apply RUN-1` applies the plan
        help: what it has read has changed since: `seatflow plan FILE` makes a new plan
    ");
}
