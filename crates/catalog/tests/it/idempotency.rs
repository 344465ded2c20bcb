//! Writes that the system knows by a key.

use seatflow_catalog::{Catalog, endpoint_json, endpoint_text};

use crate::{catalog, endpoint, parse};

fn keyed() -> Catalog {
    catalog(
        "catalog: x
summary: x
defaults: { idempotency_key: Idempotency-Key }
endpoints:
  a.list: { request: GET /a, summary: x }
  a.add: { request: POST /a, summary: x }
  a.put: { request: PUT /a, summary: x }
  a.move: { request: POST /a/move, summary: x, idempotency_key: X-Request-Key }
  a.end: { request: DELETE /a, summary: x, idempotency_key: X-Request-Key }
",
    )
}

#[test]
fn the_catalogs_key_is_that_of_its_writes_that_are_not_idempotent() {
    let keyed = keyed();
    let of = |id: &str| endpoint(&keyed, id).idempotency_key.as_deref();
    assert_eq!([of("a.list"), of("a.add"), of("a.put")], [None, Some("Idempotency-Key"), None]);
    assert_eq!([of("a.move"), of("a.end")], [Some("X-Request-Key"); 2]);
    assert!(keyed.endpoints.iter().all(seatflow_catalog::Endpoint::is_repeatable));
    let plain = catalog("catalog: x\nsummary: x\nendpoints: { a.add: { request: POST /a, summary: x } }\n");
    assert!(!plain.endpoints[0].is_repeatable());
}

#[test]
fn it_is_shown_with_its_endpoint() {
    let keyed = keyed();
    let text = endpoint_text(&keyed, endpoint(&keyed, "a.add"));
    assert!(text.contains("effect           write, sent again while its outcome is not known\n"), "{text}");
    assert!(text.contains("idempotency key  Idempotency-Key\n"), "{text}");
    assert_eq!(endpoint_json(&keyed, endpoint(&keyed, "a.add"))["idempotency_key"], "Idempotency-Key");
    assert!(!text.contains("a.list"));
}

#[test]
fn it_is_a_header_of_its_own_and_of_writes() {
    let of = |rest: &str| {
        let text = format!("catalog: x\nsummary: x\nendpoints: {{ a.add: {{ summary: x, {rest} }} }}\n");
        let problems = parse(&text).expect_err("there are problems");
        problems.iter().map(|problem| format!("{}: {}", problem.slug, problem.message)).collect::<Vec<_>>()
    };
    assert_eq!(of("request: GET /a, idempotency_key: Key"), ["bad-endpoint: `a.add` reads and has an idempotency key"]);
    for name in ["\"a b\"", "\"\"", "Authorization", "content-type", "schlüssel"] {
        let bare = name.trim_matches('"');
        let expected = format!("bad-value: `{bare}` is not the name of a header of its own");
        assert_eq!(of(&format!("request: POST /a, idempotency_key: {name}")), [expected]);
    }
    assert_eq!(
        of("request: POST /a, idempotency_key: X-Key, parameters: { x-key: { in: header } }"),
        ["bad-endpoint: `X-Key` is both the idempotency key of `a.add` and a parameter"]
    );
}
