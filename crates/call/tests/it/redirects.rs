//! Where redirects lead.

use seatflow_call::{Authorization, FailureKind};

use crate::server::{Server, answer};
use crate::support::{World, call, delete, failure, pages, read, request, write};

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

#[tokio::test]
async fn no_other_host_is_asked_with_or_without_a_token() {
    let other = Server::with(|_| answer(200, "{}")).await;
    let elsewhere = format!("{}/x", other.url());
    let server = Server::with(move |_| answer(307, "").with("location", &elsewhere)).await;
    let world = World::new();
    let connection = world.connect(&server, bearer());
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.status, failure.attempts), (FailureKind::Refused, Some(307), 1));
    let expected = format!("the server redirects to `{}`, another origin, where no token may go", other.url());
    assert_eq!(failure.message, expected);
    assert_eq!(other.seen().len(), 0);
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
async fn a_write_is_not_followed() {
    for endpoint in [write("/x"), delete("/x")] {
        let server = Server::with(|_| answer(307, "").with("location", "/there")).await;
        let failure = failure(call(&server, &request(endpoint)).await);
        assert_eq!((failure.kind, failure.status), (FailureKind::Status, Some(307)));
        assert_eq!(server.seen().len(), 1);
    }
}
