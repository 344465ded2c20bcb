//! A server that plays a script, and writes down the heads of the requests.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// The server; it ends when it is dropped.
pub(super) struct Server {
    _runtime: Runtime,
    pub(super) port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

/// An answer with a body and more lines in its head.
pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

impl Server {
    /// A server that gives this answer, always.
    pub(super) fn new(answer: Vec<u8>) -> Self {
        Self::start(vec![answer], None)
    }

    /// A server that gives these answers, the last of them on and on; an empty one is to hang up.
    pub(super) fn script(answers: Vec<Vec<u8>>) -> Self {
        Self::start(answers, None)
    }

    /// The same over TLS.
    pub(super) fn secure(answer: Vec<u8>, acceptor: TlsAcceptor) -> Self {
        Self::start(vec![answer], Some(acceptor))
    }

    fn start(answers: Vec<Vec<u8>>, acceptor: Option<TlsAcceptor>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        runtime.spawn(accept(listener, acceptor, answers.into(), Arc::clone(&heads)));
        Self { _runtime: runtime, port, heads }
    }

    /// Its origin.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The heads of the requests, in the order of arrival, in lower case.
    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    answers: Arc<[Vec<u8>]>,
    heads: Arc<Mutex<Vec<String>>>,
) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(take(stream, acceptor.clone(), Arc::clone(&answers), Arc::clone(&heads)));
    }
}

async fn take(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    answers: Arc<[Vec<u8>]>,
    heads: Arc<Mutex<Vec<String>>>,
) {
    let Some(acceptor) = acceptor else { return serve(stream, &answers, &heads).await };
    match acceptor.accept(stream).into_fallible().await {
        Ok(stream) => serve(stream, &answers, &heads).await,
        // The connection stays, so that the client hears why it is refused.
        Err((_, _stream)) => std::future::pending().await,
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, answers: &[Vec<u8>], heads: &Mutex<Vec<String>>) {
    let mut stream = BufReader::new(stream);
    while let Some(head) = read(&mut stream).await {
        let number = {
            let mut heads = heads.lock().unwrap();
            heads.push(head);
            heads.len() - 1
        };
        let answer = &answers[number.min(answers.len() - 1)];
        if answer.is_empty() || stream.write_all(answer).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

/// Reads a request to the end of its body; its head.
async fn read<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    head.make_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    Some(head)
}
