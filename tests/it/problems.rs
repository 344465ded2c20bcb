//! Every sort of problem, as a user sees it.
//!
//! `tests/problems/<slug>.yaml`, or `<slug>-2.yaml`, is a pipeline with that problem, and the `.txt` beside it is the
//! report that `seatflow check --sandbox` prints. `UPDATE_PROBLEMS=1 cargo test` writes the reports anew; read the
//! difference as a user would before you commit it.

mod connections;
mod files;

use std::fs;
use std::path::{Path, PathBuf};

use seatflow_spec::{PAGES, Slug};
use serde_json::Value;

use crate::program::{Folder, Ran, files_below, repository};

/// The folder of the files, from the repository, where they are checked: their reports say it.
const FOLDER: &str = "tests/problems";

/// The names of the files, without their ending.
fn cases() -> Vec<String> {
    let folder = repository().join(FOLDER);
    let files = files_below(&folder).into_iter().filter(|file| file.parent() == Some(&folder));
    let pipelines = files.filter(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    pipelines.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The slug that a file is named after: `unknown-key` for `unknown-key` and `unknown-key-2`.
fn slug_of(case: &str) -> Option<Slug> {
    let numbered = case.rsplit_once('-').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    Slug::from_name(case).or_else(|| Slug::from_name(numbered?.0))
}

fn check(folder: &Folder, case: &str, more: &[&str]) -> Ran {
    let file = format!("{FOLDER}/{case}.yaml");
    let arguments = [&["check", "--sandbox", &file], more].concat();
    folder.command(&arguments).current_dir(repository()).output().unwrap().into()
}

/// The problems in what `check --json` has printed.
fn problems(ran: &Ran) -> Vec<Value> {
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    printed["problems"].as_array().unwrap().clone()
}

/// The slugs of the problems that forbid a run, in order, each once.
fn fatal_slugs(problems: &[Value]) -> Vec<&str> {
    let fatal = problems.iter().filter(|problem| problem["severity"] == "problem");
    let mut slugs: Vec<&str> = fatal.map(|problem| problem["slug"].as_str().unwrap()).collect();
    slugs.dedup();
    slugs
}

#[test]
fn every_sort_of_problem_has_a_file_and_every_file_a_sort() {
    let cases = cases();
    for page in PAGES {
        assert!(cases.iter().any(|case| case == page.slug.as_str()), "{FOLDER}/{}.yaml is missing", page.slug);
    }
    for case in &cases {
        assert!(slug_of(case).is_some(), "{FOLDER}/{case}.yaml is not named after a problem");
    }
    for report in files_below(&repository().join(FOLDER)) {
        if report.extension().is_some_and(|extension| extension == "txt") {
            assert!(report.with_extension("yaml").exists(), "{} is the report of nothing", report.display());
        }
    }
}

#[test]
fn every_report_is_what_it_should_be() {
    let folder = Folder::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let ran = check(&folder, &case, &[]);
        assert_eq!(ran.stdout, "", "{case}");
        let path: PathBuf = repository().join(format!("{FOLDER}/{case}.txt"));
        if std::env::var_os("UPDATE_PROBLEMS").is_some() {
            fs::write(&path, &ran.stderr).unwrap();
        } else if fs::read_to_string(&path).ok().as_ref() != Some(&ran.stderr) {
            wrong.push(format!("{} should be\n{}", path.display(), ran.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_has_the_problem_that_it_is_named_after() {
    let folder = Folder::new();
    for case in cases() {
        let ran = check(&folder, &case, &["--json"]);
        let found = problems(&ran);
        let slug = slug_of(&case).unwrap();
        assert!(found.iter().any(|problem| problem["slug"] == slug.as_str()), "{case}: {found:#?}");
        assert_eq!(ran.status, i32::from(!fatal_slugs(&found).is_empty()), "{case}");
        for problem in found {
            assert!(problem["file"].as_str().unwrap().starts_with(FOLDER), "{problem}");
            assert!(problem["line"].as_u64().unwrap() > 0 && problem["column"].as_u64().unwrap() > 0, "{problem}");
            let sentence = problem["message"].as_str().unwrap();
            assert!(!sentence.ends_with('.') && !sentence.contains('\n'), "{problem}");
            // A type says itself what must be there, and so does a bound.
            let says_itself = ["wrong-type", "bad-value", "bad-endpoint"].contains(&problem["slug"].as_str().unwrap());
            assert!(says_itself || problem["help"].is_string(), "{problem}");
        }
    }
}

#[test]
fn the_example_of_every_page_has_its_problem_and_no_other() {
    let folder = Folder::new().variable("REFRESH_TOKEN", "rt-000001");
    for name in ["accounts", "more-accounts", "orders"] {
        folder.write(&format!("{name}.csv"), "id\n1\n");
    }
    folder.write("old-devices.csv", "account_id,device_id\nACC-100234,DEV-000412\n");
    for page in PAGES {
        let example = page.text.split_once("```yaml\n").and_then(|(_, from)| from.split_once("```")).unwrap().0;
        folder.write("example.yaml", example);
        let slug = page.slug.as_str();
        if example.starts_with("catalog:") {
            let ran = folder.run(&["catalog", "list", "./example.yaml"]);
            assert!(ran.stderr.ends_with(&format!("`seatflow explain {slug}` tells more\n")), "{}", ran.stderr);
            continue;
        }
        let ran = folder.run(&["check", "--sandbox", "--json", "example.yaml"]);
        let found = problems(&ran);
        let fatal = fatal_slugs(&found);
        if fatal.is_empty() {
            assert!(found.iter().any(|problem| problem["slug"] == slug), "{slug}: {found:#?}");
        } else {
            assert_eq!(fatal, [slug], "{found:#?}");
        }
    }
}

/// A file in which everything is wrong that one can do wrong in a hurry.
const IN_A_HURRY: &str = r#"version: 1
pipeline: in-a-hurry
connections:
  portal:
    catalog: alteryx
    authorization: { refresh_token: "${env:NO_SUCH_VARIABLE}" }
nodes:
  accounts:
    read_csv: { path: fixtures/accounts.csv, delimeter: "," }
  devices:
    license_api:
      connection: portal
      endpoint: devices.list
      parameters: { accountId: { field: acount_id } }
    D: accounts
  first:
    unique: { by: [id] }
    D: second
  second:
    unique: { by: [id] }
    D: first
  save:
    write_parquet: { path: out/devices.parquet }
    D: devices.A
  failures:
    write_csv: { path: out/failed.csv }
    D: [accounts.F, devises.F]
"#;

#[test]
fn six_different_mistakes_are_told_together_and_in_the_order_of_the_file() {
    let folder = Folder::new();
    folder.write("in-a-hurry.yaml", IN_A_HURRY);
    let as_json = folder.run(&["check", "--json", "in-a-hurry.yaml"]);
    let found = problems(&as_json);
    let told: Vec<(u64, &str)> =
        found.iter().map(|problem| (problem["line"].as_u64().unwrap(), problem["slug"].as_str().unwrap())).collect();
    let expected = [
        (6, "missing-variable"),
        (9, "unknown-key"),
        (14, "unknown-column"),
        (21, "cycle"),
        (24, "wrong-kind"),
        (27, "unknown-node"),
    ];
    assert_eq!(told, expected, "{}", as_json.stdout);

    let ran = folder.run(&["check", "in-a-hurry.yaml"]);
    assert_eq!(ran.status, 1);
    let mut rest = ran.stderr.as_str();
    for problem in &found {
        let message = problem["message"].as_str().unwrap();
        rest = rest.split_once(message).unwrap_or_else(|| panic!("{message} is not in its place: {}", ran.stderr)).1;
    }
    let last = "6 problems; `seatflow explain missing-variable unknown-key unknown-column cycle wrong-kind unknown-node` \
                tells more";
    assert_eq!(ran.stderr.lines().last(), Some(last));
}

#[test]
fn a_mistake_in_one_place_gives_no_further_problems_elsewhere() {
    let folder = Folder::new();
    let pipeline = fs::read_to_string(repository().join("pipelines/license-audit.yaml")).unwrap();
    for (right, wrong, slug) in [
        ("D: accounts\n", "D: acounts\n", "unknown-node"),
        ("D: accounts\n", "d: accounts\n", "unknown-key"),
        ("D: accounts\n", "D: accounts.X\n", "unknown-anchor"),
        ("A: devices", "A: device", "unknown-node"),
        ("read_csv:", "read_cvs:", "unknown-tool"),
        ("accountId:", "acountId:", "unknown-parameter"),
        ("endpoint: devices.list", "endpoint: device.list", "unknown-endpoint"),
        ("catalog: alteryx", "catalog: alterix", "unknown-catalog"),
        ("catalog: alteryx", "catlog: alteryx", "unknown-key"),
        ("pipeline: license-audit", "pipline: license-audit", "unknown-key"),
        ("connection: portal", "connection: portl", "unknown-connection"),
        ("path: \"${accounts}\"", "path: \"${acounts}\"", "unknown-setting"),
    ] {
        assert!(pipeline.contains(right), "{right}");
        folder.write("wrong.yaml", pipeline.replacen(right, wrong, 1));
        let ran = folder.run(&["check", "--sandbox", "--json", "wrong.yaml"]);
        let found = problems(&ran);
        assert_eq!(found.len(), 1, "{wrong}: {found:#?}");
        assert_eq!(found[0]["slug"], slug);
    }
}

#[test]
fn a_problem_of_the_whole_file_names_the_file() {
    let ran = Folder::new().run(&["check", "--json", "nothing/here.yaml"]);
    let found = problems(&ran);
    assert_eq!((ran.status, found.len()), (1, 1));
    assert_eq!(found[0]["file"], Path::new("nothing/here.yaml").to_str().unwrap());
    assert_eq!((&found[0]["line"], &found[0]["column"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_secret_in_the_file_is_in_no_report() {
    let folder = Folder::new();
    for (setting, authorization) in [
        ("none", "{ refresh_token: rt-secret }"),
        ("none", "{ refresh_tokn: rt-secret }"),
        ("none", "{ kind: beaer, token: rt-secret }"),
        ("none", "{ token: [rt-secret] }"),
        ("none", "{ password: rt-secret, usr: me }"),
        ("rt-secret", "{ refresh_token: \"${token}\" }"),
    ] {
        let pipeline = format!(
            "version: 1
pipeline: secret
settings: {{ token: {setting}, Mistake: 1 }}
connections: {{ portal: {{ catalog: alteryx, authorization: {authorization}, mistake: 1 }} }}
nodes: {{ login: {{ authorize: {{ connection: portal }} }} }}
"
        );
        folder.write("secret.yaml", pipeline);
        for more in [[].as_slice(), &["--json"]] {
            let ran = folder.run(&[&["check", "secret.yaml"], more].concat());
            assert_eq!(ran.status, 1, "{}", ran.stderr);
            assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("rt-secret"), "{}{}", ran.stdout, ran.stderr);
        }
    }
}
