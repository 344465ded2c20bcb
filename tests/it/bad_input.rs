//! Bad inputs: each is told clearly, with its place and what to do, and nothing is lost by it.

mod answers;
mod calls;
mod csv_files;
mod parameters;
mod payloads;
mod pipeline_files;
mod servers;
mod stops;
mod table;
mod tenduke;
mod tokens;
mod uipath;

use crate::program::{Folder, Ran};

/// Reads `a.csv` and writes what can be read, and what cannot.
const COPY: &str = "\
version: 1
pipeline: copy
nodes:
  given:
    read_csv: { path: a.csv{more} }
  save:
    write_csv: { path: out/good.csv }
    D: given
  failed:
    write_csv: { path: out/bad.csv }
    D: given.F
";

fn folder(more: &str) -> Folder {
    let folder = Folder::new();
    folder.write("copy.yaml", COPY.replace("{more}", more));
    folder
}

fn run(folder: &Folder) -> Ran {
    folder.run(&["run", "copy.yaml"])
}

/// What a run over this CSV writes: what could be read, and what could not.
fn copied(csv: &[u8]) -> [String; 2] {
    let folder = folder("");
    folder.write("a.csv", csv);
    let ran = run(&folder);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ["out/good.csv", "out/bad.csv"].map(|name| folder.read(name))
}

/// A run that must not begin: its report, and nothing written.
fn refused(folder: &Folder, status: i32, report: &str) {
    let ran = run(folder);
    assert_eq!((ran.status, ran.stdout.as_str()), (status, ""), "{}", ran.stderr);
    assert!(ran.stderr.starts_with(report), "{}", ran.stderr);
    assert!(!folder.path("out/good.csv").is_file());
}

#[test]
fn a_file_that_is_not_yaml_is_shown_where_it_breaks_off() {
    let folder = Folder::new();
    folder.write("copy.yaml", "version: 1\npipeline: x\nnodes: { a: [1, 2\n");
    let ran = run(&folder);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.starts_with("  × this is not YAML: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("[copy.yaml:"), "{}", ran.stderr);
}

#[test]
fn a_pipeline_that_is_not_utf8_says_so() {
    let folder = Folder::new();
    folder.write("copy.yaml", b"version: 1\npipeline: caf\xe9\n");
    let ran = run(&folder);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.starts_with("  × the file is not UTF-8\n   ╭─[copy.yaml:2:14]\n"), "{}", ran.stderr);
}

#[test]
fn a_csv_that_cannot_be_opened_is_a_problem_of_the_pipeline() {
    let missing = folder("");
    refused(&missing, 1, "  × `a.csv` cannot be read: there is no such file\n   ╭─[copy.yaml:5:23]\n");
    let is_folder = folder("");
    std::fs::create_dir(is_folder.path("a.csv")).unwrap();
    refused(&is_folder, 1, "  × `a.csv` cannot be read: it is a directory\n   ╭─[copy.yaml:5:23]\n");
    let empty = folder("");
    empty.write("a.csv", "");
    refused(&empty, 1, "  × `a.csv` cannot be read: it is empty, without even a header\n   ╭─[copy.yaml:5:23]\n");
    let ran = run(&empty);
    assert!(ran.stderr.contains("help: is it the right file? One without a header needs `columns`"), "{}", ran.stderr);
}

#[test]
fn an_encoding_that_nobody_knows_is_a_problem_with_the_ones_that_are_known() {
    let folder = folder(", encoding: klingon");
    folder.write("a.csv", "a\n1\n");
    refused(&folder, 1, "  × `klingon` is not allowed here\n   ╭─[copy.yaml:5:40]\n");
    assert!(run(&folder).stderr.contains("help: the valid ones are `utf-8`, "));
}

#[test]
fn ragged_lines_leave_on_f_with_their_number_and_their_text() {
    let [good, bad] = copied(b"account,b\nA,1\nB\nC,2,3\nD,4\n");
    assert_eq!(good, "account,b\nA,1\nD,4\n");
    let expected = "\
error.kind,error.message,error.file,error.line,error.text
unreadable,it has 1 field instead of 2,a.csv,3,B
unreadable,it has 3 fields instead of 2,a.csv,4,\"C,2,3\"
";
    assert_eq!(bad, expected);
}

#[test]
fn a_line_that_is_not_utf8_leaves_on_f_and_the_others_stay() {
    let [good, bad] = copied(b"account\nCaf\xe9\nok\n");
    assert_eq!(good, "account\nok\n");
    let line = bad.lines().nth(1).unwrap();
    assert_eq!(line, "unreadable,\"its character 4, the byte E9, is not UTF-8\",a.csv,2,Caf\u{fffd}");
}

#[test]
fn a_quote_that_is_never_closed_loses_no_line() {
    let [good, bad] = copied(b"account,b\nA,1\n\"B,2\nC,3\n");
    assert_eq!(good, "account,b\nA,1\n");
    let lines: Vec<&str> = bad.lines().skip(1).collect();
    let message = "unreadable,\"in the record that begins in line 3, a quote is never closed\",a.csv";
    assert_eq!(lines, [format!("{message},3,\"\"\"B,2\""), format!("{message},4,\"C,3\"")]);
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_anything_is_done() {
    let in_the_way = folder("");
    in_the_way.write("a.csv", "a\n1\n");
    std::fs::create_dir_all(in_the_way.path("out/good.csv")).unwrap();
    refused(&in_the_way, 4, "  × cannot write `out/good.csv`: it is a folder\n  help: choose another `path`");
    let no_folder = folder("");
    no_folder.write("a.csv", "a\n1\n");
    no_folder.write("out", "a file");
    refused(&no_folder, 4, "  × cannot write `out/good.csv`: its folder is a file\n  help: choose another `path`");
    assert_eq!(no_folder.read("out"), "a file");
}

#[cfg(unix)]
#[test]
fn a_device_and_a_second_spelling_are_no_place_for_an_output() {
    let folder = folder("");
    folder.write("a.csv", "a\n1\n");
    // Only the folder itself tells that the link leads to it.
    std::fs::create_dir(folder.path("out")).unwrap();
    std::os::unix::fs::symlink("out", folder.path("link")).unwrap();
    let text = folder.read("copy.yaml");
    for (path, status, told) in [
        ("/dev/null", 4, "cannot write `/dev/null`: it is a device\n  help: "),
        ("link/bad.csv", 1, "`out/bad.csv` is written twice\n"),
    ] {
        folder.write("copy.yaml", text.replace("out/good.csv", path));
        refused(&folder, status, &format!("  × {told}"));
        assert!(!folder.path("out/bad.csv").exists());
    }
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let folder = folder("");
    folder.write("a.csv", "a\n1\n");
    let text = folder.read("copy.yaml");
    folder.write("copy.yaml", text.replace("out/good.csv", "new/and/deep/good.csv"));
    assert_eq!(run(&folder).status, 0);
    assert_eq!(folder.read("new/and/deep/good.csv"), "a\n1\n");
}

#[test]
fn a_state_folder_that_cannot_be_written_is_told_before_anything_is_done() {
    for (file, state) in [("taken", "taken"), ("taken", "taken/deeper"), (".seatflow/runs", ".seatflow")] {
        let folder = folder("");
        folder.write("a.csv", "a\n1\n");
        folder.write(file, "a file");
        let ran = folder.run(&["run", "copy.yaml", "--state", state]);
        assert_eq!((ran.status, ran.stdout.as_str()), (4, ""));
        let expected = format!(
            "  × the state folder `{state}` cannot be written: a file stands in the way
  help: mend it, or choose another with `--state DIR`
"
        );
        assert_eq!(ran.stderr, expected);
        assert!(!folder.path("out").exists());
        assert_eq!(folder.read(file), "a file");
    }
}
