//! The program against servers and proxies that the sandbox does not play.

mod answers;
#[cfg(target_os = "linux")]
mod bomb;
mod certificates;
mod pages;
mod proxies;
mod redirects;
mod server;
mod writes;

use crate::played::{Rows, rows};
use crate::program::{Folder, Ran};

/// A list of things, which may be empty without a word.
const CATALOG: &str = "\
catalog: things
summary: A list of things
authorization: [{ kind: bearer, source: documented }]
endpoints:
  things.list: { request: GET /things, summary: The things, success: [200, 204], response: { records: data } }
  things.create: { request: POST /things, summary: Makes a thing, body: { example: { name: a } } }
  things.look: { request: HEAD /things, summary: Whether there are things }
";

/// The token of every connection here.
const TOKEN: &str = "at-given-0001";

/// A folder with the catalog, and with a pipeline that lists the things of a connection with these keys.
fn folder(connection: &str) -> Folder {
    let folder = Folder::new().variable("TOKEN", TOKEN);
    folder.write("things.yaml", CATALOG);
    folder.write("list.yaml", pipeline(connection, "things.list"));
    folder
}

fn pipeline(connection: &str, endpoint: &str) -> String {
    format!(
        "version: 1
pipeline: list
connections:
  portal:
    catalog: ./things.yaml
    authorization: {{ token: \"${{env:TOKEN}}\" }}
    limits: {{ backoff_seconds: 0, backoff_most_seconds: 0, attempts: 2 }}
    {connection}
nodes:
  things: {{ license_api: {{ connection: portal, endpoint: {endpoint} }} }}
  save: {{ write_csv: {{ path: out/things.csv }}, D: things }}
  failed: {{ write_csv: {{ path: out/failed.csv }}, D: things.F }}
  log: {{ write_csv: {{ path: out/log.csv }}, D: things.L }}
"
    )
}

fn run(folder: &Folder) -> Ran {
    folder.run(&["run", "list.yaml"])
}

/// The rows that a run over a pipeline left in a file.
fn left(folder: &Folder, name: &str) -> Rows {
    rows(&folder.files("out")[name])
}

/// The kind and the message of the one record that failed.
fn failed(folder: &Folder) -> (String, String) {
    let rows = left(folder, "failed.csv");
    assert_eq!(rows.len(), 1, "{rows:?}");
    (rows[0]["error.kind"].clone(), rows[0]["error.message"].clone())
}

/// Asserts that a secret is in nothing that a run said or left.
fn assert_unsaid(secret: &str, ran: &Ran, folder: &Folder) {
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        assert!(!text.contains(secret), "{secret} is in {name}: {text}");
    }
    for below in ["out", ".seatflow"] {
        for (name, bytes) in folder.files(below) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {below}/{name}");
        }
    }
}
