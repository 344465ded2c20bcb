//! Ctrl-C, once and twice, and what goes on then.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::shown;
use crate::played::Played;

const RUN: [&str; 5] = ["run", "pipelines/deactivate-devices.yaml", "--concurrency", "1", "--json"];

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

/// Interrupts a run whose second write is under way as often as is said, and gives its exit status and what it said.
fn interrupted(played: &Played, times: usize) -> (Option<i32>, String) {
    played.arm("match=devices.removeLicenses,after=1,do=hold");
    // Not as JSON, which leaves out what to do next.
    let mut command = played.folder.command(&RUN[..4]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    played.wait_until("devices.removeLicenses", |requests| requests.len() == 2);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    interrupt(&child);
    let mut said = String::new();
    stderr.read_line(&mut said).unwrap();
    assert!(said.starts_with("stopping: calls on their way are waited for"), "{said}");
    if times == 1 {
        played.settle();
    } else {
        interrupt(&child);
    }
    stderr.read_to_string(&mut said).unwrap();
    let status = child.wait().unwrap().code();
    played.settle();
    (status, said)
}

fn goes_on_after(times: usize) -> End {
    let undisturbed = Played::with_faults(&[]);
    assert_eq!(undisturbed.folder.run(&RUN).status, 0);
    let reference = Reference::of(&undisturbed);

    let played = Played::with_faults(&[]);
    let (status, said) = interrupted(&played, times);
    assert_eq!(status, Some(130), "{said}");
    let run = shown(&played);
    assert_eq!(run["state"], "interrupted", "{said}");
    let next = format!("`seatflow resume {}` goes on", run["run"].as_str().unwrap());
    assert!(said.contains(&next), "{said}");
    assert_eq!(played.requests("devices.removeLicenses").len(), 2, "nothing more was sent");
    assert!(!played.folder.path("out").exists() || played.folder.files("out").is_empty());
    let held = Held::read(&played.folder);
    let ran = played.folder.run(&["resume", "--json"]);
    let end = End::of(&played, &ran, &held, &reference);
    assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
    end
}

#[test]
fn a_run_that_was_interrupted_goes_on_to_the_same_bytes() {
    assert_eq!(goes_on_after(1).in_doubt.len(), 0);
}

#[test]
fn a_run_that_was_interrupted_twice_goes_on_and_does_not_know_of_the_write_that_was_under_way() {
    let end = goes_on_after(2);
    assert_eq!((end.in_doubt.len(), end.not_sent), (1, 0));
}
