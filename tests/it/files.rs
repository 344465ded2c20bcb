//! What a run may not write over: what it reads, and what runs keep; and that runs keep it side by side.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::program::{Folder, Ran};

const CSV: &str = "id\n1\n";

/// A folder with a CSV, a catalog, a secret and a pipeline that copies the CSV.
fn folder(read: &str, write: &str) -> Folder {
    let folder = Folder::new();
    folder.write("in.csv", CSV);
    folder.write("token", "t0ken");
    fs::create_dir(folder.path("out")).unwrap();
    let catalog = "catalog: portal\nsummary: a portal\nbase_url: https://portal.example.test\nendpoints:\n";
    let endpoint = "  things.list: { request: GET /things, summary: All things, source: observed }\n";
    folder.write("portal.yaml", format!("{catalog}{endpoint}"));
    let pipeline = format!(
        "version: 1
pipeline: copy
connections:
  portal: {{ catalog: ./portal.yaml, headers: {{ X-Key: \"${{file:token}}\" }} }}
nodes:
  in: {{ read_csv: {{ path: {read} }} }}
  save: {{ write_csv: {{ path: {write} }}, D: [in, in.F] }}
"
    );
    folder.write("copy.yaml", pipeline);
    folder
}

/// That `check` and `run` both refuse, with these words, and that nothing was written.
fn assert_refused(folder: &Folder, told: &str) {
    for verb in ["check", "run"] {
        let ran = folder.run(&[verb, "copy.yaml"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{verb}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("  × {told}\n")), "{verb}: {}", ran.stderr);
        assert!(!folder.path(".seatflow").exists(), "{verb} wrote something");
    }
    assert_eq!(folder.read("in.csv"), CSV);
}

fn same(written: &str, read: &str) -> String {
    format!("`{written}` is the same file as `{read}`, which is read")
}

#[test]
fn what_is_read_is_not_written_through_a_link() {
    for (target, link) in [("../in.csv", "out/link.csv"), ("in.csv", "link.csv")] {
        let folder = folder("in.csv", link);
        symlink(target, folder.path(link)).unwrap();
        assert_refused(&folder, &same(link, "in.csv"));
    }
}

#[test]
fn what_is_read_through_a_link_is_not_written() {
    let folder = folder("link.csv", "in.csv");
    symlink("in.csv", folder.path("link.csv")).unwrap();
    assert_refused(&folder, &same("in.csv", "link.csv"));
}

#[test]
fn a_folder_that_is_a_link_and_a_second_name_hide_nothing() {
    let linked = folder("in.csv", "here/in.csv");
    symlink(".", linked.path("here")).unwrap();
    assert_refused(&linked, &same("here/in.csv", "in.csv"));
    let named = folder("in.csv", "second.csv");
    fs::hard_link(named.path("in.csv"), named.path("second.csv")).unwrap();
    assert_refused(&named, &same("second.csv", "in.csv"));
}

#[test]
fn neither_the_pipeline_nor_its_catalog_nor_its_secret_is_written() {
    for (file, read) in [("copy.yaml", "copy.yaml"), ("portal.yaml", "./portal.yaml"), ("token", "token")] {
        let plain = folder("in.csv", file);
        assert_refused(&plain, &format!("`{file}` is read and written"));
        let linked = folder("in.csv", "out/link");
        symlink(linked.path(file), linked.path("out/link")).unwrap();
        assert_refused(&linked, &same("out/link", read));
    }
}

#[test]
fn nothing_is_written_into_the_state_folder() {
    let told = |path: &str| format!("`{path}` is in the state folder `.seatflow`");
    for path in [".seatflow/credentials.json", "out/../.seatflow/runs/a.csv", "./.seatflow", ".seatflow/new/a.csv"] {
        assert_refused(&folder("in.csv", path), &told(path));
    }
    // The link leads to a folder that only the run would make.
    let linked = folder("in.csv", "link/credentials.json");
    symlink(".seatflow", linked.path("link")).unwrap();
    assert_refused(&linked, &told("link/credentials.json"));
    let elsewhere = folder("in.csv", "state/a.csv");
    assert_eq!(elsewhere.run(&["check", "copy.yaml"]).status, 0);
    let ran = elsewhere.run(&["run", "copy.yaml", "--state", "out/../state"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("  × `state/a.csv` is in the state folder `out/../state`\n"), "{}", ran.stderr);
}

#[test]
fn a_link_to_any_other_file_is_written_through() {
    let folder = folder("in.csv", "link.csv");
    folder.write("other.csv", "old");
    symlink("other.csv", folder.path("link.csv")).unwrap();
    assert_eq!(folder.run(&["check", "copy.yaml"]).status, 0);
    assert_eq!(folder.run(&["run", "copy.yaml"]).status, 0);
    assert!(folder.read("other.csv").starts_with("id"));
}

#[test]
fn runs_that_begin_together_share_a_new_state_folder() {
    for _ in 0..3 {
        let folder = folder("in.csv", "out/0.csv");
        let text = folder.read("copy.yaml");
        let children: Vec<_> = (0..8)
            .map(|number| {
                let name = format!("copy-{number}.yaml");
                folder.write(&name, text.replace("out/0.csv", &format!("out/{number}.csv")));
                folder.command(&["run", &name]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for child in children {
            let ran = Ran::from(child.wait_with_output().unwrap());
            assert_eq!(ran.status, 0, "{}", ran.stderr);
        }
        assert_eq!(folder.files("out").len(), 8);
    }
}
