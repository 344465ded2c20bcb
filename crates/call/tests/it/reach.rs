//! How servers are reached, and how connections to them are kept.

use std::net::Ipv6Addr;

use seatflow_call::{Authorization, FailureKind, Limits, Outcome, Settings};

use crate::server::{Reply, Server, answer};
use crate::support::{World, failure, limits, pages, read, request, write};

#[tokio::test]
async fn calls_one_after_the_other_share_one_connection() {
    let server = Server::with(|_| answer(200, "{}")).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    for _ in 0..20 {
        pages(world.call(&connection, &request(read("/x"))).await);
    }
    assert_eq!((server.seen().len(), server.connections()), (20, 1));
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_followed_by_another() {
    let server = Server::with(|_| answer(200, "{}").with("connection", "close")).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    for _ in 0..3 {
        pages(world.call(&connection, &request(write("/x"))).await);
    }
    assert_eq!((server.seen().len(), server.connections()), (3, 3));
}

#[tokio::test]
async fn a_write_on_a_kept_connection_that_ends_without_a_word_is_sent_once_and_in_doubt() {
    let server = Server::script([answer(200, "{}"), Reply::Reset, answer(200, "{}")]).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    pages(world.call(&connection, &request(read("/x"))).await);
    let failure = failure(world.call(&connection, &request(write("/y"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::InDoubt, 1));
    assert!(failure.message.starts_with("the connection broke: "), "{}", failure.message);
    assert_eq!(server.targets(), ["/x", "/y"]);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn whenever_a_kept_connection_ends_no_write_arrives_twice_and_none_that_arrived_is_called_unsent() {
    let server = Server::with(|_| Reply::Last(Box::new(answer(200, "{}")))).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let mut succeeded = Vec::new();
    // Each changes another thing, so that one in doubt holds no other back.
    for path in (0..50).map(|number| format!("/x/{number}")) {
        match world.call(&connection, &request(write(&path))).await.outcome {
            Outcome::Succeeded { .. } => succeeded.push(path),
            Outcome::Failed(failure) => assert_eq!(failure.kind, FailureKind::InDoubt, "{failure:?}"),
            Outcome::Withheld(_) => panic!("no plan is made"),
        }
    }
    assert_eq!(server.targets(), succeeded);
    assert!(!succeeded.is_empty());
}

#[tokio::test]
async fn a_server_is_reached_by_its_address_of_ipv6() {
    let server = Server::at(Ipv6Addr::LOCALHOST.into(), |_| answer(200, "{}")).await;
    assert!(server.url().starts_with("http://[::1]:"), "{}", server.url());
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(server.seen()[0].header("host"), server.url().strip_prefix("http://"));
}

#[tokio::test]
async fn a_host_that_is_nowhere_is_named_and_leaves_no_write_in_doubt() {
    let world = World::new();
    let settings = Settings::new("portal", "http://portal.invalid/api", Authorization::None);
    let connection = world.open(Settings { limits: limits(), ..settings });
    for endpoint in [read("/x"), write("/x")] {
        let failure = failure(world.call(&connection, &request(endpoint)).await);
        assert_eq!((failure.kind, failure.attempts), (FailureKind::Connect, 5));
        assert_eq!(failure.message, "no connection to `portal.invalid`: there is no such host");
    }
}

#[tokio::test]
async fn a_connection_that_does_not_open_in_time_leaves_no_write_in_doubt() {
    // Nobody takes what waits in the queue of a listener: the handshake of TLS gets no answer.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://portal.localhost:{}", silent.local_addr().unwrap().port());
    let world = World::new();
    let hasty = Limits { connect: std::time::Duration::from_millis(30), attempts: 2, ..limits() };
    let settings = Settings::new("portal", url, Authorization::None);
    let connection = world.open(Settings { limits: hasty, ..settings });
    let failure = failure(world.call(&connection, &request(write("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::Connect, 2));
    assert_eq!(failure.message, "no connection to `portal.localhost` within 0.03 s");
}
