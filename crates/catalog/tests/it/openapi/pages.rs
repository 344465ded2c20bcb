//! How pages follow each other, read off parameters and schemas.

use seatflow_catalog::Paging;
use serde_json::{Value, json};

use super::import::made;

/// The paging and the comments of a read with these parameters that answers this.
fn read(parameters: &[Value], answer: &Value, headers: &Value) -> (Paging, String) {
    let response =
        json!({ "description": "Some", "headers": headers, "content": { "application/json": { "schema": answer } } });
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/things": { "get": {
            "operationId": "listThings",
            "parameters": parameters,
            "responses": { "200": response },
        } } },
    });
    let (catalog, _) = made(&document.to_string());
    let import = super::import::import(&document.to_string()).expect("it is a document");
    (catalog.endpoints[0].paging.clone(), import.yaml)
}

fn number(name: &str, said: &Value) -> Value {
    let mut schema = json!({ "type": "integer" });
    said.as_object().expect("it is a map").iter().for_each(|(key, value)| schema[key] = value.clone());
    json!({ "name": name, "in": "query", "schema": schema })
}

fn text(name: &str) -> Value {
    json!({ "name": name, "in": "query", "schema": { "type": "string" } })
}

/// A list under a name, with more beside it.
fn list(name: &str, more: &Value) -> Value {
    let mut properties = json!({ name: { "type": "array", "items": {} } });
    properties.as_object_mut().expect("it is a map").extend(more.as_object().expect("it is a map").clone());
    json!({ "type": "object", "properties": properties })
}

#[test]
fn what_is_plain_is_read() {
    let none = json!({});
    let string = json!({ "type": "string" });
    let page = |page: &str, first, size: &str, default_size| Paging::Page {
        page: page.to_owned(),
        first,
        size: size.to_owned(),
        default_size,
    };
    let offset = |offset: &str, limit: &str, default_limit| Paging::Offset {
        offset: offset.to_owned(),
        limit: limit.to_owned(),
        default_limit,
    };
    let cursor =
        |next: &str, parameter: &str| Paging::Cursor { next: next.to_owned(), parameter: parameter.to_owned() };
    let next_url = |next: &str| Paging::NextUrl { next: next.to_owned() };
    let whole = json!({ "type": "array", "items": {} });
    for (parameters, answer, expected) in [
        (
            vec![number("page", &none), number("size", &json!({ "default": 20 }))],
            whole.clone(),
            page("page", 1, "size", 20),
        ),
        (
            vec![number("pageIndex", &json!({ "minimum": 0 })), number("per_page", &json!({ "maximum": 50 }))],
            list("things", &none),
            page("pageIndex", 0, "per_page", 50),
        ),
        (
            vec![number("page", &json!({ "default": 0 })), number("limit", &none)],
            whole.clone(),
            page("page", 0, "limit", 100),
        ),
        (
            vec![number("offset", &none), number("limit", &json!({ "minimum": 200 }))],
            whole.clone(),
            offset("offset", "limit", 200),
        ),
        (vec![number("$skip", &none), number("$top", &none)], list("value", &none), offset("$skip", "$top", 100)),
        (
            vec![text("pageToken"), number("maxResults", &none)],
            list("items", &json!({ "nextPageToken": string })),
            cursor("nextPageToken", "pageToken"),
        ),
        (
            vec![text("cursor")],
            list("data", &json!({ "meta": { "type": "object", "properties": { "next_cursor": string } } })),
            cursor("meta.next_cursor", "cursor"),
        ),
        (vec![], list("value", &json!({ "@odata.nextLink": string })), next_url(r"@odata\.nextLink")),
        (
            vec![number("page", &none), number("size", &none)],
            list("data", &json!({ "links": { "type": "object", "properties": { "next": string } } })),
            next_url("links.next"),
        ),
    ] {
        assert_eq!(read(&parameters, &answer, &none).0, expected, "{parameters:?} {answer}");
    }
    assert_eq!(read(&[number("page", &none)], &whole, &json!({ "Link": {} })).0, Paging::Link);
}

#[test]
fn what_is_not_plain_is_one_page_and_a_comment_says_so() {
    let none = json!({});
    let whole = json!({ "type": "array", "items": {} });
    for (parameters, hint) in [
        (vec![text("cursor")], "`cursor`"),
        (vec![number("page", &none)], "`page`"),
        (vec![text("page"), text("size")], "`page`"),
        (vec![number("offset", &none)], "`offset`"),
    ] {
        let (paging, yaml) = read(&parameters, &whole, &none);
        assert_eq!(paging, Paging::None, "{parameters:?}");
        assert!(
            yaml.contains(&format!("# Its pages are not asked for: how they follow by {hint} is not plain.")),
            "{yaml}"
        );
    }
    // One thing has no pages.
    let (paging, yaml) = read(&[number("page", &none), number("size", &none)], &json!({ "type": "object" }), &none);
    assert_eq!(paging, Paging::None);
    assert!(!yaml.contains("pages are not asked"), "{yaml}");
}

#[test]
fn records_are_where_a_telling_name_is_and_nowhere_else() {
    let records = |answer: Value| {
        let document = json!({ "openapi": "3.0.0", "paths": { "/licence-keys": { "get": { "responses": { "200": {
            "description": "Some", "content": { "application/json": { "schema": answer } },
        } } } } } });
        made(&document.to_string()).0.endpoints[0].response.records.clone()
    };
    let array = json!({ "type": "array", "items": {} });
    for (answer, expected) in [
        (list("data", &json!({ "errors": array })), Some("data")),
        (list("value", &json!({})), Some("value")),
        (list("licenceKeys", &json!({ "total": {} })), Some("licenceKeys")),
        (json!({ "properties": { "_embedded": list("keys", &json!({})) } }), Some("_embedded.keys")),
        (json!({ "properties": { "data": { "type": "object" }, "msg": {} } }), Some("data")),
        (list("tags", &json!({ "id": {} })), None),
        (array.clone(), None),
        (json!({ "type": "object", "properties": { "items": { "type": "integer" } } }), None),
    ] {
        assert_eq!(records(answer.clone()).as_deref(), expected, "{answer}");
    }
}

#[test]
fn a_parameter_of_several_values_asks_for_no_page() {
    let cursor = json!({ "name": "pageToken", "in": "query", "schema": { "type": "array" } });
    let answer = list("items", &json!({ "nextPageToken": { "type": "string" } }));
    let (paging, yaml) = read(&[cursor], &answer, &json!({}));
    assert_eq!(paging, Paging::None, "{yaml}");
}
