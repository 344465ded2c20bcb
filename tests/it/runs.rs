//! What is told of earlier runs: all of them, one of them, the records of one; and what becomes of old ones.

mod helps;
mod listed;
mod pruned;
mod records;
mod shown;

use std::process::{Child, Stdio};

use serde_json::Value;

use crate::played::{Played, TAKE, seats};
use crate::program::{Folder, Ran};

const AUDIT: [&str; 3] = ["run", "pipelines/license-audit.yaml", "--sandbox"];

const ACTIVATE: [&str; 3] = ["run", "pipelines/activate-offline.yaml", "--sandbox"];

/// What leaves the first write of [`ACTIVATE`] in doubt.
const DOUBT: [&str; 4] = ["--concurrency", "1", "--fault", "match=devices.activateOffline,times=1,do=commit-then-503"];

/// What `runs --json` tells, the newest run first.
fn runs(folder: &Folder) -> Vec<Value> {
    let ran = folder.run(&["runs", "--json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The ids of the runs, the newest first.
fn ids(folder: &Folder) -> Vec<String> {
    runs(folder).iter().map(|run| run["run"].as_str().unwrap().to_owned()).collect()
}

/// Runs the program, which does what it is asked for.
fn done(folder: &Folder, arguments: &[&str]) -> Ran {
    let ran = folder.run(arguments);
    assert!([0, 3].contains(&ran.status), "{arguments:?}: {}", ran.stderr);
    ran
}

/// What there is to see of a run of the program. Ids are `RUN-1`, `RUN-2` and so on, the oldest first; times, digests and
/// durations are left out, and so are the widths of columns, which depend on them.
fn seen(ran: &Ran, ids: &[String]) -> String {
    let mut seen = format!("exit status {}", ran.status);
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if !text.is_empty() {
            seen = format!("{seen}\n--- {name}\n{}", text.trim_end());
        }
    }
    for (number, id) in ids.iter().rev().enumerate() {
        seen = seen.replace(id, &format!("RUN-{}", number + 1));
    }
    seen.lines().map(steady).collect::<Vec<_>>().join("\n")
}

fn steady(line: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(steady_cell);
    format!("{indent}{}", cells.collect::<Vec<_>>().join("  "))
}

fn steady_cell(cell: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in cell.split(' ') {
        let is_number = |word: &String| word.parse::<f64>().is_ok();
        let (word, comma) = word.strip_suffix(',').map_or((word, ""), |word| (word, ","));
        if ["ms", "s"].contains(&word) && words.last().is_some_and(is_number) {
            words.pop();
            words.push(format!("TIME{comma}"));
        } else if word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            words.push("DIGEST".to_owned());
        } else if word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            words.push("DATE".to_owned());
        } else if word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
            words.push(format!("CLOCK{comma}"));
        } else {
            words.push(format!("{word}{comma}"));
        }
    }
    words.join(" ")
}

/// A run that takes a seat for ann, whose request has come in and gets no answer.
fn waiting() -> (Played, Child) {
    waiting_with(Stdio::null())
}

/// The same, and what it says can be read.
#[cfg(unix)]
fn waiting_to_tell() -> (Played, Child) {
    waiting_with(Stdio::piped())
}

fn waiting_with(stderr: Stdio) -> (Played, Child) {
    let played = Played::with_faults(&["match=seats.take,times=1,do=hold"]).variable("USER", "jo");
    let nodes = format!("  input: {{ rows: [{{ holder: ann, quantity: 1 }}] }}\n{TAKE}");
    played.folder.write("played.yaml", seats("concurrency: 1", &nodes));
    let mut command = played.folder.command(&["run", "played.yaml"]);
    let child = command.stdout(Stdio::null()).stderr(stderr).spawn().unwrap();
    played.wait_until("seats.take", |requests| !requests.is_empty());
    (played, child)
}

/// The same, killed: nobody knows whether ann has her seat.
fn killed() -> Played {
    let (played, mut child) = waiting();
    child.kill().unwrap();
    child.wait().unwrap();
    played.settle();
    played
}
