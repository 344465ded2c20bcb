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
