//! A run that is held in the middle: what the machine shows of it, and what a kill leaves.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::{assert_clean, assert_no_token_in_files, everything, played};
use crate::played::Played;

/// What the list of processes shows of one, and of those that it has started.
fn assert_listed_without_a_token(process: &Path) {
    assert_clean("the command line", &fs::read(process.join("cmdline")).unwrap());
    for task in fs::read_dir(process.join("task")).unwrap() {
        let task = task.unwrap().path();
        assert_clean("the name of a thread", &fs::read(task.join("comm")).unwrap());
        let children = fs::read_to_string(task.join("children")).unwrap_or_default();
        for child in children.split_whitespace() {
            assert_listed_without_a_token(&Path::new("/proc").join(child));
        }
    }
}

fn held() -> Played {
    played(&["match=devices.list,after=1,times=1000,do=delay=600000"])
}

#[test]
fn neither_the_list_of_processes_nor_a_killed_run_shows_a_token() {
    let played = held();
    let text = everything().replace("read_seconds: 0.2", "read_seconds: 600");
    // A record with a secret waits beside: what waits on disk is where nobody finds it.
    let secret = "  where:\n    rows: [{ token: \"${env:ALTERYX_ACCESS_TOKEN}\", account: ACC-100234 }]\n  \
                  later:\n    unique: { by: [account] }\n    D: [devices, where]\n";
    played.folder.write("held.yaml", format!("{text}{secret}"));
    let mut command = played.folder.command(&["run", "held.yaml", "-vv"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    played.wait_until("devices.list", |requests| requests.len() >= 2);
    let process = Path::new("/proc").join(child.id().to_string());
    assert!(String::from_utf8_lossy(&fs::read(process.join("cmdline")).unwrap()).contains("held.yaml"));
    let environment = fs::read(process.join("environ")).unwrap();
    assert!(String::from_utf8_lossy(&environment).contains(super::MARK), "it has the tokens");
    assert_listed_without_a_token(&process);
    assert_no_token_in_files(&played.folder, "held");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_no_token_in_files(&played.folder, "killed");
}
