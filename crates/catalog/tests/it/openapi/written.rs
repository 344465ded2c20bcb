//! Documents as people write them: with anchors, keys that are numbers, and references that go round.

use seatflow_catalog::Kinds;
use seatflow_spec::Slug;
use serde_json::json;

use super::import::{import, made};

#[test]
fn anchors_merged_maps_and_keys_that_are_numbers_are_read() {
    let (catalog, left_out) = made(
        "openapi: 3.0.0
x-answers: &answers
  200: { description: Done }
  409: { description: It is there already. }
paths:
  /users:
    post:
      operationId: addUser
      responses: { <<: *answers, 201: { description: Added } }
    put: { operationId: setUsers, responses: *answers }
",
    );
    let user = catalog.endpoint("users.add").expect("it is there");
    assert_eq!(user.success, [200, 201]);
    assert_eq!(user.meanings, [(409, "It is there already".to_owned())]);
    assert_eq!(catalog.endpoint("users.set").expect("it is there").success, [200]);
    assert_eq!(left_out, ["#/x-answers: extensions are not read"]);
}

#[test]
fn aliases_that_copy_without_end_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        text = format!("{text}a{level}: &a{level} [{inner}]\n");
    }
    let problems = import(&text).expect_err("it is refused");
    assert!(problems.to_string().contains("the anchors and aliases of the file copy too much"), "{problems}");
}

#[test]
fn anchors_around_anchors_copy_as_well() {
    let many = vec!["x"; 2_000].join(", ");
    let open: Vec<String> = (0..60).map(|level| format!("{{a: &a{level} ")).collect();
    let open = open.concat();
    let text = format!("openapi: 3.0.0\npaths: {{}}\nx-many: {open}[{many}]{}\n", "}".repeat(60));
    let problems = import(&text).expect_err("it is refused");
    assert!(problems.to_string().contains("the anchors and aliases of the file copy too much"), "{problems}");
}

#[test]
fn a_key_that_is_there_twice_loses_nothing_unseen() {
    let operation = "{ responses: {} }";
    let yaml = format!("openapi: 3.0.0\npaths:\n  /a:\n    get: {operation}\n    get: {operation}\n  /a: {{}}\n");
    let json = "{\"openapi\": \"3.0.0\", \"paths\": {\n\"/a\": {\"get\": {}, \"get\": {}}}}";
    // A tab between is no YAML.
    let tab = json.replace(", ", ",\n\t");
    for (text, expected) in [
        (yaml.as_str(), vec!["5:5 the key `get` is there twice", "6:3 the key `/a` is there twice"]),
        (json, vec!["2:19 the key `get` is there twice"]),
    ] {
        let problems = import(text).expect_err("it is refused");
        let told = problems.iter().map(|problem| {
            assert_eq!(problem.slug, Slug::DUPLICATE_KEY);
            let place = problem.place().expect("it has a place");
            format!("{}:{} {}", place.line(), place.column(), problem.message)
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
    }
    let problems = import(&tab).expect_err("it is refused").to_string();
    assert!(problems.contains("the key `get` is there twice"), "{problems}");
}

#[test]
fn a_reference_leads_somewhere_or_is_told_of() {
    let (catalog, left_out) = made(
        &json!({
            "openapi": "3.0.0",
            "paths": {
                "/a": { "get": {
                    "parameters": [
                        { "$ref": "#/components/parameters/One" },
                        { "$ref": "#/components/parameters/Round" },
                        { "$ref": "#/components/parameters/Nowhere" },
                        { "$ref": "other.yaml#/One" },
                    ],
                    "responses": { "200": { "$ref": "#/paths/~1b/get/responses/200" } },
                } },
                "/b": { "get": { "responses": { "200": { "description": "A tree", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Tree/properties/children" },
                } } } } } },
            },
            "components": {
                "parameters": {
                    "One": { "name": "one", "in": "query", "schema": { "$ref": "#/components/schemas/Number" } },
                    "Round": { "$ref": "#/components/parameters/Back" },
                    "Back": { "$ref": "#/components/parameters/Round" },
                },
                "schemas": {
                    "Number": { "type": "integer", "nullable": true, "minimum": 3 },
                    "Tree": { "properties": {
                        "name": { "type": "string" },
                        "children": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
                    } },
                },
            },
        })
        .to_string(),
    );
    assert_eq!(
        left_out,
        [
            "#/paths/~1a/get/parameters/1: its `$ref` leads in a circle",
            "#/paths/~1a/get/parameters/2: `#/components/parameters/Nowhere` is not in the document",
            "#/paths/~1a/get/parameters/3: `other.yaml#/One` is in another document, and nothing is fetched",
        ]
    );
    let endpoint = &catalog.endpoints[0];
    assert_eq!(endpoint.parameters.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["one"]);
    let schema = endpoint.response.schema.as_ref().expect("it has one");
    assert!(schema.root().kinds().has(Kinds::LIST));
    // A tree of trees: each is checked.
    assert_eq!(schema.misfit(&json!([{ "children": [{ "name": "x" }] }])), None);
    assert!(schema.misfit(&json!([{ "children": [{ "name": 1 }] }])).is_some());
}

#[test]
fn texts_that_a_catalog_would_take_for_something_else_are_written_so_that_they_are_not() {
    let odd =
        ["${x}", "a: b", "yes", "7", "- x", "#x", " x ", "a\nb", "\u{85}\u{202e}", "'", "\"", "{a}", "*a", "%", "~"];
    let properties: serde_json::Map<_, _> =
        odd.iter().map(|text| ((*text).to_owned(), json!({ "const": text }))).collect();
    let example: serde_json::Map<_, _> = odd.iter().map(|text| ((*text).to_owned(), json!(text))).collect();
    let body = json!({ "schema": { "type": "object", "required": odd, "properties": properties }, "example": example });
    let document = json!({ "openapi": "3.1.0", "info": { "title": odd.concat(), "description": odd.join(" ") }, "paths": { "/a": {
        "post": { "requestBody": { "content": { "application/json": body } }, "responses": {} },
    } } });
    let (catalog, left_out) = made(&document.to_string());
    assert_eq!(left_out, Vec::<String>::new());
    assert_eq!(catalog.endpoints[0].body.as_ref().and_then(|body| body.example.clone()), Some(json!(example)));
}

#[test]
fn a_path_may_have_a_query_that_every_call_has() {
    let version = json!({ "name": "api-version", "in": "query", "schema": { "type": "string" } });
    let operation = |name: &str| json!({ "operationId": name, "parameters": [version], "responses": {} });
    let (catalog, left_out) = made(
        &json!({ "openapi": "3.0.0", "paths": {
            "/users?api-version=2": { "get": operation("listUsers") },
            "/users?api-version=3": { "get": operation("findUsers") },
            "/users?name={name}": { "get": operation("nameUsers") },
        } })
        .to_string(),
    );
    let told: Vec<_> =
        catalog.endpoints.iter().map(|one| (one.id.as_str(), one.path.as_str(), one.query.as_deref())).collect();
    assert_eq!(
        told,
        [("users.list", "/users", Some("api-version=2")), ("users.find", "/users", Some("api-version=3"))]
    );
    assert!(
        left_out.iter().any(|line| line.contains("what differs from call to call is described under `parameters`")),
        "{left_out:?}"
    );
    let given = left_out.iter().filter(|line| line.contains("the path gives `api-version` a value"));
    assert_eq!(given.count(), 2, "{left_out:?}");
}
