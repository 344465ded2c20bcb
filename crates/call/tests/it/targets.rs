//! Where values stand in a path and a query.

use std::sync::Arc;

use proptest::prelude::*;
use seatflow_call::{RefusalKind, Request};
use seatflow_catalog::{Effect, Endpoint, ListForm, Location, Method, Parameter, ValueKind};

use crate::server::{Server, answer};
use crate::support::{call, pages, parameter, read, request, request_with, write};

fn list(name: &str, location: Location, form: ListForm) -> Parameter {
    Parameter { list: Some(form), ..parameter(name, location, false) }
}

fn quoted(name: &str) -> Parameter {
    Parameter { kind: ValueKind::SelectorText, ..parameter(name, Location::Path, true) }
}

fn of_organization() -> Endpoint {
    let parameters = vec![quoted("name"), parameter("sort", Location::Query, false)];
    Endpoint { parameters, ..read("/graph/Organization[@name='{name}']/~OneToMany/Entitlement") }
}

fn consume() -> Endpoint {
    let parameters = vec![
        parameter("item", Location::QueryKey, true),
        parameter("hw", Location::Query, false),
        parameter("lease", Location::QueryKey, false),
    ];
    Endpoint { query: Some("release&mode=a%20b".to_owned()), parameters, ..write("/authz/.json") }
}

/// Why values are no request.
fn refused(endpoint: Endpoint, values: &[(&str, Option<&str>)]) -> String {
    let refusal = Request::bind(Arc::new(endpoint), values, None).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::BadParameter);
    refusal.message
}

#[test]
fn what_is_fixed_in_a_query_stands_before_the_rest_as_it_is_written() {
    let fixed = Endpoint { query: Some("operation=Login&x=%27".to_owned()), ..read("/graph") };
    assert_eq!(request(fixed.clone()).target(), "/graph?operation=Login&x=%27");
    let with = Endpoint { parameters: vec![parameter("a", Location::Query, false)], ..fixed };
    assert_eq!(request_with(with, &[("a", Some("b"))]).target(), "/graph?operation=Login&x=%27&a=b");
}

#[test]
fn a_name_in_the_query_has_no_value_and_stands_in_the_order_of_the_catalog() {
    let all = [("lease", Some("l-1")), ("hw", Some("h;x=1")), ("item", Some("Demo & Item=1"))];
    let target = "/authz/.json?release&mode=a%20b&Demo%20%26%20Item%3D1&hw=h%3Bx%3D1&l-1";
    assert_eq!(request_with(consume(), &all).target(), target);
}

#[test]
fn a_name_in_the_query_is_none_that_the_query_has_already() {
    for (key, said) in [("release", "release"), ("mode", "mode"), ("hw", "hw")] {
        let expected = format!("the parameter `item` must not be `{said}`, which means something else in this query");
        assert_eq!(refused(consume(), &[("item", Some(key))]), expected);
    }
    assert_eq!(
        refused(consume(), &[("item", Some(""))]),
        "the parameter `item` must not be empty as a name in the query"
    );
}

#[test]
fn the_fixed_part_of_a_path_is_escaped_and_a_quote_in_a_selector_is_doubled() {
    for (name, expected) in [
        ("Acme Inc", "Acme%20Inc"),
        ("O'Hara", "O%27%27Hara"),
        ("a']/~OneToMany/License[@id='b", "a%27%27%5D%2F~OneToMany%2FLicense%5B%40id%3D%27%27b"),
        ("50%2F?#&{i=0}", "50%252F%3F%23%26%7Bi%3D0%7D"),
    ] {
        let target = request_with(of_organization(), &[("name", Some(name)), ("sort", Some("x"))]).target().to_owned();
        let around = ("/graph/Organization%5B@name=%27", "%27%5D/~OneToMany/Entitlement?sort=x");
        assert_eq!(target, format!("{}{expected}{}", around.0, around.1));
    }
}

#[test]
fn a_selector_is_sent_piece_by_piece_with_what_it_includes() {
    let selector = Parameter { kind: ValueKind::Selector, ..parameter("selector", Location::Path, true) };
    let parameters = vec![selector, parameter("a", Location::Query, false)];
    let endpoint = Endpoint { parameters, ..read("/graph/{selector}") };
    let selector =
        "License[@id='O''Hara']/~Assignment:X/Profile{s=name}?/~ManyToOne/LicensedItem&/~OneToMany/X[@n='&']";
    let expected = "/graph/License%5B@id=%27O%27%27Hara%27%5D/~Assignment:X/Profile%7Bs=name%7D\
                    ?/~ManyToOne/LicensedItem&/~OneToMany/X%5B@n=%27%26%27%5D";
    assert_eq!(request_with(endpoint.clone(), &[("selector", Some(selector))]).target(), expected);
    let fixed = Endpoint { query: Some("release".to_owned()), ..endpoint.clone() };
    let values = [("selector", Some("License?/~ManyToOne/X")), ("a", Some("b"))];
    assert_eq!(request_with(fixed, &values).target(), "/graph/License?release&/~ManyToOne/X&a=b");
    let said = refused(endpoint, &[("selector", Some("License["))]);
    assert!(said.starts_with("the parameter `selector` is no selector of a graph: character 9: "), "{said}");
}

#[test]
fn what_is_deleted_is_named_with_closed_quotes_and_what_is_read_need_not_be() {
    let parameters = vec![Parameter { kind: ValueKind::Selector, ..parameter("selector", Location::Path, true) }];
    let read = Endpoint { parameters, ..read("/graph/{selector}") };
    let delete = Endpoint { method: Method::Delete, effect: Effect::Write, ..read.clone() };
    let named = [("selector", Some("License[@id='1']"))];
    assert_eq!(request_with(delete.clone(), &named).target(), "/graph/License%5B@id=%271%27%5D");
    for (selector, told) in [
        ("License[@id!=null]", "character 1: nothing tells which `License` is meant"),
        ("License[@id='1]", "character 13: the `'` that closes the value of this one is missing"),
    ] {
        request_with(read.clone(), &[("selector", Some(selector))]);
        let said = refused(delete.clone(), &[("selector", Some(selector))]);
        let told = format!("the parameter `selector` must tell exactly what is written: {told}; ");
        assert!(said.starts_with(&told), "{said}");
    }
}

#[test]
fn a_list_is_written_as_its_parameter_has_it() {
    for (form, expected) in [
        (ListForm::Repeated, "/things?id=1&id=b%20c&id=&last=z"),
        (ListForm::Comma, "/things?id=1,b%20c,&last=z"),
        (ListForm::Pipe, "/things?id=1%7Cb%20c%7C&last=z"),
    ] {
        let parameters = vec![list("id", Location::Query, form), parameter("last", Location::Query, false)];
        let endpoint = Endpoint { parameters, ..read("/things") };
        let values = [("id", Some("1")), ("last", Some("z")), ("id", Some("b c")), ("id", None), ("id", Some(""))];
        assert_eq!(request_with(endpoint, &values).target(), expected);
    }
    let spaced = Endpoint { parameters: vec![list("id", Location::Query, ListForm::Space)], ..read("/things") };
    let two = [("id", Some("1")), ("id", Some("2"))];
    assert_eq!(request_with(spaced.clone(), &two).target(), "/things?id=1%202");
    assert_eq!(request_with(spaced, &[("id", None)]).target(), "/things");
    let path = Endpoint { parameters: vec![list("id", Location::Path, ListForm::Comma)], ..read("/things/{id}/x") };
    assert_eq!(request_with(path, &two).target(), "/things/1,2/x");
    let keys = Endpoint { parameters: vec![list("id", Location::QueryKey, ListForm::Repeated)], ..read("/things") };
    assert_eq!(request_with(keys, &two).target(), "/things?1&2");
}

#[tokio::test]
async fn a_list_in_a_header_is_there_once_for_each_or_once_in_all() {
    let server = Server::script([answer(200, "{}")]).await;
    let parameters =
        vec![list("X-Each", Location::Header, ListForm::Repeated), list("X-All", Location::Header, ListForm::Comma)];
    let values = [("X-Each", Some("1")), ("X-Each", Some("2")), ("X-All", Some("1")), ("X-All", Some("2"))];
    pages(call(&server, &request_with(Endpoint { parameters, ..read("/things") }, &values)).await);
    let seen = server.seen();
    let of = |header: &str| {
        let headers = seen[0].headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header));
        headers.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    assert_eq!((of("x-each").join(" and "), of("x-all").join(" and ")), ("1 and 2".to_owned(), "1,2".to_owned()));
}

#[test]
fn each_value_of_a_list_must_fit_and_only_a_list_has_several() {
    let kind = ValueKind::Integer { minimum: Some(1), maximum: None };
    let numbers = Parameter { kind, ..list("id", Location::Query, ListForm::Comma) };
    let endpoint = Endpoint { parameters: vec![numbers], ..read("/things") };
    assert_eq!(
        refused(endpoint.clone(), &[("id", Some("1")), ("id", Some("x"))]),
        "the parameter `id` must be a whole number of at least 1, not `x`"
    );
    assert_eq!(
        refused(endpoint, &[("id", Some("1,2"))]),
        "the parameter `id` must not hold `,`, which stands between its values, in one of them"
    );
    let one = Endpoint { parameters: vec![parameter("id", Location::Query, false)], ..read("/things") };
    assert_eq!(
        refused(one, &[("id", Some("1")), ("id", Some("2"))]),
        "the parameter `id` takes one value, and there are several"
    );
}

#[test]
fn writes_are_ordered_by_what_stands_anywhere_in_path_and_query() {
    let order = |endpoint: Endpoint, values: &[(&str, Option<&str>)]| {
        let request = Request::bind(Arc::new(endpoint), values, None).unwrap();
        request.order_key().unwrap().clone()
    };
    let item = |order_by: Option<&[&str]>| {
        let order_by = order_by.map(|names| names.iter().map(|&name| name.to_owned()).collect());
        Endpoint { order_by, ..consume() }
    };
    let [one, other] = [[("item", Some("A")), ("hw", Some("1"))], [("item", Some("A")), ("hw", Some("2"))]];
    assert_ne!(order(item(None), &one), order(item(None), &other), "a POST is ordered by its URL");
    for said in [&["item"][..], &[]] {
        assert_eq!(order(item(Some(said)), &one), order(item(Some(said)), &other), "{said:?}");
    }
    let of_path = |name| {
        let endpoint = Endpoint { method: Method::Delete, ..of_organization() };
        order(Endpoint { effect: Effect::Write, ..endpoint }, &[("name", Some(name))])
    };
    assert_eq!(of_path("A"), of_path("A"));
    assert_ne!(of_path("A"), of_path("B"));
    let listed = |ids: &[&str]| {
        let parameters = vec![list("id", Location::Query, ListForm::Repeated)];
        let endpoint = Endpoint { parameters, order_by: Some(vec!["id".to_owned()]), ..write("/things") };
        let values: Vec<_> = ids.iter().map(|id| ("id", Some(*id))).collect();
        order(endpoint, &values)
    };
    assert_ne!(listed(&["1", "2"]), listed(&["1"]));
    assert_eq!(listed(&["1", "2"]), listed(&["1", "2"]));
}

proptest! {
    /// Whatever stands between the quotes of a selector, the server finds it between the same two quotes.
    #[test]
    fn no_text_leaves_its_quotes(name in "\\PC*|['\\]/~@?&#%2{}=]{1,12}") {
        let Ok(request) = Request::bind(Arc::new(of_organization()), &[("name", Some(&name))], None) else {
            prop_assert!(matches!(name.as_str(), "" | "." | ".."));
            return Ok(());
        };
        let url = url::Url::parse("http://h.test").unwrap().join(request.target()).unwrap();
        prop_assert_eq!(url.query(), None);
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        prop_assert_eq!((segments.len(), segments[0], &segments[2..]), (4, "graph", &["~OneToMany", "Entitlement"][..]));
        let step = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap().into_owned();
        let text = step.strip_prefix("Organization[@name='").unwrap().strip_suffix("']").unwrap();
        prop_assert_eq!(text.replace("''", ""), name.replace('\'', ""));
        prop_assert_eq!(text.replace("''", "'"), name);
    }
}

#[test]
fn a_part_of_the_path_that_is_not_given_is_its_default() {
    let by_default = |location| Parameter { default: Some("h 1".to_owned()), ..parameter("host", location, false) };
    let endpoint = Endpoint { parameters: vec![by_default(Location::Path)], ..read("/hosts/{host}") };
    assert_eq!(request_with(endpoint.clone(), &[("host", None)]).target(), "/hosts/h%201");
    assert_eq!(request_with(endpoint, &[("host", Some("h-2"))]).target(), "/hosts/h-2");
    let endpoint = Endpoint { parameters: vec![by_default(Location::Query)], ..read("/hosts") };
    assert_eq!(request(endpoint).target(), "/hosts", "the system knows its own default");
}
