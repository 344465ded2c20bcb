//! How pages follow each other.

use seatflow_call::{Authorization, FailureKind, Limits, Settings};
use seatflow_catalog::{Endpoint, Location, Paging, Parameter, Selector, ValueKind};
use serde_json::{Value, json};

use crate::server::{Reply, Seen, Server, answer};
use crate::support::{World, call, failure, limits, pages, parameter, read, request, request_with};

fn list(paging: Paging, parameters: &[&str]) -> Endpoint {
    let parameters = parameters.iter().map(|name| parameter(name, Location::Query, false)).collect();
    Endpoint { paging, parameters, ..read("/list") }
}

fn by_page() -> Endpoint {
    let paging = Paging::Page { page: "page".to_owned(), first: 0, size: "size".to_owned(), default_size: 2 };
    list(paging, &["accountId", "page", "size"])
}

fn by_offset() -> Endpoint {
    let paging = Paging::Offset { offset: "skip".to_owned(), limit: "top".to_owned(), default_limit: 2 };
    list(paging, &["skip", "top"])
}

fn by_cursor() -> Endpoint {
    list(Paging::Cursor { next: "next".to_owned(), parameter: "cursor".to_owned() }, &["cursor", "max"])
}

fn by_next_url() -> Endpoint {
    list(Paging::NextUrl { next: "next".to_owned() }, &[])
}

/// A graph's objects, chosen by a selector.
fn by_range(default_size: u64) -> Endpoint {
    let selector = Parameter { kind: ValueKind::Selector, ..parameter("selector", Location::Path, true) };
    let (paging, parameters) = (Paging::SelectorRange { default_size }, vec![selector]);
    Endpoint { paging, parameters, ..read("/graph/{selector}") }
}

/// A server whose graph has so many objects, and gives those of the range that it is asked for.
async fn graph_server(objects: usize) -> Server {
    Server::with(move |seen| {
        let target = seen.target.strip_prefix("/graph/").unwrap();
        let selector = Selector::parse_target(target).unwrap().to_string();
        let number = |name: &str| {
            let (_, from) = selector.split_once(&format!("{name}="))?;
            from.split([',', '}']).next()?.parse().ok()
        };
        records(number("i").unwrap_or(0), number("r").unwrap_or(objects), objects)
    })
    .await
}

/// A value of a request's query.
fn query(seen: &Seen, name: &str) -> Option<usize> {
    let url = url::Url::parse(&format!("http://h.test{}", seen.target)).unwrap();
    let value = url.query_pairs().find(|(one, _)| one == name).map(|(_, value)| value.into_owned());
    value.map(|value| value.parse().unwrap())
}

/// The records from a number on, of so many.
fn records(from: usize, size: usize, all: usize) -> Reply {
    let data: Vec<_> = (from..all.min(from + size)).collect();
    answer(200, &json!({ "data": data }).to_string())
}

/// Every record of all pages.
fn all(pages: Vec<Value>) -> Vec<u64> {
    let data = pages.into_iter().flat_map(|page| page["data"].as_array().cloned().unwrap());
    data.map(|record| record.as_u64().unwrap()).collect()
}

async fn numbered_server(records_in_all: usize) -> Server {
    Server::with(move |seen| {
        let size = query(seen, "size").unwrap();
        records(query(seen, "page").unwrap() * size, size, records_in_all)
    })
    .await
}

#[tokio::test]
async fn pages_by_number_end_with_one_that_is_not_full() {
    let server = numbered_server(5).await;
    let called = call(&server, &request_with(by_page(), &[("accountId", Some("7"))])).await;
    assert_eq!((called.requests, called.retries), (3, 0));
    assert_eq!(all(pages(called)), [0, 1, 2, 3, 4]);
    let expected = [0, 1, 2].map(|page| format!("/list?accountId=7&page={page}&size=2"));
    assert_eq!(server.targets(), expected);
}

#[tokio::test]
async fn when_the_last_page_is_full_an_empty_one_ends_the_list() {
    let server = numbered_server(4).await;
    assert_eq!(all(pages(call(&server, &request(by_page())).await)), [0, 1, 2, 3]);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn what_the_node_says_of_page_and_size_is_kept() {
    let server = numbered_server(10).await;
    let values = [("page", Some("2")), ("size", Some("3"))];
    assert_eq!(all(pages(call(&server, &request_with(by_page(), &values)).await)), [6, 7, 8, 9]);
    assert_eq!(server.targets(), ["/list?page=2&size=3", "/list?page=3&size=3"]);
}

#[tokio::test]
async fn pages_by_offset_go_on_by_the_limit() {
    let server = Server::with(|seen| records(query(seen, "skip").unwrap(), query(seen, "top").unwrap(), 5)).await;
    assert_eq!(all(pages(call(&server, &request(by_offset())).await)), [0, 1, 2, 3, 4]);
    assert_eq!(server.targets(), ["/list?skip=0&top=2", "/list?skip=2&top=2", "/list?skip=4&top=2"]);
}

#[tokio::test]
async fn cursors_are_followed_until_there_is_none() {
    for end in ["null", "\"\""] {
        let server = Server::script([
            answer(200, r#"{"data":[1],"next":"a b"}"#),
            answer(200, r#"{"data":[2],"next":7}"#),
            answer(200, &format!(r#"{{"data":[3],"next":{end}}}"#)),
        ])
        .await;
        let called = call(&server, &request_with(by_cursor(), &[("max", Some("1"))])).await;
        assert_eq!(all(pages(called)), [1, 2, 3]);
        assert_eq!(server.targets(), ["/list?max=1", "/list?cursor=a%20b&max=1", "/list?cursor=7&max=1"]);
    }
}

#[tokio::test]
async fn links_are_followed_until_there_is_none() {
    let link = r#"</list?page=1>; rel="prev", </list?page=2,5>; title="a, b"; rel="last next""#;
    let server = Server::script([
        answer(200, r#"{"data":[1]}"#).with("link", link),
        answer(200, r#"{"data":[2]}"#).with("link", r"</list?page=1>; rel=first").with("link", "</3>;REL=Next"),
        answer(200, r#"{"data":[3]}"#).with("link", r#"</list>; rel="nextish""#),
    ])
    .await;
    assert_eq!(all(pages(call(&server, &request(list(Paging::Link, &[]))).await)), [1, 2, 3]);
    assert_eq!(server.targets(), ["/list", "/list?page=2,5", "/3"]);
}

#[tokio::test]
async fn urls_in_the_body_are_followed_until_there_is_none() {
    let server = Server::with(|seen| match seen.target.as_str() {
        "/list" => {
            let host = seen.header("host").unwrap();
            answer(200, &format!(r#"{{"data":[1],"next":"http://{host}/list?$skip=1#x"}}"#))
        }
        "/list?$skip=1" => answer(200, r#"{"data":[2],"next":"?$skip=2"}"#),
        _ => answer(200, r#"{"data":[3]}"#),
    })
    .await;
    assert_eq!(all(pages(call(&server, &request(by_next_url())).await)), [1, 2, 3]);
    assert_eq!(server.targets(), ["/list", "/list?$skip=1", "/list?$skip=2"]);
}

#[tokio::test]
async fn a_next_page_at_another_origin_is_not_asked_for() {
    let server = Server::script([answer(200, r#"{"data":[1],"next":"http://other.test/list"}"#)]).await;
    let failure = failure(call(&server, &request(by_next_url())).await);
    assert_eq!(failure.kind, FailureKind::Incomplete);
    assert_eq!(
        failure.message,
        "page 2: the next page is at `http://other.test`, another origin, where no token may go"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn loops_are_seen_and_the_call_is_incomplete() {
    for (endpoint, reply, message) in [
        (by_page(), answer(200, r#"{"data":[1,2]}"#), "page 3: the server sends the same page again"),
        (by_offset(), answer(200, r#"{"data":[1,2]}"#), "page 3: the server sends the same page again"),
        (by_cursor(), answer(200, r#"{"data":[1],"next":"c"}"#), "page 3: the server sends the same cursor again"),
        (by_next_url(), answer(200, r#"{"data":[1],"next":"/list"}"#), "page 2: the server sends the same URL again"),
        (by_next_url(), answer(200, r#"{"data":[1],"next":"/2"}"#), "page 3: the server sends the same URL again"),
        (
            list(Paging::Link, &[]),
            answer(200, r#"{"data":[1]}"#).with("link", "</2>; rel=next"),
            "page 3: the server sends the same URL again",
        ),
    ] {
        let server = Server::with(move |_| reply.clone()).await;
        let failure = failure(call(&server, &request(endpoint)).await);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Incomplete, message));
    }
}

#[tokio::test]
async fn null_empty_text_and_false_are_no_cursor() {
    for end in ["null", "\"\"", "false"] {
        let body = format!(r#"{{"data":[1],"next":{end}}}"#);
        let server = Server::script([answer(200, &body)]).await;
        pages(call(&server, &request(by_cursor())).await);
        assert_eq!(server.seen().len(), 1, "{end}");
    }
}

#[tokio::test]
async fn a_cursor_to_begin_with_is_not_given_twice_either() {
    let server = Server::with(|_| answer(200, r#"{"data":[1],"next":"c"}"#)).await;
    let failure = failure(call(&server, &request_with(by_cursor(), &[("cursor", Some("c"))])).await);
    assert_eq!(failure.message, "page 2: the server sends the same cursor again");
}

#[tokio::test]
async fn a_later_page_that_cannot_be_parsed_hides_those_behind_it() {
    for endpoint in [by_page(), by_offset(), by_cursor(), by_next_url()] {
        let first = answer(200, r#"{"data":[1,2],"next":"n"}"#);
        let server = Server::script([first, answer(200, "<html>")]).await;
        let failure = failure(call(&server, &request(endpoint)).await);
        assert_eq!(failure.kind, FailureKind::Incomplete);
        assert_eq!(failure.message, "page 3: the page before it cannot be parsed, so it cannot be found");
        assert_eq!(failure.body.as_deref(), Some("<html>"));
    }
    let server = Server::script([
        answer(200, "a,b").with("link", "</2>; rel=next"),
        answer(200, "c,d").with("link", "</3>; rel=next"),
        answer(200, "e,f"),
    ])
    .await;
    assert_eq!(pages(call(&server, &request(list(Paging::Link, &[]))).await).len(), 3);
}

#[tokio::test]
async fn a_first_page_that_cannot_be_parsed_is_the_only_one() {
    for endpoint in [by_page(), by_offset(), by_cursor(), by_next_url()] {
        let server = Server::script([answer(200, "<html>")]).await;
        assert_eq!(pages(call(&server, &request(endpoint)).await), [json!(null)]);
    }
}

#[tokio::test]
async fn there_is_an_end_to_pages_that_never_repeat() {
    let server = Server::with(|seen| records(query(seen, "page").unwrap() * 2, 2, usize::MAX)).await;
    let world = World::new();
    let few = Limits { pages: 3, ..limits() };
    let connection = world.open(Settings { limits: few, ..Settings::new("portal", server.url(), Authorization::None) });
    let failure = failure(world.call(&connection, &request(by_page())).await);
    assert_eq!((failure.kind, server.seen().len()), (FailureKind::Incomplete, 3));
    assert_eq!(failure.message, "page 4: a call may not have more than 3 pages");
}

#[tokio::test]
async fn no_further_page_is_asked_for_when_those_so_far_are_too_large() {
    let ends = |page: usize| if page < 4 { 2 } else { 1 };
    let server = Server::with(move |seen| {
        let page = query(seen, "page").unwrap();
        records(page * 2, ends(page), usize::MAX)
    })
    .await;
    let world = World::new();
    let open = |pages_bytes| {
        let limits = Limits { pages_bytes, ..limits() };
        world.open(Settings { limits, ..Settings::new("portal", server.url(), Authorization::None) })
    };
    let all = world.call(&open(u64::MAX), &request(by_page())).await;
    let bytes = all.bytes;
    let asked = server.seen().len();
    assert_eq!(pages(all).len(), asked);
    let failure = failure(world.call(&open(bytes / 2), &request(by_page())).await);
    assert_eq!(failure.kind, FailureKind::TooLarge);
    assert_eq!(failure.message, format!("the pages of one call may not have more than {} bytes", bytes / 2));
    assert!(server.seen().len() < 2 * asked, "the rest was not asked for");
}

#[tokio::test]
async fn the_failure_of_the_first_page_is_the_failure_of_the_call() {
    let server = Server::script([answer(404, "{}")]).await;
    let failure = failure(call(&server, &request(by_page())).await);
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Status, "404 Not Found"));
}

#[tokio::test]
async fn the_failure_of_a_later_page_makes_the_call_incomplete() {
    let server = Server::script([answer(200, r#"{"data":[1,2]}"#), answer(404, r#"{"msg":"gone"}"#)]).await;
    let failure = failure(call(&server, &request(by_page())).await);
    assert_eq!((failure.kind, failure.status), (FailureKind::Incomplete, Some(404)));
    assert_eq!(failure.message, "page 2: 404 Not Found: gone");
    assert!(failure.url.ends_with("/list?page=1&size=2"), "{}", failure.url);
}

#[tokio::test]
async fn a_page_is_repeated_alone() {
    let server = Server::script([
        answer(200, r#"{"data":[1,2]}"#),
        answer(500, "{}"),
        Reply::Reset,
        answer(200, r#"{"data":[3]}"#),
    ])
    .await;
    let called = call(&server, &request(by_page())).await;
    assert_eq!((called.requests, called.retries), (4, 2));
    let numbers: Vec<_> = called.attempts.iter().map(|one| (one.page.unwrap(), one.attempt)).collect();
    assert_eq!(numbers, [(1, 1), (2, 1), (2, 2), (2, 3)]);
    assert_eq!(all(pages(called)), [1, 2, 3]);
}

#[tokio::test]
async fn a_page_number_that_is_none_is_refused_before_anything_is_sent() {
    let refusal = seatflow_call::Request::bind(by_page().into(), &[("page", Some("-1"))], None).unwrap_err();
    assert_eq!(refusal.message, "the parameter `page` must count pages, not be `-1`");
}

#[tokio::test]
async fn a_selector_asks_for_range_after_range_and_keeps_what_else_it_says() {
    let server = graph_server(5).await;
    let selector = "License[@id!=null]{s=name}?/~ManyToOne/LicensedItem&/~OneToMany/X";
    let called = call(&server, &request_with(by_range(2), &[("selector", Some(selector))])).await;
    assert_eq!(all(pages(called)), [0, 1, 2, 3, 4]);
    let ranged = |first| {
        let path = format!("/graph/License%5B@id!=null%5D%7Bs=name,i={first},r=2%7D");
        format!("{path}?/~ManyToOne/LicensedItem&/~OneToMany/X")
    };
    assert_eq!(server.targets(), [ranged(0), ranged(2), ranged(4)]);
}

#[tokio::test]
async fn a_full_last_range_is_followed_by_an_empty_one() {
    let server = graph_server(4).await;
    let request = request_with(by_range(2), &[("selector", Some("License"))]);
    assert_eq!(all(pages(call(&server, &request).await)), [0, 1, 2, 3]);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_selector_with_a_range_or_a_count_of_its_own_has_one_page() {
    for selector in ["License{i=1,r=2}", "License{r=2}", "License{i=0}", "License{count}"] {
        let server = graph_server(4).await;
        let request = request_with(by_range(2), &[("selector", Some(selector))]);
        pages(call(&server, &request).await);
        assert_eq!(server.targets(), [request.target()], "{selector}");
    }
}

#[tokio::test]
async fn a_range_comes_at_the_end_of_a_path_that_is_fixed() {
    let server = graph_server(3).await;
    let quoted = Parameter { kind: ValueKind::SelectorText, ..parameter("name", Location::Path, true) };
    let endpoint = Endpoint {
        parameters: vec![quoted],
        query: Some("/~ManyToOne/Person".to_owned()),
        path: "/graph/Organization[@name='{name}']/~OneToMany/Entitlement".to_owned(),
        ..by_range(2)
    };
    assert_eq!(all(pages(call(&server, &request_with(endpoint, &[("name", Some("A's"))])).await)), [0, 1, 2]);
    let path = "/graph/Organization%5B@name=%27A%27%27s%27%5D/~OneToMany/Entitlement";
    let expected = [0, 2].map(|first| format!("{path}%7Bi={first},r=2%7D?/~ManyToOne/Person"));
    assert_eq!(server.targets(), expected);
}

#[tokio::test]
async fn a_server_that_heeds_no_range_is_found_out() {
    let server = Server::with(|_| records(0, 2, 2)).await;
    let request = request_with(by_range(2), &[("selector", Some("License"))]);
    let failure = failure(call(&server, &request).await);
    assert_eq!(failure.kind, FailureKind::Incomplete);
    assert_eq!(failure.message, "page 3: the server sends the same page again");
    assert_eq!(server.seen().len(), 2);
}
