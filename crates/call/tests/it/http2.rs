//! HTTP/2: taken where the server offers it, and what its own ways to end a request mean.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::future::join_all;
use h2::Reason;
use h2::server::SendResponse;
use http::Response;
use rcgen::generate_simple_self_signed;
use seatflow_call::{Authorization, Connection, FailureKind, Settings};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::support::{World, failure, limits, pages, read, request, write};
use crate::tls::server_config;

/// What the server does with a request.
#[derive(Clone, Copy)]
enum Play {
    /// Answers with an empty object.
    Answer,
    /// Resets the stream for this reason.
    Reset(Reason),
    /// Says that the connection ends, and answers.
    LastAnswer,
    /// Ends the connection, with the request among those that it may have processed.
    Abort,
    /// Says as soon as there is a connection that it will process nothing.
    GoneAtOnce,
    /// The same, as soon as there is a request.
    GoneOnRequest,
}

/// A server that speaks HTTP/2 over TLS and plays a script; then it answers.
struct Server {
    port: u16,
    pem: Vec<u8>,
    connections: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn script(plays: &[Play]) -> Self {
        let own = generate_simple_self_signed(["portal.localhost".to_owned()]).unwrap();
        let mut config = server_config(&own, None);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        let (count, log) = (Arc::clone(&connections), Arc::clone(&seen));
        let plays = Arc::new(Mutex::new(plays.iter().rev().copied().collect::<Vec<_>>()));
        tasks.spawn(async move {
            let mut under_way = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                under_way.spawn(serve(stream, acceptor.clone(), Arc::clone(&plays), Arc::clone(&log)));
            }
        });
        Self { port, pem: own.cert.pem().into_bytes(), connections, seen, _tasks: tasks }
    }

    fn connect(&self, world: &World) -> Arc<Connection> {
        let url = format!("https://portal.localhost:{}", self.port);
        let settings = Settings::new("portal", url, Authorization::None);
        world.open(Settings { limits: limits(), ca_pem: Some(self.pem.clone()), ..settings })
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, plays: Arc<Mutex<Vec<Play>>>, log: Arc<Mutex<Vec<String>>>) {
    let mut stream = acceptor.accept(stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let is_gone = |play: &mut Play| matches!(play, Play::GoneAtOnce | Play::GoneOnRequest);
    let gone = plays.lock().unwrap().pop_if(is_gone);
    if let Some(play) = gone {
        if matches!(play, Play::GoneOnRequest) {
            until_request(&mut stream).await;
        }
        stream.write_all(GOING_AWAY).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
        return;
    }
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let play = plays.lock().unwrap().pop().unwrap_or(Play::Answer);
        log.lock().unwrap().push(format!("{} {}", request.method(), request.uri().path()));
        match play {
            Play::Answer => answer(&mut respond),
            Play::Reset(reason) => respond.send_reset(reason),
            Play::LastAnswer => {
                connection.graceful_shutdown();
                answer(&mut respond);
            }
            Play::Abort => connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM),
            Play::GoneAtOnce | Play::GoneOnRequest => unreachable!("that was played before"),
        }
    }
}

/// Empty `SETTINGS`, and a `GOAWAY` without an error whose last stream is none.
const GOING_AWAY: &[u8] = b"\0\0\0\x04\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Reads up to the first `HEADERS`.
async fn until_request<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await.unwrap();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        stream.read_exact(&mut vec![0; length.try_into().unwrap()]).await.unwrap();
        if head[3] == 1 {
            return;
        }
    }
}

fn answer(respond: &mut SendResponse<Bytes>) {
    let mut body = respond.send_response(Response::new(()), false).unwrap();
    body.send_data(Bytes::from_static(b"{}"), true).unwrap();
}

#[tokio::test]
async fn all_calls_share_one_connection() {
    let server = Server::script(&[]).await;
    let world = World::new();
    let connection = server.connect(&world);
    pages(world.call(&connection, &request(read("/first"))).await);
    let (read, write) = (request(read("/x")), request(write("/x")));
    let at_once = [&read, &write, &read, &read, &write].map(|request| world.call(&connection, request));
    for called in join_all(at_once).await {
        pages(called);
    }
    assert_eq!((server.seen().len(), server.connections()), (6, 1));
}

#[tokio::test]
async fn a_stream_that_the_server_refuses_was_never_processed_and_is_sent_again() {
    let server = Server::script(&[Play::Reset(Reason::REFUSED_STREAM)]).await;
    let world = World::new();
    let called = world.call(&server.connect(&world), &request(write("/x"))).await;
    assert_eq!((called.requests, called.retries), (2, 1));
    let told = called.attempts[0].error.clone().unwrap();
    assert!(told.starts_with("the server did not take the request: "), "{told}");
    pages(called);
    assert_eq!(server.seen(), ["POST /x", "POST /x"]);
}

#[tokio::test]
async fn a_stream_that_is_reset_for_another_reason_leaves_a_write_in_doubt() {
    for reason in [Reason::INTERNAL_ERROR, Reason::CANCEL, Reason::NO_ERROR] {
        let server = Server::script(&[Play::Reset(reason)]).await;
        let world = World::new();
        let failure = failure(world.call(&server.connect(&world), &request(write("/x"))).await);
        assert_eq!((failure.kind, failure.attempts), (FailureKind::InDoubt, 1), "{reason:?}");
        assert_eq!(server.seen(), ["POST /x"], "{reason:?}");
    }
}

#[tokio::test]
async fn what_the_server_says_it_will_not_process_is_sent_again_elsewhere() {
    // What is gone at once is gone before or after the request, as it happens; both were never processed.
    for (play, why) in [(Play::GoneAtOnce, "the "), (Play::GoneOnRequest, "the server did not take the request: ")] {
        let server = Server::script(&[play]).await;
        let world = World::new();
        let called = world.call(&server.connect(&world), &request(write("/x"))).await;
        assert_eq!((called.requests, server.connections()), (2, 2), "{why}");
        let told = called.attempts[0].error.clone().unwrap();
        assert!(told.starts_with(why), "{told}");
        pages(called);
        assert_eq!(server.seen(), ["POST /x"]);
    }
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_followed_by_another() {
    let server = Server::script(&[Play::LastAnswer, Play::LastAnswer]).await;
    let world = World::new();
    let connection = server.connect(&world);
    for _ in 0..3 {
        pages(world.call(&connection, &request(write("/x"))).await);
    }
    assert_eq!((server.seen().len(), server.connections()), (3, 3));
}

#[tokio::test]
async fn a_connection_that_ends_with_a_request_under_way_leaves_a_write_in_doubt() {
    let server = Server::script(&[Play::Abort]).await;
    let world = World::new();
    let failure = failure(world.call(&server.connect(&world), &request(write("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::InDoubt, 1), "{}", failure.message);
}
