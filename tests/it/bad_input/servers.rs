//! Servers that cannot be reached, and answers that are none.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpSocket;

use super::calls::{calls, connection, folder};
use super::table::Input;
use crate::secrets::speaker::{Speaker, answer};

/// A read, then a write, of what is at this URL.
fn inputs_at(name: &str, url: &str) -> [Input; 2] {
    [("read", "endpoint: things.list"), ("write", "endpoint: things.make, payload: { name: abc }")]
        .map(|(sort, keys)| Input::new(format!("{name}; a {sort}"), folder(&connection(url), &calls(keys, ""))))
}

/// The same of a server that says this.
fn said(name: &str, bytes: Vec<u8>) -> impl Iterator<Item = Input> {
    let speaker = Speaker::new(move |_| bytes.clone());
    let port = format!("127.0.0.1:{}", speaker.port());
    let [read, write] = inputs_at(name, &speaker.url()).map(|input| input.varying(port.clone(), "HOST"));
    [read, write].into_iter()
}

/// A port that is taken, so that nobody else listens there.
fn nobody() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    socket
}

pub(super) fn inputs() -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    let silent = Arc::new(nobody());
    let port = silent.local_addr().unwrap().port();
    let unheard = inputs_at("nobody listens", &format!("http://127.0.0.1:{port}"));
    inputs.extend(unheard.map(|input| input.holding(Arc::clone(&silent))));
    inputs.extend(inputs_at("no such host", "http://portal.invalid"));
    let plain = Speaker::new(|_| Vec::new());
    inputs.extend(inputs_at("https to a port that speaks http", &format!("https://127.0.0.1:{}", plain.port())));
    let alert = b"\x15\x03\x01\x00\x02\x02\x46".to_vec();
    inputs.extend(said("http to a port that speaks https", alert));
    inputs.extend(said("it hangs up without a word", Vec::new()));
    inputs.extend(said("bytes that are no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()));
    inputs.extend(said("nothing but interim answers", b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(3)));
    inputs.extend(said(
        "a page of HTML",
        answer("200 OK", "content-type: text/html\r\n", b"<!DOCTYPE html><p>Log in</p>"),
    ));
    inputs.extend(said("an empty body", answer("200 OK", "", b"")));
    inputs.extend(said("204 No Content", b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_vec()));
    inputs.extend(said("a failure in the body", answer("200 OK", "", br#"{"error":"no seats left"}"#)));
    inputs.extend(said("500 with JSON", answer("500 Internal Server Error", "", br#"{"error":"oops"}"#)));
    inputs
        .extend(said("404 with HTML", answer("404 Not Found", "content-type: text/html\r\n", b"<p>Nothing here</p>")));
    inputs.extend(said("JSON that breaks off", answer("200 OK", "", br#"{"data":[{"a":1"#)));
    inputs.extend(said(
        "JSON of type text/plain",
        answer("200 OK", "content-type: text/plain\r\n", br#"{"data":[{"a":1}]}"#),
    ));
    inputs.extend(said("JSON of another form", answer("200 OK", "", br#"{"items":[{"a":1}]}"#)));
    inputs.extend(said("records that are no list", answer("200 OK", "", br#"{"data":"many"}"#)));
    let huge = [b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 99999999999\r\n\r\n".to_vec(), b"{".to_vec()]
        .concat();
    inputs.extend(said("a huge body", huge));
    inputs.extend(said(
        "a body that is shorter than it says",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":[]}".to_vec(),
    ));
    inputs.extend(said("a redirect to itself", answer("302 Found", "location: /things\r\n", b"")));
    inputs.extend(said("a redirect to nowhere", answer("302 Found", "", b"")));
    inputs.extend(said("a redirect to another scheme", answer("302 Found", "location: ftp://127.0.0.1/\r\n", b"")));
    inputs.extend(said("compressed, and broken", answer("200 OK", "content-encoding: gzip\r\n", b"not gzip")));
    inputs
        .extend(said("compressed in an unknown way", answer("200 OK", "content-encoding: compress\r\n", b"\x1f\x9d")));
    let no_url = folder(&connection("portal.test"), &calls("endpoint: things.list", ""));
    inputs.push(Input::new("a base URL that is none", no_url));
    inputs
}
