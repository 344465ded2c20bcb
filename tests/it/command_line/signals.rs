//! What a run does when it is told from outside to end.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};

use crate::faults::{ONE_PAGE, devices};
use crate::played::{Played, assert_closed, report};
use crate::program::Ran;

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_terminal_that_is_gone_and_a_polite_kill_end_a_run_as_an_interrupt_does() {
    for signal in ["-HUP", "-TERM", "-INT"] {
        let played = Played::with_faults(&["match=devices.list,times=1000,do=slow-body=600000"]);
        played.folder.write("played.yaml", devices("concurrency: 2, attempts: 1, read_seconds: 0.3", &[ONE_PAGE; 50]));
        let mut command = played.folder.command(&["run", "played.yaml", "--json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        played.wait_until("devices.list", |requests| !requests.is_empty());
        send(signal, &child);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.status, 130, "{signal}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("stopping: calls on their way are waited for"), "{signal}: {}", ran.stderr);
        assert_closed(&report(&ran));
        assert!(played.requests("devices.list").len() < 50, "{signal}: nothing more was sent");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_was_started_to_outlive_its_terminal_does() {
    let played = Played::with_faults(&["match=devices.list,do=hold"]);
    played.folder.write("played.yaml", devices("concurrency: 1", &[ONE_PAGE; 50]));
    let run = played.folder.command(&["run", "played.yaml", "--json"]);
    let mut ignoring = Command::new("/bin/sh");
    ignoring.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).arg(run.get_program()).args(run.get_args());
    ignoring.current_dir(run.get_current_dir().unwrap()).env_clear();
    ignoring.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let child = ignoring.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    played.wait_until("devices.list", |requests| !requests.is_empty());
    send("-HUP", &child);
    played.administer("POST", "release", "");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(played.requests("devices.list").len(), 50);
}
