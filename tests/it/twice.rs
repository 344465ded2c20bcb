//! The same pipelines with other batches, other wires and another concurrency give the same bytes.

use crate::pipelines::examples;
use crate::program::Folder;

fn outputs(pipeline: &str, tuning: &[&str]) -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder = Folder::new();
    let file = format!("pipelines/{pipeline}.yaml");
    let ran = folder.run(&[&["run", &file, "--sandbox"], tuning].concat());
    assert_eq!(ran.status, 0, "{pipeline} {tuning:?}: {}", ran.stderr);
    folder.files("out")
}

#[test]
fn batches_wires_and_concurrency_change_no_byte() {
    for pipeline in examples() {
        let usual = outputs(&pipeline, &[]);
        assert!(!usual.is_empty(), "{pipeline} writes something");
        for tuning in [
            ["--concurrency", "1"].as_slice(),
            &["--concurrency", "64"],
            &["--batch-rows", "1"],
            &["--wire-batches", "1"],
            &["--batch-rows", "1", "--wire-batches", "1", "--concurrency", "1"],
            &["--batch-rows", "2", "--wire-batches", "1", "--concurrency", "64"],
        ] {
            assert_eq!(outputs(&pipeline, tuning), usual, "{pipeline} with {tuning:?}");
        }
    }
}
