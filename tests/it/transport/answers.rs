//! Answers without a body, and bodies in other encodings.

use super::server::{Server, answer};
use super::{failed, folder, left, pipeline, run};
use crate::program::{Folder, Ran};

fn run_against(answer: Vec<u8>) -> (Folder, Ran) {
    let server = Server::new(answer);
    let folder = folder(&format!("base_url: {}", server.url()));
    let ran = run(&folder);
    (folder, ran)
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn an_answer_that_has_no_body_is_no_answer_that_could_not_be_parsed() {
    let (folder, ran) = run_against(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let rows = left(&folder, "things.csv");
    assert_eq!((rows.len(), rows[0]["Extracted"].as_str()), (1, "empty body"));
}

#[test]
fn what_is_asked_with_head_has_no_body() {
    let server = Server::new(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n".to_vec());
    let folder = folder("");
    folder.write("list.yaml", pipeline(&format!("base_url: {}", server.url()), "things.look"));
    let ran = run(&folder);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(left(&folder, "things.csv")[0]["Extracted"], "empty body");
}

#[test]
fn an_empty_body_where_one_should_be_is_unparsed() {
    let (folder, ran) = run_against(answer("200 OK", "", b""));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert_eq!(left(&folder, "things.csv")[0]["Extracted"], "empty body");
}

#[test]
fn json_is_read_in_the_encoding_that_it_comes_in() {
    let json = r#"{"data":[{"name":"Zoë"}]}"#;
    let marked = [&b"\xff\xfe"[..], &utf_16(json)].concat();
    let latin: Vec<u8> = json.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    for (content_type, body) in [
        ("application/json; charset=utf-16", utf_16(json)),
        ("application/json; charset=utf-16", marked.clone()),
        ("application/json", marked),
        ("application/json", utf_16(json)),
        ("application/json; charset=iso-8859-1", latin.clone()),
        ("application/json; charset=\"Windows-1252\"", latin),
        ("application/json; charset=utf-8", [&b"\xef\xbb\xbf"[..], json.as_bytes()].concat()),
        ("application/json; charset=klingon", json.as_bytes().to_vec()),
    ] {
        let (folder, ran) = run_against(answer("200 OK", &format!("content-type: {content_type}\r\n"), &body));
        assert_eq!(ran.status, 0, "{content_type}: {}", ran.stderr);
        assert_eq!(left(&folder, "things.csv")[0]["name"], "Zoë", "{content_type}");
    }
}

#[test]
fn a_body_that_does_not_decode_keeps_its_bytes() {
    let (folder, ran) =
        run_against(answer("200 OK", "content-type: application/json; charset=utf-16\r\n", b"{\xff\xd8"));
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let row = &left(&folder, "things.csv")[0];
    assert_eq!((row["Extracted"].as_str(), row["BinaryData"].as_str()), ("not UTF-8 at byte 1", "e//Y"), "{row:?}");
}

#[test]
fn a_compression_that_nobody_asked_for_is_told() {
    let (folder, _) = run_against(answer("200 OK", "content-encoding: compress\r\n", b"\x1f\x9d"));
    let expected = "the body is encoded as `compress`, which was not asked for and is not known";
    assert_eq!(failed(&folder), ("unreadable".to_owned(), expected.to_owned()));
}
