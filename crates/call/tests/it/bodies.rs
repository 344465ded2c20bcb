//! Bodies as they come: none, after other answers, compressed, in other encodings.

use seatflow_call::{
    Answer, Authorization, Called, Context, FailureKind, Found, Limits, Outcome, Page, Settings, Unjournaled,
};
use seatflow_catalog::{Effect, Endpoint, Method, Response, ResponseForm};

use crate::server::{Reply, Server, answer};
use crate::support::{Document, World, call, failure, key, limits, pages, read, request, write};

/// The same document of a million blanks, compressed.
const BLANKS: [(&str, &[u8]); 3] = [
    ("gzip", include_bytes!("blanks.json.gz")),
    ("br", include_bytes!("blanks.json.br")),
    ("zstd", include_bytes!("blanks.json.zst")),
];

/// A text of 256 MiB of blanks, in 218 bytes.
const BOMB: &[u8] = include_bytes!("bomb.json.br");

fn encoded(encoding: &str, body: &[u8]) -> Reply {
    let headers = vec![("content-encoding".to_owned(), encoding.to_owned())];
    Reply::Answer { status: 200, headers, body: body.to_vec() }
}

async fn call_with(limits: Limits, reply: Reply, endpoint: Endpoint) -> Called<Document> {
    let server = Server::with(move |_| reply.clone()).await;
    let world = World::new();
    let settings = Settings::new("portal", server.url(), Authorization::None);
    let connection = world.open(Settings { limits, ..settings });
    world.call(&connection, &request(endpoint)).await
}

#[tokio::test]
async fn every_compression_that_is_asked_for_is_taken() {
    for (encoding, body) in BLANKS {
        let called = call_with(limits(), encoded(encoding, body), read("/x")).await;
        assert_eq!(called.bytes, 1_000_002, "{encoding}");
        pages(called);
    }
    let server = Server::script([answer(200, "{}")]).await;
    pages(call(&server, &request(read("/x"))).await);
    let asked = server.seen()[0].header("accept-encoding").unwrap().to_owned();
    let mut asked: Vec<_> = asked.split(',').map(str::trim).collect();
    asked.sort_unstable();
    assert_eq!(asked, ["br", "gzip", "zstd"]);
}

#[tokio::test]
async fn a_body_that_grows_beyond_the_limit_is_refused_and_a_write_is_in_doubt() {
    let narrow = Limits { body_bytes: 100_000, ..limits() };
    for (encoding, body) in BLANKS.into_iter().chain([("br", BOMB)]) {
        let failed = failure(call_with(narrow, encoded(encoding, body), read("/x")).await);
        assert_eq!((failed.kind, failed.attempts), (FailureKind::TooLarge, 1), "{encoding}");
        assert_eq!(failed.message, "the body is larger than the limit of 100000 bytes");
        let failed = failure(call_with(narrow, encoded(encoding, body), write("/x")).await);
        assert_eq!((failed.kind, failed.status, failed.attempts), (FailureKind::InDoubt, Some(200), 1), "{encoding}");
    }
}

#[tokio::test]
async fn a_compressed_body_that_is_broken_is_told_as_such_and_a_write_is_in_doubt() {
    for (encoding, whole) in BLANKS {
        let mut corrupt = whole.to_vec();
        corrupt[0] ^= 0xff;
        corrupt[5] ^= 0xff;
        for body in [&whole[..whole.len() - 4], &corrupt] {
            let failed = failure(call_with(limits(), encoded(encoding, body), read("/x")).await);
            assert_eq!((failed.kind, failed.attempts), (FailureKind::Unreadable, 5), "{encoding}");
            assert!(failed.message.starts_with("the body cannot be decompressed: "), "{}", failed.message);
            let failed = failure(call_with(limits(), encoded(encoding, body), write("/x")).await);
            assert_eq!((failed.kind, failed.attempts), (FailureKind::InDoubt, 1), "{encoding}");
        }
    }
}

#[tokio::test]
async fn a_compressed_body_that_is_cut_is_a_connection_that_broke() {
    let cut =
        Reply::Raw("HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: 100\r\nconnection: close\r\n\r\n");
    for (endpoint, kind) in [(read("/x"), FailureKind::Connect), (write("/x"), FailureKind::InDoubt)] {
        let failed = failure(call_with(Limits { attempts: 1, ..limits() }, cut.clone(), endpoint).await);
        assert_eq!((failed.kind, failed.status), (kind, Some(200)));
        assert!(failed.message.starts_with("the connection broke: "), "{}", failed.message);
    }
}

#[tokio::test]
async fn an_encoding_that_nobody_asked_for_is_told() {
    for (encoding, endpoint, kind) in [
        ("compress", read("/x"), FailureKind::Unreadable),
        ("gzip, br", read("/x"), FailureKind::Unreadable),
        ("compress", write("/x"), FailureKind::InDoubt),
    ] {
        let failed = failure(call_with(limits(), encoded(encoding, b"\x1f\x9d"), endpoint).await);
        assert_eq!((failed.kind, failed.status, failed.attempts), (kind, Some(200), 1));
        let expected = format!("the body is encoded as `{encoding}`, which was not asked for and is not known");
        assert!(failed.message.starts_with(&expected), "{}", failed.message);
    }
    pages(call_with(limits(), encoded("identity", b"{}"), read("/x")).await);
    assert_eq!(call_with(limits(), encoded("compress", b""), read("/x")).await.bytes, 0);
}

#[tokio::test]
async fn answers_before_the_answer_are_passed_over() {
    for early in ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n"] {
        let both = format!("{early}{early}HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{{\"data\":1}}");
        let server = Server::script([Reply::Raw(both.leak())]).await;
        let called = call(&server, &request(write("/x"))).await;
        assert_eq!(called.requests, 1);
        assert_eq!(pages(called), [serde_json::json!({ "data": 1 })]);
    }
}

#[tokio::test]
async fn what_has_no_body_is_not_waited_for() {
    let head = Endpoint { method: Method::Head, effect: Effect::Read, ..read("/x") };
    for (endpoint, reply) in [
        (read("/x"), "HTTP/1.1 204 No Content\r\n\r\n"),
        (read("/x"), "HTTP/1.1 204 No Content\r\ncontent-length: 10\r\n\r\n"),
        (read("/x"), "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n"),
        (read("/x"), "HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n"),
        (read("/x"), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
        (head, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"),
    ] {
        let server = Server::script([Reply::Raw(reply), Reply::Raw(reply)]).await;
        let world = World::new();
        let connection = world.connect(&server, Authorization::None);
        let request = request(Endpoint { success: vec![200, 204, 205, 304], ..endpoint });
        for _ in 0..2 {
            let called = world.call(&connection, &request).await;
            assert!(matches!(called.outcome, Outcome::Succeeded { .. }), "{reply} {:?}", called.outcome);
            assert_eq!((called.bytes, called.requests), (0, 1), "{reply}");
        }
        assert_eq!(server.connections(), 1, "{reply}");
    }
}

#[tokio::test]
async fn a_body_on_an_answer_that_has_none_does_not_become_the_next_answer() {
    let smuggled = "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n{\"e\":\"\"}";
    let server = Server::script([Reply::Raw(smuggled), answer(200, r#"{"data":1}"#)]).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let request = request(Endpoint { success: vec![200, 204], ..read("/x") });
    assert_eq!(world.call(&connection, &request).await.bytes, 0);
    assert_eq!(pages(world.call(&connection, &request).await), [serde_json::json!({ "data": 1 })]);
}

#[tokio::test]
async fn no_token_hides_in_another_encoding() {
    let text = r#"{"data":"you sent at-secret-1, Zoë"}"#;
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for content_type in ["application/json; charset=utf-16", "application/json", "text/plain"] {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        let reply = Reply::Answer { status: 200, headers, body: bytes.clone() };
        let server = Server::with(move |_| reply.clone()).await;
        let world = World::new();
        let connection = world.connect(&server, Authorization::Bearer { token: "at-secret-1".into() });
        let called = world.call(&connection, &request(read("/x"))).await;
        let shown = called.attempts[0].response_body.clone().unwrap();
        assert_eq!(shown, r#"{"data":"you sent ***, Zoë"}"#);
        assert_eq!(pages(called), [serde_json::json!({ "data": "you sent ***, Zoë" })]);
    }
}

/// The bytes of a body.
struct Bytes(Vec<u8>);

impl Page for Bytes {
    fn parse(answer: &Answer, _: &Endpoint) -> Self {
        Self(answer.body.to_vec())
    }

    fn records(&self) -> Option<u64> {
        Some(0)
    }

    fn at(&self, _: &str) -> Found {
        Found::Unread
    }
}

/// What comes of a body in UTF-16 with a byte order mark, from an endpoint and of a type.
async fn of_utf_16(status: u16, endpoint: Endpoint, content_type: &str, order: fn(u16) -> [u8; 2]) -> Outcome<Bytes> {
    let body = utf_16("\u{feff}you sent at-secret-1, Zoë", order);
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    let server = Server::with(move |_| Reply::Answer { status, headers: headers.clone(), body: body.clone() }).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::Bearer { token: "at-secret-1".into() });
    let request = request(endpoint);
    let context = Context {
        key: key(&request),
        node: "node",
        record: 0,
        journal: &Unjournaled,
        stop: &world.stop,
        keep_attempts: true,
    };
    connection.call(&request, &context).await.unwrap().outcome
}

fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn file() -> Endpoint {
    Endpoint { response: Response { form: ResponseForm::File, ..Response::default() }, ..read("/file") }
}

#[tokio::test]
async fn a_file_stays_the_bytes_that_came_but_for_a_token_in_it() {
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        for (endpoint, content_type) in [
            (file(), "text/csv; charset=utf-16"),
            (file(), "application/json"),
            (read("/x"), "application/octet-stream"),
        ] {
            let Outcome::Succeeded { pages, .. } = of_utf_16(200, endpoint, content_type, order).await else {
                panic!("{content_type}");
            };
            let found = &pages[0].0;
            assert!(found.starts_with(&utf_16("\u{feff}you sent ", order)), "{content_type}: {found:x?}");
            assert!(found.ends_with(&utf_16(", Zoë", order)), "{content_type}: {found:x?}");
            assert!(found.windows(3).any(|bytes| bytes == b"***"), "{content_type}: {found:x?}");
        }
    }
}

#[tokio::test]
async fn why_there_is_no_file_is_read_as_text() {
    let outcome = of_utf_16(400, file(), "text/plain", u16::to_le_bytes).await;
    let Outcome::Failed(failure) = outcome else { panic!("it succeeded") };
    assert_eq!(failure.body.as_deref(), Some("you sent ***, Zoë"));
}
