//! Every kind of fault on a read.

use super::{ONE_PAGE, Outcome, TWO_PAGES, run};
use crate::played::{Played, Rows, count, report};

/// One attempt, so that a fault that strikes once is the end of its record.
const ONE_ATTEMPT: &str = "concurrency: 1, attempts: 1";
const FIVE_ATTEMPTS: &str = "concurrency: 1";

/// A fault that strikes the first request of the first record, and what comes of it.
struct Case {
    fault: &'static str,
    limits: &'static str,
    /// The statuses of the answers, in order; 0 is none.
    statuses: &'static [u16],
    then: Then,
}

enum Then {
    /// Nobody notices: the rows are the same as without the fault.
    Mended,
    /// The record is on F, with this kind, status and message.
    Failed(&'static str, &'static str, &'static str),
    /// The record has one row on S that says why its answer has no rows.
    Unparsed(&'static str),
}
use Then::{Failed, Mended, Unparsed};

const CASES: &[Case] = &[
    Case { fault: "do=status=503", limits: FIVE_ATTEMPTS, statuses: &[503, 200, 200, 200], then: Mended },
    Case { fault: "times=2,do=status=500", limits: FIVE_ATTEMPTS, statuses: &[500, 500, 200, 200, 200], then: Mended },
    Case {
        fault: "do=status=503",
        limits: ONE_ATTEMPT,
        statuses: &[503, 200],
        then: Failed("status", "503", "503 Service Unavailable: A fault of the sandbox."),
    },
    Case {
        fault: "do=status=500",
        limits: ONE_ATTEMPT,
        statuses: &[500, 200],
        then: Failed("status", "500", "500 Internal Server Error: A fault of the sandbox."),
    },
    // A client's mistake is not tried again, however many attempts are left.
    Case {
        fault: "do=status=400",
        limits: FIVE_ATTEMPTS,
        statuses: &[400, 200],
        then: Failed("status", "400", "400 Bad Request: A fault of the sandbox."),
    },
    // Success is 200, and nothing else that sounds like it.
    Case {
        fault: "do=status=202",
        limits: FIVE_ATTEMPTS,
        statuses: &[202, 200],
        then: Failed("status", "202", "202 Accepted: A fault of the sandbox."),
    },
    Case {
        fault: "times=2,do=retry-after=0",
        limits: FIVE_ATTEMPTS,
        statuses: &[429, 429, 200, 200, 200],
        then: Mended,
    },
    Case {
        fault: "do=retry-after=0",
        limits: ONE_ATTEMPT,
        statuses: &[429, 200],
        then: Failed("status", "429", "429 Too Many Requests: A fault of the sandbox."),
    },
    Case { fault: "do=status=503+retry-after=0", limits: FIVE_ATTEMPTS, statuses: &[503, 200, 200, 200], then: Mended },
    Case { fault: "do=delay=1", limits: ONE_ATTEMPT, statuses: &[200, 200, 200], then: Mended },
    Case { fault: "times=2,do=reset", limits: FIVE_ATTEMPTS, statuses: &[0, 0, 200, 200, 200], then: Mended },
    Case {
        fault: "do=reset",
        limits: ONE_ATTEMPT,
        statuses: &[0, 200],
        then: Failed("connect", "", "the connection broke:"),
    },
    Case { fault: "do=commit-then-reset", limits: FIVE_ATTEMPTS, statuses: &[0, 200, 200, 200], then: Mended },
    Case { fault: "do=commit-then-503", limits: FIVE_ATTEMPTS, statuses: &[503, 200, 200, 200], then: Mended },
    Case { fault: "do=cut-body", limits: FIVE_ATTEMPTS, statuses: &[200, 200, 200, 200], then: Mended },
    Case {
        fault: "do=cut-body",
        limits: ONE_ATTEMPT,
        statuses: &[200, 200],
        then: Failed("connect", "200", "the connection broke:"),
    },
    Case {
        fault: "do=slow-body",
        limits: "concurrency: 1, read_seconds: 0.2",
        statuses: &[200, 200, 200, 200],
        then: Mended,
    },
    Case {
        fault: "do=slow-body",
        limits: "concurrency: 1, attempts: 1, read_seconds: 0.2",
        statuses: &[200, 200],
        then: Failed("timeout", "200", "the server was silent for 0.2 s"),
    },
    Case {
        fault: "do=slow-body",
        limits: "concurrency: 1, call_seconds: 0.3",
        statuses: &[200, 200],
        then: Failed("timeout", "200", "no whole answer within 0.3 s"),
    },
    // A body that is too large will be too large again.
    Case {
        fault: "do=huge-body=5000",
        limits: "concurrency: 1, body_bytes: 4999",
        statuses: &[200, 200],
        then: Failed("too-large", "200", "the body is larger than the limit of 4999 bytes"),
    },
    Case {
        fault: "do=huge-body=5000",
        limits: "concurrency: 1, body_bytes: 5000",
        statuses: &[200, 200, 200],
        then: Mended,
    },
    Case {
        fault: "do=bad-json",
        limits: FIVE_ATTEMPTS,
        statuses: &[200, 200],
        then: Unparsed("broken JSON at line 1, column "),
    },
    Case { fault: "do=empty-body", limits: FIVE_ATTEMPTS, statuses: &[200, 200], then: Unparsed("empty body") },
    Case {
        fault: "do=html-login",
        limits: FIVE_ATTEMPTS,
        statuses: &[200, 200],
        then: Unparsed("broken JSON at line 1, column 1: a value was expected"),
    },
    Case {
        fault: "do=failure-in-body",
        limits: FIVE_ATTEMPTS,
        statuses: &[200, 200],
        then: Failed("failure-in-body", "200", "A fault of the sandbox."),
    },
    // One refresh, and no attempt is used up by it.
    Case { fault: "do=expire-token", limits: ONE_ATTEMPT, statuses: &[401, 200, 200, 200], then: Mended },
];

fn undisturbed() -> Rows {
    let outcome = run(&Played::with_faults(&[]), FIVE_ATTEMPTS, &[TWO_PAGES, ONE_PAGE]);
    assert_eq!((outcome.ran.status, outcome.devices.len(), outcome.failed.len()), (0, 5, 0));
    outcome.devices
}

/// The rows that an account has without a fault.
fn of_account(rows: &Rows, account: &str) -> Rows {
    rows.iter().filter(|row| row["account"] == account).cloned().collect()
}

/// Those columns of rows that other rows have too.
fn with_columns_of(rows: &Rows, others: &Rows) -> Rows {
    let is_there = |name: &String| others.iter().any(|other| other.contains_key(name));
    rows.iter()
        .map(|row| row.iter().filter(|(name, _)| is_there(name)).map(|(n, v)| (n.clone(), v.clone())).collect())
        .collect()
}

#[test]
fn each_fault_comes_to_what_it_should() {
    let undisturbed = undisturbed();
    for Case { fault, limits, statuses, then } in CASES {
        let played = Played::with_faults(&[&format!("match=devices.list,{fault}")]);
        let Outcome { ran, devices, failed } = run(&played, limits, &[TWO_PAGES, ONE_PAGE]);
        let shown = format!("{fault} with {limits}");
        assert_eq!(played.statuses("devices.list"), *statuses, "{shown}");
        let others = of_account(&devices, ONE_PAGE);
        assert_eq!(
            with_columns_of(&others, &undisturbed),
            of_account(&undisturbed, ONE_PAGE),
            "{shown}: the other record"
        );
        let report = report(&ran);
        match then {
            Mended => {
                assert_eq!((ran.status, failed.len()), (0, 0), "{shown}");
                assert_eq!(devices, undisturbed, "{shown}");
                let retries = statuses.len() - 3;
                assert_eq!(count(&report, "devices", "retries"), retries as u64, "{shown}");
            }
            Failed(kind, status, message) => {
                assert_eq!((ran.status, failed.len()), (0, 1), "{shown}");
                assert_eq!(of_account(&devices, TWO_PAGES), Rows::new(), "{shown}");
                let row = &failed[0];
                assert_eq!(
                    [&row["error.kind"], &row["error.status"], &row["account"]],
                    [kind, status, TWO_PAGES],
                    "{shown}"
                );
                assert!(row["error.message"].starts_with(message), "{shown}: {}", row["error.message"]);
                assert_eq!((row["_call"].as_str(), row["error.attempts"].as_str()), ("0", "1"), "{shown}");
                assert!(row["error.url"].ends_with("/v1/devices?accountId=ACC-100234&page=0&size=2"), "{shown}");
            }
            Unparsed(why) => {
                assert_eq!((ran.status, failed.len(), count(&report, "devices", "unparsed")), (3, 0, 1), "{shown}");
                let rows = of_account(&devices, TWO_PAGES);
                assert_eq!(rows.len(), 1, "{shown}");
                assert!(rows[0]["Extracted"].starts_with(why), "{shown}: {}", rows[0]["Extracted"]);
                assert_eq!(rows[0]["DownloadData"].is_empty(), *why == "empty body", "{shown}");
                assert_eq!(rows[0]["BinaryData"].is_empty(), *why == "empty body", "{shown}");
            }
        }
    }
}

#[test]
fn a_record_is_given_up_after_five_attempts() {
    let played = Played::with_faults(&["match=devices.list,times=5,do=status=503"]);
    let outcome = run(&played, "concurrency: 1", &[TWO_PAGES]);
    assert_eq!(played.statuses("devices.list"), [503; 5]);
    let row = &outcome.failed[0];
    assert_eq!([&row["error.kind"], &row["error.attempts"]], ["status", "5"]);
    assert_eq!(outcome.devices, Rows::new());
}

#[test]
fn a_failure_on_the_second_page_takes_the_first_back() {
    for (fault, message) in [
        ("do=status=403", "page 2: 403 Forbidden: A fault of the sandbox."),
        ("do=failure-in-body", "page 2: A fault of the sandbox."),
        ("do=reset", "page 2: the connection broke:"),
        ("do=bad-json", "page 3: the page before it cannot be parsed, so it cannot be found"),
        ("do=html-login", "page 3: the page before it cannot be parsed, so it cannot be found"),
        ("do=empty-body", "page 3: the page before it cannot be parsed, so it cannot be found"),
    ] {
        let played = Played::with_faults(&[&format!("match=devices.list,after=1,{fault}")]);
        let outcome = run(&played, ONE_ATTEMPT, &[TWO_PAGES]);
        assert_eq!((outcome.ran.status, &outcome.devices), (0, &Rows::new()), "{fault}");
        let row = &outcome.failed[0];
        assert_eq!(row["error.kind"], "incomplete", "{fault}");
        assert!(row["error.message"].starts_with(message), "{fault}: {}", row["error.message"]);
    }
}

#[test]
fn values_of_another_type_widen_their_columns_and_none_is_lost() {
    let undisturbed = undisturbed();
    let played = Played::with_faults(&["match=devices.list,do=wrong-type"]);
    let outcome = run(&played, FIVE_ATTEMPTS, &[TWO_PAGES, ONE_PAGE]);
    assert_eq!(outcome.ran.status, 0);
    // On the first page an id is the number of its characters, and so is the key of a licence.
    let mut expected = undisturbed;
    for row in expected.iter_mut().take(3) {
        row.insert("id".to_owned(), "10".to_owned());
        row.insert("licenses.licenseKey".to_owned(), "39".to_owned());
    }
    assert_eq!(outcome.devices, expected);
}

#[test]
fn an_answer_made_out_to_others_is_data_like_any_other() {
    for (fault, column, value) in [
        ("wrong-device", "id", "DEV-9000412"),
        ("wrong-key", "licenses.licenseKey", "AYXD-0001-0001-0001-0001-0001-0001-ZZZZ"),
    ] {
        let played = Played::with_faults(&[&format!("match=devices.list,do={fault}")]);
        let outcome = run(&played, FIVE_ATTEMPTS, &[TWO_PAGES]);
        assert_eq!((outcome.ran.status, outcome.devices.len()), (0, 4));
        assert_eq!(outcome.devices[0][column], value);
    }
}

#[test]
fn at_one_at_a_time_requests_are_sent_in_the_order_of_the_records() {
    let accounts: Vec<String> = (0..200).map(|number| format!("ACC-{number:06}")).collect();
    let played = Played::with_faults(&[]);
    run(&played, "concurrency: 1", &accounts.iter().map(String::as_str).collect::<Vec<_>>());
    let sent: Vec<String> = played.requests("devices.list").into_iter().map(|request| request.query.unwrap()).collect();
    let expected: Vec<String> = accounts.iter().map(|account| format!("accountId={account}&page=0&size=2")).collect();
    assert_eq!(sent, expected);
}
