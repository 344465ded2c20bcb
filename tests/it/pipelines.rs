//! Every example pipeline on the sandbox, beside what it wrote when somebody last looked.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes the golden files anew; look at the difference before you
//! commit it.

use std::fs;
use std::path::Path;

use seatflow_testkit::Table;

use crate::program::{Folder, files_below, repository};

/// The names of the example pipelines.
pub(crate) fn examples() -> Vec<String> {
    let files = files_below(&repository().join("pipelines"));
    files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// An output file as text: a Parquet file as a table.
fn as_text(path: &Path) -> String {
    if path.extension().is_some_and(|extension| extension == "parquet") {
        return Table::of_parquet(path).unwrap().to_string();
    }
    fs::read_to_string(path).unwrap()
}

/// Holds a text against a golden file.
pub(crate) fn compare(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        return;
    }
    let golden = fs::read_to_string(path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
    assert!(golden == text, "{} differs; now it is\n{text}", path.display());
}

#[test]
fn every_example_writes_what_it_should() {
    for pipeline in examples() {
        let folder = Folder::new();
        let ran = folder.run(&["run", &format!("pipelines/{pipeline}.yaml"), "--sandbox"]);
        assert_eq!(ran.status, 0, "{pipeline}: {}", ran.stderr);
        let golden = repository().join("tests/golden").join(&pipeline);
        compare(&golden.join("summary.txt"), &ran.stdout);
        for name in folder.files("out").into_keys() {
            compare(&golden.join(format!("{name}.txt")), &as_text(&folder.path("out").join(&name)));
        }
    }
}

#[test]
fn every_example_is_without_problems() {
    for pipeline in examples() {
        let ran = Folder::new().run(&["check", &format!("pipelines/{pipeline}.yaml"), "--sandbox"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{pipeline}: {}", ran.stderr);
    }
}

#[test]
fn the_books_of_the_audit_close() {
    let folder = Folder::new();
    let ran = folder.run(&["run", "pipelines/license-audit.yaml", "--sandbox", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let nodes = report["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 9);
    for node in nodes {
        let count = |name: &str| node[name].as_u64().unwrap();
        assert_eq!(count("records_in"), count("succeeded") + count("failed"), "{node}");
    }
}
