//! Servers that send a token back, in every way that one could think of.

use super::speaker::{Request, Speaker, answer};
use super::{MARK, assert_no_token, saved};
use crate::program::{Folder, Ran};

/// With characters that each way of writing writes in its own way.
const TOKEN: &str = "marked-token-/1+~<&>'2";

const CATALOG: &str = "\
catalog: things
summary: Things that can be had and made
authorization: [{ kind: bearer, source: documented }]
defaults: { response: { records: data }, fails_when: [{ path: error, is: present, message: error }] }
endpoints:
  things.list: { request: GET /things, summary: The things }
  things.make: { request: POST /things, summary: Makes a thing, body: { example: { name: x } } }
";

/// A read and a write, and all that comes of them.
fn pipeline() -> String {
    let anchors = ["things.S", "things.F", "things.L", "made.S", "made.F", "made.L"];
    format!(
        "version: 1
pipeline: echoes
connections:
  portal:
    catalog: ./things.yaml
    base_url: ${{env:BASE_URL}}
    authorization: {{ token: \"${{env:TOKEN}}\" }}
    limits: {{ backoff_seconds: 0, backoff_most_seconds: 0, attempts: 2, wait_seconds: 0 }}
nodes:
  things: {{ license_api: {{ connection: portal, endpoint: things.list }} }}
  made: {{ license_api: {{ connection: portal, endpoint: things.make, payload: {{ name: x }} }} }}
{}",
        saved(&anchors)
    )
}

fn run(says: impl Fn(&Request) -> Vec<u8> + Send + 'static) -> (Folder, Ran, Vec<Request>) {
    let speaker = Speaker::new(says);
    let folder = Folder::new().variable("BASE_URL", speaker.url()).variable("TOKEN", TOKEN);
    let folder = folder.variable("RUST_LOG", "trace");
    folder.write("things.yaml", CATALOG);
    folder.write("echoes.yaml", pipeline());
    let ran = folder.run(&["run", "echoes.yaml", "--json"]);
    (folder, ran, speaker.requests())
}

/// Runs against a server that says this whatever it is asked.
fn assert_masked(what: &str, said: Vec<u8>) {
    let (folder, ran, requests) = run(move |_| said.clone());
    assert!(matches!(ran.status, 0 | 3), "{what}: {}", ran.stderr);
    let sent = format!("authorization: Bearer {TOKEN}\r\n");
    assert!(requests.iter().any(|request| request.head.contains(&sent)), "{what}: the token was sent");
    assert!(requests.iter().any(|request| request.body == r#"{"name":"x"}"#), "{what}: there was a write");
    assert_no_token(&folder, &ran, what);
    let log = folder.read("out/made_l.csv");
    assert!(log.contains("***"), "{what}: {log}");
}

/// A text with each character in place of which `write` puts something.
fn written(write: impl Fn(char) -> String) -> String {
    TOKEN.chars().map(write).collect()
}

/// The token as bodies may have it.
fn forms() -> Vec<(&'static str, String)> {
    let html = TOKEN.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let strict = html.replace('\'', "&#x27;").replace('/', "&#x2F;");
    vec![
        ("as it is", TOKEN.to_owned()),
        ("escaped for JSON where it need not be", TOKEN.replace('/', "\\/")),
        ("all escaped for JSON", written(|character| format!("\\u{:04x}", u32::from(character)))),
        (
            "escaped for URLs",
            TOKEN
                .replace('/', "%2F")
                .replace('+', "%2B")
                .replace('<', "%3C")
                .replace('&', "%26")
                .replace('>', "%3E")
                .replace('\'', "%27"),
        ),
        ("all escaped for URLs", written(|character| format!("%{:02x}", u32::from(character)))),
        ("in base64", base64(TOKEN)),
        ("with its scheme in base64", base64(&format!("Bearer {TOKEN}"))),
        ("escaped for HTML", html.replace('\'', "&#39;")),
        ("strictly escaped for HTML", strict),
    ]
}

fn base64(text: &str) -> String {
    let padded = [text.as_bytes(), &b"   "[..(3 - text.len() % 3) % 3]].concat();
    super::base64(&padded)
}

#[test]
fn a_token_in_a_body_is_masked_however_it_is_written() {
    for (what, form) in forms() {
        for status in ["200 OK", "400 Bad Request"] {
            let body = format!(r#"{{"data":[{{"you sent":"{form}"}}],"message":"not {form}"}}"#);
            assert_masked(&format!("{what}, {status}"), answer(status, "", body.as_bytes()));
        }
        let body = format!(r#"{{"error":"no such token: {form}"}}"#);
        assert_masked(&format!("{what}, a failure in the body"), answer("200 OK", "", body.as_bytes()));
        let page = format!("<html><p>You sent {form}</p></html>");
        assert_masked(&format!("{what}, on a page"), answer("200 OK", "content-type: text/html\r\n", page.as_bytes()));
    }
}

#[test]
fn a_token_in_a_head_is_masked() {
    for (what, status, headers) in [
        ("a header", "200 OK", format!("x-echo: Bearer {TOKEN}\r\n")),
        ("a cookie", "400 Bad Request", format!("set-cookie: session={TOKEN}\r\n")),
        ("a challenge", "401 Unauthorized", format!("www-authenticate: Bearer realm=\"{TOKEN}\"\r\n")),
        ("a link", "200 OK", format!("link: </things?token={TOKEN}>; rel=\"last\"\r\n")),
        ("a place", "302 Found", format!("location: /things?token={TOKEN}\r\n")),
        ("a place that escapes it", "302 Found", format!("location: /things/{}\r\n", forms()[4].1)),
        ("a place elsewhere", "302 Found", format!("location: http://other.invalid/{TOKEN}?token={TOKEN}\r\n")),
        ("a wait", "429 Too Many Requests", format!("retry-after: {TOKEN}\r\n")),
        ("a type", "200 OK", format!("content-type: {TOKEN}\r\n")),
        ("an encoding", "200 OK", format!("content-encoding: {TOKEN}\r\n")),
        ("the reason", &format!("400 {TOKEN}"), String::new()),
    ] {
        assert_masked(what, answer(status, &headers, b"{}"));
    }
}

/// What gzip makes of two parts when it compresses neither.
fn gzip(parts: [&[u8]; 2]) -> Vec<u8> {
    let mut zipped = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    for (number, part) in parts.iter().enumerate() {
        let length = u16::try_from(part.len()).unwrap();
        zipped.push(u8::from(number == 1));
        zipped.extend(length.to_le_bytes());
        zipped.extend((!length).to_le_bytes());
        zipped.extend_from_slice(part);
    }
    let whole = parts.concat();
    let sum = whole.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
    });
    zipped.extend((!sum).to_le_bytes());
    zipped.extend(u32::try_from(whole.len()).unwrap().to_le_bytes());
    zipped
}

#[test]
fn a_token_in_a_compressed_body_is_masked_though_its_parts_are_apart() {
    let body = format!(r#"{{"data":[{{"you sent":"{TOKEN}"}}]}}"#);
    let (first, second) = body.as_bytes().split_at(body.find(MARK).unwrap() + 5);
    for status in ["200 OK", "400 Bad Request"] {
        let zipped = gzip([first, second]);
        assert_masked(status, answer(status, "content-encoding: gzip\r\n", &zipped));
        assert_masked("cut off", answer(status, "content-encoding: gzip\r\n", &zipped[..zipped.len() - 20]));
    }
}

#[test]
fn a_token_in_a_body_of_another_encoding_is_masked_though_nobody_can_read_it() {
    let body = format!(r#"{{"data":[{{"you sent":"{TOKEN}"}}]}}"#);
    let little: Vec<u8> = body.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = body.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        for headers in ["content-type: application/json; charset=utf-16\r\n", "content-type: application/json\r\n", ""]
        {
            assert_masked(headers, answer("200 OK", headers, &bytes));
            assert_masked(
                &format!("{headers} and half a character"),
                answer("200 OK", headers, &[&bytes[..], b"\xd8"].concat()),
            );
        }
    }
    let latin = [format!("{{\"you sent\":\"{TOKEN}\",\"in caf").as_bytes(), b"\xe9\":1}"].concat();
    assert_masked("not UTF-8", answer("200 OK", "", &latin));
}

#[test]
fn a_token_is_masked_where_a_body_ends_in_the_middle_of_it() {
    let body = format!(r#"{{"data":[{{"you sent":"{}"#, &TOKEN[..MARK.len() + 2]);
    for status in ["200 OK", "400 Bad Request"] {
        assert_masked("cut by the server", answer(status, "", body.as_bytes()));
        let mut cut = answer(status, "", format!("{body}, and more").as_bytes());
        cut.truncate(cut.len() - 10);
        assert_masked("cut on the way", cut);
    }
}

#[test]
fn a_new_token_in_the_head_of_the_answer_that_grants_it_is_masked() {
    let granted = format!(r#"{{"access_token":"{MARK}new","refresh_token":"{MARK}next","id_token":"{MARK}id"}}"#);
    let headers = format!("x-token: {MARK}new\r\nx-next: {MARK}next\r\nx-id: {MARK}id\r\n");
    let login = answer("200 OK", &headers, granted.as_bytes());
    let speaker = Speaker::new(move |request| {
        if request.head.starts_with("POST /token") { login.clone() } else { answer("200 OK", "", br#"{"data":[]}"#) }
    });
    let folder = Folder::new().variable("BASE_URL", speaker.url()).variable("TOKEN", TOKEN);
    folder.write("things.yaml", CATALOG);
    let refreshed = "{ auth_url: \"${env:BASE_URL}/token\", refresh_token: \"${env:TOKEN}\" }";
    folder.write("echoes.yaml", pipeline().replace("{ token: \"${env:TOKEN}\" }", refreshed));
    let ran = folder.run(&["run", "echoes.yaml", "-vv"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_no_token(&folder, &ran, "a login");
    let logs = folder.read("out/things_l.csv") + &folder.read("out/made_l.csv");
    assert!(logs.contains("\"\"x-id\"\":\"\"***\"\""), "{logs}");
    let sent = format!("authorization: Bearer {MARK}new\r\n");
    assert!(speaker.requests().iter().any(|request| request.head.contains(&sent)));
}
