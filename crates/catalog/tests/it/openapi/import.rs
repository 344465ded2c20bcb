//! What an OpenAPI document becomes.

use seatflow_catalog::{Catalog, Import, Trust, import_openapi};
use seatflow_spec::{Problems, Source};
use serde_json::{Value, json};

/// The documents that come with the program.
pub(super) const DOCUMENTS: [(&str, &str); 3] = [
    ("seats.yaml", include_str!("../../../../../fixtures/openapi/seats.yaml")),
    ("licences.json", include_str!("../../../../../fixtures/openapi/licences.json")),
    ("printers.yaml", include_str!("../../../../../fixtures/openapi/printers.yaml")),
];

/// What a document becomes.
pub(super) fn import(text: &str) -> Result<Import, Problems> {
    import_openapi(&Source::new("document.yaml", text), None)
}

/// The catalog that a document becomes, and what is not in it.
pub(super) fn made(text: &str) -> (Catalog, Vec<String>) {
    let import = import(text).unwrap_or_else(|problems| panic!("{problems}"));
    let catalog = Catalog::parse(&Source::new("made.yaml", import.yaml.as_str()));
    let catalog = catalog.unwrap_or_else(|problems| panic!("{problems}\n{}", import.yaml));
    (catalog, import.not_carried.iter().map(ToString::to_string).collect())
}

#[test]
fn every_document_becomes_a_catalog_without_problems_and_always_the_same() {
    for (name, text) in DOCUMENTS {
        let (catalog, _) = made(text);
        assert_eq!(catalog.endpoints.len(), import(text).unwrap().endpoints, "{name}");
        assert_eq!(import(text).unwrap(), import(text).unwrap(), "{name}");
    }
}

#[test]
fn what_is_guessed_is_assumed_and_holds_for_the_endpoint_alone() {
    let property = |schema: Value| json!({ "type": "object", "properties": schema });
    let body = |schema: Value| json!({ "description": "x", "content": { "application/json": { "schema": schema } } });
    let list = property(json!({ "items": { "type": "array" } }));
    let dotted = property(json!({ "a.b": { "type": "array" } }));
    let failure = property(json!({ "detail": { "type": "string" } }));
    let get = |responses: Value| json!({ "get": { "responses": responses } });
    let (catalog, left_out) = made(
        &json!({ "openapi": "3.0.0", "paths": {
            "/plain": get(json!({ "200": body(json!({ "type": "object" })) })),
            "/records": get(json!({ "200": body(list) })),
            "/a.b": get(json!({ "200": body(dotted) })),
            "/range": get(json!({ "2XX": { "description": "x" } })),
            "/failing": get(json!({ "200": { "description": "x" }, "400": body(failure) })),
            "/things/{id}": get(json!({ "200": { "description": "x" } })),
        } })
        .to_string(),
    );
    assert_eq!(left_out, [""; 0]);
    let told: Vec<_> = catalog
        .endpoints
        .iter()
        .map(|one| (one.path.as_str(), one.source, one.response.source, one.messages.join(" ")))
        .collect();
    let assumed = Some(Trust::Assumed);
    assert_eq!(
        told,
        [
            ("/plain", Trust::Documented, None, String::new()),
            ("/records", Trust::Documented, assumed, String::new()),
            ("/a.b", Trust::Documented, assumed, String::new()),
            ("/range", Trust::Documented, assumed, String::new()),
            ("/failing", Trust::Documented, assumed, "detail".to_owned()),
            ("/things/{id}", Trust::Documented, None, String::new()),
        ]
    );
    assert_eq!(catalog.endpoints[2].response.records.as_deref(), Some(r"a\.b"));
    assert_eq!(catalog.endpoints[5].parameters[0].source, Trust::Assumed);
}
