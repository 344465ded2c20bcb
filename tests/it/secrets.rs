//! No token leaves the program but to the server it is for, and to the one file where it is kept.
//!
//! Every token of the sandbox begins with a mark here, the given ones and those that it issues, so
//! that a search for the mark finds each of them in whatever the program leaves behind.

use seatflow_sandbox::Settings;
use seatflow_testkit::parquet_as_text;

use crate::pipelines::examples;
use crate::played::{Played, pipeline};
use crate::program::{Ran, files_below};

const MARK: &str = "marked-token-";

/// The mark as base64 has it, wherever it begins.
const ENCODED: [&str; 3] = ["bWFya2VkLXRva2Vu", "cmtlZC10b2tl", "YXJrZWQtdG9rZW4t"];

fn played(faults: &[&str]) -> Played {
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    Played::new(Settings { faults, token_prefix: MARK.to_owned(), ..Settings::default() })
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for needle in [MARK].iter().chain(&ENCODED) {
        let found = bytes.windows(needle.len()).position(|window| window == needle.as_bytes());
        let around =
            |place: usize| String::from_utf8_lossy(&bytes[place.saturating_sub(200)..bytes.len().min(place + 60)]);
        assert!(found.is_none(), "{what}: {}", around(found.unwrap_or_default()));
    }
}

/// Searches all that a run has left: what it printed, its outputs, its state.
fn assert_no_token(played: &Played, ran: &Ran, what: &str) {
    assert_clean(&format!("{what}: stdout"), ran.stdout.as_bytes());
    assert_clean(&format!("{what}: stderr"), ran.stderr.as_bytes());
    for folder in ["out", ".seatflow"] {
        let path = played.folder.path(folder);
        for file in if path.exists() { files_below(&path) } else { Vec::new() } {
            let bytes = std::fs::read(&file).unwrap();
            let shown = format!("{what}: {}", file.display());
            if file.extension().is_some_and(|extension| extension == "parquet") {
                // It may be compressed.
                assert_clean(&shown, parquet_as_text(bytes.clone()).as_bytes());
            }
            if file.file_name().is_some_and(|name| name != "credentials.json") {
                assert_clean(&shown, &bytes);
            }
        }
    }
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
    let saved = ["login.F", "login.L", "devices.S", "devices.F", "devices.L"].map(|anchor| {
        let name = anchor.to_lowercase().replace('.', "_");
        format!(
            "  {name}_csv:\n    write_csv: {{ path: out/{name}.csv }}\n    D: {anchor}\n  \
             {name}_parquet:\n    write_parquet: {{ path: out/{name}.parquet }}\n    D: {anchor}\n"
        )
    });
    let nodes = format!("{nodes}{}", saved.concat());
    pipeline("concurrency: 2, attempts: 3, read_seconds: 0.2, body_bytes: 65536", &nodes)
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let played = played(&[]);
    let ran = played.run(&everything());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let kept = played.folder.read(".seatflow/credentials.json");
    assert!(kept.contains(MARK), "the refresh token is kept there and nowhere else: {kept}");
    let log = played.folder.read("out/devices_l.csv");
    assert!(log.contains("\"\"authorization\"\":\"\"***\"\""), "the log shows that there was a token: {log}");
    for (place, encoded) in ENCODED.iter().enumerate() {
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

#[test]
fn no_example_leaves_a_token_behind_not_even_in_its_trace() {
    for example in examples() {
        let played = played(&[]).variable("RUST_LOG", "trace");
        let file = format!("pipelines/{example}.yaml");
        for arguments in [vec!["run", &file], vec!["run", &file, "--json"], vec!["check", &file]] {
            let ran = played.folder.run(&arguments);
            assert_eq!(ran.status, 0, "{example}: {}", ran.stderr);
            assert_no_token(&played, &ran, &example);
        }
    }
}

#[test]
fn no_fault_brings_a_token_to_light() {
    let faults = [
        "status=503",
        "status=401",
        "status=400",
        "retry-after=0",
        "delay=1",
        "reset",
        "commit-then-reset",
        "commit-then-503",
        "cut-body",
        "bad-json",
        "wrong-type",
        "slow-body",
        "huge-body=70000",
        "empty-body",
        "failure-in-body",
        "expire-token",
        "wrong-key",
        "wrong-device",
        "html-login",
        "redirect=http://other.localhost/",
    ];
    for endpoint in ["devices.list", "token.refresh"] {
        for fault in faults {
            for times in [1, 3] {
                let fault = format!("match={endpoint},times={times},do={fault}");
                let played = played(&[&fault]).variable("RUST_LOG", "trace");
                let ran = played.run(&everything());
                assert!(matches!(ran.status, 0 | 3 | 4), "{fault}: {}", ran.stderr);
                assert_no_token(&played, &ran, &fault);
            }
        }
    }
}

/// The users of an account, with a token from a record that is also the record of each call.
fn with_token_in_d(account: &str, rest: &str) -> String {
    let nodes = format!(
        "
  where:
    rows: [{{ token: \"${{env:ALTERYX_ACCESS_TOKEN}}\", account: {account} }}]
  users:
    license_api:
      connection: portal
      authorization: {{ access_token: {{ field: token }} }}
      endpoint: users.list
      parameters: {{ accountId: {{ field: account }}, userName: {{ field: token }} }}
      keep: [{{ token: kept_token }}]
    A: where
    D: where
  log:
    write_csv: {{ path: out/log.csv }}
    D: users.L
{rest}"
    );
    pipeline("", &nodes)
}

#[test]
fn a_token_in_a_record_goes_nowhere_but_to_the_server() {
    let played = played(&[]);
    let ran = played.run(&with_token_in_d("ACC-404001", ""));
    assert_eq!(ran.status, 3, "the failed record is wired nowhere, and kept: {}", ran.stderr);
    assert_no_token(&played, &ran, "kept");
    assert_eq!(
        played.requests("users.list")[0].query.as_deref(),
        Some("accountId=ACC-404001&userName=***&page=0&size=100")
    );
    assert!(played.rows("log.csv")[0]["url"].contains("userName=***"));
}

#[test]
fn a_header_from_the_environment_is_masked_and_a_written_one_is_not() {
    let played = played(&[]);
    let headers = "catalog: alteryx\n    headers: { X-Team: \"key ${env:ALTERYX_ACCESS_TOKEN}\", X-Plain: shown }";
    let ran = played.run(&everything().replacen("catalog: alteryx", headers, 1));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("secret-in-file"), "{}", ran.stderr);
    assert_no_token(&played, &ran, "headers");
    let log = played.folder.read("out/devices_l.csv");
    assert!(log.contains("\"\"x-team\"\":\"\"***\"\"") && log.contains("\"\"x-plain\"\":\"\"shown\"\""), "{log}");
}

#[test]
fn a_parameter_from_the_environment_is_masked_wherever_it_shows() {
    let played = played(&[]);
    let ran = played.run(&everything().replace("{ field: account }", "\"ACC-${env:ALTERYX_ACCESS_TOKEN}\""));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_no_token(&played, &ran, "parameters");
    let log = &played.rows("devices_l.csv")[0];
    assert!(log["url"].contains("accountId=***&"), "{}", log["url"]);
    let failed = &played.rows("devices_f.csv")[0];
    assert!(failed["error.url"].contains("accountId=***&"), "{}", failed["error.url"]);
}

#[test]
fn a_parameter_from_the_environment_that_does_not_fit_is_not_shown() {
    let played = played(&[]);
    let ran = played.run(&everything().replace("size: 2", "size: \"${env:ALTERYX_ACCESS_TOKEN}\""));
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("the parameter `size` must be a whole number"), "{}", ran.stderr);
    assert!(ran.stderr.contains(", not `***`"), "{}", ran.stderr);
    assert_no_token(&played, &ran, "check");
}

#[test]
fn every_writer_refuses_a_column_that_comes_from_the_environment() {
    for (wire, column) in
        [("where", "token"), ("users", "kept_token"), ("users.F", "token"), ("[where, where]", "token")]
    {
        for writer in ["write_csv", "write_parquet"] {
            // One account has users, the other is not there.
            let account = if wire == "users" { "ACC-100234" } else { "ACC-404001" };
            let save = format!("  save:\n    {writer}: {{ path: out/saved }}\n    D: {wire}\n");
            let played = played(&[]);
            let ran = played.run(&with_token_in_d(account, &save).replace(", userName: { field: token }", ""));
            assert_eq!(ran.status, 4, "{wire} into {writer}: {}", ran.stderr);
            assert!(ran.stderr.contains("`save`") && ran.stderr.contains(&format!("`{column}`")), "{}", ran.stderr);
            assert!(ran.stderr.contains("help: secrets are never written to files"), "{}", ran.stderr);
            assert_no_token(&played, &ran, wire);
            assert_eq!(played.folder.files("out").len(), 0);
        }
    }
}

#[test]
fn a_token_that_is_refused_or_spoilt_is_not_shown_in_the_reason() {
    for (given, status) in [("marked-token-of-last-year", 4), ("marked-token-\nwith a break", 1)] {
        let played = played(&[]).variable("ALTERYX_REFRESH_TOKEN", given).variable("ALTERYX_ACCESS_TOKEN", given);
        let ran = played.run(&everything());
        assert_eq!(ran.status, status, "{}", ran.stderr);
        assert_no_token(&played, &ran, given);
        let ran = played.folder.run(&["run", "pipelines/values-from-fields.yaml"]);
        assert_no_token(&played, &ran, given);
    }
}
