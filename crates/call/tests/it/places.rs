//! No value leaves its place on the way to a server.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use seatflow_call::{Authorization, Connection, Request, Settings};
use seatflow_catalog::{Endpoint, Location};

use crate::server::{Server, answer};
use crate::support::{World, pages, parameter, read, request_with};

fn thing() -> Endpoint {
    let mut endpoint = read("/v1/things/{id}/parts");
    endpoint.parameters = vec![
        parameter("id", Location::Path, true),
        parameter("q", Location::Query, true),
        parameter("X-Trace", Location::Header, false),
    ];
    endpoint
}

fn decoded(escaped: &str) -> String {
    percent_encoding::percent_decode_str(escaped).decode_utf8().unwrap().into_owned()
}

#[test]
fn a_server_sees_one_segment_and_one_value_whatever_they_hold() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Server::with(|_| answer(200, "{}")));
    let world = World::new();
    let settings = Settings::new("portal", format!("{}/base", server.url()), Authorization::None);
    let connection = world.open(settings);
    let texts = "\\PC{0,12}|[./%?#&=;+2eF\\\\ \t\n\r\u{0}]{1,12}";
    let outcome = TestRunner::default().run(&(texts, texts), |(id, value)| {
        let values = [("id", Some(id.as_str())), ("q", Some(value.as_str()))];
        let Ok(request) = Request::bind(Arc::new(thing()), &values, None) else {
            prop_assert!(matches!(id.as_str(), "" | "." | ".."), "{id:?} was refused");
            return Ok(());
        };
        pages(runtime.block_on(world.call(&connection, &request)));
        let seen = server.targets().pop().unwrap();
        let (path, query) = seen.split_once('?').unwrap();
        let segments: Vec<_> = path.split('/').collect();
        prop_assert_eq!(segments.len(), 6, "{}", path);
        prop_assert_eq!([segments[1], segments[2], segments[3], segments[5]], ["base", "v1", "things", "parts"]);
        prop_assert_eq!(decoded(segments[4]), id);
        let escaped = query.strip_prefix("q=").unwrap();
        prop_assert!(!escaped.contains(['&', '#', '?', '=', '+']), "{}", escaped);
        prop_assert_eq!(decoded(escaped), value);
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test]
async fn a_header_takes_one_line_of_text_and_nothing_that_ends_it() {
    let server = Server::with(|_| answer(200, "{}")).await;
    let world = World::new();
    let connection = world.connect(&server, Authorization::None);
    let values = |trace| [("id", Some("a")), ("q", Some("")), ("X-Trace", Some(trace))];
    for good in ["t-1", "a: b", "\u{e9}t\u{e9}", "a,b;c=\"d\""] {
        pages(world.call(&connection, &request_with(thing(), &values(good))).await);
        assert_eq!(server.seen().last().unwrap().header("x-trace"), Some(good));
    }
    for bad in ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "\u{7f}", "\n"] {
        let refusal = Request::bind(Arc::new(thing()), &values(bad), None).unwrap_err();
        assert!(refusal.message.starts_with("the parameter `X-Trace` must not hold a "), "{}", refusal.message);
        assert!(refusal.message.ends_with(" in a header"), "{}", refusal.message);
    }
}

#[test]
fn nothing_of_a_connection_breaks_out_of_its_line() {
    let world = World::new();
    let open = |url: &str, token: &str| {
        let settings = Settings::new("portal", url, Authorization::Bearer { token: token.into() });
        Connection::open(settings, world.surroundings.clone()).unwrap_err().to_string()
    };
    let expected = "the header `authorization` cannot be sent: its value has characters that no header can hold";
    for token in ["at\r\nX-Evil: 1", "at\n", "at\0"] {
        assert_eq!(open("https://h.test", token), expected);
    }
    for url in ["https://h.test/\r\nX-Evil: 1", "https://h\n.test", "https://h.test/\0"] {
        let error = open(url, "at-1");
        assert!(error.ends_with("must not hold a line break or another control character"), "{error}");
    }
}
