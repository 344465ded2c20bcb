//! Parameters of every sort: selectors, names in the query, known values, and lists.

use insta::assert_snapshot;
use seatflow_catalog::{ListForm, Location, Suggestion, ValueKind, endpoint_text};

use crate::{catalog, endpoint, problems};

const GRAPH: &str = "catalog: x
summary: x
parameters: { sku: { suggested: { A-1: Basic, A-2: ~ }, description: What is licensed. } }
endpoints:
  graph.read:
    request: GET /graph/{selector}
    summary: Objects of the graph.
    parameters: { selector: { type: selector, description: Which objects. } }
  graph.find:
    request: \"GET /graph/Profile[@name='{name}']/~OneToMany/Entitlement\"
    summary: x
    parameters: { name: { type: selector-text, description: Whose. } }
  item.check:
    request: GET /check/.json
    summary: Whether items can be used.
    parameters:
      item: { in: query-key, required: true, list: repeated, description: The item. }
      sku:
      ids: { type: integer, list: comma, description: Which. }
  item.add:
    request: POST /check
    summary: x
    parameters: { sku: { allowed: [A-1] } }
";

/// The problems of an endpoint with this path and one parameter that says this.
fn of(path: &str, said: &str) -> Vec<String> {
    problems::of(&format!(
        "catalog: x\nsummary: x\nendpoints:\n  a.get:\n    request: \"GET {path}\"\n    summary: x\n    parameters: {{ x: {{ {said} }} }}\n"
    ))
}

#[test]
fn selectors_and_texts_in_them_stand_in_the_path() {
    let catalog = catalog(GRAPH);
    let read = &endpoint(&catalog, "graph.read").parameters[0];
    assert_eq!((read.kind, read.location, read.required), (ValueKind::Selector, Location::Path, true));
    let find = &endpoint(&catalog, "graph.find").parameters[0];
    assert_eq!((find.kind, find.location), (ValueKind::SelectorText, Location::Path));
}

#[test]
fn known_values_have_names_or_not_and_give_way_to_allowed_ones() {
    let catalog = catalog(GRAPH);
    let sku = endpoint(&catalog, "item.check").parameter("sku").expect("it is there");
    let known = |value: &str, name: Option<&str>| Suggestion { value: value.to_owned(), name: name.map(str::to_owned) };
    assert_eq!(sku.suggested, [known("A-1", Some("Basic")), known("A-2", None)]);
    assert_eq!(sku.misfit("Z-9"), None);
    let allowed = &endpoint(&catalog, "item.add").parameters[0];
    assert_eq!((allowed.suggested.len(), allowed.allowed.len()), (0, 1));
}

#[test]
fn a_parameter_takes_several_values_if_it_says_how() {
    let catalog = catalog(GRAPH);
    let check = endpoint(&catalog, "item.check");
    let of = |name: &str| check.parameter(name).and_then(|parameter| parameter.list);
    assert_eq!((of("item"), of("ids"), of("sku")), (Some(ListForm::Repeated), Some(ListForm::Comma), None));
    assert_eq!(check.parameter("item").map(|item| item.location), Some(Location::QueryKey));
}

#[test]
fn a_selector_is_the_end_of_the_path() {
    assert_eq!(of("/a", "type: selector"), ["bad-endpoint: `x` is a selector, and the path does not name it"]);
    for path in ["/a/{x}/b", "/a/b-{x}"] {
        assert_eq!(of(path, "type: selector"), ["bad-endpoint: `x` is a selector, and not the end of the path"]);
    }
    assert_eq!(of("/a/{x}", "type: selector, default: 'A['"), ["bad-value: `A[` is not a selector of a graph"]);
}

#[test]
fn the_text_of_a_selector_stands_between_quotes() {
    assert_eq!(
        of("/a", "type: selector-text"),
        ["bad-endpoint: `x` is text of a selector, and the path does not name it"]
    );
    for path in ["/a/{x}", "/a[@b='c']/{x}"] {
        assert_eq!(
            of(path, "type: selector-text"),
            ["bad-endpoint: `x` is text of a selector, and has no quotes around it"]
        );
    }
}

#[test]
fn several_values_can_be_written_where_they_go() {
    let wrong = ["bad-endpoint: `x` cannot take several values in this way"];
    assert_eq!(of("/a/{x}", "list: repeated"), wrong);
    assert_eq!(of("/a", "in: query-key, list: comma"), wrong);
    assert_eq!(of("/a", "in: header, list: repeat"), ["bad-value: `repeat` is not allowed here"]);
    assert_eq!(of("/a/{x}", "type: selector, list: comma"), wrong);
}

#[test]
fn known_values_fit_the_type_and_are_not_mixed_with_allowed_ones() {
    assert_eq!(of("/a", "type: integer, suggested: { 1: One, two: Two }"), ["bad-value: `two` is not a whole number"]);
    assert_eq!(
        of("/a", "allowed: [a], suggested: [b]"),
        ["bad-endpoint: values are allowed, and others are suggested"]
    );
    assert_eq!(of("/a", "suggested: { a: [b] }"), ["wrong-type: expected text, found a list"]);
}

#[test]
fn a_page_is_not_counted_with_several_values() {
    let text = "catalog: x\nsummary: x\nendpoints: { a.get: { request: GET /a, summary: x, paging: { kind: cursor, next: n, parameter: c }, parameters: { c: { list: comma } } } }\n";
    assert_eq!(problems::of(text), ["bad-endpoint: the paging of `a.get` counts with `c`, which takes several values"]);
}

#[test]
fn parameters_are_shown_with_their_known_values_and_how_several_are_written() {
    let catalog = catalog(GRAPH);
    let text = endpoint_text(&catalog, endpoint(&catalog, "item.check"));
    assert_snapshot!(text[text.find("Parameters").unwrap_or_default()..], @r"
    Parameters
      name  in         type                              required  source   description
      item  query key  text, or several, each by itself  yes       assumed  The item.
      sku   query      text                                        assumed  What is licensed.
      ids   query      integer, or several with commas             assumed  Which.

    Known values of sku
      value  what it is
      A-1    Basic
      A-2

    Node
      item_check:
        license_api:
          endpoint: item.check
          parameters:
            item: { field: item }
        D: records
    ");
    let json = seatflow_catalog::endpoint_json(&catalog, endpoint(&catalog, "item.check"));
    assert_eq!(json["parameters"][0]["location"], "query-key");
    assert_eq!(json["parameters"][1]["suggested"][0]["name"], "Basic");
    assert_eq!(json["parameters"][2]["list"], "comma");
}

#[test]
fn a_part_of_the_path_with_a_default_may_be_left_out() {
    let parameters = "host: { default: h-1, description: Which host. }, id: One.";
    let text = format!(
        "catalog: x\nsummary: x\nendpoints: {{ a.get: {{ request: \"GET /{{host}}/{{id}}\", summary: x, parameters: {{ {parameters} }} }} }}\n"
    );
    let found = endpoint(&catalog(&text), "a.get").parameters.clone();
    assert_eq!((found[0].required, found[0].default.as_deref()), (false, Some("h-1")));
    assert!(found[1].required);
}
