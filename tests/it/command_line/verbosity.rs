//! How much is told: `--quiet`, `--verbose`, `RUST_LOG`.

use super::seen;
use crate::program::Folder;

const RELEASES: &str = "pipelines/releases.yaml";

#[test]
fn a_quiet_run_that_is_done_says_nothing() {
    for arguments in [
        ["-q", "run", RELEASES, "--sandbox"],
        ["run", RELEASES, "--sandbox", "--quiet"],
        ["check", RELEASES, "--sandbox", "-q"],
    ] {
        assert_eq!(seen(&Folder::new().run(&arguments)), "exit status 0");
    }
}

#[test]
fn quiet_leaves_data_where_it_was() {
    let folder = Folder::new();
    for arguments in [["tools", "read_csv"].as_slice(), &["explain", "cycle"], &["schema"], &["graph", RELEASES]] {
        let quiet = folder.run(&[arguments, &["-q"]].concat());
        assert_eq!(quiet.stdout, folder.run(arguments).stdout);
        assert!(!quiet.stdout.is_empty(), "{arguments:?}");
    }
    let report = folder.run(&["run", RELEASES, "--sandbox", "-q", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["ending"], "completed");
}

#[test]
fn quiet_hides_nothing_that_is_wrong() {
    let folder = Folder::new();
    let pipeline = "version: 1\npipeline: open\nnodes: { accounts: { read_csv: { path: fixtures/accounts.csv } } }\n";
    folder.write("open.yaml", pipeline);
    let ran = folder.run(&["run", "open.yaml", "-q"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.contains("are wired nowhere: see .seatflow/runs/"), "{}", ran.stderr);
    let wrong = folder.run(&["check", "nothing.yaml", "-q"]);
    assert_eq!((wrong.status, &wrong.stderr), (1, &folder.run(&["check", "nothing.yaml"]).stderr));
    let failed =
        folder.run(&["run", RELEASES, "--sandbox", "-q", "--fault", "match=login.refresh,times=99,do=status=400"]);
    assert_ne!(failed.status, 0);
    assert!(failed.stderr.contains("  × "), "{}", failed.stderr);
}

#[test]
fn verbose_tells_what_happens_in_plain_lines() {
    let ran = Folder::new().run(&["run", RELEASES, "--sandbox", "-v"]);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("the run of `releases` begins run="), "{}", ran.stderr);
    let written = lines.iter().find(|line| line.starts_with("`out/releases.csv` is written rows=")).unwrap();
    assert!(written.contains(" bytes="), "{written}");
    let placed = lines.iter().position(|line| *line == "the output files are in their places").unwrap();
    assert!(lines[placed + 1..].iter().all(|line| !line.contains("is written")), "{}", ran.stderr);
    assert!(!ran.stderr.contains("` has ended"), "{}", ran.stderr);
}

#[test]
fn verbose_tells_whom_a_run_calls_and_what_it_tries_again() {
    let fault = "match=releases.list,times=1,do=status=503";
    let ran = Folder::new().run(&["run", RELEASES, "--sandbox", "-v", "--fault", fault]);
    let again = ran.stderr.lines().filter(|line| line.contains(" is tried again")).collect::<Vec<_>>();
    assert!(again.len() == 1 && again[0].contains("/releases") && again[0].contains(": 503 "), "{}", ran.stderr);
    for told in ["the connection `portal` is to http://alteryx.sandbox.test\n", "`releases` calls GET /"] {
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn more_verbose_tells_more() {
    for arguments in
        [["-v", "run", RELEASES, "--sandbox", "-vv"].as_slice(), &["run", RELEASES, "--sandbox", "-v", "-v"]]
    {
        let ran = Folder::new().run(arguments);
        assert!(ran.stderr.contains("\n`releases` has ended\n"), "{}", ran.stderr);
    }
}

#[test]
fn rust_log_wins_where_it_is_set() {
    let traced = Folder::new().variable("RUST_LOG", "seatflow=info").run(&["run", RELEASES, "--sandbox", "-q"]);
    assert!(traced.stderr.lines().all(|line| line.contains(" INFO seatflow")), "{}", traced.stderr);
    assert!(traced.stderr.contains("the output files are in their places"), "{}", traced.stderr);
    let off = Folder::new().variable("RUST_LOG", "off").run(&["run", RELEASES, "--sandbox", "-vv"]);
    assert!(!off.stderr.contains("is written"), "{}", off.stderr);
    let empty = Folder::new().variable("RUST_LOG", "").run(&["run", RELEASES, "--sandbox", "-v"]);
    assert!(empty.stderr.contains("\n`out/releases.csv` is written"), "{}", empty.stderr);
}

#[test]
fn a_rust_log_that_cannot_be_read_is_left_out_and_that_is_said() {
    let ran = Folder::new().variable("RUST_LOG", "seatflow=lout").run(&["run", RELEASES, "--sandbox", "-v"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("  ! `RUST_LOG` cannot be read and is left out: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("\n`out/releases.csv` is written"), "{}", ran.stderr);
}

#[test]
fn no_secret_is_told_however_much_is() {
    let verbose = Folder::new().run(&["-vv", "run", RELEASES, "--sandbox"]);
    let traced = Folder::new().variable("RUST_LOG", "trace").run(&["run", RELEASES, "--sandbox"]);
    for ran in [verbose, traced] {
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        for secret in ["rt-", "at-", "Bearer"] {
            assert!(!ran.stderr.contains(secret), "{secret}: {}", ran.stderr);
        }
    }
}
