//! S, F and L of calls that fared in every way.

use super::{SAVED, assert_same, left_behind, replay, replayed};
use crate::played::{Played, TAKE, pipeline, report, seats};

/// Takes that succeed, are refused, repeated, in doubt, not attempted, equal, and never sent.
fn struck() -> Played {
    let played = Played::with_faults(&[
        "match=seats.take,do=retry-after=0",
        "match=seats.take,after=1,do=commit-then-503",
        "match=seats.take,after=1,do=status=409",
        "match=seats.take,after=1,do=html-login",
    ]);
    let input = "holder,quantity\nann,1\nbob,2\nbob,3\ncem,1\nann,1\ndan,two\neve,1\n,1\n";
    played.folder.write("input.csv", input);
    played
}

fn nodes(saved: &str) -> String {
    let input = "  input: { read_csv: { path: input.csv } }\n";
    seats("concurrency: 1, attempts: 3", &format!("{input}{TAKE}      keep: [holder]\n{saved}"))
}

#[test]
fn s_f_and_l_are_the_same_to_the_byte() {
    let played = struck();
    let ran = played.run(&nodes(SAVED));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    played.assert_used_up();
    let failed = played.folder.read("out/failed.csv");
    for kind in ["in-doubt", "not-attempted", "status", "duplicate-write", "bad-parameter"] {
        assert!(failed.contains(kind), "no `{kind}` in\n{failed}");
    }
    let folder = left_behind(played);
    assert_same(&replayed(&folder, &[]), &folder.files("out"), "seats");
    let again = replay(&folder, &["--json", "--out", "again"]);
    assert_eq!(again.status, 3, "the writes are as much in doubt: {}", again.stderr);
    let [then, now] = [report(&ran), report(&again)];
    for (then, now) in then["nodes"].as_array().unwrap().iter().zip(now["nodes"].as_array().unwrap()) {
        for count in ["node", "records_in", "succeeded", "failed", "rows", "in_doubt", "unparsed"] {
            assert_eq!(then[count], now[count], "{count} of {now}");
        }
    }
}

#[test]
fn the_log_of_a_read_with_pages_retries_and_a_login_is_the_same() {
    let played = Played::with_faults(&[
        "match=devices.list,do=status=503",
        "match=devices.list,after=1,do=expire-token",
        "match=devices.list,after=1,do=bad-json",
    ]);
    let nodes = "  input: { rows: [{ account: ACC-100234 }, { account: ACC-100777 }, { account: ACC-404001 }, { account: \"\" }] }
  login: { authorize: { connection: portal } }
  logins: { write_csv: { path: out/logins.csv }, D: login.L }
  not_in: { write_csv: { path: out/not-in.csv }, D: login.F }
  calls:
    license_api: { endpoint: devices.list, parameters: { accountId: { field: account } } }
    A: login
    D: input
";
    let ran = played.run(&pipeline("concurrency: 1, attempts: 4", &format!("{nodes}{SAVED}")));
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    played.assert_used_up();
    let folder = left_behind(played);
    assert_same(&replayed(&folder, &[]), &folder.files("out"), "devices");
}

#[test]
fn where_a_call_would_have_gone_is_told_also_when_nobody_knows_it_any_more() {
    let played = struck();
    let origin = format!("http://seats.localhost:{}", played.address().port());
    played.run(&nodes(SAVED));
    let folder = left_behind(played);
    let again = replayed(&folder, &[]);
    let failed = String::from_utf8(again["failed.csv"].clone()).unwrap();
    let line = failed.lines().find(|line| line.contains("bad-parameter")).unwrap();
    assert!(line.contains(&format!(",{origin}/v1/seats,")), "{line}");
}

#[test]
fn failed_records_that_are_wired_nowhere_give_the_status_of_the_run() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "holder,quantity\nann,two\n");
    let ran = played.run(&nodes("  succeeded: { write_csv: { path: out/succeeded.csv }, D: calls }\n"));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let folder = left_behind(played);
    let again = replay(&folder, &["--out", "again", "--json"]);
    assert_eq!(again.status, 3, "{}", again.stderr);
    let kept = report(&again)["kept"][0]["path"].as_str().unwrap().to_owned();
    assert!(folder.path(&kept).is_file(), "{kept} is there to be looked at");
}
