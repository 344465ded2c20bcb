//! What an answer means: failures in a body, messages, and meanings of statuses.

use insta::assert_snapshot;
use seatflow_catalog::{Condition, endpoint_text};

use crate::{catalog, endpoint, problems};

const CHECKS: &str = "catalog: x
summary: x
defaults:
  messages: [Message, error.text]
  meanings: { 401: The token has died., 404: There is no such thing. }
endpoints:
  item.check:
    request: GET /check/.json
    summary: Whether an item can be used.
    parameters: { item: { in: query, required: true, description: The item. } }
    fails_when: [{ path: '{item}', is_not: true, message: '{item}.why' }, { path: ., equals: false, and_null: more }]
    messages: [why]
    meanings: { 404: Nobody has such an item., 409: More than there is. }
  item.get: { request: GET /item, summary: x, success: [200, 404] }
";

/// The problems of an endpoint that says this.
fn of(rest: &str) -> Vec<String> {
    problems::of(&format!(
        "catalog: x\nsummary: x\nendpoints:\n  a.get:\n    request: GET /a\n    summary: x\n    parameters: {{ id: One. }}\n    {rest}\n"
    ))
}

#[test]
fn a_failure_can_be_a_field_named_by_a_parameter_or_the_whole_body() {
    let catalog = catalog(CHECKS);
    let failures = &endpoint(&catalog, "item.check").fails_when;
    assert_eq!((failures[0].path.as_str(), &failures[0].is), ("{item}", &Condition::IsNot("true".to_owned())));
    assert_eq!(failures[0].message.as_deref(), Some("{item}.why"));
    assert_eq!((failures[1].path.as_str(), &failures[1].is), (".", &Condition::Equals("false".to_owned())));
}

#[test]
fn messages_are_the_endpoints_or_those_of_the_defaults() {
    let catalog = catalog(CHECKS);
    assert_eq!(endpoint(&catalog, "item.check").messages, ["why"]);
    assert_eq!(endpoint(&catalog, "item.get").messages, ["Message", "error.text"]);
}

#[test]
fn meanings_of_statuses_that_an_endpoint_does_not_tell_are_those_of_the_defaults() {
    let catalog = catalog(CHECKS);
    let of = |name| {
        let meanings = &endpoint(&catalog, name).meanings;
        meanings.iter().map(|(status, meaning)| format!("{status} {meaning}")).collect::<Vec<_>>()
    };
    assert_eq!(
        of("item.check"),
        ["404 Nobody has such an item.", "409 More than there is.", "401 The token has died."]
    );
    assert_eq!(of("item.get"), ["401 The token has died."]);
}

#[test]
fn a_parameter_that_a_failure_names_is_one_of_the_endpoints() {
    assert_eq!(
        of("fails_when: [{ path: '{it}', is_not: true }]"),
        ["bad-endpoint: `fails_when` names `it`, which is no parameter of `a.get`"]
    );
    assert_eq!(
        of("fails_when: [{ path: x, is: present, and_null: 'x.{y}', message: '{z}' }]"),
        [
            "bad-endpoint: `fails_when` names `y`, which is no parameter of `a.get`",
            "bad-endpoint: `fails_when` names `z`, which is no parameter of `a.get`",
        ]
    );
    let by_default = "catalog: x\nsummary: x\ndefaults: { fails_when: [{ path: '{id}', is: absent }] }\nendpoints:\n  a.get: { request: 'GET /a/{id}', summary: x, parameters: { id: One. } }\n  b.get: { request: GET /b, summary: x }\n";
    assert_eq!(problems::of(by_default), ["bad-endpoint: `fails_when` names `id`, which is no parameter of `b.get`"]);
}

#[test]
fn one_thing_is_said_of_a_value() {
    assert_eq!(
        of("fails_when: [{ path: x, is_not: 1, equals: 2 }]"),
        ["bad-endpoint: of a value both `is_not` and `equals` are said"]
    );
    assert_eq!(of("fails_when: [{ path: x, is_not: [1] }]"), ["wrong-type: expected a single value, found a list"]);
    assert_eq!(of("fails_when: [{ path: x }]"), ["missing-key: nothing is said of the value"]);
}

#[test]
fn meanings_are_words_for_statuses_that_are_no_success() {
    assert_eq!(of("meanings: { 40: x }"), ["bad-value: 40 is not a status of HTTP"]);
    assert_eq!(of("meanings: { many: x }"), ["bad-value: many is not a status of HTTP"]);
    assert_eq!(of("meanings: { 404: '' }"), ["bad-value: nothing is said of what 404 means"]);
    assert_eq!(
        of("meanings: { 200: Good. }"),
        ["bad-endpoint: 200 is success for `a.get`, and a meaning is given for it"]
    );
    assert_eq!(of("messages: why"), ["wrong-type: expected a list, found text"]);
}

#[test]
fn what_an_answer_means_is_shown() {
    let catalog = catalog(CHECKS);
    let text = endpoint_text(&catalog, endpoint(&catalog, "item.check"));
    assert_snapshot!(text.split("\nNode").next().unwrap_or_default(), @r"
    item.check  GET /check/.json
    Whether an item can be used.

    source    assumed
    effect    read
    success   200
    failure   {item} is not `true`; or the whole body is `false` and more is not
    messages  why
    records   the whole body

    Parameters
      name  in     type  required  source   description
      item  query  text  yes       assumed  The item.

    Statuses
      status  meaning
      404     Nobody has such an item.
      409     More than there is.
      401     The token has died.
    ");
    let json = seatflow_catalog::endpoint_json(&catalog, endpoint(&catalog, "item.check"));
    assert_eq!(json["fails_when"][0]["is"]["is-not"], "true");
    assert_eq!(json["meanings"][1][0], 409);
}
