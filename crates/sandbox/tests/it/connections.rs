//! Connections: kept open, cut, reset, and closed with the sandbox.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{HOST, Portal};

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";

async fn portal_with(fault: &str) -> Portal {
    let portal = Portal::start().await;
    portal.sandbox.add_faults(vec![fault.parse().unwrap()]).unwrap();
    portal
}

/// A request for the list of devices, on a connection that stays.
fn list(portal: &Portal) -> String {
    format!("GET {DEVICES} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Bearer {}\r\n\r\n", portal.token)
}

#[tokio::test]
async fn a_reset_ends_the_connection_without_an_answer() {
    for deed in ["reset", "commit-then-reset"] {
        let portal = portal_with(&format!("match=devices.list,do={deed}")).await;
        let headers = format!("authorization: Bearer {}\r\n", portal.token);
        let error = portal.send("GET", DEVICES, &headers, "").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{deed}");
        let last = portal.sandbox.requests().pop().unwrap();
        assert_eq!((last.status, last.fault.as_deref()), (None, Some(deed)));
        assert_eq!(portal.get(DEVICES).await.status, 200);
    }
}

#[tokio::test]
async fn a_cut_body_promises_more_than_it_has() {
    let portal = portal_with("match=devices.list,do=cut-body").await;
    let cut = portal.get(DEVICES).await;
    let whole = portal.get(DEVICES).await;
    assert_eq!(cut.status, 200);
    assert_eq!(cut.header("content-length"), Some(whole.body.len().to_string().as_str()));
    assert_eq!(cut.body, whole.body[..whole.body.len() / 2]);
}

#[tokio::test]
async fn a_closed_connection_ends_without_a_word() {
    let portal = portal_with("match=devices.list,do=close").await;
    let mut stream = TcpStream::connect(portal.sandbox.address()).await.unwrap();
    stream.write_all(list(&portal).as_bytes()).await.unwrap();
    let mut received = Vec::new();
    assert_eq!(stream.read_to_end(&mut received).await.unwrap(), 0);
    let last = portal.sandbox.requests().pop().unwrap();
    assert_eq!((last.status, last.fault.as_deref()), (None, Some("close")));
}

#[tokio::test]
async fn a_reset_after_the_headers_comes_behind_a_promise() {
    let portal = portal_with("match=devices.list,do=reset-after-headers").await;
    let whole = Portal::start().await.get(DEVICES).await;
    let mut stream = TcpStream::connect(portal.sandbox.address()).await.unwrap();
    stream.write_all(list(&portal).as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let error = stream.read_to_end(&mut received).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let received = String::from_utf8(received).unwrap();
    assert!(received.starts_with("HTTP/1.1 200 OK\r\n") && received.ends_with("\r\n\r\n"), "{received}");
    assert!(received.contains(&format!("content-length: {}\r\n", whole.body.len())), "{received}");
}

#[tokio::test]
async fn an_interim_answer_comes_before_the_answer_on_a_connection_that_stays() {
    let portal = portal_with("match=devices.list,do=interim=103").await;
    let mut stream = TcpStream::connect(portal.sandbox.address()).await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..2 {
        stream.write_all(list(&portal).as_bytes()).await.unwrap();
        let mut received = Vec::new();
        while !String::from_utf8_lossy(&received).ends_with(r#""msg":null}"#) {
            assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0);
        }
        answers.push(String::from_utf8(received).unwrap());
    }
    assert!(answers[1].starts_with("HTTP/1.1 200 OK\r\n"), "{}", answers[1]);
    assert_eq!(answers[0], format!("HTTP/1.1 103 Interim\r\n\r\n{}", answers[1]));
}

#[tokio::test]
async fn a_body_trickles_a_byte_at_a_time() {
    let portal = portal_with("match=devices.list,do=trickle-body=600000").await;
    let mut stream = TcpStream::connect(portal.sandbox.address()).await.unwrap();
    stream.write_all(list(&portal).as_bytes()).await.unwrap();
    let mut received = String::new();
    while !received.contains("\r\n\r\n{") {
        let mut more = Vec::new();
        assert_ne!(stream.read_buf(&mut more).await.unwrap(), 0);
        received.push_str(std::str::from_utf8(&more).unwrap());
    }
    assert!(received.ends_with("\r\n\r\n{"), "{received}");
    let whole = Portal::start().await.get(DEVICES).await;
    let portal = portal_with("match=devices.list,do=trickle-body=0").await;
    assert_eq!(portal.get(DEVICES).await.body, whole.body);
}

#[tokio::test]
async fn an_answer_without_a_body_promises_none() {
    for deed in ["status=204", "commit-then-204", "status=304"] {
        let portal = portal_with(&format!("match=devices.list,do={deed}")).await;
        let answer = portal.get(DEVICES).await;
        assert_eq!((answer.body.as_str(), answer.header("content-type")), ("", None), "{deed}");
        assert_eq!(answer.header("content-length").unwrap_or("0"), "0", "{deed}");
    }
}

#[tokio::test]
async fn a_slow_body_arrives_in_part_before_its_pause() {
    let portal = portal_with("match=devices.list,do=slow-body").await;
    let mut stream = TcpStream::connect(portal.sandbox.address()).await.unwrap();
    let head = format!("GET {DEVICES} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Bearer {}\r\n\r\n", portal.token);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    while !received.windows(11).any(|part| part == b"DEV-000412\"") {
        assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0);
    }
    assert!(!String::from_utf8(received).unwrap().contains("DEV-000414"));
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let portal = Portal::start().await;
    let mut stream = TcpStream::connect(portal.sandbox.address()).await.unwrap();
    let request = format!(
        "GET /v1/products?accountId=ACC-100777 HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Bearer {}\r\n\r\n",
        portal.token
    );
    stream.write_all(request.repeat(3).as_bytes()).await.unwrap();
    let mut received = Vec::new();
    while String::from_utf8_lossy(&received).matches(r#""msg":null}"#).count() < 3 {
        assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0);
    }
    assert_eq!(String::from_utf8(received).unwrap().matches("HTTP/1.1 200 OK").count(), 3);
}

#[tokio::test]
async fn a_sandbox_that_stops_closes_its_connections_and_its_port() {
    let portal = Portal::start().await;
    let address = portal.sandbox.address();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET /v1/accounts HTTP/1.1\r\nhost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    assert_ne!(stream.read_buf(&mut Vec::new()).await.unwrap(), 0);
    portal.sandbox.stop().await;
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
