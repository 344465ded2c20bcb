//! The examples that `--help` ends with: each is typed in a folder in which there is what it speaks of.

use std::fs;

use seatflow_testkit::words;

use super::help;
use crate::program::Folder;

/// The run that examples name; the one that there is stands for it.
const NAMED: &str = "20250301-090000-1a2b";

/// All that `--help` can be asked of, but the verbs without end.
fn verbs() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut left = vec![Vec::new()];
    while let Some(verb) = left.pop() {
        let help = help(&verb.iter().map(String::as_str).collect::<Vec<_>>());
        let verbs = help.lines().skip_while(|line| *line != "Verbs:").skip(1).take_while(|line| !line.is_empty());
        let verbs = verbs.filter_map(|line| line.split_whitespace().next());
        let verbs = verbs.filter(|name| !["help", "sandbox"].contains(name));
        left.extend(verbs.map(|name| [verb.as_slice(), &[name.to_owned()]].concat()));
        found.push(verb);
    }
    found
}

/// A folder with what an example of a verb takes up: a plan, a run that broke off, or one that is done.
fn folder_for(verb: &str) -> Folder {
    let folder = Folder::new();
    folder.write("mine.csv", "account_id,account_name\nACC-100234,Mine\n");
    folder.write("edited.yaml", folder.read("pipelines/license-audit.yaml").replace("by: [id]", "by: [id, name]"));
    folder.write("portal.json", folder.read("fixtures/openapi/licences.json"));
    folder.write("catalogs/seats.yaml", folder.read("fixtures/catalogs/seats.yaml"));
    let (before, status): (&[&str], i32) = match verb {
        "apply" => (&["plan", "pipelines/delete-users.yaml"], 0),
        "resume" => (&["run", "pipelines/delete-users.yaml", "--fault", "match=token.refresh,do=html-login"], 4),
        "replay" | "runs" | "show" => (&["run", "pipelines/license-audit.yaml"], 0),
        _ => return folder,
    };
    let ran = folder.run(&[before, &["--sandbox"]].concat());
    assert_eq!(ran.status, status, "{before:?}: {}", ran.stderr);
    folder
}

/// The id of the only run in a folder.
fn id(folder: &Folder) -> String {
    let runs = fs::read_dir(folder.path(".seatflow/runs")).unwrap();
    let ids: Vec<String> = runs.map(|run| run.unwrap().file_name().into_string().unwrap()).collect();
    let [id] = ids.as_slice() else { panic!("these are several runs: {ids:?}") };
    id.clone()
}

#[test]
fn every_example_of_every_help_works() {
    for verb in verbs() {
        let help = help(&verb.iter().map(String::as_str).collect::<Vec<_>>());
        let examples = help.lines().skip_while(|line| *line != "Examples:").skip(1);
        let examples: Vec<&str> = examples.map(|line| line.trim_start().strip_prefix("seatflow ").unwrap()).collect();
        assert!(!examples.is_empty(), "{help}");
        for example in examples {
            assert_works(example);
        }
    }
}

fn assert_works(example: &str) {
    let mut arguments = words(example);
    let folder = folder_for(&arguments[0]);
    for argument in arguments.iter_mut().filter(|argument| *argument == NAMED) {
        *argument = id(&folder);
    }
    // Without it, the vendor itself would be called.
    if ["run", "check", "plan"].contains(&arguments[0].as_str()) && !example.contains("--sandbox") {
        arguments.push("--sandbox".to_owned());
    }
    if example.contains("--accept-changes") {
        let changed = folder.read("pipelines/delete-users.yaml") + "# changed since\n";
        folder.write("pipelines/delete-users.yaml", changed);
        let refused = folder.run(&arguments[..arguments.len() - 1]);
        assert_eq!(refused.status, 5, "{example}: {}", refused.stderr);
    }
    let ran = folder.run(&arguments);
    assert_eq!(ran.status, 0, "{example}: {}", ran.stderr);
    let is_run = ["run", "apply", "resume", "replay"].contains(&arguments[0].as_str());
    assert!(!is_run || ran.stdout.starts_with("node "), "{example} did something: {}", ran.stderr);
}
