//! What a catalog is as an OpenAPI document.

use std::collections::BTreeSet;

use seatflow_catalog::{BodyForm, Catalog, Endpoint, Schema, builtin, builtin_names, import_openapi};
use seatflow_spec::Source;
use serde_json::{Value, json};

use crate::{catalog, endpoint};

/// The catalog that the document of a catalog becomes.
fn there_and_back(catalog: &Catalog) -> Catalog {
    let document = catalog.openapi(None).to_string();
    let import = import_openapi(&Source::new("document.json", document), Some(&catalog.name));
    let import = import.unwrap_or_else(|problems| panic!("{}: {problems}", catalog.name));
    let made = Catalog::parse(&Source::new("made.yaml", import.yaml.as_str()));
    made.unwrap_or_else(|problems| panic!("{}: {problems}\n{}", catalog.name, import.yaml))
}

/// The endpoints that a document can tell apart: the first of each method and path.
fn told_apart(catalog: &Catalog) -> Vec<&Endpoint> {
    let mut requests: Vec<String> = Vec::new();
    let is_new = |endpoint: &&Endpoint| {
        let request = format!("{} {}", endpoint.method, endpoint.path);
        let is_new = !requests.contains(&request);
        requests.push(request);
        is_new
    };
    catalog.endpoints.iter().filter(is_new).collect()
}

#[test]
fn a_catalog_comes_back_with_its_endpoints_parameters_and_bodies() {
    for name in ["alteryx", "google-licensing", "microsoft-graph-licenses", "uipath"] {
        let catalog = builtin(name).expect("the catalog comes with the program");
        let back = there_and_back(catalog);
        // A document has all methods of a path together.
        let ids =
            |catalog: &Catalog| catalog.endpoints.iter().map(|endpoint| endpoint.id.clone()).collect::<BTreeSet<_>>();
        assert_eq!(ids(&back), ids(catalog));
        for endpoint in told_apart(catalog) {
            let other = back.endpoint(&endpoint.id).expect("the id is there");
            assert_eq!((other.method, &other.path), (endpoint.method, &endpoint.path));
            assert_eq!(other.success, endpoint.success, "{}", endpoint.id);
            for parameter in &endpoint.parameters {
                let back = other.parameter(&parameter.name).expect("the parameter is there");
                let told = |one: &seatflow_catalog::Parameter| {
                    let one = one.clone();
                    (one.location, one.kind, one.required, one.allowed, one.list, one.default, one.description)
                };
                assert_eq!(told(back), told(parameter), "{}: {}", endpoint.id, parameter.name);
            }
            assert_eq!(other.parameters.len(), endpoint.parameters.len(), "{}", endpoint.id);
            let body = |endpoint: &Endpoint| {
                let body = endpoint.body.as_ref()?;
                Some((body.form, body.schema.clone(), body.example.clone()))
            };
            if endpoint.body.as_ref().is_none_or(|body| body.fixed.is_empty()) {
                assert_eq!(body(other), body(endpoint), "{}", endpoint.id);
            }
        }
    }
}

/// Calls `check` with each schema of a document, and each value in it that is a reference.
fn each(value: &Value, check: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, check)),
        Value::Object(fields) => {
            for (name, inner) in fields {
                check(name, inner);
                each(inner, check);
            }
        }
        _ => {}
    }
}

#[test]
fn every_document_has_only_schemas_references_that_lead_somewhere_and_one_id_for_each_operation() {
    for name in builtin_names() {
        let catalog = builtin(name).expect("the catalog comes with the program");
        let document = catalog.openapi(Some("http://played.example.test"));
        assert_eq!(document["servers"], json!([{ "url": "http://played.example.test" }]));
        let (mut ids, mut schemas) = (Vec::new(), 0);
        each(&document, &mut |key, value| match key {
            "$ref" => {
                let to = value.as_str().and_then(|to| to.strip_prefix('#')).expect("a reference is local");
                assert!(document.pointer(to).is_some(), "{name}: {to}");
            }
            "operationId" => ids.push(value.as_str().map(str::to_owned)),
            "schema" => {
                let mut whole = value.clone();
                whole["components"] = document["components"].clone();
                Schema::compile(whole).unwrap_or_else(|fault| panic!("{name}: {fault}: {value}"));
                schemas += 1;
            }
            _ => {}
        });
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}");
        assert!(schemas >= count, "{name}");
    }
}

/// A system whose endpoints are told apart by what is sent.
const FIXED: &str = "
catalog: vendor
summary: A vendor.
endpoints:
  seats.reserve:
    request: POST /graph?operation=Reserve
    summary: Reserves a seat.
    parameters: { who: { required: true }, item: { in: query-key } }
    body:
      form: form
      fixed: { change: RESERVE, kind: '' }
      schema: { type: object, required: [seat], additionalProperties: false, properties: { seat: { type: string } } }
  seats.clear:
    request: POST /graph?operation=Clear
    summary: Clears a seat.
    body:
      form: form
      fixed: { change: CLEAR }
      schema: { $ref: '#/schemas/Clear' }
    response: { form: jwt, keys: /keys }
schemas:
  Clear: { type: object, properties: { seat: { type: integer } } }
";

#[test]
fn endpoints_of_one_request_are_one_operation_that_takes_what_one_of_them_takes() {
    let catalog = catalog(FIXED);
    let document = catalog.openapi(None);
    let operation = &document["paths"]["/graph"]["post"];
    assert_eq!(operation["x-seatflow-endpoints"], json!(["seats.reserve", "seats.clear"]));
    let parameters = operation["parameters"].as_array().expect("there are some");
    let told: Vec<_> = parameters.iter().map(|one| (&one["name"], &one["required"], &one["schema"]["enum"])).collect();
    assert_eq!(told[0], (&json!("operation"), &json!(true), &json!(["Reserve", "Clear"])));
    assert_eq!(told[1], (&json!("who"), &Value::Null, &Value::Null));
    assert_eq!(parameters[2]["schema"]["propertyNames"], json!({ "type": "string" }));
    let mut schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"].clone();
    schema["components"] = document["components"].clone();
    let schema = Schema::compile(schema).expect("it is a schema");
    for (payload, fits) in [
        (json!({ "change": "RESERVE", "kind": "", "seat": "s" }), true),
        (json!({ "change": "RESERVE", "seat": "s" }), false),
        (json!({ "change": "RESERVE", "kind": "", "seat": "s", "more": 1 }), false),
        (json!({ "change": "CLEAR", "seat": 7 }), true),
        (json!({ "change": "CLEAR", "seat": "s" }), false),
        (json!({ "seat": 7 }), false),
    ] {
        assert_eq!(schema.misfit(&payload).is_none(), fits, "{payload}");
    }
    let answer = &operation["responses"]["200"]["content"];
    assert_eq!(answer["application/jwt"]["schema"]["type"], "string");
    assert!(answer["application/json"].is_object());
}

#[test]
fn what_every_call_sends_is_in_the_document_of_one_endpoint_too() {
    let one = FIXED.replace("POST /graph?operation=Clear", "POST /clear?now");
    let catalog = catalog(&one);
    assert_eq!(endpoint(&catalog, "seats.clear").body.as_ref().map(|body| body.form), Some(BodyForm::Form));
    let document = catalog.openapi(None);
    let operation = &document["paths"]["/clear"]["post"];
    assert_eq!(operation["operationId"], "seats.clear");
    let now = json!({ "name": "now", "in": "query", "required": true, "allowEmptyValue": true,
        "schema": { "type": "string", "enum": [""] } });
    assert_eq!(operation["parameters"], json!([now]));
    let schema = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    assert_eq!(schema["allOf"][0], json!({ "$ref": "#/components/schemas/Clear" }));
    assert_eq!(operation["requestBody"]["required"], true);
}
