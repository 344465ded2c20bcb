//! A server that speaks just enough HTTP/1.1 to play a script, and writes down what it is asked.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// Sends these bytes as they are, and ends the connection if they say so.
    Raw(&'static str),
    /// Does the other thing, and ends the connection without having said so.
    Last(Box<Self>),
    /// Closes the connection without a word.
    Reset,
    /// Promises more of a body than it sends, and closes.
    Cut {
        status: u16,
        body: Vec<u8>,
    },
    /// Waits for a sign before it does the other thing.
    After(Arc<Notify>, Box<Self>),
    /// Says nothing, and keeps the connection.
    Silent,
    /// Sends the head of a 200, and nothing more.
    SilentBody,
    /// Sends a body without an end, byte by byte.
    Trickle,
}

/// An answer with a JSON body.
pub(crate) fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

impl Reply {
    /// The same answer with one more header.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        match self {
            Self::Answer { status, mut headers, body } => {
                headers.push((name.to_owned(), value.to_owned()));
                Self::Answer { status, headers, body }
            }
            other => panic!("{other:?} has no headers"),
        }
    }
}

impl Seen {
    /// A header of the request.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

type Handler = Arc<dyn Fn(&Seen) -> Reply + Send + Sync>;

/// The server; it ends when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    accepted: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    /// A server that answers so.
    pub(crate) async fn with(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::at(Ipv4Addr::LOCALHOST.into(), handler).await
    }

    /// The same at an address of this machine.
    pub(crate) async fn at(address: IpAddr, handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(address, Arc::new(handler), None).await
    }

    /// A server that plays these replies, one for each request, in the order of arrival.
    pub(crate) async fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: VecDeque<_> = replies.into_iter().collect();
        let replies = Mutex::new(replies);
        Self::with(move |_| {
            let next = replies.lock().unwrap().pop_front();
            next.unwrap_or_else(|| answer(418, "the script is over"))
        })
        .await
    }

    /// A server with a certificate, that answers every request with an empty object.
    pub(crate) async fn secure(acceptor: tokio_rustls::TlsAcceptor) -> Self {
        Self::start(Ipv4Addr::LOCALHOST.into(), Arc::new(|_| answer(200, "{}")), Some(acceptor)).await
    }

    async fn start(address: IpAddr, handler: Handler, acceptor: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        let log = Arc::clone(&seen);
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let (handler, log, acceptor) = (Arc::clone(&handler), Arc::clone(&log), acceptor.clone());
                connections.spawn(async move {
                    match acceptor {
                        None => serve(stream, handler, log).await,
                        Some(acceptor) => match acceptor.accept(stream).into_fallible().await {
                            Ok(stream) => serve(stream, handler, log).await,
                            // The connection stays, so that the client hears why it is refused.
                            Err((_, _stream)) => std::future::pending().await,
                        },
                    }
                });
            }
        });
        Self { address, seen, accepted, _tasks: tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections it took.
    pub(crate) fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// What it was asked, in the order of arrival.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The paths and queries it was asked for.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, handler: Handler, log: Arc<Mutex<Vec<Seen>>>) {
    let mut stream = BufReader::new(stream);
    while let Some(seen) = read(&mut stream).await {
        log.lock().unwrap().push(seen.clone());
        if !write(&mut stream, handler(&seen)).await {
            return;
        }
    }
}

async fn read<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<Seen> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            None => break,
        }
    }
    let mut seen = Seen { method, target, headers, body: String::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    seen.body = String::from_utf8(body).unwrap();
    Some(seen)
}

/// Does what the reply says; whether the connection stays open.
async fn write<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, reply: Reply) -> bool {
    match reply {
        Reply::After(sign, then) => {
            sign.notified().await;
            Box::pin(write(stream, *then)).await
        }
        Reply::Answer { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                head.extend([name.as_str(), ": ", &value, "\r\n"]);
            }
            head.push_str("\r\n");
            let mut all = head.into_bytes();
            all.extend(body);
            stream.write_all(&all).await.is_ok()
        }
        Reply::Raw(bytes) => stream.write_all(bytes.as_bytes()).await.is_ok() && !bytes.contains("connection: close"),
        Reply::Last(reply) => {
            Box::pin(write(stream, *reply)).await;
            false
        }
        Reply::Reset => false,
        Reply::Cut { status, body } => {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len() + 100);
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
            let _ = stream.flush().await;
            false
        }
        Reply::Silent => std::future::pending().await,
        Reply::Trickle => {
            let _ = stream.write_all(b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n").await;
            while stream.write_all(b" ").await.is_ok() && stream.flush().await.is_ok() {
                tokio::task::yield_now().await;
            }
            false
        }
        Reply::SilentBody => {
            let _ = stream.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{").await;
            std::future::pending().await
        }
    }
}
