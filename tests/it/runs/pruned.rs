//! What becomes of old runs.

use insta::assert_snapshot;
use serde_json::Value;

use super::{ACTIVATE, AUDIT, DOUBT, done, ids, killed, seen, waiting};
use crate::program::Folder;

/// The names of the folders of runs.
fn folders(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path(".seatflow/runs")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What is told, without how much space it gave back.
fn pruned(folder: &Folder, arguments: &[&str]) -> String {
    let ids = ids(folder);
    let told = seen(&done(folder, &[&["runs", "prune"], arguments].concat()), &ids);
    let lines = told.lines().map(|line| match line.split_once("`, ") {
        Some((removed, given_back)) if given_back.ends_with(" given back") => format!("{removed}`, SIZE given back"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_newest_runs_of_each_pipeline_are_kept() {
    let folder = Folder::new();
    for _ in 0..3 {
        done(&folder, &AUDIT);
        done(&folder, &["run", "pipelines/releases.yaml", "--sandbox"]);
    }
    let before = ids(&folder);
    assert_snapshot!(pruned(&folder, &["--keep", "2"]), @r"
    exit status 0
    --- stdout
    removed  pipeline  began (UTC)  state
    RUN-2  releases  DATE CLOCK  done
    RUN-1  license-audit  DATE CLOCK  done
    --- stderr
    2 runs removed from `.seatflow`, SIZE given back
    ");
    assert_eq!(ids(&folder), before[..4]);
    let mut left = before[..4].to_vec();
    left.sort();
    assert_eq!(folders(&folder), left, "the folders are gone with their runs");
    assert_snapshot!(pruned(&folder, &["--keep", "2"]), @r"
    exit status 0
    --- stderr
    0 runs removed from `.seatflow`, SIZE given back
    ");
}

#[test]
fn runs_that_ended_long_ago_are_removed_and_space_is_given_back() {
    let folder = Folder::new();
    done(&folder, &AUDIT);
    done(&folder, &AUDIT);
    let size = |folder: &Folder| folder.files(".seatflow").values().map(Vec::len).sum::<usize>();
    let before = size(&folder);
    let told: Value =
        serde_json::from_str(&done(&folder, &["runs", "prune", "--older-than", "1w", "--json"]).stdout).unwrap();
    assert_eq!((told["removed"].as_array().unwrap().len(), &told["bytes"]), (0, &0.into()));
    let all = ids(&folder);
    let told: Value =
        serde_json::from_str(&done(&folder, &["runs", "prune", "--older-than", "0m", "--json"]).stdout).unwrap();
    let removed: Vec<&str> =
        told["removed"].as_array().unwrap().iter().map(|run| run["run"].as_str().unwrap()).collect();
    assert_eq!(removed, all);
    assert_eq!(told["bytes"], before - size(&folder), "what the journal became smaller is a part of it");
    assert!(ids(&folder).is_empty() && folders(&folder).is_empty());
}

#[test]
fn what_somebody_may_miss_is_kept_unless_it_is_said_too() {
    let folder = Folder::new();
    done(&folder, &[&ACTIVATE[..], &DOUBT].concat());
    done(&folder, &["plan", "pipelines/activate-offline.yaml", "--sandbox"]);
    done(&folder, &ACTIVATE);
    let all = ids(&folder);
    assert_snapshot!(pruned(&folder, &["--keep", "0"]), @r"
    exit status 0
    --- stdout
    removed  pipeline  began (UTC)  state
    RUN-3  activate-offline  DATE CLOCK  done
    --- stderr
      ! RUN-2 of activate-offline is kept: its plan was not applied
      ! RUN-1 of activate-offline is kept: it has writes in doubt
      help: `--unfinished` removes them too
    1 run removed from `.seatflow`, SIZE given back
    ");
    assert_eq!(ids(&folder), all[1..]);
    assert_snapshot!(pruned(&folder, &["--keep", "0", "--unfinished", "--quiet"]), @"exit status 0");
    assert!(ids(&folder).is_empty());
}

#[test]
fn a_run_that_was_killed_while_it_wrote_is_kept() {
    let played = killed();
    assert_snapshot!(pruned(&played.folder, &["--keep", "0"]), @r"
    exit status 0
    --- stderr
      ! RUN-1 of played is kept: it has writes in doubt
      help: `--unfinished` removes them too
    0 runs removed from `.seatflow`, SIZE given back
    ");
    assert_snapshot!(pruned(&played.folder, &["--keep", "0", "--unfinished"]), @r"
    exit status 0
    --- stdout
    removed  pipeline  began (UTC)  state
    RUN-1  played  DATE CLOCK  broken off
    --- stderr
    1 run removed from `.seatflow`, SIZE given back
    ");
}

#[test]
fn a_run_that_is_running_is_never_removed() {
    let (played, mut child) = waiting();
    assert_snapshot!(pruned(&played.folder, &["--keep", "0", "--unfinished"]), @r"
    exit status 0
    --- stderr
      ! RUN-1 of played is kept: it is running
    0 runs removed from `.seatflow`, SIZE given back
    ");
    assert_eq!(folders(&played.folder), ids(&played.folder));
    played.settle();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn without_a_journal_there_is_nothing_to_remove() {
    assert_snapshot!(seen(&Folder::new().run(&["runs", "prune", "--keep", "1"]), &[]), @r"
    exit status 0
    --- stderr
    0 runs removed from `.seatflow`, 0 bytes given back
    ");
}

#[test]
fn what_is_old_must_be_said_in_one_way() {
    let refused = |arguments: &[&str]| {
        let ran = Folder::new().run(&[&["runs", "prune"], arguments].concat());
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
        ran.stderr
    };
    assert_snapshot!(refused(&[]), @r"
    × `seatflow runs prune` needs `--keep N` or `--older-than AGE`
    help: `seatflow runs prune --help` tells more
    ");
    assert_snapshot!(refused(&["--keep", "1", "--older-than", "1d"]), @r"
    × not both --keep <N> and --older-than <AGE>
    help: `seatflow runs prune --help` tells more
    ");
    assert_snapshot!(refused(&["--keep", "-1"]), @r"
    × `seatflow runs prune` has no argument `-1`
    help: `seatflow runs prune --help` tells more
    ");
    assert_snapshot!(refused(&["--older-than", "1y"]), @r"
    × `1y` is no value for `--older-than <AGE>`: an age is a whole number of `m`, `h`, `d` or `w`, as `90m`, `12h`, `30d` or `2w`
    help: `seatflow runs prune --help` tells more
    ");
}
