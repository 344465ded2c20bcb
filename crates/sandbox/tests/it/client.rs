//! A client that sees everything: one connection for each request, read to its end.

use std::io;
use std::net::SocketAddr;

use seatflow_sandbox::{ReceivedRequest, Sandbox, Settings};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const HOST: &str = "alteryx.sandbox.test";

/// A sandbox with a caller who is logged in.
pub(crate) struct Portal {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
}

/// What came back on a connection until it ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    /// The body as text, as far as it is one.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The envelope's message.
    pub(crate) fn message(&self) -> String {
        self.json()["msg"].as_str().unwrap_or_default().to_owned()
    }

    /// The access token that a refresh gave.
    pub(crate) fn access_token(&self) -> String {
        self.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// The ids of the elements of `data`.
    pub(crate) fn ids(&self) -> Vec<String> {
        let json = self.json();
        let data = json["data"].as_array().unwrap_or_else(|| panic!("{self:?}"));
        let id = |element: &Value| {
            element.get("id").or_else(|| element.get("licenseKey")).unwrap().as_str().unwrap().to_owned()
        };
        data.iter().map(id).collect()
    }
}

impl Portal {
    pub(crate) async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let sandbox = Sandbox::start(settings).await.unwrap();
        let mut portal = Self { sandbox, token: String::new() };
        let refresh_token = portal.variable("ALTERYX_REFRESH_TOKEN");
        let answer =
            portal.refresh("/as/token", &format!("refresh_token={refresh_token}&client_id=sandbox-client")).await;
        portal.token = answer.access_token();
        portal
    }

    pub(crate) fn variable(&self, name: &str) -> String {
        let environment = self.sandbox.environment();
        environment.into_iter().find(|(found, _)| *found == name).unwrap().1
    }

    /// A GET with the caller's token.
    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.call("GET", target).await
    }

    /// A request with the caller's token.
    pub(crate) async fn call(&self, method: &str, target: &str) -> Answer {
        self.call_with(&self.token, method, target).await
    }

    pub(crate) async fn call_with(&self, token: &str, method: &str, target: &str) -> Answer {
        self.send(method, target, &format!("authorization: Bearer {token}\r\n"), "").await.unwrap()
    }

    /// A request with the caller's token and a JSON payload.
    pub(crate) async fn write(&self, method: &str, target: &str, payload: &str) -> Answer {
        self.send(method, target, &self.json_headers(), payload).await.unwrap()
    }

    /// The headers of a request with the caller's token and a JSON payload.
    pub(crate) fn json_headers(&self) -> String {
        format!("authorization: Bearer {}\r\ncontent-type: application/json\r\n", self.token)
    }

    /// What the last request changed.
    pub(crate) fn last_effect(&self) -> Option<String> {
        self.sandbox.requests().pop().unwrap().effect
    }

    /// A refresh with these fields beside the grant type.
    pub(crate) async fn refresh(&self, path: &str, fields: &str) -> Answer {
        self.form(path, &format!("grant_type=refresh_token&{fields}")).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &str) -> Answer {
        let headers = "content-type: application/x-www-form-urlencoded\r\n";
        self.send("POST", path, headers, fields).await.unwrap()
    }

    /// Waits until a fault with `hold` has struck so many requests since the start.
    pub(crate) async fn held_up_to(&self, count: usize) {
        while self.struck_by_hold().len() < count {
            tokio::task::yield_now().await;
        }
    }

    /// How many requests a fault with `hold` holds.
    pub(crate) fn held(&self) -> usize {
        self.struck_by_hold().iter().filter(|request| request.answered_after.is_none()).count()
    }

    fn struck_by_hold(&self) -> Vec<ReceivedRequest> {
        let is_struck =
            |request: &ReceivedRequest| request.fault.as_ref().is_some_and(|fault| fault.starts_with("hold"));
        self.sandbox.requests().into_iter().filter(is_struck).collect()
    }

    /// A request of one of the routes under `/_sandbox/`.
    pub(crate) async fn admin(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(method, &format!("/_sandbox/{path}"), "", body).await.unwrap()
    }

    pub(crate) async fn send(&self, method: &str, target: &str, headers: &str, body: &str) -> io::Result<Answer> {
        send(self.sandbox.address(), HOST, method, target, headers, body).await
    }
}

/// Sends a request and reads until the connection ends.
pub(crate) async fn send(
    address: SocketAddr,
    host: &str,
    method: &str,
    target: &str,
    headers: &str,
    body: &str,
) -> io::Result<Answer> {
    let length = body.len();
    let text = format!(
        "{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(text.as_bytes()).await?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await?;
    let end = received.windows(4).position(|part| part == b"\r\n\r\n");
    let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8(received[..end].to_vec()).expect("a head in UTF-8");
    let bytes = received.split_off(end + 4);
    let status = head[9..12].parse().expect("a status");
    Ok(Answer { status, head, body: String::from_utf8_lossy(&bytes).into_owned(), bytes })
}
