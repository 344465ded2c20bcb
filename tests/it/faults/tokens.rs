//! Tokens that end, rotate, are refused, and faults where they come from.

use seatflow_sandbox::Settings;

use super::{ONE_PAGE, TWO_PAGES, devices, run};
use crate::played::{Played, report};

const USED_UP: &str = "; a request without an answer may have used the refresh token up";

#[test]
fn a_token_that_ends_between_two_pages_is_renewed_and_nothing_is_lost() {
    let undisturbed = run(&Played::with_faults(&[]), "", &[TWO_PAGES]).devices;
    let played = Played::with_faults(&["match=devices.list,after=1,do=expire-token"]);
    let outcome = run(&played, "", &[TWO_PAGES]);
    assert_eq!(played.statuses("devices.list"), [200, 401, 200]);
    assert_eq!(played.statuses("token.refresh"), [200, 200]);
    assert_eq!((outcome.ran.status, outcome.devices), (0, undisturbed));
}

#[test]
fn a_token_that_ends_by_the_servers_clock_is_renewed() {
    // The second page is tired until the clock has moved past the life of the token.
    let played = Played::with_faults(&["match=devices.list,after=1,times=100000,do=delay=10+status=503"]);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            played.wait_until("devices.list", |requests| requests.last().is_some_and(|last| last.status == Some(503)));
            played.administer("POST", "clock", r#"{"advance_seconds": 301}"#);
            played.administer("DELETE", "faults", "");
        });
        let outcome = run(&played, "attempts: 1000", &[TWO_PAGES]);
        assert_eq!((outcome.ran.status, outcome.devices.len()), (0, 4));
    });
    let mut statuses = played.statuses("devices.list");
    statuses.dedup();
    assert_eq!(statuses, [200, 503, 401, 200]);
    assert_eq!(played.statuses("token.refresh"), [200, 200]);
}

#[test]
fn sixty_four_calls_without_a_token_ask_for_it_once() {
    let played = Played::with_faults(&["match=token.refresh,do=delay=50"]);
    let outcome = run(&played, "concurrency: 64", &[ONE_PAGE; 64]);
    assert_eq!((outcome.ran.status, outcome.devices.len()), (0, 64));
    assert_eq!(played.statuses("token.refresh"), [200]);
}

#[test]
fn sixty_four_calls_with_a_token_that_has_ended_ask_for_another_once() {
    // 63 requests are on their way with a good token when the 64th ends it.
    let held = "match=devices.list,times=63,do=delay=300";
    let played = Played::with_faults(&[held, "match=devices.list,do=expire-token"]);
    let outcome = run(&played, "concurrency: 64", &[ONE_PAGE; 64]);
    assert_eq!((outcome.ran.status, outcome.devices.len(), outcome.failed.len()), (0, 64, 0));
    assert_eq!(played.statuses("token.refresh"), [200, 200]);
    let refused = played.statuses("devices.list").into_iter().filter(|status| *status == 401).count();
    assert!(refused > 1, "more than one came too late");
}

#[test]
fn a_second_refusal_of_the_same_request_is_final() {
    let played = Played::with_faults(&["match=devices.list,times=2,do=expire-token"]);
    let outcome = run(&played, "concurrency: 1", &[TWO_PAGES]);
    assert_eq!(played.statuses("devices.list"), [401, 401]);
    assert_eq!(played.statuses("token.refresh"), [200, 200]);
    let row = &outcome.failed[0];
    assert_eq!([&row["error.kind"], &row["error.status"]], ["authorization", "401"]);
    assert_eq!(row["error.message"], "401 Unauthorized: The access token has expired.");
}

#[test]
fn the_next_run_goes_on_with_the_refresh_token_that_came_in_place_of_the_given_one() {
    let mut played = Played::with_faults(&[]);
    for _ in 0..2 {
        let ran = played.run(&devices("", &[ONE_PAGE]));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }
    assert_eq!(played.statuses("token.refresh"), [200, 200]);

    // Whoever does not have the file has a token that is used up.
    played.move_out();
    let ran = played.run(&devices("", &[ONE_PAGE]));
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("invalid_grant: The refresh token was used before."), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_refresh_token() {
    use std::os::unix::fs::PermissionsExt as _;

    let played = Played::with_faults(&[]);
    assert_eq!(run(&played, "", &[ONE_PAGE]).ran.status, 0);
    let mode = |name: &str| played.folder.path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(".seatflow"), mode(".seatflow/credentials.json")), (0o700, 0o600));
}

#[test]
fn a_refused_refresh_token_ends_the_run_before_any_call() {
    let played = Played::with_faults(&[]).variable("ALTERYX_REFRESH_TOKEN", "rt-of-last-year");
    let ran = played.run(&devices("", &[TWO_PAGES, ONE_PAGE]));
    assert_eq!(ran.status, 4);
    let url = format!("{}/as/token", played.origin());
    let expected = format!(
        "  × `devices`: the refresh token was refused by `{url}`: invalid_grant: The refresh token is unknown.
  help: get a new refresh token from the vendor, and set it where the connection takes it from
"
    );
    assert_eq!(ran.stderr, expected);
    assert_eq!(report(&ran)["ending"], "failed");
    assert_eq!(played.requests("devices.list"), []);
    assert_eq!(played.statuses("token.refresh"), [400]);
    assert_eq!(played.folder.files("out").len(), 0);
}

/// A fault where tokens come from, and how the run ends: nothing, or why it does.
const REFRESHES: &[(&str, Result<(), &str>)] = &[
    ("do=status=503", Ok(())),
    ("times=4,do=status=500", Ok(())),
    ("do=retry-after=0", Ok(())),
    ("do=status=503+retry-after=0", Ok(())),
    ("do=delay=1", Ok(())),
    ("do=reset", Ok(())),
    ("do=status=403", Err("the refresh token was refused by `URL`: invalid_request: A fault of the sandbox.")),
    ("do=expire-token", Err("the refresh token was refused by `URL`: invalid_grant: The refresh token has expired.")),
    (
        "do=failure-in-body",
        Err(
            "the authentication URL `URL` does not answer as a token endpoint: temporarily_unavailable: A fault of the sandbox.",
        ),
    ),
    ("do=html-login", Err("the authentication URL `URL` does not answer as a token endpoint: its answer is no JSON")),
    ("do=bad-json", Err("the authentication URL `URL` does not answer as a token endpoint: its answer is no JSON")),
    ("do=empty-body", Err("the authentication URL `URL` does not answer as a token endpoint: its answer is no JSON")),
    (
        "do=wrong-type",
        Err("the authentication URL `URL` does not answer as a token endpoint: its answer has no `access_token`"),
    ),
    // The exchange has happened, and its answer is gone: there is no way on but a new token.
    (
        "do=commit-then-reset",
        Err("the refresh token was refused by `URL`: invalid_grant: The refresh token was used before.LOST"),
    ),
    (
        "do=commit-then-503",
        Err("the refresh token was refused by `URL`: invalid_grant: The refresh token was used before.LOST"),
    ),
    (
        "do=cut-body",
        Err("the refresh token was refused by `URL`: invalid_grant: The refresh token was used before.LOST"),
    ),
    (
        "do=slow-body",
        Err("the refresh token was refused by `URL`: invalid_grant: The refresh token was used before.LOST"),
    ),
    (
        "do=huge-body=70000",
        Err("the refresh token was refused by `URL`: invalid_grant: The refresh token was used before.LOST"),
    ),
];

#[test]
fn each_fault_of_a_refresh_is_mended_or_ends_the_run_with_one_clear_message() {
    let limits = "concurrency: 1, read_seconds: 0.2, body_bytes: 65536";
    for (fault, ending) in REFRESHES {
        let played = Played::with_faults(&[&format!("match=token.refresh,{fault}")]);
        let Err(message) = ending else {
            let outcome = run(&played, limits, &[TWO_PAGES, ONE_PAGE]);
            assert_eq!((outcome.ran.status, outcome.devices.len(), outcome.failed.len()), (0, 5, 0), "{fault}");
            continue;
        };
        let ran = played.run(&devices(limits, &[TWO_PAGES, ONE_PAGE]));
        played.assert_used_up();
        let message = message.replace("`URL`", &format!("`{}/as/token`", played.origin())).replace("LOST", USED_UP);
        assert_eq!(ran.stderr.lines().next(), Some(format!("  × `devices`: {message}").as_str()), "{fault}");
        assert_eq!(ran.stderr.lines().count(), 2, "{fault}: {}", ran.stderr);
        assert_eq!(ran.status, 4, "{fault}");
        assert_eq!(played.requests("devices.list"), [], "{fault}");
        assert_eq!(played.folder.files("out").len(), 0, "{fault}");
    }
}

#[test]
fn a_login_that_is_elsewhere_is_not_called_a_refusal() {
    let played = Played::with_faults(&[]);
    let url = format!("{}/_sandbox/not/here", played.origin());
    let played = played.variable("ALTERYX_AUTH_URL", &url);
    let ran = played.run(&devices("", &[ONE_PAGE]));
    assert_eq!(ran.status, 4);
    let expected =
        format!("`devices`: the authentication URL `{url}` does not answer as a token endpoint: 404 Not Found");
    assert!(ran.stderr.contains(&expected), "{}", ran.stderr);
    assert!(ran.stderr.contains("help: see that `auth_url` of the connection `portal` is where"), "{}", ran.stderr);
}

#[test]
fn a_damaged_file_of_credentials_ends_the_run_with_what_to_do() {
    let played = Played::with_faults(&[]);
    played.folder.write(".seatflow/credentials.json", "{\"version\":1,");
    let ran = played.run(&devices("", &[ONE_PAGE; 30]));
    assert_eq!(ran.status, 4);
    assert!(ran.stderr.contains("credentials.json`: it is damaged in line 1, column 13\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("help: mend the file, or remove it"), "{}", ran.stderr);
    assert_eq!(played.requests("token.refresh"), []);
}

#[cfg(unix)]
#[test]
fn a_refresh_token_is_not_used_up_when_there_is_no_room_for_the_next() {
    let played = Played::with_faults(&[]);
    played.folder.write("played.yaml", devices("", &[ONE_PAGE]));
    // No file may be larger than 1 MiB, and who tries is told so. That is enough for a journal, and those that are kept
    // fill it.
    let kept = "x".repeat(1024 * 1024);
    let kept = format!("{{\"version\":1,\"credentials\":{{\"another\":{{\"refresh_token\":\"{kept}\"}}}}}}");
    played.folder.write(".seatflow/credentials.json", kept);
    let mut command = played.folder.command(&["run", "played.yaml"]);
    let program = command.get_program().to_owned();
    let mut limited = std::process::Command::new("/bin/sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" run played.yaml"]).arg(program);
    limited.current_dir(played.folder.path("")).env_clear();
    limited.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = crate::program::Ran::from(limited.output().unwrap());
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("the refresh token cannot be kept in `"), "{}", ran.stderr);
    assert!(ran.stderr.contains("help: nothing was sent with the new token; see that the folder"), "{}", ran.stderr);
    assert_eq!(played.requests("token.refresh"), []);
    assert_eq!(command.stdin(std::process::Stdio::null()).status().unwrap().code(), Some(0), "and nothing is lost");
}

#[test]
fn a_login_that_is_down_fails_the_records_that_met_it_and_no_others() {
    let played = Played::with_faults(&["match=token.refresh,times=5,do=status=503"]);
    let outcome = run(&played, "concurrency: 1", &[TWO_PAGES, ONE_PAGE]);
    let row = &outcome.failed[0];
    assert_eq!([&row["error.kind"], &row["error.attempts"], &row["account"]], ["authorization", "0", TWO_PAGES]);
    assert_eq!(outcome.devices.len(), 1);
}

#[test]
fn a_token_that_is_dead_when_it_comes_is_tried_renewed_once_and_then_given_up() {
    let played = Played::new(Settings::default());
    played.administer("POST", "settings", r#"{"access_token_seconds": 0}"#);
    let ran = played.run(&devices("concurrency: 1, attempts: 1", &[ONE_PAGE]));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(played.statuses("devices.list"), [401, 401]);
    assert_eq!(played.rows("failed.csv")[0]["error.kind"], "authorization");
}
