//! What has changed since a run was begun, and runs that begin in spite of it.

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::{run_on_trial, shown, writes};
use crate::played::{Played, SEATS};
use crate::program::Ran;

const PIPELINE: &str = "pipelines/deactivate-devices.yaml";
const INPUT: &str = "fixtures/devices-to-clear.csv";
const CATALOG: &str = "fixtures/catalogs/seats.yaml";
const RUN: [&str; 5] = ["run", PIPELINE, "--concurrency", "1", "--json"];

/// A run that was broken off after its first writes.
fn broken_off() -> Played {
    let played = Played::with_faults(&[]);
    let ran = run_on_trial(&played, &RUN, "abort-after=8");
    assert_eq!(ran.status, -1, "{}", ran.stderr);
    assert!(writes(played.ended_requests()).len() > 1);
    played
}

/// Replaces a text in a file.
fn edit(played: &Played, name: &str, from: &str, to: &str) {
    let text = played.folder.read(name);
    assert_eq!(text.matches(from).count(), 1, "`{from}` is in `{name}`");
    played.folder.write(name, text.replace(from, to));
}

/// Asserts that the latest run is not taken up, because of this.
fn assert_refused(played: &Played, change: &str) {
    let sent = played.all_requests().len();
    let run = shown(played)["run"].as_str().unwrap().to_owned();
    let Ran { status, stderr, .. } = played.folder.run(&["resume", "--json"]);
    let help = format!(
        "  help: put it back as it was; or `seatflow resume {run} --accept-changes` goes on with what there is now\n"
    );
    assert_eq!((status, stderr), (5, format!("  × since the run was begun, {change}\n{help}")));
    assert_eq!(played.all_requests().len(), sent, "nothing is sent");
}

fn assert_whole(played: &Played, ran: &Ran, held: &Held) {
    let undisturbed = Played::with_faults(&[]);
    assert_eq!(undisturbed.folder.run(&RUN).status, 0);
    let end = End::of(played, ran, held, &Reference::of(&undisturbed));
    assert_eq!((end.twice.as_slice(), end.missing.as_slice()), ([].as_slice(), [].as_slice()));
}

#[test]
fn a_run_whose_pipeline_has_changed_goes_on_when_that_is_accepted() {
    let played = broken_off();
    let held = Held::read(&played.folder);
    let (from, to) = ("Takes the listed licence keys off devices; the devices stay.", "Something else.");
    edit(&played, PIPELINE, from, to);
    let change = format!("`{PIPELINE}` has changed: line 3 was `description: {from}` and is `description: {to}`");
    assert_refused(&played, &change);
    let ran = played.folder.run(&["resume", "--accept-changes", "--json"]);
    assert_whole(&played, &ran, &held);
}

#[test]
fn a_run_whose_pipeline_is_put_back_goes_on() {
    let played = broken_off();
    let held = Held::read(&played.folder);
    let text = played.folder.read(PIPELINE);
    edit(&played, PIPELINE, "keep: [account_id, license_key]", "keep: [account_id]");
    let change = "has changed: line 24 was `keep: [account_id, license_key]` and is `keep: [account_id]`";
    assert_refused(&played, &format!("`{PIPELINE}` {change}"));
    played.folder.write(PIPELINE, text);
    let ran = played.folder.run(&["resume", "--json"]);
    assert_whole(&played, &ran, &held);
}

#[test]
fn a_run_whose_input_has_changed_or_is_gone_does_not_go_on_by_itself() {
    let played = broken_off();
    let more = "ACC-100777,DEV-000810,AYXD-0005-0005-0005-0005-0005-0005-0005\n";
    edit(&played, INPUT, &format!("\n{more}"), "\n");
    assert_refused(&played, &format!("`{INPUT}` has changed"));
    std::fs::remove_file(played.folder.path(INPUT)).unwrap();
    assert_refused(&played, &format!("`{INPUT}` is gone"));
}

#[test]
fn a_run_goes_on_with_a_changed_input_when_that_is_accepted_and_calls_for_what_is_new() {
    let played = broken_off();
    let sent = writes(played.ended_requests()).len();
    let new = "ACC-100777,DEV-000811,AYXD-0005-0005-0005-0005-0005-0005-0005\n";
    played.folder.write(INPUT, format!("{}{new}", played.folder.read(INPUT)));
    assert_refused(&played, &format!("`{INPUT}` has changed"));
    let ran = played.folder.run(&["resume", "--accept-changes", "--json"]);
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    let requests = writes(played.ended_requests());
    let paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths.iter().filter(|path| path.ends_with("/DEV-000811")).count(), 1, "{paths:?}");
    for path in &paths[..sent] {
        let twice = requests.iter().filter(|request| request.path == *path && request.status == Some(200)).count();
        assert!(twice <= 1, "{path} was written again");
    }
}

#[test]
fn a_run_whose_own_catalog_has_changed_does_not_go_on_by_itself() {
    let played = Played::with_faults(&[]);
    let nodes = "  input: { rows: [{ holder: ann }, { holder: bob }, { holder: cem }] }
  taken:
    D: input
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
  succeeded: { write_csv: { path: out/succeeded.csv }, D: taken }
  failed: { write_csv: { path: out/failed.csv }, D: taken.F }
";
    played
        .folder
        .write("taken.yaml", format!("version: 1\npipeline: taken\nconnections:\n  seats:\n{SEATS}nodes:\n{nodes}"));
    let ran = run_on_trial(&played, &["run", "taken.yaml", "--concurrency", "1"], "abort-after=6");
    assert_eq!(ran.status, -1, "{}", ran.stderr);
    edit(&played, CATALOG, "summary: Takes a seat under a new id.", "summary: Takes a seat.");
    let line = 1 + played.folder.read(CATALOG).lines().position(|line| line.ends_with("Takes a seat.")).unwrap();
    let change = "was `summary: Takes a seat under a new id.` and is `summary: Takes a seat.`";
    assert_refused(&played, &format!("`{CATALOG}` has changed: line {line} {change}"));
    let ran = played.folder.run(&["resume", "--accept-changes", "--json"]);
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    let effects = writes(played.ended_requests()).into_iter().filter_map(|request| request.effect);
    let mut holders: Vec<String> = effects.map(|effect| effect.rsplit(' ').next().unwrap().to_owned()).collect();
    holders.sort();
    let once: Vec<String> = holders.iter().collect::<std::collections::BTreeSet<_>>().into_iter().cloned().collect();
    assert_eq!(holders, once);
}

#[test]
fn a_run_does_not_begin_beside_one_that_wrote_and_is_not_done() {
    let played = broken_off();
    let old = shown(&played)["run"].as_str().unwrap().to_owned();
    let sent = played.all_requests().len();
    let Ran { status, stderr, .. } = played.folder.run(&RUN);
    assert_eq!(status, 5, "{stderr}");
    assert!(
        stderr.contains(&old) && stderr.contains(" of `deactivate-devices` made writes and is not done\n"),
        "{stderr}"
    );
    assert!(stderr.contains(&format!("`seatflow resume {old}` goes on without writing twice; `--new` ")), "{stderr}");
    assert_eq!(played.all_requests().len(), sent, "nothing is sent");
    // What only reads begins.
    assert_eq!(played.folder.run(&["run", "pipelines/releases.yaml"]).status, 0);

    let ran = played.folder.run(&[&RUN[..], &["--new"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let sent = played.all_requests().len();
    let Ran { status, stderr, .. } = played.folder.run(&["resume", &old]);
    assert_eq!(status, 5, "{stderr}");
    assert!(stderr.contains(" was set aside: a newer run of its pipeline began in spite of it\n"), "{stderr}");
    assert!(stderr.contains("`--accept-changes` goes on all the same\n"), "{stderr}");
    assert_eq!(played.all_requests().len(), sent, "nothing is sent");
}
