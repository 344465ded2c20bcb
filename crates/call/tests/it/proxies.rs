//! Through whom requests go.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::generate_simple_self_signed;
use seatflow_call::{Authorization, Connection, FailureKind, Proxy, Settings};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::server::{Server, answer};
use crate::support::{World, failure, limits, pages, read, request, write};
use crate::tls::server_config;

/// A proxy that leads every `CONNECT` to one server, after it has looked at who asks.
struct Tunnel {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Tunnel {
    async fn to(server: SocketAddr, answer: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heads);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut under_way = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                under_way.spawn(lead(stream, server, answer, Arc::clone(&log)));
            }
        });
        Self { address, heads, _tasks: tasks }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn lead(stream: TcpStream, server: SocketAddr, answer: &'static str, log: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap() == 0 {
            return;
        }
    }
    log.lock().unwrap().push(head);
    stream.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await.unwrap();
    if answer.starts_with("200") {
        let mut server = TcpStream::connect(server).await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut server).await;
    }
}

/// A server at `https://portal.test`, as far as its certificate goes.
async fn secure_portal() -> (Server, Vec<u8>) {
    let own = generate_simple_self_signed(["portal.test".to_owned()]).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server_config(&own, None)));
    (Server::secure(acceptor).await, own.cert.pem().into_bytes())
}

fn through(world: &World, proxy: &str, url: &str, ca_pem: Option<Vec<u8>>) -> Arc<Connection> {
    let settings = Settings::new("portal", url, Authorization::Bearer { token: "at-secret".into() });
    world.open(Settings { limits: limits(), ca_pem, proxy: Proxy::At(proxy.into()), ..settings })
}

#[tokio::test]
async fn a_request_over_http_is_given_to_the_proxy_as_a_whole() {
    let proxy = Server::with(|_| answer(200, r#"{"data":"Basic YWRhOmxvdmVsYWNl"}"#)).await;
    let world = World::new();
    let url = format!("http://ada:lovelace@{}", proxy.address());
    let connection = through(&world, &url, "http://portal.test/api", None);
    let called = world.call(&connection, &request(read("/x"))).await;
    assert!(!format!("{:?}", called.attempts).contains("YWRhOmxvdmVsYWNl"));
    assert_eq!(pages(called), [serde_json::json!({ "data": "Basic ***" })]);
    let seen = &proxy.seen()[0];
    assert_eq!(seen.target, "http://portal.test/api/x");
    assert_eq!(seen.header("host"), Some("portal.test"));
    assert_eq!(seen.header("proxy-authorization"), Some("Basic YWRhOmxvdmVsYWNl"));
}

#[tokio::test]
async fn a_request_over_https_goes_through_a_tunnel_and_the_proxy_sees_nothing_of_it() {
    let (server, pem) = secure_portal().await;
    let proxy = Tunnel::to(server.address(), "200 OK").await;
    let world = World::new();
    let url = format!("http://ada:love%2Flace@{}", proxy.address);
    let connection = through(&world, &url, "https://portal.test", Some(pem));
    for _ in 0..3 {
        pages(world.call(&connection, &request(write("/x"))).await);
    }
    assert_eq!(server.targets(), ["/x", "/x", "/x"]);
    let seen = &server.seen()[0];
    assert_eq!((seen.header("authorization"), seen.header("proxy-authorization")), (Some("Bearer at-secret"), None));
    let heads = proxy.heads();
    assert_eq!(heads.len(), 1, "one tunnel for all");
    assert!(heads[0].starts_with("CONNECT portal.test:443 HTTP/1.1\r\n"), "{}", heads[0]);
    let head = heads[0].to_ascii_lowercase();
    assert!(head.contains("proxy-authorization: basic ywrhomxvdmuvbgfjzq==\r\n"), "{head}");
    assert!(!head.contains("\r\nauthorization") && !head.contains("at-secret"), "{head}");
}

#[tokio::test]
async fn a_named_proxy_is_used_for_this_machine_too() {
    let proxy = Server::with(|_| answer(200, "{}")).await;
    let world = World::new();
    let connection = through(&world, &proxy.url(), "http://127.0.0.1:1/", None);
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(proxy.targets(), ["http://127.0.0.1:1/x"]);
}

#[tokio::test]
async fn a_proxy_that_turns_the_caller_away_is_named_and_leaves_no_write_in_doubt() {
    let (server, pem) = secure_portal().await;
    let tunnel = Tunnel::to(server.address(), "407 Proxy Authentication Required").await;
    let plain = Server::with(|_| answer(407, "{}").with("proxy-authenticate", "Basic")).await;
    let world = World::new();
    for (address, url) in [(tunnel.address, "https://portal.test"), (plain.address(), "http://portal.test")] {
        let connection = through(&world, &format!("http://ada:lovelace@{address}"), url, Some(pem.clone()));
        let failure = failure(world.call(&connection, &request(write("/x"))).await);
        assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::Connect, None, 1));
        let expected = format!(
            "the proxy `http://{address}` asks for a user and a password that it accepts \
             (407 Proxy Authentication Required)"
        );
        assert_eq!(failure.message, expected);
    }
    assert_eq!((server.connections(), plain.seen().len()), (0, 1));
}

#[tokio::test]
async fn a_proxy_that_leads_nowhere_is_named_and_leaves_no_write_in_doubt() {
    let (server, pem) = secure_portal().await;
    let tunnel = Tunnel::to(server.address(), "502 Bad Gateway").await;
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let world = World::new();
    for (address, url, why) in [
        (tunnel.address, "https://portal.test", "it lets nobody through"),
        (free, "https://portal.test", "Connection refused"),
        (free, "http://portal.test", "Connection refused"),
    ] {
        let connection = through(&world, &format!("http://ada:lovelace@{address}"), url, Some(pem.clone()));
        let failure = failure(world.call(&connection, &request(write("/x"))).await);
        assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::Connect, None, 5));
        let expected = format!("no connection to `portal.test` through the proxy `http://{address}`: {why}");
        assert!(failure.message.starts_with(&expected), "{}", failure.message);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_407_of_the_server_itself_is_a_status() {
    let server = Server::with(|_| answer(407, "{}")).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.status), (FailureKind::Status, Some(407)));
}

#[tokio::test]
async fn where_a_redirect_leads_is_reached_through_the_proxy_too() {
    let proxy = Server::script([answer(302, "").with("location", "http://store.test/y"), answer(200, "{}")]).await;
    let world = World::new();
    let connection = through(&world, &proxy.url(), "http://portal.test", None);
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(proxy.targets(), ["http://portal.test/x", "http://store.test/y"]);
    assert_eq!(proxy.seen()[1].header("authorization"), None);
}

#[tokio::test]
async fn the_login_goes_through_the_proxy_too() {
    let proxy = Server::script([answer(200, r#"{"access_token":"at-1"}"#), answer(200, "{}")]).await;
    let world = World::new();
    let authorization = Authorization::RefreshToken {
        auth_url: "http://login.test/token".to_owned(),
        refresh_token: "rt-1".into(),
        client_id: None,
        client_secret: None,
    };
    let settings = Settings::new("portal", "http://portal.test", authorization);
    let connection = world.open(Settings { limits: limits(), proxy: Proxy::At(proxy.url().into()), ..settings });
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(proxy.targets(), ["http://login.test/token", "http://portal.test/x"]);
}

#[test]
fn a_proxy_that_cannot_be_used_opens_no_connection() {
    let world = World::new();
    let settings = Settings::new("portal", "https://h.test", Authorization::None);
    let settings = Settings { proxy: Proxy::At("socks5://ada:lovelace@p.test".into()), ..settings };
    let error = Connection::open(settings, world.surroundings).unwrap_err();
    assert_eq!(error.to_string(), "the proxy cannot be used: `proxy` is neither http nor https");
}
