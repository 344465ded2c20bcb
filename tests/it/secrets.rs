//! No token leaves the program but to the server it is for, and to the one file where it is kept.
//!
//! Every token of the sandbox begins with a mark here, the given ones and those that it issues, so
//! that a search for the mark finds each of them in whatever the program leaves behind.

mod echoes;
mod examples;
mod faults;
mod held;
mod journal;
mod references;
pub(crate) mod speaker;
mod stored;

use std::path::Path;

use seatflow_sandbox::Settings;
use seatflow_testkit::parquet_as_text;

use crate::played::{Played, pipeline};
use crate::program::{Folder, Ran, files_below};

/// What every token begins with.
const MARK: &str = "marked-token-";

/// The mark as base64 has it, wherever it begins, as JSON may escape it, as URLs do, and as UTF-16 has it.
const WRITTEN: [&str; 6] =
    ["bWFya2VkLXRva2Vu", "cmtlZC10b2tl", "YXJrZWQtdG9rZW4t", r"\u006darked", "marked%2Dtoken", "m\0a\0r\0k\0e\0d\0"];

fn played(faults: &[&str]) -> Played {
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    Played::new(Settings { faults, token_prefix: MARK.to_owned(), ..Settings::default() })
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for needle in [MARK].iter().chain(&WRITTEN) {
        let found = bytes.windows(needle.len()).position(|window| window == needle.as_bytes());
        let around =
            |place: usize| String::from_utf8_lossy(&bytes[place.saturating_sub(200)..bytes.len().min(place + 60)]);
        assert!(found.is_none(), "{what}: {}", around(found.unwrap_or_default()));
    }
}

/// Searches all that a run has left: what it printed, its outputs, its state.
fn assert_no_token(folder: &Folder, ran: &Ran, what: &str) {
    assert_clean(&format!("{what}: stdout"), ran.stdout.as_bytes());
    assert_clean(&format!("{what}: stderr"), ran.stderr.as_bytes());
    assert_no_token_in_files(folder, what);
}

/// Searches the outputs of a run, the hidden ones too, and its state.
fn assert_no_token_in_files(folder: &Folder, what: &str) {
    for below in ["out", ".seatflow"] {
        let path = folder.path(below);
        for file in if path.exists() { files_below(&path) } else { Vec::new() } {
            let bytes = std::fs::read(&file).unwrap();
            let shown = format!("{what}: {}", file.display());
            if bytes.starts_with(b"PAR1") {
                // It may be compressed.
                assert_clean(&shown, parquet_as_text(bytes.clone()).as_bytes());
            }
            if file.file_name().is_some_and(|name| name == "journal.db") {
                assert_clean(&shown, &journal::content(&file));
            }
            if file.file_name().is_some_and(|name| name != "credentials.json") {
                assert_clean(&shown, &bytes);
            }
            #[cfg(unix)]
            if below == ".seatflow" {
                assert_private(&file);
            }
        }
    }
}

/// Nobody but its owner can read a file of the state, or look into its folder.
#[cfg(unix)]
fn assert_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(format!("{:o}", mode(file)), "600", "{}", file.display());
    assert_eq!(format!("{:o}", mode(file.parent().unwrap())), "700", "{}", file.display());
}

/// Nodes that write an output of another node to a CSV and to a Parquet file: `devices.L` to `out/devices_l.csv`.
fn saved(anchors: &[&str]) -> String {
    let nodes = anchors.iter().map(|anchor| {
        let name = anchor.to_lowercase().replace('.', "_");
        format!(
            "  {name}_csv:\n    write_csv: {{ path: out/{name}.csv }}\n    D: {anchor}\n  \
             {name}_parquet:\n    write_parquet: {{ path: out/{name}.parquet }}\n    D: {anchor}\n"
        )
    });
    nodes.collect()
}

/// A login, calls with two pages, and every output of each in a CSV and in a Parquet file.
fn everything() -> String {
    let nodes = "
  login:
    authorize: { connection: portal }
  accounts:
    rows: [{ account: ACC-100234 }, { account: ACC-100777 }, { account: ACC-404001 }]
  devices:
    license_api:
      endpoint: devices.list
      parameters: { accountId: { field: account }, size: 2 }
      keep: [account]
    A: login
    D: accounts
";
    let saved = saved(&["login.F", "login.L", "devices.S", "devices.F", "devices.L"]);
    pipeline("concurrency: 2, attempts: 3, read_seconds: 0.2, body_bytes: 65536", &format!("{nodes}{saved}"))
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let played = played(&[]);
    let ran = played.run(&everything());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let journal = journal::content(&played.folder.path(".seatflow/journal.db"));
    let has = |text: &str| journal.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("DEV-000412") && has("***"), "answers are in it, and that there was a token");
    let kept = played.folder.read(".seatflow/credentials.json");
    assert!(kept.contains(MARK), "the refresh token is kept there and nowhere else: {kept}");
    let log = played.folder.read("out/devices_l.csv");
    assert!(log.contains("\"\"authorization\"\":\"\"***\"\""), "the log shows that there was a token: {log}");
    for (place, encoded) in WRITTEN.iter().take(3).enumerate() {
        let text = ["", "x", "xx"][place].to_owned() + MARK;
        assert!(base64(text.as_bytes()).contains(encoded), "{encoded}");
    }
}

/// What the needles above were made by.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sixes = |three: &[u8]| {
        let number = three.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[number >> shift & 63]))
    };
    bytes.as_chunks::<3>().0.iter().flat_map(|three| sixes(three)).collect()
}
