//! Catalogs made from `OpenAPI` documents by the program, and calls of what they describe.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes the golden files anew, as for the example pipelines.

use std::path::Path;

use crate::pipelines::compare;
use crate::program::{Folder, files_below, repository};

/// The documents, by their file names.
fn documents() -> Vec<String> {
    let files = files_below(&repository().join("fixtures/openapi"));
    files.iter().map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn a_document_becomes_a_catalog_and_a_list_of_what_is_not_in_it() {
    for document in documents() {
        let ran = Folder::new().run(&["catalog", "import", &format!("fixtures/openapi/{document}")]);
        assert_eq!(ran.status, 0, "{document}: {}", ran.stderr);
        let golden = repository().join("tests/golden/openapi");
        let name = Path::new(&document).file_stem().unwrap().to_str().unwrap();
        compare(&golden.join(format!("{name}.yaml")), &ran.stdout);
        compare(&golden.join(format!("{name}.left-out.txt")), &ran.stderr);
    }
}

#[test]
fn every_catalog_that_was_made_is_without_problems() {
    for document in documents() {
        let folder = Folder::new();
        let document = format!("fixtures/openapi/{document}");
        let made = folder.run(&["catalog", "import", &document, "--name", "made", "--out", "made.yaml"]);
        assert_eq!((made.status, made.stdout.as_str()), (0, ""), "{document}: {}", made.stderr);
        let checked = folder.run(&["catalog", "check", "made.yaml"]);
        assert_eq!(checked.status, 0, "{document}: {}", checked.stderr);
        let listed = folder.run(&["catalog", "list", "made.yaml", "--json"]);
        assert_eq!(listed.status, 0, "{document}: {}", listed.stderr);
    }
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let folder = Folder::new();
    folder.write("made.yaml", "edited by hand");
    let ran = folder.run(&["catalog", "import", "fixtures/openapi/seats.yaml", "--out", "made.yaml"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("`made.yaml` is there already"), "{}", ran.stderr);
    assert_eq!(folder.read("made.yaml"), "edited by hand");
    let ran = folder.run(&["catalog", "import", "fixtures/openapi/seats.yaml", "--name", "Not a name"]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
}

#[test]
fn what_is_left_out_is_told_as_json_and_the_summary_not_to_whom_wants_quiet() {
    let folder = Folder::new();
    let import = |more: &[&str]| folder.run(&[&["catalog", "import", "fixtures/openapi/printers.yaml"], more].concat());
    let ran = import(&["--out", "json.yaml", "--json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["endpoints"], 4);
    assert_eq!(told["left_out"].as_array().unwrap().len(), 3);
    let first = &told["left_out"][0];
    assert_eq!((&first["pointer"], &first["times"]), (&"/paths/~1printers/get/parameters/2".into(), &1.into()));
    assert!(first["why"].as_str().unwrap().contains("`room` takes one value"), "{first}");

    let loud = import(&["--out", "loud.yaml"]);
    let quiet = import(&["--out", "quiet.yaml", "--quiet"]);
    let list = loud.stderr.split_inclusive('\n').take(3).collect::<String>();
    assert_eq!((quiet.status, quiet.stdout.as_str(), quiet.stderr), (0, "", list));
    assert_eq!(folder.read("json.yaml"), folder.read("quiet.yaml"));

    assert_eq!(import(&["--json"]).status, 2, "stdout holds either the catalog or JSON");
    folder.write("none.yaml", "a: b\n");
    let ran = folder.run(&["catalog", "import", "none.yaml", "--json", "--out", "none.out"]);
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.status, &told["problems"][0]["slug"]), (1, &"bad-value".into()), "{told:#}");
}

/// A limit on the bytes of a file stands for a disk that is full.
#[cfg(unix)]
#[test]
fn a_catalog_that_cannot_be_written_as_a_whole_is_not_there() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("made")).unwrap();
    let mut limited = std::process::Command::new("sh");
    let script =
        "trap '' XFSZ; ulimit -f 1; exec \"$0\" catalog import fixtures/openapi/seats.yaml --out made/seats.yaml";
    limited.args(["-c", script]).arg(env!("CARGO_BIN_EXE_seatflow")).current_dir(folder.path("."));
    let ran = limited.output().unwrap();
    assert_eq!(ran.status.code(), Some(4), "{ran:?}");
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(said.contains("`made/seats.yaml` cannot be written"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path("made")).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_too_large_is_refused_wherever_a_catalog_is_named() {
    let folder = Folder::new();
    folder.write("large.yaml", format!("# {}\n", "x".repeat(64 << 20)));
    for verb in [&["check", "large.yaml"][..], &["import", "large.yaml"], &["list", "./large.yaml"]] {
        let ran = folder.run(&[&["catalog"], verb].concat());
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{verb:?}");
        assert!(
            ran.stderr.contains("`large.yaml` cannot be read: it is larger than 64 MiB") || verb[0] == "list",
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("take out of it the endpoints that no pipeline calls"), "{}", ran.stderr);
    }
}

#[test]
fn what_is_no_document_is_a_problem_at_its_place() {
    for (text, place, message) in [
        ("a: b\n", "1:1", "the file is no OpenAPI document"),
        ("swagger: '1.2'\n", "1:1", "Swagger 1.2 is not read"),
        ("openapi: 4.0.0\n", "1:1", "OpenAPI 4.0.0 is not read"),
        ("{\"openapi\": \"3.0.0\",\n \"paths\": {,}}", "2:12", "this is not JSON"),
        ("openapi: 3.0.0\npaths:\n  /a: {get: [}\n", "3:14", "this is not YAML"),
        ("openapi: 3.0.0\npaths: {}\n", "1:1", "the document has no operation that a catalog can describe"),
        ("", "1:1", "the file is empty"),
    ] {
        let folder = Folder::new();
        folder.write("document", text);
        let ran = folder.run(&["catalog", "import", "document"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{text}");
        assert!(ran.stderr.contains(message), "{text}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("[document:{place}]")), "{text}: {}", ran.stderr);
    }
}

/// Takes two seats, lists all there are, and gives them back, with a catalog that nobody wrote.
const PIPELINE: &str = r#"
version: 1
pipeline: imported
connections:
  seats:
    catalog: seats.yaml
    base_url: ${env:SEATS_BASE_URL}
    authorization: { token: "${env:SEATS_TOKEN}" }
nodes:
  wanted:
    rows:
      - { holder: ann@example.test, product: editor, seats: 2 }
      - { holder: ben@example.test, product: viewer, seats: 3 }
  taken:
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: { field: product }, quantity: { field: seats } }
    D: wanted
  list:
    license_api: { connection: seats, endpoint: seats.list, parameters: { product: { field: product } } }
    D: taken
  released:
    license_api:
      connection: seats
      endpoint: seats.release
      confirm_delete: true
      parameters: { seatId: { field: id } }
    D: list
  save_list:
    write_csv: { path: out/list.csv }
    D: list
  failures:
    write_csv: { path: out/failed.csv }
    D: [taken.F, list.F, released.F]
  save_released:
    write_csv: { path: out/released.csv }
    D: released
"#;

#[test]
fn a_pipeline_reads_and_writes_with_a_catalog_that_was_made() {
    let folder = Folder::new();
    let made = folder.run(&["catalog", "import", "fixtures/openapi/seats.yaml", "--out", "seats.yaml"]);
    assert_eq!(made.status, 0, "{}", made.stderr);
    folder.write("imported.yaml", PIPELINE);
    let checked = folder.run(&["check", "imported.yaml", "--sandbox"]);
    assert_eq!((checked.status, checked.stderr.as_str()), (0, "imported.yaml: no problems\n"));
    let ran = folder.run(&["run", "imported.yaml", "--sandbox"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let list = folder.read("out/list.csv");
    let rows: Vec<String> = list.lines().map(|line| line.split(',').skip(3).collect::<Vec<_>>().join(" ")).collect();
    // Of each product, somebody had a seat before.
    let seats = ["ann@example.test editor 2", "ann@example.test editor 2", "ben@example.test viewer 3"];
    assert_eq!(rows[0], "holder product quantity");
    assert!(seats.iter().all(|seat| rows.iter().any(|row| row == seat)), "{list}");
    assert_eq!(folder.read("out/released.csv").lines().count(), rows.len());
    assert_eq!(folder.read("out/failed.csv"), "");
}
