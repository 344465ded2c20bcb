//! What comes from the environment into parameters, headers, payloads and records: it is sent, and shown nowhere.

use super::speaker::{Speaker, answer};
use super::{assert_no_token, everything, played, saved};
use crate::played::{Rows, pipeline, rows};
use crate::program::{Folder, Ran};

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
    assert_no_token(&played.folder, &ran, "kept");
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
    assert_no_token(&played.folder, &ran, "headers");
    let log = played.folder.read("out/devices_l.csv");
    assert!(log.contains("\"\"x-team\"\":\"\"***\"\"") && log.contains("\"\"x-plain\"\":\"\"shown\"\""), "{log}");
}

#[test]
fn a_parameter_from_the_environment_is_masked_wherever_it_shows() {
    let played = played(&[]);
    let ran = played.run(&everything().replace("{ field: account }", "\"ACC-${env:ALTERYX_ACCESS_TOKEN}\""));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_no_token(&played.folder, &ran, "parameters");
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
    assert_no_token(&played.folder, &ran, "check");
}

#[test]
fn every_writer_refuses_a_column_that_comes_from_the_environment() {
    for wire in ["where", "[where, where]"] {
        for writer in ["write_csv", "write_parquet"] {
            let save = format!("  save:\n    {writer}: {{ path: out/saved }}\n    D: {wire}\n");
            let played = played(&[]);
            let ran = played.run(&with_token_in_d("ACC-404001", &save));
            assert_eq!(ran.status, 4, "{wire} into {writer}: {}", ran.stderr);
            assert!(ran.stderr.contains("`save`") && ran.stderr.contains("`token`"), "{}", ran.stderr);
            assert!(ran.stderr.contains("help: secrets are never written to files"), "{}", ran.stderr);
            assert_no_token(&played.folder, &ran, wire);
            assert_eq!(played.folder.files("out").len(), 0);
        }
    }
}

#[test]
fn no_secret_of_a_record_is_carried_onto_s() {
    let played = played(&[]);
    let keeping =
        with_token_in_d("ACC-100234", "").replace("    A: where", "      keep: [{ token: kept }]\n    A: where");
    let ran = played.run(&keeping);
    assert_eq!(ran.status, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("`users`: the column `token` holds secrets"), "{}", ran.stderr);
    assert_no_token(&played.folder, &ran, "keep");
    assert_eq!(played.requests("users.list"), [], "nothing was sent");
}

#[test]
fn what_failed_has_all_the_fields_of_its_record_but_the_secrets() {
    for writer in ["write_csv", "write_parquet"] {
        let save = format!("  save:\n    {writer}: {{ path: out/saved }}\n    D: users.F\n");
        let played = played(&[]);
        let ran = played.run(&with_token_in_d("ACC-404001", &save));
        assert_eq!(ran.status, 0, "{writer}: {}", ran.stderr);
        assert_no_token(&played.folder, &ran, writer);
        if writer == "write_csv" {
            let row = &played.rows("saved")[0];
            assert_eq!([&row["token"], &row["account"]], ["", "ACC-404001"]);
        }
    }
}

#[test]
fn a_token_that_is_refused_or_spoilt_is_not_shown_in_the_reason() {
    for (given, status) in [("marked-token-of-last-year", 4), ("marked-token-\nwith a break", 1)] {
        let played = played(&[]).variable("ALTERYX_REFRESH_TOKEN", given).variable("ALTERYX_ACCESS_TOKEN", given);
        let ran = played.run(&everything());
        assert_eq!(ran.status, status, "{}", ran.stderr);
        assert_no_token(&played.folder, &ran, given);
        let ran = played.folder.run(&["run", "pipelines/values-from-fields.yaml"]);
        assert_no_token(&played.folder, &ran, given);
    }
}

const CATALOG: &str = "\
catalog: things
summary: Things that can be found and made
authorization: [bearer]
defaults: { response: { records: data }, fails_when: [{ path: error, is: present, message: error }] }
endpoints:
  things.find:
    request: GET /things/{id}
    summary: Some things
    parameters:
      id: Which
      q: Like what
      X-Pin: { in: header, description: Who asks }
      count: { type: integer, description: How many }
      sort: { allowed: [up, down], description: In which order }
  things.make:
    request: POST /things
    summary: Makes a thing
    body:
      schema: { type: object, properties: { name: { type: string }, note: { type: string } } }
";

/// As long as the tokens are that hold claims.
const LONG: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLnRlc3QiLCJzdWIiOiI3ZjMxIiwic2NvcGUiOiJsaWNlbnNlcyBzZWF0cyB\
    kZXZpY2VzIiwiZXhwIjoxNzQwODI2ODAwfQ.Zk3yQJtP0vW5cUoR8mXs2bHf6nLdEaGiTqKzYwV1xCpMjSuB9gNhDlOrAeI4t7_-";

/// A folder with this secret, and these nodes on a connection to a server.
fn folder(base_url: &str, secret: &str, nodes: &str) -> Folder {
    let folder = Folder::new()
        .variable("BASE_URL", base_url)
        .variable("TOKEN", "a-token-of-no-interest")
        .variable("SECRET", secret);
    folder.write("things.yaml", CATALOG);
    let connection =
        "catalog: ./things.yaml, base_url: \"${env:BASE_URL}\", authorization: { token: \"${env:TOKEN}\" }";
    let text = format!("version: 1\npipeline: things\nconnections:\n  portal: {{ {connection} }}\nnodes:\n{nodes}");
    folder.write("pipeline.yaml", text);
    folder
}

fn run(folder: &Folder) -> Ran {
    folder.run(&["run", "pipeline.yaml", "-vv"])
}

/// Asserts that no longer part of a secret is in anything that a run said or left.
fn assert_unsaid(secret: &str, folder: &Folder, ran: &Ran) {
    let part = &secret[..secret.len().min(16)];
    let files = ["out", ".seatflow"].into_iter().filter(|below| folder.path(below).exists());
    let files = files
        .flat_map(|below| folder.files(below))
        .map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned()));
    let printed = [("stdout".to_owned(), ran.stdout.clone()), ("stderr".to_owned(), ran.stderr.clone())];
    for (name, text) in files.chain(printed) {
        let at = text.find(part);
        assert!(
            at.is_none(),
            "{part} is in {name}: {}",
            &text[text.floor_char_boundary(at.unwrap_or(0).saturating_sub(80))..]
        );
    }
}

#[test]
fn what_comes_from_the_environment_is_sent_and_masked_however_short_or_long_it_is() {
    for secret in ["q7", "ab1", "pin-77", "Zoë's secret / +1", LONG] {
        let speaker = Speaker::new(|request| {
            let url = request.head.split(' ').nth(1).unwrap();
            let body = format!(r#"{{"error":"I do not know {url}"}}"#);
            answer("200 OK", "", body.as_bytes())
        });
        let nodes = "  things:
    license_api:
      connection: portal
      endpoint: things.find
      parameters: { id: \"${env:SECRET}\", q: \"like ${env:SECRET}\" }
"
        .to_owned();
        let nodes = nodes + &saved(&["things.F", "things.L"]);
        let folder = folder(&speaker.url(), secret, &nodes);
        let ran = run(&folder);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let escaped = percent_encoding(secret);
        let expected = format!("GET /things/{escaped}?q=like%20{escaped} HTTP/1.1\r\n");
        assert!(speaker.requests()[0].head.starts_with(&expected), "{:?}", speaker.requests());
        let failed: &Rows = &rows(&folder.files("out")["things_f.csv"]);
        let log: &Rows = &rows(&folder.files("out")["things_l.csv"]);
        for url in [&failed[0]["error.url"], &log[0]["url"]] {
            assert!(url.ends_with("/things/***?q=***") || url.ends_with("/things/***?q=like%20***"), "{url}");
        }
        let message = &failed[0]["error.message"];
        assert!(message.contains("I do not know /things/***?q="), "{message}");
        assert!(!message.contains(&escaped), "{message}");
        if secret.len() >= 4 {
            assert_unsaid(secret, &folder, &ran);
        }
    }
}

/// A text with every byte escaped that is not unreserved in URLs.
fn percent_encoding(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[test]
fn a_short_secret_in_a_header_is_sent_and_masked() {
    let speaker = Speaker::new(|_| answer("200 OK", "x-pin: ab1\r\n", br#"{"data":[]}"#));
    let nodes = "  things:
    license_api:
      connection: portal
      endpoint: things.find
      parameters: { id: \"1\", X-Pin: \"${env:SECRET}\" }
"
    .to_owned();
    let folder = folder(&speaker.url(), "ab1", &(nodes + &saved(&["things.L"])));
    let ran = run(&folder);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(speaker.requests()[0].head.contains("x-pin: ab1\r\n"), "{:?}", speaker.requests());
    let log = &rows(&folder.files("out")["things_l.csv"])[0];
    for headers in ["request.headers", "response.headers"] {
        assert!(log[headers].contains("\"x-pin\":\"***\""), "{}", log[headers]);
    }
}

#[test]
fn a_secret_of_a_record_that_does_not_fit_is_not_shown_not_even_its_beginning() {
    for length in [3, 20, 150, 250, 5_000] {
        let secret: String = (0..length).map(|at: u32| char::from(b'a' + (at * at / 7 % 26) as u8)).collect();
        for parameters in [
            "{ id: x, count: { field: secret } }",
            "{ id: x, sort: { field: secret } }",
            "{ id: { field: secret }, count: x1 }",
        ] {
            let nodes = format!(
                "  given: {{ rows: [{{ secret: \"${{env:SECRET}}\" }}] }}
  things:
    license_api: {{ connection: portal, endpoint: things.find, parameters: {parameters} }}
    D: given
"
            );
            let folder = folder("http://127.0.0.1:9", &secret, &nodes);
            let ran = run(&folder);
            assert!(matches!(ran.status, 1 | 3), "{}", ran.stderr);
            assert_unsaid(&secret, &folder, &ran);
        }
    }
}

#[test]
fn secrets_on_which_a_group_does_not_agree_are_not_shown() {
    let secret = "sEcReT-0123456789-abcdefg";
    for payload in ["{ name: { field: secret } }", "{ field: secret }"] {
        let nodes = format!(
            "  given: {{ rows: [{{ group: 1, secret: \"${{env:SECRET}}\" }}, {{ group: 1, secret: \"${{env:SECRET}}-2\" }}] }}
  made:
    license_api: {{ connection: portal, endpoint: things.make, group_by: [group], payload: {payload} }}
    D: given
"
        );
        let folder = folder("http://127.0.0.1:9", secret, &nodes);
        let ran = run(&folder);
        assert_eq!(ran.status, 3, "{}", ran.stderr);
        let kept = folder.files(".seatflow").into_iter().find(|(name, _)| name.ends_with("made.F.arrow")).unwrap().1;
        let kept = String::from_utf8_lossy(&kept).into_owned();
        assert!(kept.contains("the records of one group differ in `secret`: `***` and `***"), "{kept}");
        assert_unsaid(secret, &folder, &ran);
    }
}

#[test]
fn nothing_that_is_said_of_a_pipeline_shows_what_comes_from_the_environment() {
    let secret = "sEcReT-0123456789-abcdefg";
    let called = |rest: &str| format!("  made: {{ license_api: {{ connection: portal, {rest} }} }}\n");
    let cases = [
        called("endpoint: things.find, parameters: { id: x, count: \"${env:SECRET}\" }"),
        called("endpoint: things.find, parameters: { id: x, sort: \"a ${env:SECRET}\" }"),
        called("endpoint: things.find, parameters: { id: x, \"${env:SECRET}\": x }"),
        called("endpoint: things.make, payload: { name: [\"${env:SECRET}\"] }"),
        called("endpoint: things.make, payload: \"${env:SECRET}\""),
        called("endpoint: things.make, repeat: \"${env:SECRET}\", payload: { note: \"${env:SECRET}\" }"),
        "  made: { rows: [{ a: \"${env:SECRET}\" }, { a: [\"${env:SECRET}\"] }] }\n".to_owned(),
    ];
    for nodes in cases {
        let folder = folder("http://127.0.0.1:9", secret, &nodes);
        folder.write("a.csv", "a\n1\n");
        for arguments in [
            &["check", "pipeline.yaml", "-vv"][..],
            &["check", "pipeline.yaml", "--json"],
            &["run", "pipeline.yaml"],
            &["graph", "pipeline.yaml", "--format", "svg"],
            &["graph", "pipeline.yaml"],
        ] {
            let ran = folder.run(arguments);
            assert_unsaid(secret, &folder, &ran);
        }
    }
}

#[test]
fn a_password_in_a_url_is_not_shown_whatever_is_wrong_with_the_url() {
    let secret = "sEcReT-0123456789-abcdefg";
    for url in [
        "https://ada:${env:SECRET}@portal.test",
        "https://ada:sEcReT-0123456789-abcdefg@portal.test:99999999",
        "https://ada:sEcReT-0123456789-abcdefg@",
        "sEcReT-0123456789-abcdefg@portal.test",
        "ftp://ada:${env:SECRET}@portal.test/x",
        "https://ada:sEcReT-0123456789-abcdefg@portal test/",
    ] {
        for key in ["base_url", "proxy", "auth_url"] {
            let nodes =
                "  made: { license_api: { connection: portal, endpoint: things.find, parameters: { id: x } } }\n";
            let folder = folder(url, secret, nodes);
            let text = folder.read("pipeline.yaml");
            let text = match key {
                "base_url" => text.replace("${env:BASE_URL}", url),
                "proxy" => text.replace("base_url:", &format!("proxy: \"{url}\", base_url:")),
                _ => text.replace(
                    "{ token: \"${env:TOKEN}\" }",
                    &format!("{{ auth_url: \"{url}\", refresh_token: \"${{env:TOKEN}}\" }}"),
                ),
            };
            folder.write("pipeline.yaml", text);
            for arguments in [&["check", "pipeline.yaml"][..], &["check", "pipeline.yaml", "--json"]] {
                let ran = folder.run(arguments);
                assert!(ran.status == 1 || key == "proxy", "{key}: {url}: {}", ran.stderr);
                assert_unsaid(secret, &folder, &ran);
            }
        }
    }
}
