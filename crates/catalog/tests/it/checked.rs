//! A closer look at catalogs that can be read.

use seatflow_catalog::Catalog;
use seatflow_spec::{Severity, Source};

/// All that is told of a catalog: whether it forbids to use it, slug, message and line.
fn of(text: &str) -> Vec<String> {
    let problems = Catalog::check(&Source::new("vendor.yaml", text));
    let one = |problem: &seatflow_spec::Problem| {
        let severity = if problem.severity == Severity::Warning { "warning" } else { "problem" };
        let line = problem.place().map_or(0, seatflow_spec::Place::line);
        format!("{line}: {severity} {}: {}", problem.slug, problem.message)
    };
    problems.iter().map(one).collect()
}

#[test]
fn a_catalog_without_problems_has_none() {
    for name in seatflow_catalog::builtin_names() {
        let path = format!("{}/catalogs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the catalog is there");
        assert_eq!(of(&text), [""; 0], "{name}");
    }
}

#[test]
fn examples_are_compared_with_schemas_that_refer_to_shared_ones() {
    let text = r##"catalog: x
summary: x
schemas:
  Seat: { required: [key], properties: { key: { type: string }, next: { $ref: "#/schemas/Seat" } } }
endpoints:
  a.add:
    request: POST /a
    summary: x
    body:
      schema: { $ref: "#/schemas/Seat" }
      example:
        key: A
        next:
          key: 5
    response:
      schema: { properties: { data: { items: { $ref: "#/schemas/Seat" } } } }
      example:
        data:
          - {}
"##;
    assert_eq!(
        of(text),
        [
            "14: problem bad-endpoint: the example's `next.key` must be text, not `5`",
            "19: problem bad-endpoint: the example's `data.0.key` is required and has no value",
        ]
    );
}

#[test]
fn what_no_endpoint_uses_is_a_warning() {
    let text = r##"catalog: x
summary: x
schemas:
  Used: { $ref: "#/schemas/Below" }
  Below: {}
  Unused: { $ref: "#/schemas/Unused" }
parameters:
  id: The thing.
  size: How many.
endpoints:
  a.add:
    request: POST /a/{id}
    summary: x
    parameters: { id: }
    body: { schema: { $ref: "#/schemas/Used" } }
"##;
    assert_eq!(
        of(text),
        [
            "6: warning no-effect: the schema `Unused` is of no use",
            "9: warning no-effect: the parameter `size` is of no use",
        ]
    );
}

#[test]
fn any_text_between_quotes_of_a_path_is_a_warning() {
    let of_type = |said: &str| {
        of(&format!(
            "catalog: x\nsummary: x\nendpoints:\n  a.get:\n    request: \"GET /a[@id='{{id}}']\"\n    summary: x\n    parameters: {{ id: {{ {said} }} }}\n"
        ))
    };
    assert_eq!(
        of_type("description: One."),
        ["7: warning bad-endpoint: `id` stands between quotes in the path, and is any text"]
    );
    assert_eq!(of_type("type: selector-text"), [""; 0]);
    assert_eq!(of_type("type: integer"), [""; 0]);
}

#[test]
fn what_cannot_be_read_is_told_without_a_closer_look() {
    assert_eq!(
        of("catalog: x\nsummary: x\nparameters: { id: x }\nendpoints: {}\n"),
        ["4: problem bad-value: a catalog has no endpoints"]
    );
}

#[test]
fn a_shared_parameter_of_which_every_endpoint_says_all_anew_is_of_no_use() {
    let text = "catalog: x
summary: x
parameters:
  page: { type: integer, description: The page. }
  size: { type: integer, description: How many. }
  id: { allowed: [a, b] }
endpoints:
  a.list:
    request: GET /a
    summary: x
    parameters: { page: { type: text, description: Mine. }, size: How many there are., id: { suggested: [c] } }
";
    assert_eq!(
        of(text),
        [
            "4: warning no-effect: the parameter `page` is of no use",
            "6: warning no-effect: the parameter `id` is of no use",
        ]
    );
}

#[test]
fn a_dot_in_the_name_of_a_field_is_no_step_of_a_path() {
    let text = r#"catalog: x
summary: x
endpoints:
  a.list:
    request: GET /a
    summary: x
    response: { records: '@odata\.value', example: { "@odata.value": [{ "a.b": 1 }] } }
  a.add:
    request: POST /a
    summary: x
    order_by: ['user\.id']
    body: { example: { user.id: x, key: K } }
    reconcile:
      read: a.list
      find: { 'a\.b': { payload: 'user\.id' } }
      done: present
"#;
    assert_eq!(of(text), [""; 0]);
    let schemas = text
        .replace(
            r#"example: { "@odata.value": [{ "a.b": 1 }] }"#,
            r#"schema: { properties: { "@odata.value": { items: { properties: { a.b: {} } } } } }"#,
        )
        .replace("example: { user.id: x, key: K }", "schema: { properties: { user.id: {}, key: {} } }");
    assert_ne!(schemas, text);
    assert_eq!(of(&schemas), [""; 0]);
    let wrong = of(&schemas.replace(r"'user\.id'", "user.id"));
    assert_eq!(wrong.len(), 2, "{wrong:?}");
}
