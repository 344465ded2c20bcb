//! What a connection keeps to.

use std::sync::Arc;
use std::time::Duration;

use seatflow_call::{Authorization, Connection, FailureKind, Header, Limits, Origins, Settings};
use tokio::sync::Notify;

use crate::server::{Reply, Server, answer};
use crate::support::{World, failure, limits, pages, read, request, write};

fn limited(world: &World, server: &Server, limits: Limits) -> Arc<Connection> {
    world.open(Settings { limits, ..Settings::new("portal", server.url(), Authorization::None) })
}

/// So little time that a silent server is given up at once.
fn hasty() -> Limits {
    Limits { read: Duration::from_millis(20), attempts: 2, ..limits() }
}

#[tokio::test]
async fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
    let world = World::new();
    let server = Server::with(|_| answer(200, &"x".repeat(1000))).await;
    let exact = limited(&world, &server, Limits { body_bytes: 1000, ..limits() });
    assert_eq!(world.call(&exact, &request(read("/x"))).await.bytes, 1000);
    let less = limited(&world, &server, Limits { body_bytes: 999, ..limits() });
    let failure = failure(world.call(&less, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::TooLarge, Some(200), 1));
    assert_eq!(failure.message, "the body is larger than the limit of 999 bytes");
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_not_waited_for() {
    let server = Server::with(|_| Reply::SilentBody).await;
    let world = World::new();
    let connection = limited(&world, &server, Limits { body_bytes: 99, ..limits() });
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(failure.kind, FailureKind::TooLarge);
}

#[tokio::test]
async fn a_system_that_asks_for_silence_is_left_alone_by_all_calls() {
    let server = Server::with(|seen| match seen.target.as_str() {
        "/busy" => answer(429, "{}").with("retry-after", "600"),
        _ => answer(200, "{}"),
    })
    .await;
    let world = World::new();
    let connection = limited(&world, &server, Limits { attempts: 1, ..limits() });
    let turned_away = failure(world.call(&connection, &request(read("/busy"))).await);
    assert_eq!(turned_away.status, Some(429));
    // Another credential is another system, and shows that the server would have answered.
    let other = world.connect(&server, Authorization::Bearer { token: "at-other".into() });
    let (silent, heard) = (request(read("/silent")), request(read("/heard")));
    let (called, ()) = tokio::join!(world.call(&connection, &silent), async {
        pages(world.call(&other, &heard).await);
        world.stop.cancel();
    });
    assert_eq!(failure(called).kind, FailureKind::NotAttempted);
    assert_eq!(server.targets(), ["/busy", "/heard"]);
}

#[tokio::test]
async fn a_wait_beyond_the_limit_is_a_failure_at_once_and_the_server_is_left_alone() {
    for (asked, told) in [
        ("901", "16 min"),
        ("99999999999999999999", "more than a year"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "more than a year"),
    ] {
        let server = Server::with(move |_| answer(429, "{}").with("retry-after", asked)).await;
        let world = World::new();
        let connection = limited(&world, &server, limits());
        let first = failure(world.call(&connection, &request(read("/x"))).await);
        assert_eq!((first.kind, first.status, first.attempts), (FailureKind::Status, Some(429), 1));
        let wait = format!("the server asks to wait {told}, longer than `wait_seconds` allows");
        assert_eq!(first.message, format!("429 Too Many Requests; {wait}"));
        let second = failure(world.call(&connection, &request(read("/x"))).await);
        assert_eq!((second.kind, second.status, second.attempts), (FailureKind::Refused, None, 0));
        assert_eq!(second.message, format!("it was not sent: {wait}"));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_too_large_is_in_doubt() {
    let server = Server::with(|_| answer(200, &"x".repeat(1000))).await;
    let world = World::new();
    let connection = limited(&world, &server, Limits { body_bytes: 10, ..limits() });
    let failure = failure(world.call(&connection, &request(write("/x"))).await);
    assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::InDoubt, Some(200), 1));
}

#[tokio::test]
async fn silence_is_a_timeout_and_reads_are_tried_again() {
    for reply in [Reply::Silent, Reply::SilentBody] {
        let server = Server::with(move |_| reply.clone()).await;
        let world = World::new();
        let failure = failure(world.call(&limited(&world, &server, hasty()), &request(read("/x"))).await);
        assert_eq!((failure.kind, failure.attempts), (FailureKind::Timeout, 2));
        assert_eq!(failure.message, "the server was silent for 0.02 s");
    }
}

#[tokio::test]
async fn a_write_that_gets_no_answer_in_time_is_in_doubt() {
    let server = Server::with(|_| Reply::Silent).await;
    let world = World::new();
    let failure = failure(world.call(&limited(&world, &server, hasty()), &request(write("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::InDoubt, 1));
}

#[tokio::test]
async fn all_attempts_of_a_page_share_the_time_of_the_call() {
    let server = Server::with(|_| Reply::Silent).await;
    let world = World::new();
    let short = Limits { call: Duration::from_millis(30), ..limits() };
    let failure = failure(world.call(&limited(&world, &server, short), &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::Timeout, 1));
    assert_eq!(failure.message, "no whole answer within 0.03 s");
}

#[tokio::test]
async fn a_body_that_never_ends_and_never_pauses_ends_with_the_time_of_the_call() {
    for (endpoint, kind) in [(read("/x"), FailureKind::Timeout), (write("/x"), FailureKind::InDoubt)] {
        let server = Server::with(|_| Reply::Trickle).await;
        let world = World::new();
        let short = Limits { call: Duration::from_millis(30), ..limits() };
        let failure = failure(world.call(&limited(&world, &server, short), &request(endpoint)).await);
        assert_eq!((failure.kind, failure.status, failure.attempts), (kind, Some(200), 1));
        assert!(failure.message.starts_with("no whole answer within 0.03 s"), "{}", failure.message);
    }
}

#[tokio::test]
async fn all_connections_to_one_system_share_its_slots() {
    let arrived = Arc::new(Notify::new());
    let tell = Arc::clone(&arrived);
    let server = Server::with(move |_| {
        tell.notify_one();
        Reply::Silent
    })
    .await;
    let world = World::new();
    let single = Limits { concurrency: 1, ..limits() };
    let (one, other) = (limited(&world, &server, single), limited(&world, &server, single));
    let request = request(read("/x"));
    let waiting = async {
        let waits = world.call(&other, &request);
        let stop = async {
            arrived.notified().await;
            world.stop.cancel();
        };
        arrived.notified().await;
        arrived.notify_one();
        tokio::join!(waits, stop).0
    };
    let called = tokio::select! {
        _ = world.call(&one, &request) => panic!("nobody answers"),
        called = waiting => called,
    };
    assert_eq!(failure(called).kind, FailureKind::NotAttempted);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn in_a_sandbox_hosts_are_resolved_inside_and_nothing_else_is_reached() {
    let server = Server::with(|_| answer(200, "{}")).await;
    let mut world = World::new();
    let hosts = [("portal.sandbox.test".to_owned(), server.address())];
    world.surroundings.origins = Origins::Only(Arc::new(hosts.into()));
    let settings = |url: &str| Settings { limits: limits(), ..Settings::new("portal", url, Authorization::None) };
    let connection = world.open(settings("http://portal.sandbox.test/api"));
    let called = world.call(&connection, &request(read("/x"))).await;
    assert_eq!(called.attempts[0].url, "http://portal.sandbox.test/api/x");
    pages(called);
    assert_eq!(server.seen()[0].header("host"), Some("portal.sandbox.test"));
    let refused = |url: &str| Connection::open(settings(url), world.surroundings.clone()).unwrap_err().to_string();
    let expected = "the origin `https://live.test` is refused: this run may only reach `http://portal.sandbox.test`";
    assert_eq!(refused("https://live.test/api"), expected);
    assert!(refused(&server.url()).contains("is refused"));
    let auth_url = Authorization::RefreshToken {
        auth_url: "https://live.test/token".to_owned(),
        refresh_token: "rt-1".into(),
        client_id: None,
        client_secret: None,
    };
    let elsewhere = Settings { authorization: auth_url, ..settings("http://portal.sandbox.test/api") };
    let error = Connection::open(elsewhere, world.surroundings.clone()).unwrap_err();
    assert_eq!(error.to_string(), expected);
    let other = settings("https://live.test/api");
    let other = Connection::with_access_token(other, world.surroundings.clone(), None, "at-1".into()).unwrap_err();
    assert_eq!(other.to_string(), expected);
}

#[tokio::test]
async fn names_below_localhost_are_reached() {
    let server = Server::with(|_| answer(200, "{}")).await;
    let world = World::new();
    let url = format!("http://portal.localhost:{}", server.address().port());
    let connection = world.open(Settings { limits: limits(), ..Settings::new("portal", url, Authorization::None) });
    pages(world.call(&connection, &request(read("/x"))).await);
}

#[test]
fn what_cannot_be_a_connection_is_told_by_its_setting() {
    let world = World::new();
    let open = |settings| Connection::open(settings, world.surroundings.clone()).unwrap_err().to_string();
    let user = Settings::new("portal", "https://ada:lovelace@h.test", Authorization::None);
    assert_eq!(open(user), "the base URL `https://h.test/` must not hold a user or a password");
    let header = Settings {
        headers: vec![Header::plain("X-Team", "a\nb")],
        ..Settings::new("portal", "https://h.test", Authorization::None)
    };
    assert_eq!(open(header), "the header `X-Team` cannot be sent: its value has characters that no header can hold");
    let ca =
        Settings { ca_pem: Some(b"no PEM".to_vec()), ..Settings::new("portal", "https://h.test", Authorization::None) };
    assert_eq!(open(ca), "certificates cannot be used: `ca_file` holds no certificate");
}
