//! The house stays in order: rules of structure, as plain tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use seatflow_spec::PAGES;

use crate::program::{Folder, files_below, repository};

/// The folders of the repository that hold what people wrote.
const FOLDERS: &[&str] = &["benches", "crates", "docs", "fixtures", "pipelines", "tests"];

/// No file of code is longer.
const MOST_LINES: usize = 600;

/// No file of code is longer without a reason.
const USUAL_LINES: usize = 400;

/// The files of code that are longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[
    ("crates/call/src/redact/mod.rs", "one pass over a body, with the tests of all the forms in which a secret comes"),
    ("crates/call/tests/it/authorization.rs", "the life of one token, told from its first request to its last"),
    ("crates/catalog/tests/it/problems.rs", "one list of all that can be wrong in a catalog"),
    ("crates/engine/tests/it/tools.rs", "all the fake tools, each a few lines"),
    ("crates/flatten/src/flattener.rs", "one state machine, whose steps are read together"),
];

fn read(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The path as it is said in this repository.
fn said(path: &Path) -> String {
    path.strip_prefix(repository()).unwrap().display().to_string()
}

/// All files with this ending, and those at the root with it.
fn files(ending: &str) -> Vec<PathBuf> {
    let folders = FOLDERS.iter().map(|folder| repository().join(folder)).filter(|folder| folder.exists());
    let root = fs::read_dir(repository()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let all = folders.flat_map(|folder| files_below(&folder)).chain(root);
    all.filter(|path| path.to_str().unwrap().ends_with(ending)).collect()
}

/// The names of the folders in `crates`, in order.
fn crates() -> BTreeSet<String> {
    let entries = fs::read_dir(repository().join("crates")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The crates with a manifest of their own, each with that manifest.
fn manifests() -> Vec<(String, String)> {
    let of = |name: String| {
        let manifest = repository().join("crates").join(&name).join("Cargo.toml");
        manifest.exists().then(|| (name, read(&manifest)))
    };
    crates().into_iter().filter_map(of).collect()
}

/// The names in a table of a manifest.
fn names_in(manifest: &str, table: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != format!("[{table}]")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The code of a crate, without its tests and its comments, line by line with places.
fn code_of(name: &str) -> Vec<(String, String)> {
    let folder = repository().join("crates").join(name);
    let folder = if folder.join("src").exists() { folder.join("src") } else { folder };
    let mut lines = Vec::new();
    for file in files_below(&folder) {
        let is_code = file.extension().is_some_and(|extension| extension == "rs");
        let is_test = file.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")));
        if !is_code || is_test {
            continue;
        }
        for (number, line) in read(&file).lines().enumerate() {
            if line.trim_start() == "#[cfg(test)]" {
                break;
            }
            if !line.trim_start().starts_with("//") {
                lines.push((format!("{}:{}", said(&file), number + 1), line.to_owned()));
            }
        }
    }
    lines
}

#[test]
fn no_file_of_code_is_too_long() {
    for file in files(".rs") {
        let lines = read(&file).lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", said(&file));
        let has_reason = LONG_FILES.iter().any(|(long, _)| *long == said(&file));
        assert!(lines <= USUAL_LINES || has_reason, "{} has {lines} lines: split it, or say why not", said(&file));
    }
}

#[test]
fn every_file_with_a_reason_to_be_long_is_there() {
    for (long, reason) in LONG_FILES {
        assert!(repository().join(long).exists(), "{long}: {reason}");
    }
}

#[test]
fn every_crate_inherits_the_lints_and_is_not_published() {
    let root = read(&repository().join("Cargo.toml"));
    for (name, manifest) in manifests().into_iter().chain([("seatflow".to_owned(), root)]) {
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{name} has lints of its own");
        for line in ["version.workspace = true", "edition.workspace = true", "publish = false"] {
            assert!(manifest.contains(line), "{name} does not say `{line}`");
        }
    }
}

#[test]
fn arrows_between_crates_go_one_way() {
    // Each knows only those before it.
    let order =
        ["spec", "flatten", "catalog", "call", "journal", "tool", "tools", "plan", "engine", "sandbox", "testkit"];
    let position =
        |name: &str| order.iter().position(|known| *known == name).unwrap_or_else(|| panic!("{name} is new"));
    for (name, manifest) in manifests() {
        for dependency in names_in(&manifest, "dependencies") {
            let Some(dependency) = dependency.strip_prefix("seatflow-") else { continue };
            assert!(position(dependency) < position(&name), "{name} knows {dependency}");
        }
    }
    for (name, unknown) in [
        ("spec", ["tokio", "arrow", "reqwest"]),
        ("flatten", ["tokio", "reqwest", "axum"]),
        ("catalog", ["tokio", "arrow", "reqwest"]),
        ("call", ["arrow", "parquet", "axum"]),
        ("journal", ["arrow", "reqwest", "seatflow-engine"]),
        ("plan", ["tokio", "parquet", "reqwest"]),
        ("sandbox", ["arrow", "seatflow-call", "seatflow-engine"]),
    ] {
        let manifest = read(&repository().join(format!("crates/{name}/Cargo.toml")));
        let known = names_in(&manifest, "dependencies");
        assert!(!known.iter().any(|known| unknown.contains(&known.as_str())), "{name} knows {known:?}");
    }
}

#[test]
fn crates_without_input_and_output_have_none() {
    for name in ["spec", "flatten", "catalog", "plan"] {
        for (place, line) in code_of(name) {
            for world in ["std::fs", "std::net", "std::env", "std::process", "fs::read", "File::open"] {
                assert!(!line.contains(world), "{place}: {line}");
            }
        }
    }
}

#[test]
fn nothing_panics_on_purpose_but_tests() {
    let names = crates().into_iter().filter(|name| name != "testkit");
    for (place, line) in names.flat_map(|name| code_of(&name)) {
        for call in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!("] {
            assert!(!line.contains(call), "{place}: {line}");
        }
    }
}

#[test]
fn the_map_of_the_readme_names_exactly_the_crates() {
    let readme = read(&repository().join("README.md"));
    let map = readme.split_once("## The map").unwrap().1.split("\n## ").next().unwrap();
    let named = map.split("`crates/").skip(1).map(|from| from.split('`').next().unwrap().to_owned());
    assert_eq!(named.collect::<BTreeSet<_>>(), crates());
}

#[test]
fn every_page_of_a_problem_has_a_slug_and_every_slug_a_page() {
    let pages = files_below(&repository().join("crates/spec/src/pages"));
    let pages: BTreeSet<String> = pages.iter().map(|page| said(page)).collect();
    let expected = PAGES.iter().map(|page| format!("crates/spec/src/pages/{}.md", page.slug));
    assert_eq!(pages, expected.collect());
}

#[test]
fn every_dependency_says_what_it_is_for_and_is_used() {
    let root = read(&repository().join("Cargo.toml"));
    let table = root.split_once("[workspace.dependencies]\n").unwrap().1.split("\n[").next().unwrap();
    let lines: Vec<&str> = table.lines().collect();
    let manifests: Vec<String> = manifests().into_iter().map(|(_, manifest)| manifest).chain([root.clone()]).collect();
    for (number, line) in lines.iter().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let name = line.split([' ', '=']).next().unwrap();
        let reason = number.checked_sub(1).is_some_and(|above| lines[above].starts_with("# "));
        assert!(reason || name.starts_with("seatflow-"), "`{name}` has no reason in the line above it");
        let used = format!("\n{name}.workspace = true");
        assert!(manifests.iter().any(|manifest| manifest.contains(&used)), "`{name}` is used nowhere");
    }
}

#[test]
fn every_crate_says_what_it_does_not_do() {
    for (name, _) in manifests() {
        let library = read(&repository().join(format!("crates/{name}/src/lib.rs")));
        let mut said: String = library.lines().filter_map(|line| line.strip_prefix("//!")).collect();
        if let Some((_, page)) = library.split_once("#![doc = include_str!(\"") {
            let page = page.split('"').next().unwrap();
            said.push_str(&read(&repository().join(format!("crates/{name}/src")).join(page)));
        }
        let says_not = ["not ", "no ", "neither ", "nothing "].iter().any(|word| said.contains(&format!(" {word}")));
        assert!(says_not, "the first words of {name} do not say what it does not do: {said}");
    }
}

#[test]
fn nothing_is_left_for_later() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("HA", "CK")];
    let own = repository().join("tests/it/tidy.rs");
    for file in [".rs", ".md", ".yaml", ".toml", ".sql"].iter().flat_map(|ending| files(ending)) {
        for (number, line) in read(&file).lines().enumerate() {
            let left = words.iter().any(|word| line.contains(word));
            assert!(!left || file == own, "{}:{}: {line}", said(&file), number + 1);
        }
    }
}

#[test]
fn every_verb_has_a_file_of_its_own() {
    let help = Folder::new().run(&["--help"]).stdout;
    let verbs = help.lines().skip_while(|line| *line != "Verbs:").skip(1).take_while(|line| !line.is_empty());
    let verbs = verbs.filter_map(|line| line.split_whitespace().next()).filter(|verb| *verb != "help");
    let files = files_below(&repository().join("crates/cli/commands"));
    let files = files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap()).filter(|name| *name != "mod");
    assert_eq!(files.collect::<BTreeSet<_>>(), verbs.collect());
}

#[test]
fn the_pipeline_in_the_readme_is_without_problems() {
    let readme = read(&repository().join("README.md"));
    let section = readme.split_once("## A pipeline\n").unwrap().1;
    let pipeline = section.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0;
    let folder = Folder::new();
    folder.write("readme.yaml", pipeline);
    let checked = folder.run(&["check", "--sandbox", "readme.yaml"]);
    assert_eq!((checked.status, checked.stderr.as_str()), (0, "readme.yaml: no problems\n"));
    let ran = folder.run(&["run", "--sandbox", "readme.yaml"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}
