//! Files that a system answers: bytes in a row, and nothing to worry about.

use seatflow_testkit::{Table, Value};

use crate::played::pipeline;
use crate::played::rows;
use crate::program::Folder;

/// Runs nodes on the sandbox; there must be nothing to complain of.
fn run(nodes: &str) -> Folder {
    let folder = Folder::new();
    folder.write("p.yaml", pipeline("", nodes));
    let ran = folder.run(&["run", "p.yaml", "--sandbox"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    folder
}

/// A column's values in a Parquet file.
fn column(folder: &Folder, file: &str, name: &str) -> Vec<Value> {
    let table = Table::of_parquet(&folder.path(file)).unwrap();
    let place = table.columns.iter().position(|column| column == name).unwrap();
    table.rows.into_iter().map(|mut row| row.swap_remove(place)).collect()
}

#[test]
fn a_licence_file_is_a_row_with_its_bytes() {
    let folder = run("
  machine:
    license_api:
      connection: portal
      endpoint: devices.activateOffline
      parameters: { accountId: ACC-100234 }
      payload:
        name: WS-0500
        hostId: 8CDCD4000500
        licenses: [{ licenseKey: AYXD-0001-0001-0001-0001-0001-0001-0001 }]
  file:
    license_api:
      endpoint: devices.licenseFile
      parameters: { accountId: ACC-100234, deviceId: { field: id } }
      keep: [licenseFile.content]
    A: machine
    D: machine
  save:
    write_parquet: { path: out/files.parquet }
    D: file
");
    let values = |name| column(&folder, "out/files.parquet", name);
    let Value::Text(content) = &values("licenseFile.content")[0] else { panic!("no content") };
    assert_eq!(values("BinaryData"), [Value::Text(format!("base64:{content}"))]);
    let Value::Text(text) = &values("DownloadData")[0] else { panic!("no text") };
    assert!(text.starts_with("SANDBOX LICENSE FILE\n"), "{text}");
    assert_eq!(values("Extracted"), [Value::Text(format!("a file of {} bytes", text.len()))]);
}

#[test]
fn a_file_is_fetched_from_the_host_that_a_signed_link_names() {
    let folder = run("
  editions:
    license_api:
      connection: portal
      endpoint: editions.list
      parameters: { accountId: ACC-100234, productLineReleaseId: Alteryx Designer (2022.3) }
  file:
    license_api:
      endpoint: editions.download
      parameters: { accountId: ACC-100234, editionId: { field: id } }
      keep: [id]
    A: editions
    D: editions
  save:
    write_parquet: { path: out/files.parquet }
    D: file
  log:
    write_csv: { path: out/log.csv }
    D: file.L
");
    let bytes = column(&folder, "out/files.parquet", "BinaryData");
    assert!(matches!(&bytes[..], [Value::Text(one), Value::Text(other)] if one != other), "{bytes:?}");
    let log = rows(&folder.files("out")["log.csv"]);
    let (elsewhere, portal): (Vec<_>, Vec<_>) =
        log.iter().partition(|row| row["url"].starts_with("http://files.alteryx.sandbox.test/"));
    assert_eq!((elsewhere.len(), portal.len()), (2, 2), "{log:?}");
    assert!(portal.iter().all(|row| row["request.headers"].contains("authorization")), "{portal:?}");
    for row in elsewhere {
        assert!(row["url"].ends_with("&signature=***"), "{row:?}");
        assert!(!row["request.headers"].to_lowercase().contains("authorization"), "{row:?}");
    }
}

#[test]
fn the_failure_of_a_download_is_one() {
    let folder = Folder::new();
    let nodes = "
  file:
    license_api:
      connection: portal
      endpoint: devices.licenseFile
      parameters: { accountId: ACC-100234, deviceId: DEV-000412 }
  failed:
    write_csv: { path: out/failed.csv }
    D: file.F
";
    folder.write("p.yaml", pipeline("", nodes));
    let fault = ["--fault", "match=devices.licenseFile,do=failure-in-body"];
    let ran = folder.run(&[&["run", "p.yaml", "--sandbox"], &fault[..]].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(folder.read("out/failed.csv").contains("failure-in-body"), "{}", folder.read("out/failed.csv"));
}
