//! Payloads that do not fit, as `check` tells of them.

use seatflow_spec::{Reading, Source, Tree, Values};

use super::*;

const CATALOG: &str = "
catalog: own
summary: x
endpoints:
  seats.add:
    request: POST /seats
    summary: x
    body:
      schema:
        required: [a.b]
        properties: { seats: { type: number, maximum: 10 }, kind: { maxLength: 2 }, a.b: {} }
";

/// What is said of a payload, each with its help.
fn said_of(payload: &str, values: &Values) -> Vec<String> {
    said_in(CATALOG, payload, values)
}

/// The same with another catalog.
fn said_in(catalog: &str, payload: &str, values: &Values) -> Vec<String> {
    let catalog = Catalog::parse(&Source::new("own.yaml", catalog)).unwrap();
    let endpoint = Arc::new(catalog.endpoint("seats.add").unwrap().clone());
    let tree = Tree::parse(&Source::new("payload.yaml", payload)).unwrap();
    let written: Written = Reading::new(values).read(&tree).unwrap();
    let against = Against { catalog: &catalog, endpoint: &endpoint, place: &tree.place, group_by: &[] };
    let problems = against.problems(&written, endpoint.body.as_ref().unwrap()).into_iter();
    problems.map(|problem| format!("{}; {}", problem.message, problem.help.unwrap_or_default())).collect()
}

const TOLD: &str = "the `body` of `seats.add` in the catalog `own` tells its fields";

#[test]
fn a_secret_that_does_not_fit_is_masked_whatever_it_became_and_whatever_other_secrets_are_in_it() {
    let mut values = Values::default();
    for (name, value) in [("SEATS", "1e3"), ("SHORT", "abc"), ("LONG", "abcdef")] {
        values.set_variable(name, value);
    }
    let payload = r#"{ a.b: "${env:SHORT}", kind: "${env:LONG}", seats: "${env:SEATS}" }"#;
    assert_eq!(
        said_of(payload, &values),
        [
            format!("the payload's `kind` must have at most 2 characters; {TOLD}"),
            format!("the payload's `seats` must be at most 10, not `***`; {TOLD}"),
        ]
    );
}

#[test]
fn what_happens_to_be_in_a_secret_is_told_elsewhere() {
    let mut values = Values::default();
    values.set_variable("SHORT", "1");
    let said = said_of(r#"{ a.b: "${env:SHORT}", seats: 11 }"#, &values);
    assert_eq!(said, [format!("the payload's `seats` must be at most 10, not `11`; {TOLD}")]);
}

#[test]
fn what_the_catalog_fixes_is_not_written() {
    let catalog = "
catalog: own
summary: x
endpoints:
  seats.add:
    request: POST /seats
    summary: x
    body:
      fixed: { operation: Reserve, reservationType: '' }
      schema: { additionalProperties: false, properties: { seats: {} } }
";
    let of = |payload: &str| said_in(catalog, payload, &Values::default());
    assert_eq!(of("{ seats: 1 }"), [""; 0]);
    assert_eq!(
        of("{ seats: 1, reservationType: x }"),
        ["`seats.add` always sends `reservationType: \"\"`, and no node writes it; remove `reservationType`"]
    );
    assert_eq!(
        of("[1]"),
        ["the payload of `seats.add` must be a map; `operation` is sent in it, as the catalog has it"]
    );
}

#[test]
fn a_missing_field_is_named_whole_though_its_name_has_a_dot() {
    let said = said_of("{ seats: 1 }", &Values::default());
    let expected = "the payload's `a\\.b` is required and has no value; add `a.b: { field: NAME }`; ";
    assert_eq!(said, [format!("{expected}{TOLD}")]);
}

const FORMS: &str = "
catalog: own
summary: x
endpoints:
  seats.add:
    request: POST /seats
    summary: x
    body:
      schema:
        required: [kind]
        anyOf: [{ required: [from] }, { required: [until] }]
        properties:
          kind: { const: Seat, type: string }
          from: {}
          until: {}
          item: { type: string, pattern: ^I, suggested: [I1, I2] }
";

#[test]
fn that_one_of_several_fields_is_missing_is_told_beside_columns() {
    let said = said_in(FORMS, "{ kind: Seat, item: { field: item } }", &Values::default());
    assert_eq!(said, [format!("the payload needs one of `from`, `until`; {TOLD}")]);
    assert_eq!(said_in(FORMS, "{ kind: Seat, until: { field: until } }", &Values::default()), [""; 0]);
}

#[test]
fn the_only_value_of_a_missing_field_is_told() {
    let said = said_in(FORMS, "{ from: { field: from } }", &Values::default());
    assert_eq!(said, [format!("the payload's `kind` is required and has no value; add `kind: Seat`; {TOLD}")]);
}

#[test]
fn a_value_that_is_refused_is_not_called_unknown_too() {
    let said = |item: &str| said_in(FORMS, &format!("{{ kind: Seat, from: 1, item: {item} }}"), &Values::default());
    assert_eq!(said("X"), [format!("the payload's `item` must match `^I`, as `X` does not; {TOLD}")]);
    assert_eq!(said("I3").len(), 1);
    assert!(said("I3")[0].contains("which the catalog does not know"), "{:?}", said("I3"));
}
