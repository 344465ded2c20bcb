//! Where redirects lead.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use seatflow_call::{Authorization, FailureKind, Header, Limits, Origins, Settings};
use seatflow_catalog::{Endpoint, Location};

use crate::server::{Reply, Server, answer};
use crate::support::{World, call, delete, failure, limits, pages, parameter, read, request, request_with, write};

fn bearer() -> Authorization {
    Authorization::Bearer { token: "at-secret".into() }
}

#[tokio::test]
async fn a_read_is_followed_within_its_origin_with_its_token() {
    let server = Server::script([answer(302, "").with("location", "/there"), answer(200, r#"{"data":1}"#)]).await;
    let world = World::new();
    let connection = world.connect(&server, bearer());
    let called = world.call(&connection, &request(read("/here"))).await;
    let there = format!("redirected to `{}/there`", server.url());
    assert_eq!(called.attempts[0].retry.as_deref(), Some(there.as_str()));
    pages(called);
    assert_eq!(server.targets(), ["/here", "/there"]);
    assert_eq!(server.seen()[1].header("authorization"), Some("Bearer at-secret"));
}

/// A server that leads to another one, with a signature.
async fn leading_to(other: &Server) -> Server {
    let elsewhere = format!("{}/store?name=a&Signature=s1gnature%2F1", other.url());
    Server::with(move |_| {
        let body = format!(r#"{{"see":"{elsewhere}"}}"#);
        answer(307, &body).with("location", &elsewhere).with("link", &format!("<{elsewhere}>; rel=alternate"))
    })
    .await
}

#[tokio::test]
async fn another_origin_is_asked_without_anything_that_says_who_asks() {
    let other = Server::with(|_| answer(200, r#"{"data":"s1gnature/1 at-secret"}"#)).await;
    let server = leading_to(&other).await;
    let world = World::new();
    let headers = vec![
        Header { is_secret: true, ..Header::plain("X-Key", "k3y-secret") },
        Header::plain("Cookie", "session=1"),
        Header::plain("Proxy-Authorization", "Basic cHJveHk="),
    ];
    let settings = Settings::new("portal", server.url(), bearer());
    let connection = world.open(Settings { limits: limits(), headers, ..settings });
    let mut endpoint = read("/x");
    endpoint.parameters = vec![parameter("X-Account", Location::Header, true)];
    let called = world.call(&connection, &request_with(endpoint, &[("X-Account", Some("acc-1"))])).await;

    let seen = &other.seen()[0];
    assert_eq!(seen.target, "/store?name=a&Signature=s1gnature%2F1");
    let names: BTreeSet<_> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"].into());
    assert_eq!(server.seen()[0].header("x-key"), Some("k3y-secret"));

    // What came is data, where a signature may be anything; but the token is masked there, too.
    let told = format!("{:?}", called.attempts);
    assert!(!told.contains("s1gnature%2F1") && !told.contains("at-secret"), "{told}");
    let masked = format!("{}/store?name=***&Signature=***", other.url());
    assert_eq!(called.attempts[0].retry.as_deref(), Some(format!("redirected to `{masked}`").as_str()));
    assert_eq!(called.attempts[1].url, masked);
    assert_eq!(called.attempts[1].request_headers, []);
    let location = called.attempts[0].response_headers.iter().find(|(name, _)| name == "location");
    assert_eq!(location.unwrap().1, masked);
    assert_eq!(pages(called), [serde_json::json!({ "data": "s1gnature/1 ***" })]);
}

#[tokio::test]
async fn a_failure_of_another_origin_is_told_without_the_signature_and_costs_no_token() {
    let other = Server::with(|_| answer(401, "{}")).await;
    let server = leading_to(&other).await;
    let world = World::new();
    let connection = world.connect(&server, bearer());
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::Authorization, Some(401), 2));
    assert_eq!(failure.url, format!("{}/store?name=***&Signature=***", other.url()));
    assert_eq!((server.seen().len(), other.seen().len()), (1, 1));
}

#[tokio::test]
async fn another_origin_may_fail_for_a_while_and_does_not_slow_the_system_down() {
    let other = Server::script([
        answer(503, "").with("retry-after", "600"),
        Reply::Reset,
        answer(302, "").with("location", "/moved"),
        answer(200, "{}"),
    ])
    .await;
    let server = leading_to(&other).await;
    let world = World::new();
    let limits = Limits { wait: Duration::ZERO, ..limits() };
    let connection = world.open(Settings { limits, ..Settings::new("portal", server.url(), bearer()) });
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(other.targets().last().unwrap(), "/moved");
    assert!(other.seen().iter().all(|seen| seen.header("authorization").is_none()));
}

#[tokio::test]
async fn whoever_leads_elsewhere_is_not_let_back_with_the_token() {
    let home = Arc::new(Mutex::new(String::new()));
    let back = Arc::clone(&home);
    let other = Server::with(move |_| answer(302, "").with("location", &back.lock().unwrap())).await;
    let elsewhere = other.url();
    let server = Server::with(move |seen| match seen.target.as_str() {
        "/private" => answer(200, "{}"),
        _ => answer(302, "").with("location", &elsewhere),
    })
    .await;
    *home.lock().unwrap() = format!("{}/private", server.url());
    let world = World::new();
    pages(world.call(&world.connect(&server, bearer()), &request(read("/x"))).await);
    assert_eq!(server.targets(), ["/x", "/private"]);
    assert_eq!(server.seen()[1].header("authorization"), None);
}

#[tokio::test]
async fn a_circle_through_another_origin_ends() {
    let home = Arc::new(Mutex::new(String::new()));
    let back = Arc::clone(&home);
    let other = Server::with(move |_| answer(302, "").with("location", &back.lock().unwrap())).await;
    let elsewhere = other.url();
    let server = Server::with(move |_| answer(302, "").with("location", &elsewhere)).await;
    *home.lock().unwrap() = format!("{}/x", server.url());
    let failure = failure(call(&server, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Refused, "the server redirects in a circle"));
    assert_eq!((server.seen().len(), other.seen().len()), (1, 1));
}

#[tokio::test]
async fn a_sandbox_is_not_left_and_its_other_hosts_are_reached() {
    let other = Server::with(|_| answer(200, "{}")).await;
    let store = Server::with(|_| answer(200, "{}")).await;
    let server = leading_to(&other).await;
    let to_store = Server::with(|_| answer(302, "").with("location", "http://files.sandbox.test/f?signature=s")).await;
    let mut world = World::new();
    let hosts = [("portal", &server), ("downloads", &to_store), ("files", &store)];
    let hosts = hosts.map(|(name, server)| (format!("{name}.sandbox.test"), server.address()));
    world.surroundings.origins = Origins::Only(Arc::new(hosts.into()));
    let call = async |host: &str| {
        let settings = Settings::new("portal", format!("http://{host}.sandbox.test"), bearer());
        world.call(&world.open(Settings { limits: limits(), ..settings }), &request(read("/x"))).await
    };
    let refused = failure(call("portal").await);
    assert_eq!((refused.kind, refused.status), (FailureKind::Refused, Some(307)));
    let expected = format!("the server redirects to `{}`, another origin, which this run may not reach", other.url());
    assert_eq!(refused.message, expected);
    assert_eq!(other.connections(), 0);
    pages(call("downloads").await);
    assert_eq!(store.targets(), ["/f?signature=s"]);
    assert_eq!(store.seen()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_redirect_that_says_not_where_to_is_told_as_one() {
    for (reply, why) in [
        (answer(302, "{}"), "302 Found: the server redirects and does not say where to"),
        (
            answer(308, "{}").with("location", "http://["),
            "308 Permanent Redirect: the server redirects to something that is no URL",
        ),
    ] {
        let server = Server::script([reply]).await;
        let failure = failure(call(&server, &request(read("/x"))).await);
        assert_eq!((failure.kind, failure.message.as_str(), failure.attempts), (FailureKind::Status, why, 1));
    }
}

#[tokio::test]
async fn other_answers_of_three_hundred_count_as_they_are() {
    for (status, expected) in [(300, "300 Multiple Choices"), (304, "304 Not Modified"), (305, "305 Use Proxy")] {
        let body = if status == 304 { "" } else { "{}" };
        let server = Server::script([answer(status, body).with("location", "/there")]).await;
        let failure = failure(call(&server, &request(read("/x"))).await);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Status, expected));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_that_is_a_success_is_not_followed() {
    let server = Server::script([answer(303, "{}").with("location", "/there")]).await;
    pages(call(&server, &request(Endpoint { success: vec![303], ..read("/x") })).await);
    assert_eq!(server.targets(), ["/x"]);
}

#[tokio::test]
async fn circles_are_refused() {
    let server = Server::with(|seen| {
        let to = if seen.target == "/a" { "/b" } else { "/a" };
        answer(302, "").with("location", to)
    })
    .await;
    let failure = failure(call(&server, &request(read("/a"))).await);
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Refused, "the server redirects in a circle"));
    assert_eq!(server.targets(), ["/a", "/b"]);
}

#[tokio::test]
async fn a_signature_that_is_not_followed_is_told_nowhere_either() {
    let other = Server::with(|_| answer(200, "{}")).await;
    let server = leading_to(&other).await;
    let world = World::new();
    let called = world.call(&world.connect(&server, bearer()), &request(write("/x"))).await;
    let told = format!("{called:?}");
    assert!(told.contains("Signature=***") && !told.contains("s1gnature%2F1"), "{told}");
    assert_eq!((failure(called).kind, other.connections()), (FailureKind::Status, 0));
}

#[tokio::test]
async fn a_write_is_not_followed() {
    for endpoint in [write("/x"), delete("/x")] {
        let server = Server::with(|_| answer(307, "").with("location", "/there")).await;
        let failure = failure(call(&server, &request(endpoint)).await);
        assert_eq!((failure.kind, failure.status), (FailureKind::Status, Some(307)));
        let there = format!("{}/there", server.url());
        let expected =
            format!("307 Temporary Redirect: the server redirects the write to `{there}`, which is not followed");
        assert_eq!(failure.message, expected);
        assert_eq!(server.seen().len(), 1);
    }
}
