//! Servers that cannot be reached, or must not be.

use std::net::TcpListener;

use super::{ONE_PAGE, TWO_PAGES, devices};
use crate::played::{Played, report};
use crate::program::Folder;

/// A port where nobody listens.
fn nobody() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A folder that leads to a base URL, with a token that needs no server.
pub(super) fn folder(base_url: &str) -> Folder {
    Folder::new().variable("ALTERYX_BASE_URL", base_url).variable("TOKEN", "at-given")
}

/// The devices of so many accounts, with that token.
pub(super) fn with_bearer(accounts: usize) -> String {
    let text = devices("concurrency: 1", &vec![ONE_PAGE; accounts]);
    let (before, rest) = text.split_once("    authorization:\n").unwrap();
    let (_, after) = rest.split_once("    limits:").unwrap();
    format!("{before}    authorization: {{ token: \"${{env:TOKEN}}\" }}\n    limits:{after}")
}

pub(super) fn run_in(folder: &Folder, text: &str) -> crate::program::Ran {
    folder.write("played.yaml", text);
    folder.run(&["run", "played.yaml", "--json"])
}

#[test]
fn a_few_records_that_reach_nobody_are_on_f() {
    let folder = folder(&format!("http://alteryx.localhost:{}", nobody()));
    let ran = run_in(&folder, &with_bearer(3));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let failed = crate::played::rows(&folder.files("out")["failed.csv"]);
    assert_eq!(failed.len(), 3);
    for row in failed {
        assert_eq!([&row["error.kind"], &row["error.attempts"]], ["connect", "5"]);
        assert!(row["error.message"].starts_with("no connection to `alteryx.localhost`: "), "{}", row["error.message"]);
    }
}

#[test]
fn twenty_in_a_row_that_reach_nobody_end_the_run() {
    let base = format!("http://alteryx.localhost:{}", nobody());
    let folder = folder(&base);
    let ran = run_in(&folder, &with_bearer(30));
    assert_eq!(ran.status, 4);
    let first = ran.stderr.lines().next().unwrap();
    let expected = "  × `devices`: 20 calls in a row failed alike: no connection to `alteryx.localhost`: ";
    assert!(first.starts_with(expected), "{first}");
    assert!(ran.stderr.contains(&format!("url: {base}/v1/devices?")), "{}", ran.stderr);
    assert!(ran.stderr.contains("help: see that the system is up"), "{}", ran.stderr);
    assert_eq!(folder.files("out").len(), 0);
}

#[test]
fn twenty_in_a_row_whose_login_cannot_be_reached_end_the_run() {
    let base = format!("http://alteryx.localhost:{}", nobody());
    let folder = folder(&base)
        .variable("ALTERYX_AUTH_URL", format!("{base}/as/token"))
        .variable("ALTERYX_REFRESH_TOKEN", "rt-given")
        .variable("ALTERYX_CLIENT_ID", "a-client");
    let ran = run_in(&folder, &devices("concurrency: 1, attempts: 1", &[ONE_PAGE; 30]));
    assert_eq!(ran.status, 4);
    let first = ran.stderr.lines().next().unwrap();
    let expected =
        format!("  × `devices`: 20 calls in a row failed alike: no token from `{base}/as/token`: no connection");
    assert!(first.starts_with(&expected), "{first}");
    assert_eq!(folder.files("out").len(), 0);
}

#[test]
fn a_server_that_speaks_no_tls_is_told_apart_from_one_that_is_not_there() {
    let played = Played::with_faults(&[]);
    let folder = folder(&played.origin().replace("http:", "https:"));
    let ran = run_in(&folder, &with_bearer(1));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let row = &crate::played::rows(&folder.files("out")["failed.csv"])[0];
    assert_eq!(row["error.kind"], "tls", "{}", row["error.message"]);
    assert_eq!(row["error.message"], "no secure connection to `alteryx.localhost`: the server hung up");
}

#[test]
fn a_redirect_to_another_host_takes_no_token_there() {
    let played = Played::with_faults(&[]);
    let elsewhere = format!("http://other.localhost:{}/v1/devices?ticket=t1cket-0001", played.address().port());
    let faulty = Played::with_faults(&[&format!("match=devices.list,do=redirect={elsewhere}")]);
    let ran = faulty.run(&devices("concurrency: 1", &[TWO_PAGES, ONE_PAGE]));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    faulty.assert_used_up();
    assert_eq!(faulty.statuses("devices.list"), [302, 200]);
    // The sandbox does not know itself by that name, which is how it says that it was reached.
    let row = &faulty.rows("failed.csv")[0];
    assert_eq!([&row["error.status"], &row["account"]], ["404", TWO_PAGES], "{row:?}");
    assert_eq!(row["error.url"], elsewhere.replace("t1cket-0001", "***"));
    let log = faulty.rows("log.csv");
    assert!(
        log.iter().any(|row| row["url"] == elsewhere.replace("t1cket-0001", "***") && row["request.headers"] == "{}"),
        "{log:?}"
    );
}

#[test]
fn a_sandbox_is_not_left_for_another_host() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let port = other.local_addr().unwrap().port();
    let fault = format!("match=devices.list,do=redirect=http://other.localhost:{port}/v1/devices");
    let folder = Folder::new();
    folder.write("played.yaml", devices("concurrency: 1", &[ONE_PAGE]));
    let ran = folder.run(&["run", "played.yaml", "--sandbox", "--fault", &fault]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let row = &crate::played::rows(&folder.files("out")["failed.csv"])[0];
    assert_eq!([&row["error.kind"], &row["error.status"]], ["refused", "302"]);
    let expected = format!(
        "the server redirects to `http://other.localhost:{port}`, another origin, which this run may not reach"
    );
    assert_eq!(row["error.message"], expected);
    assert_eq!(other.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody has called");
}

#[test]
fn a_redirect_of_the_login_is_refused_and_no_token_goes_there() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let port = other.local_addr().unwrap().port();
    let fault = format!("match=token.refresh,do=redirect=http://other.localhost:{port}/as/token");
    let played = Played::with_faults(&[&fault]);
    let ran = played.run(&devices("", &[ONE_PAGE]));
    played.assert_used_up();
    assert_eq!(ran.status, 4);
    assert!(ran.stderr.contains("302 Found"), "{}", ran.stderr);
    assert_eq!(report(&ran)["error"]["node"], "devices");
    assert_eq!(other.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody has called");
}
