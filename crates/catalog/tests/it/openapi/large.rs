//! A document of ten megabytes.

use seatflow_catalog::{Catalog, import_openapi};
use seatflow_spec::Source;
use serde_json::{Map, Value, json};

/// A document of at least so many bytes, whose schemas lead to each other in circles.
fn document(bytes: usize) -> String {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    let mut size = 0;
    for number in 0.. {
        let schema = json!({
            "type": "object",
            "required": ["id", "name"],
            "description": "A thing, which has a name and a next one, and of which there are very many in this document.",
            "properties": {
                "id": { "type": "string", "format": "uuid", "readOnly": true },
                "name": { "type": "string", "minLength": 1, "maxLength": 64, "description": "What it is called." },
                "state": { "type": "string", "enum": ["active", "ended", "suspended"], "nullable": true },
                "next": { "$ref": format!("#/components/schemas/Thing{}", number + 1) },
                "lines": { "type": "array", "items": { "allOf": [
                    { "$ref": format!("#/components/schemas/Thing{number}") },
                    { "type": "object", "properties": { "quantity": { "type": "integer", "minimum": 0, "exclusiveMinimum": true } } },
                ] } },
            },
        });
        let reference = json!({ "$ref": format!("#/components/schemas/Thing{number}") });
        let of_list = json!({ "type": "object", "properties": { "items": { "type": "array", "items": reference } } });
        let content = |schema: &Value| json!({ "content": { "application/json": { "schema": schema } } });
        let item = json!({
            "get": {
                "operationId": format!("listThings{number}"),
                "summary": format!("The things of sort {number}."),
                "parameters": [
                    { "name": "page", "in": "query", "schema": { "type": "integer", "default": 0 } },
                    { "name": "size", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 200 } },
                    { "name": "state", "in": "query", "schema": { "type": "string", "enum": ["active", "ended"] } },
                ],
                "responses": { "200": content(&of_list), "404": { "description": "There is no such sort." } },
            },
            "post": {
                "operationId": format!("addThing{number}"),
                "description": format!("Adds a thing of sort {number}. It takes a moment."),
                "requestBody": content(&reference),
                "responses": { "201": content(&reference) },
            },
        });
        size += schema.to_string().len() + item.to_string().len();
        paths.insert(format!("/things/{number}"), item);
        schemas.insert(format!("Thing{number}"), schema);
        if size >= bytes {
            schemas.insert(format!("Thing{}", number + 1), json!({ "$ref": "#/components/schemas/Thing0" }));
            break;
        }
    }
    let schemas = json!({ "schemas": schemas });
    json!({ "openapi": "3.0.3", "info": { "title": "Things" }, "paths": paths, "components": schemas }).to_string()
}

#[test]
fn ten_megabytes_become_a_catalog() {
    let text = document(10 << 20);
    assert!(text.len() > 10 << 20);
    let made = import_openapi(&Source::new("things.json", text.as_str()), None);
    let made = made.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(made.not_carried, []);
    let catalog = Catalog::parse(&Source::new("made.yaml", made.yaml.as_str()));
    let catalog = catalog.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(catalog.endpoints.len(), made.endpoints);
    assert!(made.endpoints > 10_000 && catalog.endpoint("things0.list").is_some(), "{}", made.endpoints);
}
