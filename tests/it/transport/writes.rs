//! Writes over ways that break: each of them arrives once, or is known not to have arrived.

use super::server::{Server, answer};
use super::{failed, folder, left, run};
use crate::played::Rows;
use crate::program::{Folder, Ran};

/// Makes a thing for each name, one after the other, on one connection.
fn make(connection: &str, names: &[&str]) -> (Folder, Ran) {
    let folder = folder(connection);
    let rows: Vec<_> = names.iter().map(|name| format!("{{ name: {name} }}")).collect();
    let text = folder
        .read("list.yaml")
        .replace("attempts: 2", "attempts: 2, concurrency: 1")
        .replace("nodes:", &format!("nodes:\n  names: {{ rows: [{}] }}", rows.join(", ")))
        .replace("endpoint: things.list }", "endpoint: things.create, payload: { name: { field: name } } }, D: names");
    folder.write("list.yaml", text);
    let ran = run(&folder);
    (folder, ran)
}

fn kinds(rows: &Rows) -> Vec<[&str; 3]> {
    rows.iter().map(|row| ["name", "error.kind", "error.attempts"].map(|column| row[column].as_str())).collect()
}

#[test]
fn a_write_on_a_kept_connection_that_ends_without_a_word_arrives_once_and_is_in_doubt() {
    let good = || answer("200 OK", "", b"{}");
    let server = Server::script(vec![good(), Vec::new(), good()]);
    let (folder, ran) = make(&format!("base_url: {}", server.url()), &["a", "b", "c"]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let rows = left(&folder, "failed.csv");
    // What follows a write in doubt to the same thing is not sent.
    assert_eq!(kinds(&rows), [["b", "in-doubt", "1"], ["c", "not-attempted", "0"]]);
    let expected = "; whether it had its effect is not known";
    assert!(rows[0]["error.message"].ends_with(expected), "{}", rows[0]["error.message"]);
    assert_eq!(server.heads().len(), 2);
}

#[test]
fn a_write_that_is_redirected_is_on_f_with_where_it_was_led() {
    let server = Server::new(answer("307 Temporary Redirect", "location: /elsewhere\r\n", b""));
    let (folder, ran) = make(&format!("base_url: {}", server.url()), &["a"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let expected = format!(
        "307 Temporary Redirect: the server redirects the write to `{}/elsewhere`, which is not followed",
        server.url()
    );
    assert_eq!(failed(&folder), ("status".to_owned(), expected));
    assert_eq!(server.heads().len(), 1);
}

#[test]
fn a_write_whose_answer_cannot_be_read_is_in_doubt() {
    for (headers, body) in [("content-encoding: gzip\r\n", &b"\x1f\x8b"[..]), ("content-encoding: lzw\r\n", b"x")] {
        let server = Server::new(answer("200 OK", headers, body));
        let (folder, ran) = make(&format!("base_url: {}", server.url()), &["a"]);
        assert_eq!(ran.status, 3, "{}", ran.stderr);
        assert_eq!(kinds(&left(&folder, "failed.csv")), [["a", "in-doubt", "1"]]);
        assert_eq!(server.heads().len(), 1);
    }
}

#[test]
fn a_write_that_found_no_way_was_never_sent() {
    let proxy = Server::new(answer("503 Service Unavailable", "", b""));
    let through = format!("base_url: https://portal.invalid\n    proxy: {}", proxy.url());
    for (connection, place) in [("base_url: http://portal.invalid", ""), (through.as_str(), " through the proxy")] {
        let (folder, ran) = make(connection, &["a"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let rows = left(&folder, "failed.csv");
        assert_eq!(kinds(&rows), [["a", "connect", "2"]]);
        let expected = format!("no connection to `portal.invalid`{place}");
        assert!(rows[0]["error.message"].starts_with(&expected), "{}", rows[0]["error.message"]);
    }
}
