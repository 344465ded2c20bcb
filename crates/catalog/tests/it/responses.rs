//! How answers are written, and how the pages of a selector follow each other.

use insta::assert_snapshot;
use seatflow_catalog::{Paging, ResponseForm, Trust, endpoint_json, endpoint_text};

use crate::{catalog, endpoint, problems};

const GRAPH: &str = "catalog: x
summary: x
defaults: { response: { form: graph, records: data }, paging: { kind: selector-range, default_size: 500 } }
endpoints:
  graph.read:
    request: GET /graph/{selector}
    summary: Objects of the graph.
    parameters: { selector: { type: selector, description: Which. } }
    response: { records: . }
  seat.take:
    request: POST /authz/.jwt?seat
    summary: Takes a seat.
    parameters: { device: Which. }
    response: { form: jwt, keys: /.well-known/jwks.json, claims: { hw: device } }
  lease.take:
    request: POST /authz/.jwt
    summary: Takes a lease.
    response: { form: jwt, keys: /.well-known/jwks.json, example: { DemoItem1: true, token: a.b.c } }
  file.get: { request: GET /file, summary: x, response: { form: file }, paging: none }
";

/// The problems of an endpoint whose response says this.
fn of(response: &str) -> Vec<String> {
    problems::of(&format!(
        "catalog: x\nsummary: x\nendpoints: {{ a.get: {{ request: GET /a, summary: x, response: {{ {response} }} }} }}\n"
    ))
}

#[test]
fn a_response_is_a_graph_or_signed_tokens() {
    let catalog = catalog(GRAPH);
    let form = |name| endpoint(&catalog, name).response.form.clone();
    assert_eq!(form("graph.read"), ResponseForm::Graph);
    assert_eq!(form("lease.take"), ResponseForm::Jwt { keys: "/.well-known/jwks.json".to_owned(), claims: Vec::new() });
    assert_eq!(form("file.get"), ResponseForm::File);
    assert_eq!(endpoint(&catalog, "lease.take").response.records, None);
}

#[test]
fn the_pages_of_a_selector_are_ranges_in_it() {
    let catalog = catalog(GRAPH);
    assert_eq!(endpoint(&catalog, "graph.read").paging, Paging::SelectorRange { default_size: 500 });
    assert_eq!(endpoint(&catalog, "file.get").paging, Paging::None);
    let of = |paging: &str| {
        problems::of(&format!(
            "catalog: x\nsummary: x\nendpoints: {{ a.get: {{ request: GET /a, summary: x, paging: {paging} }} }}\n"
        ))
    };
    assert_eq!(of("{ kind: selector-range, default_size: 0 }"), ["bad-value: a page of nothing is the last one"]);
    assert_eq!(of("{ kind: selector-range }"), ["missing-key: paging has no `default_size`"]);
    assert_eq!(of("selector-range"), ["missing-key: paging of the kind `selector-range` has to say more"]);
}

#[test]
fn answers_can_be_less_certain_than_the_request() {
    let catalog = catalog(
        "catalog: x
summary: x
defaults: { source: documented, response: { source: assumed } }
endpoints:
  a.list: { request: GET /a, summary: x, response: { records: data } }
  a.get: { request: 'GET /a/{id}', summary: x, parameters: { id: Which. }, response: { source: observed } }
  a.count: { request: GET /a/count, summary: x, response: { source: documented } }
",
    );
    for (id, source, told) in [
        ("a.list", Trust::Assumed, "documented; answers assumed"),
        ("a.get", Trust::Observed, "documented; answers observed"),
        ("a.count", Trust::Documented, "documented"),
    ] {
        let endpoint = endpoint(&catalog, id);
        assert_eq!((endpoint.source, endpoint.response.source), (Trust::Documented, Some(source)), "{id}");
        let text = endpoint_text(&catalog, endpoint);
        assert!(text.lines().any(|line| line == format!("source   {told}")), "{text}");
        let json = endpoint_json(&catalog, endpoint);
        assert_eq!(json["response"]["source"], told.rsplit(' ').next().unwrap(), "{id}");
    }
    let parameter = &endpoint(&catalog, "a.get").parameters[0];
    assert_eq!(parameter.source, Trust::Documented, "parameters are a part of the request");
    assert_eq!(of("source: rumoured").len(), 1);
}

#[test]
fn signed_tokens_have_keys_and_nothing_else_has() {
    assert_eq!(of("form: jwt"), ["missing-key: signed tokens have no `keys`"]);
    let unsigned = ["bad-endpoint: a response that is not signed has keys"];
    assert_eq!(of("keys: /jwks.json"), unsigned);
    assert_eq!(of("form: graph, keys: /jwks.json"), unsigned);
    for path in ["jwks.json", "https://example.test/jwks.json", "/jwks.json?x", "/a b", "/{id}"] {
        assert_eq!(of(&format!("form: jwt, keys: \"{path}\"")), [format!("bad-value: `{path}` is not a path to keys")]);
    }
    assert_eq!(of("form: pdf"), ["bad-value: `pdf` is not allowed here"]);
}

#[test]
fn claims_are_bound_to_parameters_that_take_one_value() {
    let text = |response: &str, parameters: &str| {
        format!(
            "catalog: x
summary: x
defaults: {{ response: {{ form: jwt, keys: /k, claims: {{ hw: device }} }} }}
endpoints: {{ a.take: {{ request: POST /a, summary: x{response}, parameters: {{ {parameters} }} }} }}
"
        )
    };
    let own = ", response: { form: jwt, keys: /k, claims: { hw: device, sub: user } }";
    let both = "device: Which., user: Who.";
    let bound = |response| {
        let catalog = catalog(&text(response, both));
        let ResponseForm::Jwt { claims, .. } = &endpoint(&catalog, "a.take").response.form else {
            return Vec::new();
        };
        claims.iter().map(|bound| format!("{} is {}", bound.claim, bound.parameter)).collect()
    };
    assert_eq!(bound(""), ["hw is device"]);
    assert_eq!(bound(own), ["hw is device", "sub is user"]);
    assert_eq!(bound(", response: { form: jwt, keys: /k }"), [""; 0]);
    assert_eq!(bound(", response: { form: json }"), [""; 0]);

    let no_parameter = ["bad-endpoint: `claims` names `device`, which is no parameter of `a.take`"];
    assert_eq!(problems::of(&text("", "user: Who.")), no_parameter);
    catalog(&text(", response: { form: json }", "user: Who."));
    assert_eq!(problems::of(&text(own, "user: Who.")), no_parameter);
    let several = "device: { list: comma, description: Which. }";
    assert_eq!(problems::of(&text("", several)), ["bad-endpoint: `claims` names `device`, which takes several values"]);
    assert_eq!(of("claims: { hw: hw }"), ["bad-endpoint: a response that is not signed has claims"]);
}

#[test]
fn the_records_of_signed_tokens_are_their_claims() {
    assert_eq!(
        of("form: jwt, keys: /jwks.json, records: data, scalar: name"),
        [
            "bad-endpoint: a response is signed tokens and has `records`",
            "bad-endpoint: a response is signed tokens and has `scalar`",
        ]
    );
    let by_default = "catalog: x\nsummary: x\ndefaults: { response: { form: jwt, keys: /jwks.json } }\nendpoints:\n  a.get: { request: GET /a, summary: x }\n  b.get: { request: GET /b, summary: x, response: { records: data } }\n";
    let catalog = catalog(by_default);
    let is_signed = |name| matches!(endpoint(&catalog, name).response.form, ResponseForm::Jwt { .. });
    assert_eq!(["a.get", "b.get"].map(is_signed), [true, false]);
}

#[test]
fn a_write_is_not_reconciled_by_signed_tokens() {
    let text = "catalog: x\nsummary: x\nendpoints:\n  a.get: { request: GET /a, summary: x, response: { form: jwt, keys: /k } }\n  a.add: { request: POST /a, summary: x, reconcile: { read: a.get, find: { id: 1 }, done: present } }\n";
    assert_eq!(problems::of(text), ["bad-endpoint: `a.add` is reconciled by `a.get`, which answers signed tokens"]);
}

#[test]
fn forms_and_ranges_are_shown() {
    let catalog = catalog(GRAPH);
    let facts = |name| {
        let text = endpoint_text(&catalog, endpoint(&catalog, name));
        text.split("\n\n").nth(1).unwrap_or_default().to_owned()
    };
    assert_snapshot!(facts("graph.read"), @r"
    source    assumed
    effect    read
    success   200
    response  a graph: relations are fields named after what they lead to
    records   the whole body
    paging    by a range in the selector, 500 at a time
    ");
    assert_snapshot!(facts("lease.take"), @r"
    source    assumed
    effect    write, not sent again when its outcome is not known
    success   200
    response  signed tokens, verified with the keys at /.well-known/jwks.json
    records   the claims of each token
    ");
    assert_snapshot!(facts("seat.take"), @r"
    source    assumed
    effect    write, not sent again when its outcome is not known
    success   200
    response  signed tokens, verified with the keys at /.well-known/jwks.json, whose hw is what `device` is
    records   the claims of each token
    ");
}
