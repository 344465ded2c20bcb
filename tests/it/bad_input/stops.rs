//! Runs that are stopped in the middle leave no half file, and what stood there before.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use crate::faults::{ONE_PAGE, devices};
use crate::played::{Played, assert_closed, report};
use crate::program::{Folder, Ran};

/// Answers of which the sixth and those after it never come to their end.
const STUCK: &str = "match=devices.list,after=5,times=1000,do=slow-body=600000";
const OLD: &str = "what an earlier run has written\n";

/// A run that is stuck in the middle: five of its hundred records have their rows.
struct Stuck {
    played: Played,
    child: Child,
}

impl Stuck {
    fn new(limits: &str) -> Self {
        let played = Played::with_faults(&[STUCK]);
        played.folder.write("played.yaml", devices(limits, &[ONE_PAGE; 100]));
        played.folder.write("out/devices.csv", OLD);
        let mut command = played.folder.command(&["run", "played.yaml", "--json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        played.wait_until("devices.list", |requests| requests.len() >= 6);
        Self { played, child }
    }

    fn interrupt(&self) {
        let status = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// The files that can be seen in the folder of the outputs.
    fn outputs(folder: &Folder) -> Vec<(String, Vec<u8>)> {
        folder.files("out").into_iter().filter(|(name, _)| !name.starts_with('.')).collect()
    }

    fn assert_as_before(folder: &Folder) {
        assert_eq!(Self::outputs(folder), [("devices.csv".to_owned(), OLD.into())]);
    }
}

#[test]
fn an_interrupt_ends_the_run_with_its_books_closed_and_no_file_written() {
    let Stuck { played, child } = {
        let stuck = Stuck::new("concurrency: 4, attempts: 1, read_seconds: 0.3");
        stuck.interrupt();
        stuck
    };
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 130, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("stopping: calls on their way are waited for"), "{}", ran.stderr);
    let report = report(&ran);
    assert_eq!((report["ending"].as_str(), report["error"].as_str()), (Some("interrupted"), None));
    assert_closed(&report);
    assert!(played.requests("devices.list").len() < 100, "nothing more was sent");
    Stuck::assert_as_before(&played.folder);
    assert_eq!(played.folder.files("out").len(), 1, "not even a hidden file is left");
}

#[test]
fn a_second_interrupt_ends_it_at_once() {
    let mut stuck = Stuck::new("concurrency: 4");
    stuck.interrupt();
    let mut stderr = BufReader::new(stuck.child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("stopping: "), "{line}");
    stuck.interrupt();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(stuck.child.wait().unwrap().code(), Some(130), "{rest}");
    Stuck::assert_as_before(&stuck.played.folder);
}

#[test]
fn a_kill_leaves_no_half_file_under_its_name_and_the_next_run_is_whole() {
    let Stuck { played, mut child } = Stuck::new("concurrency: 4");
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
    Stuck::assert_as_before(&played.folder);
    let left: Vec<String> = played.folder.files("out").into_keys().filter(|name| name.starts_with('.')).collect();
    assert!(left.iter().any(|name| name.starts_with(".devices.csv.seatflow-")), "{left:?}");
    played.administer("DELETE", "faults", "");
    let ran = played.run(&devices("", &[ONE_PAGE; 100]));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(played.rows("devices.csv").len(), 100);
    assert!(played.folder.files("out").keys().all(|name| !name.starts_with('.')), "what was left is cleared away");
}
