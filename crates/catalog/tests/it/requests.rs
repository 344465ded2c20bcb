//! What every call of an endpoint sends, whatever a node says.

use insta::assert_snapshot;
use seatflow_catalog::{Method, endpoint_text};
use serde_json::json;

use crate::{catalog, endpoint, problems};

const FORM: &str = "catalog: x
summary: x
endpoints:
  session.open:
    request: POST /graph?operation=Login&v=1
    summary: Opens a session.
    body: { form: form, fixed: { operation: Login, kinds: [a, 2], note: \"\" }, example: { user: u-1 } }
  session.close: { request: 'POST /graph?operation=Logout', summary: x }
  item.check: { request: 'GET /check/.json?doCheck', summary: x }
  item.add: { request: POST /items, summary: x, body: { fixed: { change: add }, example: { id: 1 } } }
  item.remove: { request: POST /items, summary: x, body: { fixed: { change: remove }, example: { id: 1 } } }
";

/// The problems of a catalog with these two endpoints.
fn of_two(one: &str, other: &str) -> Vec<String> {
    problems::of(&format!(
        "catalog: x\nsummary: x\nendpoints:\n  a.one: {{ {one}, summary: x }}\n  a.two: {{ {other}, summary: x }}\n"
    ))
}

/// The problems of a catalog with this body of a payload.
fn of_body(body: &str) -> Vec<String> {
    problems::of(&format!(
        "catalog: x\nsummary: x\nendpoints: {{ a.add: {{ request: POST /a, summary: x, body: {{ {body} }} }} }}\n"
    ))
}

#[test]
fn what_follows_the_question_mark_is_a_query_of_every_call() {
    let catalog = catalog(FORM);
    let open = endpoint(&catalog, "session.open");
    assert_eq!((open.method, open.path.as_str()), (Method::Post, "/graph"));
    assert_eq!(open.query.as_deref(), Some("operation=Login&v=1"));
    assert_eq!(endpoint(&catalog, "item.check").query.as_deref(), Some("doCheck"));
    assert_eq!(endpoint(&catalog, "item.add").query, None);
}

#[test]
fn fixed_fields_keep_their_order_types_and_empty_texts() {
    let catalog = catalog(FORM);
    let body = endpoint(&catalog, "session.open").body.as_ref().expect("it has a body");
    let fixed: Vec<_> = body.fixed.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    assert_eq!(fixed, [("operation", json!("Login")), ("kinds", json!(["a", 2])), ("note", json!(""))]);
}

#[test]
fn requests_are_the_same_unless_what_every_call_sends_differs() {
    let same = ["bad-endpoint: `a.one` and `a.two` are the same request"];
    for (one, other) in [
        ("request: POST /a", "request: POST /a"),
        ("request: 'POST /a?x&y'", "request: 'POST /a?y&x'"),
        (
            "request: POST /a, body: { fixed: { x: 1, y: 2 } }",
            "request: POST /a, body: { fixed: { y: 2, x: 1 }, example: { a: 1 } }",
        ),
        ("request: 'GET /a/{id}', parameters: { id: One }", "request: 'GET /a/{key}', parameters: { key: One }"),
    ] {
        assert_eq!(of_two(one, other), same, "{one}");
    }
    for (one, other) in [
        ("request: 'POST /a?x'", "request: POST /a"),
        ("request: 'POST /a?x'", "request: 'POST /a?y'"),
        ("request: POST /a, body: { fixed: { x: 1 } }", "request: POST /a"),
        ("request: POST /a, body: { fixed: { x: 1 } }", "request: POST /a, body: { fixed: { x: '1' } }"),
        ("request: \"GET /a[@id='{id}']\", parameters: { id: One }", "request: 'GET /a'"),
    ] {
        let text = format!(
            "catalog: x\nsummary: x\nendpoints:\n  a.one: {{ {one}, summary: x }}\n  a.two: {{ {other}, summary: x }}\n"
        );
        assert_eq!(catalog(&text).endpoints.len(), 2, "{one}");
    }
}

#[test]
fn the_first_of_equal_paths_is_found_unless_the_query_is_named() {
    let catalog = catalog(FORM);
    let id = |name: &str| catalog.endpoint(name).map(|found| found.id.as_str());
    assert_eq!(id("POST /graph"), Some("session.open"));
    assert_eq!(id("POST /graph?operation=Logout"), Some("session.close"));
    assert_eq!(id("POST /graph?operation=Other"), None);
    assert_eq!(id("POST /items"), Some("item.add"));
    assert_eq!(endpoint(&catalog, "session.close").request(), "POST /graph?operation=Logout");
}

#[test]
fn a_path_holds_names_inside_its_segments_and_spaces_inside_brackets() {
    let text = "catalog: x\nsummary: x\nendpoints:\n  a.list:\n    request: \"GET /graph/Organization[@name = '{name}']/~OneToMany/Entitlement\"\n    summary: x\n    parameters: { name: The name. }\n";
    let catalog = catalog(text);
    let list = endpoint(&catalog, "a.list");
    assert_eq!(list.path, "/graph/Organization[@name = '{name}']/~OneToMany/Entitlement");
    assert!(list.parameters[0].required);
}

#[test]
fn a_query_of_every_call_is_one_that_can_be_sent() {
    let of = |request: &str| of_two(&format!("request: \"{request}\""), "request: GET /b");
    for query in ["", "a={x}", "a b", "ä", "a#b"] {
        assert_eq!(
            of(&format!("GET /a?{query}")),
            [format!("bad-value: `{query}` is not a query that every call has")]
        );
    }
}

#[test]
fn fixed_fields_are_none_that_a_node_writes() {
    assert_eq!(
        of_body("fixed: { x: 1 }, schema: { properties: { x: {} } }, example: { x: 2 }"),
        [
            "bad-endpoint: the field `x` is fixed, and the schema tells of it",
            "bad-endpoint: the field `x` is fixed, and the example has it",
        ]
    );
    assert_eq!(
        of_body("fixed: { x: 1 }, schema: { required: [x] }"),
        ["bad-endpoint: the field `x` is fixed, and the schema tells of it"]
    );
    let no_map = ["bad-endpoint: a payload that is no map has fixed fields"];
    assert_eq!(of_body("fixed: { x: 1 }, schema: { type: array }"), no_map);
    assert_eq!(of_body("fixed: { x: 1 }, example: [1]"), no_map);
    assert_eq!(of_body("form: form, fixed: { x: { y: 1 } }"), ["bad-value: the field `x` of a form is a map"]);
    assert_eq!(of_body("form: form, fixed: { x: ~ }"), ["bad-value: the field `x` of a form is nothing"]);
}

#[test]
fn what_every_call_sends_is_shown_apart() {
    let catalog = catalog(FORM);
    assert_snapshot!(endpoint_text(&catalog, endpoint(&catalog, "session.open")), @r#"
    session.open  POST /graph?operation=Login&v=1
    Opens a session.

    source   assumed
    effect   write, not sent again when its outcome is not known
    success  200
    payload  a form: fields with single values, or with lists of them
    records  the whole body

    Fields that every call sends
      field      value
      operation  "Login"
      kinds      ["a",2]
      note       ""

    Payload example
      {
        "user": "u-1"
      }

    Node
      session_open:
        license_api:
          endpoint: session.open
          payload:
            user: { field: user }
        D: records
    "#);
    let json = seatflow_catalog::endpoint_json(&catalog, endpoint(&catalog, "session.open"));
    assert_eq!(json["query"], "operation=Login&v=1");
    assert_eq!(json["body"]["fixed"], json!([["operation", "Login"], ["kinds", ["a", 2]], ["note", ""]]));
}
