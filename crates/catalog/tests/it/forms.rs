//! The form of a catalog file, and what is taken where it says nothing.

use seatflow_catalog::{
    BodyForm, Condition, Effect, FailsWhen, Limits, Location, Method, Paging, ResponseForm, Scheme, Trust, ValueKind,
};

use crate::{catalog, endpoint, library};

#[test]
fn a_catalog_of_ten_lines_is_one() {
    let catalog = catalog(
        "catalog: vendor
summary: Users of a vendor.
base_url: https://api.example.test/v2
authorization: [bearer]
endpoints:
  users.list:
    request: GET /users
    summary: The users.
    response: { records: items }
    paging: link
",
    );
    let users = endpoint(&catalog, "users.list");
    assert_eq!((users.method, users.effect, users.idempotent), (Method::Get, Effect::Read, true));
    assert_eq!((users.source, users.success.as_slice()), (Trust::Assumed, [200].as_slice()));
    assert_eq!(users.response.records.as_deref(), Some("items"));
    assert_eq!(users.paging, Paging::Link);
    assert_eq!(catalog.limits, Limits::default());
}

#[test]
fn pages_follow_each_other_in_every_way() {
    let library = library();
    let paging = |name| endpoint(&library, name).paging.clone();
    let (offset, limit) = ("offset".to_owned(), "limit".to_owned());
    assert_eq!(paging("books.list"), Paging::Offset { offset, limit, default_limit: 20 });
    let (next, parameter) = ("page.next".to_owned(), "after".to_owned());
    assert_eq!(paging("readers.list"), Paging::Cursor { next, parameter });
    assert_eq!(paging("fines.list"), Paging::NextUrl { next: "next.href".to_owned() });
    assert_eq!(paging("loans.list"), Paging::Link);
    assert_eq!(paging("loans.search"), Paging::None);
}

#[test]
fn what_an_endpoint_does_not_say_is_said_by_the_defaults() {
    let library = library();
    let books = endpoint(&library, "books.list");
    assert_eq!((books.source, books.success.as_slice()), (Trust::Documented, [200, 206].as_slice()));
    assert_eq!(endpoint(&library, "loans.end").success, [204]);
    assert_eq!(endpoint(&library, "readers.list").response.scalar.as_deref(), Some("name"));
}

#[test]
fn the_path_of_a_dot_is_the_whole_body() {
    let text = "catalog: x\nsummary: x\ndefaults: { response: { records: data } }\nendpoints:\n  a.list: { request: GET /a, summary: x, response: { records: . } }\n  b.list: { request: GET /b, summary: x }\n";
    let catalog = catalog(text);
    assert_eq!(endpoint(&catalog, "a.list").response.records, None);
    assert_eq!(endpoint(&catalog, "b.list").response.records.as_deref(), Some("data"));
}

#[test]
fn a_parameter_says_what_it_does_not_take_from_the_catalogs_own() {
    let text = "catalog: x\nsummary: x\nparameters:\n  id: { required: true, allowed: [a, b], description: One., source: observed }\nendpoints:\n  a.list:\n    request: GET /a\n    summary: x\n    source: documented\n    parameters: { id: { required: false, description: Another. }, own: Its own. }\n";
    let catalog = catalog(text);
    let parameters = &endpoint(&catalog, "a.list").parameters;
    assert_eq!((parameters[0].required, parameters[0].description.as_str()), (false, "Another."));
    assert_eq!((parameters[0].allowed.len(), parameters[0].source), (2, Trust::Observed));
    assert_eq!((parameters[1].description.as_str(), parameters[1].source), ("Its own.", Trust::Documented));
}

#[test]
fn a_parameter_that_the_path_names_goes_there_and_is_required() {
    let library = library();
    let end = endpoint(&library, "loans.end");
    let found: Vec<_> = end.parameters.iter().map(|one| (one.location, one.required, one.kind)).collect();
    let integer = ValueKind::Integer { minimum: None, maximum: None };
    assert_eq!(found, [(Location::Path, true, integer), (Location::Path, true, ValueKind::Text)]);
    let search = endpoint(&library, "loans.search");
    assert_eq!(search.parameter("X-Trace").map(|trace| trace.location), Some(Location::Header));
}

#[test]
fn effects_and_repeats_follow_the_method_unless_they_are_said() {
    let library = library();
    let of = |name| (endpoint(&library, name).effect, endpoint(&library, name).idempotent);
    assert_eq!(of("loans.search"), (Effect::Read, true));
    assert_eq!(of("loans.end"), (Effect::Write, true));
    let posts = catalog("catalog: x\nsummary: x\nendpoints: { a.add: { request: POST /a, summary: x } }\n");
    assert_eq!((posts.endpoints[0].effect, posts.endpoints[0].idempotent), (Effect::Write, false));
}

#[test]
fn failures_in_a_body_are_said_by_path_and_condition() {
    let library = library();
    let expected = [
        FailsWhen {
            path: "status".to_owned(),
            is: Condition::Equals("false".to_owned()),
            and_null: None,
            message: Some("error.text".to_owned()),
        },
        FailsWhen { path: "items".to_owned(), is: Condition::Absent, and_null: None, message: None },
    ];
    assert_eq!(endpoint(&library, "loans.search").fails_when, expected);
}

#[test]
fn a_catalogs_own_facts_are_read() {
    let library = library();
    let schemes: Vec<_> = library.authorization.iter().map(|way| way.kind).collect();
    assert_eq!(schemes, [Scheme::Bearer, Scheme::Header]);
    assert_eq!(library.authorization(Scheme::Header).and_then(|way| way.header.as_deref()), Some("X-Api-Key"));
    assert_eq!(library.limits, Limits { concurrency: Some(4), requests_per_second: Some(2.5) });
    assert_eq!(library.headers[1], ("X-Library".to_owned(), "1".to_owned()));
    let body = endpoint(&library, "loans.search").body.as_ref().expect("it has a body");
    assert_eq!(body.form, BodyForm::Form);
}

#[test]
fn pages_that_the_defaults_tell_of_are_those_of_reads() {
    let library = library();
    assert_eq!(endpoint(&library, "loans.list").paging, Paging::Link);
    assert_eq!(
        (endpoint(&library, "loans.end").effect, &endpoint(&library, "loans.end").paging),
        (Effect::Write, &Paging::None)
    );
}

#[test]
fn what_the_defaults_call_a_file_is_one_unless_the_endpoint_tells_what_is_in_its_body() {
    let catalog = catalog(
        "catalog: x
summary: x
defaults: { response: { form: file } }
endpoints:
  a.get: { request: GET /a, summary: x }
  b.get: { request: GET /b, summary: x, response: { form: json } }
  c.get: { request: GET /c, summary: x, response: { records: data } }
  d.get: { request: GET /d, summary: x, response: { example: PDF } }
",
    );
    let is_file = |name| endpoint(&catalog, name).response.form == ResponseForm::File;
    assert_eq!(["a.get", "b.get", "c.get", "d.get"].map(is_file), [true, false, false, true]);
}

#[test]
fn what_the_defaults_say_of_records_is_not_said_of_a_file() {
    let text = "catalog: x\nsummary: x\ndefaults: { response: { records: data, scalar: name } }\nendpoints: { a.get: { request: GET /a, summary: x, response: { form: file } } }\n";
    let response = &catalog(text).endpoints[0].response;
    assert_eq!((response.form == ResponseForm::File, &response.records, &response.scalar), (true, &None, &None));
}
