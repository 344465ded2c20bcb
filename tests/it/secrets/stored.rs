//! What a run's state keeps of secrets that were written down by hand, and of those that its own sandbox gave out.

use std::fs;

use super::{MARK, assert_no_token, journal, played};
use crate::pipelines::examples;
use crate::played::Played;
use crate::program::{Folder, files_below};

/// The token that the system of seats takes.
fn token() -> String {
    let variables = seatflow_sandbox::environment().unwrap();
    let (_, token) = variables.into_iter().find(|(name, _)| *name == "SEATS_TOKEN").unwrap();
    format!("{MARK}{token}")
}

/// Reads the seats with a token that is written so, and takes one.
fn takes_a_seat(setting: &str, token: &str) -> String {
    format!(
        "version: 1
pipeline: seats
settings: {{ token: {setting} }}
connections:
  seats:
    catalog: fixtures/catalogs/seats.yaml
    base_url: ${{env:SEATS_BASE_URL}}
    authorization: {{ token: {token} }}
nodes:
  seats: {{ license_api: {{ connection: seats, endpoint: seats.list }} }}
  taken:
    license_api: {{ connection: seats, endpoint: seats.take, payload: {{ holder: a, product: viewer, quantity: 1 }} }}
  save: {{ write_csv: {{ path: out/seats.csv }}, D: [seats, taken] }}
"
    )
}

fn is_stored(played: &Played, text: &str) -> bool {
    let journal = journal::content(&played.folder.path(".seatflow/journal.db"));
    journal.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Plans, applies, runs, replays and shows the pipeline, each with these arguments where it takes some; each time the token
/// must be nowhere but where it was written.
fn assert_kept_by_nothing(played: &Played, arguments: &[&str]) {
    for (verb, more) in [
        (&["plan", "seats.yaml", "-vv"][..], arguments),
        (&["apply", "-vv"], arguments),
        (&["run", "seats.yaml", "-vv"], arguments),
        (&["show"], &[]),
        (&["show", "--json"], &[]),
        (&["show", "--anchor", "taken.L", "--format", "json"], &[]),
        (&["runs", "--json"], &[]),
    ] {
        let ran = played.folder.run(&[verb, more].concat());
        assert_eq!(ran.status, 0, "{verb:?}: {}", ran.stderr);
        assert_no_token(&played.folder, &ran, &format!("{verb:?}"));
    }
}

#[test]
fn a_secret_that_is_written_in_the_pipeline_is_crossed_out_where_the_pipeline_is_stored() {
    let (played, token) = (played(&[]), token());
    played.folder.write("seats.yaml", takes_a_seat("unused", &token));
    assert_kept_by_nothing(&played, &[]);
    let crossed = "x".repeat(token.len());
    assert!(is_stored(&played, &takes_a_seat("unused", &crossed)), "the text is there, as long as it was");
}

#[test]
fn a_secret_that_is_given_on_the_command_line_is_crossed_out_and_asked_for_again() {
    let (played, token) = (played(&[]), token());
    played.folder.write("seats.yaml", takes_a_seat("none", "\"${token}\""));
    let given = format!("token={token}");
    assert_kept_by_nothing(&played, &["--set", &given]);
    assert!(is_stored(&played, &format!("token={}", "x".repeat(token.len()))));
    played.folder.run(&["plan", "seats.yaml", "--set", &given]);
    let without = played.folder.run(&["apply"]);
    assert_eq!(without.status, 2, "{}", without.stderr);
    assert!(without.stderr.contains("help: give it once more: `--set token=VALUE`"), "{}", without.stderr);
    assert_no_token(&played.folder, &without, "without");
}

#[test]
fn a_secret_in_a_file_is_stored_nowhere_else() {
    let (played, token) = (played(&[]), token());
    played.folder.write("token.txt", format!("{token}\n"));
    played.folder.write("seats.yaml", takes_a_seat("unused", "\"${file:token.txt}\""));
    assert_kept_by_nothing(&played, &[]);
}

/// What the tokens of a sandbox that a run has started itself begin with.
const OWN: [&str; 3] = ["rt-0000", "at-0000", "lt-0000"];

fn assert_no_own_token(folder: &Folder, what: &str) {
    let files = files_below(&folder.path(".seatflow")).into_iter();
    for file in files.filter(|file| file.file_name().is_some_and(|name| name != "credentials.json")) {
        let mut bytes = fs::read(&file).unwrap();
        if file.file_name().is_some_and(|name| name == "journal.db") {
            bytes.extend(journal::content(&file));
        }
        for needle in OWN {
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{what}: {needle} in {}", file.display());
        }
    }
}

#[test]
fn the_tokens_of_a_runs_own_sandbox_are_kept_where_those_of_any_other_are() {
    for example in examples() {
        let folder = Folder::new();
        let file = format!("pipelines/{example}.yaml");
        for arguments in [&["run", &file, "--sandbox", "-vv"][..], &["plan", &file, "--sandbox"], &["apply"]] {
            let ran = folder.run(arguments);
            assert_eq!(ran.status, 0, "{example}: {arguments:?}: {}", ran.stderr);
            assert_no_own_token(&folder, &example);
        }
    }
    let credentials = |folder: &Folder| {
        let files = files_below(&folder.path(".seatflow/runs")).into_iter();
        files.filter(|file| file.ends_with("credentials.json")).map(|file| fs::read_to_string(file).unwrap()).collect()
    };
    let folder = Folder::new();
    assert_eq!(folder.run(&["run", "pipelines/license-audit.yaml", "--sandbox"]).status, 0);
    let kept: Vec<String> = credentials(&folder);
    assert!(kept.len() == 1 && kept[0].contains(OWN[0]), "the search finds what it looks for: {kept:?}");
}
