//! Every example pipeline, told of in every way there is.

use super::{assert_no_token, played};
use crate::pipelines::examples;

#[test]
fn no_example_leaves_a_token_behind_however_much_is_told() {
    for example in examples() {
        let file = format!("pipelines/{example}.yaml");
        // The first run of each writes; those after it meet what has been written.
        let played = played(&[]);
        for arguments in [
            vec!["run", &file, "-vv"],
            vec!["run", &file, "--json"],
            vec!["run", &file],
            vec!["check", &file, "-vv"],
            vec!["show", "--json"],
            vec!["replay", "--out", "out/again", "-vv"],
            vec!["plan", &file, "-vv", "--save", "out/planned.csv"],
            vec!["plan", &file, "--json"],
            vec!["apply", "-vv"],
            vec!["show"],
            vec!["runs"],
            vec!["check", &file, "--json"],
            vec!["graph", &file],
        ] {
            let ran = played.folder.run(&arguments);
            assert_eq!(ran.status, 0, "{example}: {}", ran.stderr);
            assert_no_token(&played.folder, &ran, &format!("{example}: {arguments:?}"));
        }
    }
}

#[test]
fn no_example_leaves_a_token_behind_in_its_trace() {
    for example in examples() {
        let played = played(&[]).variable("RUST_LOG", "trace");
        let ran = played.folder.run(&["run", &format!("pipelines/{example}.yaml")]);
        assert_eq!(ran.status, 0, "{example}: {}", ran.stderr);
        assert!(ran.stderr.contains("the run of `"), "there is a trace: {}", ran.stderr);
        assert_no_token(&played.folder, &ran, &example);
    }
}

#[test]
fn nothing_that_is_printed_without_a_run_knows_a_token() {
    let played = played(&[]);
    for arguments in [
        &["schema"][..],
        &["catalog", "list"],
        &["catalog", "show", "alteryx", "devices.activateOffline"],
        &["tools", "license_api"],
        &["explain", "connection"],
    ] {
        let ran = played.folder.run(arguments);
        assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.stderr);
        assert_no_token(&played.folder, &ran, &format!("{arguments:?}"));
    }
}
