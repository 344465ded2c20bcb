//! What a user sees of the program: exit statuses, stdout, stderr.

mod completions;
mod helps;
mod reference;
mod runs;
mod signals;
mod usage;
mod verbosity;

use insta::assert_snapshot;
use serde_json::Value;

use crate::program::{Folder, Ran};

/// What there is to see of a run of the program: the exit status, data, everything else. What differs from run to run
/// is left out.
fn seen(ran: &Ran) -> String {
    let mut seen = vec![format!("exit status {}", ran.status)];
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if !text.is_empty() {
            seen.push(format!("--- {name}"));
        }
        seen.extend(text.lines().map(|line| match line.split_once(": done in ") {
            Some((pipeline, _)) => format!("{pipeline}: done in TIME, run RUN"),
            None => line.to_owned(),
        }));
    }
    seen.join("\n")
}

fn seatflow(arguments: &[&str]) -> String {
    seen(&Folder::new().run(arguments))
}

#[test]
fn check_says_that_there_are_no_problems_and_prints_no_data() {
    let audit = "pipelines/license-audit.yaml";
    assert_snapshot!(seatflow(&["check", "--sandbox", audit, "pipelines/releases.yaml"]), @r"
    exit status 0
    --- stderr
    pipelines/license-audit.yaml, pipelines/releases.yaml: no problems
    ");
    assert_snapshot!(seatflow(&["check", "--sandbox", "--json", audit]), @r#"
    exit status 0
    --- stdout
    {
      "problems": []
    }
    "#);
}

#[test]
fn check_reports_the_problems_of_every_file() {
    let folder = Folder::new();
    folder.write("one.yaml", "version: 1\npipeline: one\nnodes: { save: { write_csv: { path: x.csv }, D: here } }\n");
    let checked = folder.run(&["check", "one.yaml", "two.yaml"]);
    assert_snapshot!(seen(&checked), @r"
    exit status 1
    --- stderr
      × there is no node `here`
       ╭─[one.yaml:3:49]
     3 │ nodes: { save: { write_csv: { path: x.csv }, D: here } }
       ·                                                 ──┬─
       ·                                                   ╰── no such node
       ╰────
      help: the only valid one is `save`

      × `two.yaml` cannot be read: there is no such file
      help: see that the path is right

    2 problems; `seatflow explain unknown-node unreadable-file` tells more
    ");
    assert_snapshot!(seen(&folder.run(&["check", "--json", "one.yaml"])), @r#"
    exit status 1
    --- stdout
    {
      "problems": [
        {
          "file": "one.yaml",
          "line": 3,
          "column": 49,
          "severity": "problem",
          "slug": "unknown-node",
          "message": "there is no node `here`",
          "label": "no such node",
          "help": "the only valid one is `save`"
        }
      ]
    }
    "#);
}

#[test]
fn a_file_that_is_not_there_or_is_a_folder_is_a_problem() {
    assert_snapshot!(seatflow(&["run", "nothing.yaml", "--sandbox"]), @r"
    exit status 1
    --- stderr
      × `nothing.yaml` cannot be read: there is no such file
      help: see that the path is right

    1 problem; `seatflow explain unreadable-file` tells more
    ");
    assert_snapshot!(seatflow(&["run", "pipelines", "--json"]), @r#"
    exit status 1
    --- stdout
    {
      "problems": [
        {
          "file": "pipelines",
          "line": null,
          "column": null,
          "severity": "problem",
          "slug": "unreadable-file",
          "message": "`pipelines` cannot be read: it is a directory",
          "label": null,
          "help": "see that the path is right"
        }
      ]
    }
    --- stderr
      × `pipelines` cannot be read: it is a directory
      help: see that the path is right

    1 problem; `seatflow explain unreadable-file` tells more
    "#);
}

#[test]
fn a_missing_variable_that_the_sandbox_has_says_so() {
    let folder = Folder::new();
    let pipeline = folder.read("pipelines/license-audit.yaml");
    folder.write("two.yaml", pipeline.replacen("${env:ALTERYX_BASE_URL}", "${env:MY_OWN_BASE_URL}", 1));
    let helps = |arguments: &[&str]| {
        let told: Value = serde_json::from_str(&folder.run(arguments).stdout).unwrap();
        let problems = told["problems"].as_array().unwrap().iter();
        problems.map(|problem| problem["help"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for verb in ["check", "run"] {
        let without = helps(&[verb, "two.yaml", "--json"]);
        assert_eq!(without.len(), 4, "{without:?}");
        assert_eq!(without[0], "set it before you start seatflow: `export MY_OWN_BASE_URL=..`");
        for help in &without[1..] {
            assert!(help.ends_with("=..`, or run it with `--sandbox`, which plays the system"), "{help}");
        }
        assert_eq!(helps(&[verb, "two.yaml", "--json", "--sandbox"]), without[..1]);
    }
}

#[test]
fn there_are_colours_on_no_pipe() {
    let folder = Folder::new().variable("RUST_LOG", "debug");
    let audit = "pipelines/license-audit.yaml";
    for arguments in [["check", "nothing.yaml"].as_slice(), &["run", "--help"], &["rnu"], &["run", audit, "--sandbox"]]
    {
        let ran = folder.run(arguments);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains('\u{1b}'), "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn only_the_program_itself_is_traced() {
    let folder = Folder::new().variable("RUST_LOG", "trace");
    let ran = folder.run(&["run", "pipelines/releases.yaml", "--sandbox"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for line in ran.stderr.lines().filter(|line| line.contains("TRACE ") || line.contains("DEBUG ")) {
        assert!(line.contains(" seatflow"), "{line}");
    }
}
