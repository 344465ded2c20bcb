//! Every example, replayed.

use super::{assert_same, left_behind, replay, replayed};
use crate::pipelines::examples;
use crate::played::Played;
use crate::program::Folder;

/// The example whose base URL and token stand in a record, as variables: it needs them as any other input.
const BY_FIELD: &str = "values-from-fields";

#[test]
fn every_example_gives_the_same_bytes_when_its_system_is_gone() {
    for name in examples() {
        let played = Played::with_faults(&[]);
        let ran = played.folder.run(&["run", &format!("pipelines/{name}.yaml")]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
        let folder = left_behind(played);
        let before = folder.files("out");
        if name == BY_FIELD {
            let again = folder.run(&["replay", "--out", "again"]);
            assert_eq!(again.status, 0, "{}", again.stderr);
            assert_same(&folder.files("again/out"), &before, &name);
            let again = replay(&folder, &[]);
            assert_eq!(again.status, 1, "{}", again.stderr);
            assert!(again.stderr.contains("ALTERYX_BASE_URL"), "{}", again.stderr);
            continue;
        }
        assert_same(&replayed(&folder, &[]), &before, &name);
        assert_same(&folder.files("out"), &before, "with `--out`, nothing else is touched");

        std::fs::remove_dir_all(folder.path("out")).unwrap();
        let again = replay(&folder, &["--concurrency", "1", "--batch-rows", "1", "--wire-batches", "1"]);
        assert_eq!(again.status, 0, "{name}: {}", again.stderr);
        assert_same(&folder.files("out"), &before, &name);
    }
}

#[test]
fn every_example_in_the_sandbox_gives_the_same_bytes_without_its_state() {
    for name in examples() {
        let folder = Folder::new();
        let ran = folder.run(&["run", &format!("pipelines/{name}.yaml"), "--sandbox", "--json"]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
        let id = crate::played::report(&ran)["run"].as_str().unwrap().to_owned();
        std::fs::remove_file(folder.path(&format!(".seatflow/runs/{id}/sandbox.db"))).unwrap();
        assert_same(&replayed(&folder, &[]), &folder.files("out"), &name);
        assert!(!folder.path(&format!(".seatflow/runs/{id}/sandbox.db")).exists(), "none is started");
    }
}

#[test]
fn an_applied_plan_is_replayed_and_a_plan_is_not() {
    let played = Played::with_faults(&[]);
    let planned = played.folder.run(&["plan", "pipelines/delete-users.yaml"]);
    assert_eq!(planned.status, 0, "{}", planned.stderr);
    let ran = replay(&played.folder, &["--out", "again"]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("is a plan, which has no outputs"), "{}", ran.stderr);
    assert!(!played.folder.path("again").exists(), "nobody must take what was planned for what was done");
    assert_eq!(played.folder.run(&["apply"]).status, 0);
    let folder = left_behind(played);
    assert_same(&replayed(&folder, &[]), &folder.files("out"), "delete-users");
}

#[test]
fn nothing_is_sent_also_where_the_system_is_still_there() {
    let played = Played::with_faults(&[]);
    assert_eq!(played.folder.run(&["run", "pipelines/license-audit.yaml"]).status, 0);
    let before = played.all_requests().len();
    let ran = played.folder.run(&["replay", "--out", "again"]);
    assert_eq!((ran.status, played.all_requests().len()), (0, before), "{}", ran.stderr);
}
