//! Files that are none, too large, or not fit for a terminal.

use super::problems;
use crate::program::Folder;

/// A pipeline that reads one CSV.
fn reading(path: &str) -> String {
    format!(
        "version: 1
pipeline: reading
nodes:
  read: {{ read_csv: {{ path: {path} }} }}
  save: {{ write_csv: {{ path: out.csv }}, D: read }}
  failures: {{ write_csv: {{ path: failed.csv }}, D: read.F }}
"
    )
}

/// A pipeline with one connection.
fn connected(connection: &str) -> String {
    format!(
        "version: 1
pipeline: connected
connections: {{ portal: {{ base_url: http://h.example.test, {connection} }} }}
nodes: {{ read: {{ rows: [{{ id: 1 }}] }} }}
"
    )
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_not_read() {
    let folder = Folder::new();
    assert!(std::process::Command::new("mkfifo").arg(folder.path("pipe.yaml")).status().unwrap().success());
    folder.write("csv.yaml", reading("pipe.yaml"));
    folder.write("device.yaml", reading("/dev/zero"));
    folder.write("catalog.yaml", connected("catalog: ./pipe.yaml"));
    folder.write("certificates.yaml", connected("catalog: alteryx, ca_file: pipe.yaml"));
    folder.write("secret.yaml", connected("catalog: alteryx, authorization: { token: \"${file:pipe.yaml}\" }"));
    for (file, line) in [
        ("pipe", None),
        ("csv", Some(4)),
        ("device", Some(4)),
        ("catalog", Some(3)),
        ("certificates", Some(3)),
        ("secret", Some(3)),
    ] {
        let found = problems(&folder.run(&["check", "--json", &format!("{file}.yaml")]));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((&found[0]["slug"], &found[0]["line"]), (&"unreadable-file".into(), &line.into()), "{file}");
        assert!(found[0]["message"].as_str().unwrap().ends_with("it is no regular file"), "{found:#?}");
    }
    let ran = folder.run(&["catalog", "list", "./pipe.yaml"]);
    assert!(ran.status == 1 && ran.stderr.contains("it is no regular file"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_is_read() {
    let folder = Folder::new();
    folder.write("reading.yaml", reading("link.csv"));
    std::os::unix::fs::symlink("fixtures/accounts.csv", folder.path("link.csv")).unwrap();
    std::os::unix::fs::symlink("reading.yaml", folder.path("link.yaml")).unwrap();
    let ran = folder.run(&["check", "link.yaml"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, "link.yaml: no problems\n"));
}

#[test]
fn a_file_that_nobody_wrote_by_hand_is_not_read() {
    let folder = Folder::new();
    let large = |mebibytes: usize| format!("# {}\n", "x".repeat(mebibytes << 20));
    folder.write("large.yaml", large(4));
    folder.write("larger.yaml", large(64));
    folder.write("catalog.yaml", connected("catalog: ./larger.yaml"));
    folder.write("secret.yaml", connected("catalog: alteryx, authorization: { token: \"${file:large.yaml}\" }"));
    folder.write("certified.yaml", connected("catalog: alteryx, ca_file: large.yaml"));
    let files =
        [("large.yaml", "4 MiB"), ("catalog.yaml", "64 MiB"), ("certified.yaml", "4 MiB"), ("secret.yaml", "4 MiB")];
    for (file, most) in files {
        let found = problems(&folder.run(&["check", "--json", file]));
        assert_eq!((found.len(), &found[0]["slug"]), (1, &"unreadable-file".into()), "{found:#?}");
        assert!(found[0]["message"].as_str().unwrap().ends_with(&format!("it is larger than {most}")), "{found:#?}");
    }
}

#[test]
fn a_report_shows_a_long_line_around_its_labels_only() {
    let folder = Folder::new();
    let long = "é".repeat(500_000);
    let line = format!("nodes: {{ a: {{ rows: [{{ id: {long} }}], D: b }}, c: {{ rowz: [{{ id: {long} }}], D: a }} }}");
    folder.write("long.yaml", format!("version: 1\npipeline: long\n{line}\n"));
    for text in ["long.yaml".to_owned(), "unclosed.yaml".to_owned()] {
        folder.write("unclosed.yaml", format!("version: 1\npipeline: [{long}\n"));
        let ran = folder.run(&["check", &text]);
        assert_eq!(ran.status, 1);
        assert!(ran.stderr.len() < 10_000, "{} bytes", ran.stderr.len());
    }
    let ran = folder.run(&["check", "long.yaml"]);
    assert!(ran.stderr.contains("there is no tool `rowz`") && ran.stderr.contains("long.yaml:3:500"), "{}", ran.stderr);
    folder.write("value.yaml", format!("version: \"{long}\"\npipeline: {long}\nnodes: {{}}\n"));
    let ran = folder.run(&["check", "value.yaml"]);
    assert!(ran.status == 1 && ran.stderr.len() < 20_000, "{} bytes", ran.stderr.len());
}

#[test]
fn nothing_from_outside_steers_the_terminal() {
    let folder = Folder::new().variable("EVIL", "\u{1b}]0;evil\u{7}\u{1b}[2J");
    folder.write("raw.yaml", "version: 1\npipeline: \u{1b}[31mred\n");
    folder.write("quoted.yaml", "version: 1\npipeline: \"\\e[31mred\"\nnodes: { \"a\\e[1m\": { rows: [] } }\n");
    folder.write("value.yaml", reading("fixtures/accounts.csv, encoding: \"${env:EVIL}\""));
    folder.write("path.yaml", reading("\"${env:EVIL}\""));
    folder.write("evil\u{1b}[31m.yaml", "version: 2\n");
    folder.write("header.csv", "id,\u{1b}[31mred\n1,2\n");
    folder.write("columns.yaml", reading("header.csv, types: { rad: text }"));
    for file in ["raw.yaml", "quoted.yaml", "value.yaml", "path.yaml", "evil\u{1b}[31m.yaml", "columns.yaml"] {
        let ran = folder.run(&["check", file]);
        assert_eq!(ran.status, 1, "{file}");
        assert!(!ran.stderr.contains(|letter: char| letter.is_control() && letter != '\n'), "{:?}", ran.stderr);
        assert!(ran.stderr.contains("u{1b}"), "{}", ran.stderr);
    }
    let ran = folder.run(&["check", "\u{1b}[31m.yaml"]);
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
}

#[test]
fn a_file_that_is_written_is_known_by_any_spelling() {
    let folder = Folder::new();
    let root = std::fs::canonicalize(folder.path("")).unwrap();
    let absolute = root.join("out.csv").display().to_string();
    let input = root.join("fixtures/../fixtures/accounts.csv").display().to_string();
    for (written, slug) in [
        (absolute.as_str(), "duplicate-output"),
        ("/../out/../out.csv", "none"),
        (input.as_str(), "output-over-input"),
        ("./written.yaml", "output-over-input"),
        ("\"\"", "bad-value"),
    ] {
        folder.write("written.yaml", reading("fixtures/accounts.csv").replace("failed.csv", written));
        let found = problems(&folder.run(&["check", "--json", "written.yaml"]));
        let slugs: Vec<&str> = found.iter().map(|problem| problem["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs.first().copied().unwrap_or("none"), slug, "{written}");
        assert!(slugs.len() <= 1, "{slugs:?}");
    }
}
