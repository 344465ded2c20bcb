//! What a process of its own does, which a test starts, breaks off, and looks at.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::{env, fmt};

use seatflow_call::Recall;
use seatflow_journal::{Ending, Purpose, RunLock, Store};

use crate::support::{begin, end, pass, read, write};

/// Where the process works.
const FOLDER: &str = "SEATFLOW_TEST_FOLDER";

/// What it does: one of [`Script`].
const SCRIPT: &str = "SEATFLOW_TEST_SCRIPT";

/// The run makes so many writes.
pub(crate) const WRITES: i64 = 4;

/// What a process does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Script {
    /// Makes a run, or takes it up again: a read and writes, whose effects go to the file `effects`.
    Run,
    /// Writes until the journal is full, which it has to be told.
    Fill,
    /// Takes the lock of a run, says so, and waits until somebody ends it.
    Hold,
}

impl fmt::Display for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// A process that does this in a folder, with this trial.
pub(crate) fn command(script: Script, folder: &Path, trial: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "child::child", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder).env(SCRIPT, script.to_string()).env("SEATFLOW_JOURNAL_TRIAL", trial);
    command
}

/// As [`command`], to its end.
pub(crate) fn process(script: Script, folder: &Path, trial: &str) -> ExitStatus {
    command(script, folder, trial).output().unwrap().status
}

#[test]
#[ignore = "other tests start it as a process"]
fn child() {
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    match env::var(SCRIPT).unwrap().as_str() {
        "Run" => run(&folder),
        "Fill" => fill(&folder),
        "Hold" => hold(&folder),
        other => panic!("no script `{other}`"),
    }
}

fn run(folder: &Path) {
    let store = Store::open(folder).unwrap();
    let session = match store.run("a").unwrap() {
        None => begin(&store, "a"),
        Some(_) => store.again("a", pass(Purpose::Run)).unwrap(),
    };
    if read(0).recall(&session) == Recall::Nothing {
        read(0).answer(&session);
    }
    for record in 0..WRITES {
        match write(record).recall(&session) {
            Recall::Nothing => {
                write(record).intend(&session);
                let mut effects = OpenOptions::new().append(true).create(true).open(folder.join("effects")).unwrap();
                writeln!(effects, "{record}").unwrap();
                write(record).answer(&session);
            }
            Recall::Intent => write(record).fail(&session, seatflow_call::FailureKind::InDoubt),
            Recall::Ended(..) => {}
            other => panic!("{other:?}"),
        }
    }
    end(&session, Ending::Completed);
}

fn fill(folder: &Path) {
    let store = Store::open(folder).unwrap();
    let session = begin(&store, "a");
    let mut told = 0;
    let failed = loop {
        match write(told).try_intend(&session) {
            Ok(()) => told += 1,
            Err(error) => break error.to_string(),
        }
    };
    assert_eq!(failed, "the journal cannot be written: it is full, or its disk is: database or disk is full");
    assert_eq!(write(told + 1).try_intend(&session).unwrap_err().to_string(), failed);
    let answer = crate::support::answer(0);
    assert_eq!(write(0).try_answer(&session, &answer).unwrap_err().to_string(), failed);
    let ended = seatflow_journal::Ended {
        ending: Ending::Failed,
        exit_status: 4,
        message: None,
        ended_at: crate::support::moment(9),
        nodes: Vec::new(),
    };
    assert!(session.end(ended).is_err());
    fs::write(folder.join("told"), told.to_string()).unwrap();
}

fn hold(folder: &Path) {
    let _lock = RunLock::take(folder).unwrap();
    std::io::stdout().write_all(b"held\n").unwrap();
    // Until the pipe is closed.
    std::io::stdin().read_line(&mut String::new()).unwrap();
    std::process::abort();
}
