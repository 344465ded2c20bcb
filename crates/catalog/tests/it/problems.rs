//! Catalogs with something wrong in them.

use insta::assert_snapshot;
use miette::GraphicalTheme;

use crate::parse;

/// The problems of a catalog with this endpoint, which has neither a request nor a summary of its own.
fn of_endpoint(endpoint: &str) -> Vec<String> {
    of(&format!(
        "catalog: x\nsummary: x\nendpoints:\n  a.get:\n    request: GET /a/{{id}}\n    summary: x\n    parameters: {{ id: One. }}\n{endpoint}"
    ))
}

/// The problems of a catalog: slug and message.
pub(crate) fn of(text: &str) -> Vec<String> {
    let problems = parse(text).expect_err("there are problems");
    problems.iter().map(|problem| format!("{}: {}", problem.slug, problem.message)).collect()
}

/// The problems of an endpoint with this request and these parameters.
fn of_parameters(request: &str, parameters: &str) -> Vec<String> {
    of(&format!(
        "catalog: x\nsummary: x\nparameters: {{ account: Which., size: {{ type: integer, maximum: 50 }} }}\nendpoints: {{ a.get: {{ request: {request}, summary: x, parameters: {{ {parameters} }} }} }}\n"
    ))
}

#[test]
fn all_problems_are_reported_together_with_places_and_offers() {
    let text = "catalog: Vendor
summary: Users.
base_url: api.example.test/
autorization: [bearer]
endpoints:
  users.get:
    request: GTE /users/{userId}
    sumary: One user.
  users.list:
    request: GET /users/{id}
    summary: The users.
    parameters: { size: { type: integer, maximum: 50 } }
    paging: { kind: page, page: page, first: 1, size: sise, default_size: 100 }
";
    let problems = parse(text).expect_err("there are problems");
    assert_snapshot!(problems.report(GraphicalTheme::unicode_nocolor(), 100), @r"
     × `Vendor` is not a name for a catalog
      ╭─[vendor.yaml:1:10]
    1 │ catalog: Vendor
      ·          ───┬──
      ·             ╰── a name is written with `a` to `z`, `0` to `9`, `_` and `-`
      ╰────

     × `api.example.test/` is not a base URL
      ╭─[vendor.yaml:3:11]
    3 │ base_url: api.example.test/
      ·           ────────┬────────
      ·                   ╰── it begins with `https://` or `http://`
      ╰────

     × a catalog has no key `autorization`
      ╭─[vendor.yaml:4:1]
    4 │ autorization: [bearer]
      · ──────┬─────
      ·       ╰── no such key
      ╰────
     help: did you mean `authorization`? The valid ones are `catalog`, `summary`, `documentation`,
           `base_url`, `authorization`, `limits`, `headers`, `schemas`, `defaults`, `parameters` and
           `endpoints`

     × there is no method `GTE`
      ╭─[vendor.yaml:7:14]
    7 │     request: GTE /users/{userId}
      ·              ─────────┬─────────
      ·                       ╰── not a method that is sent
      ╰────
     help: did you mean `GET`? The valid ones are `GET`, `HEAD`, `POST`, `PUT`, `PATCH` and `DELETE`

     × `users.get` has no key `sumary`
      ╭─[vendor.yaml:8:5]
    8 │     sumary: One user.
      ·     ───┬──
      ·        ╰── no such key
      ╰────
     help: did you mean `summary`? The valid ones are `summary`, `request`, `source`, `response`,
           `success`, `fails_when`, `messages`, `meanings`, `paging`, `idempotency_key`,
           `parameters`, `body` and 5 more

     × the path of `users.list` names `id`, which is not described
       ╭─[vendor.yaml:10:14]
    10 │     request: GET /users/{id}
       ·              ───────┬───────
       ·                     ╰── named here
       ╰────
     help: add `id: what it is` to the endpoint's `parameters`

     × `users.list` has no parameter `page`
       ╭─[vendor.yaml:13:33]
    13 │     paging: { kind: page, page: page, first: 1, size: sise, default_size: 100 }
       ·                                 ──┬─
       ·                                   ╰── its paging needs it
       ╰────
     help: the only valid one is `size`

     × `users.list` has no parameter `sise`
       ╭─[vendor.yaml:13:55]
    13 │     paging: { kind: page, page: page, first: 1, size: sise, default_size: 100 }
       ·                                                       ──┬─
       ·                                                         ╰── its paging needs it
       ╰────
     help: did you mean `size`?
    ");
}

#[test]
fn a_file_that_is_no_catalog_is_refused() {
    assert_eq!(of("5"), ["wrong-type: expected a map, found a whole number"]);
    let missing = of("{}");
    assert_eq!(
        missing,
        [
            "missing-key: a catalog has no `catalog`",
            "missing-key: a catalog has no `summary`",
            "missing-key: a catalog has no `endpoints`",
        ]
    );
    assert_eq!(of("catalog: x\nsummary: x\nendpoints: {}\n"), ["bad-value: a catalog has no endpoints"]);
    assert_eq!(of("catalog: ${env:X}\n"), ["bad-reference: a catalog holds a reference"]);
}

#[test]
fn a_base_url_has_a_scheme_a_host_and_nothing_behind_its_path() {
    for url in ["example.test", "https://", "https://example.test/", "https://example.test?x=1", "ftp://example.test"] {
        let found = of(&format!(
            "catalog: x\nsummary: x\nbase_url: \"{url}\"\nendpoints: {{ a.b: {{ request: GET /a, summary: x }} }}\n"
        ));
        assert_eq!(found, [format!("bad-value: `{url}` is not a base URL")]);
    }
}

#[test]
fn a_request_is_a_method_and_a_path() {
    let of = |request: &str| of_parameters(request, "");
    assert_eq!(of("/a"), ["bad-value: `/a` is not a request"]);
    assert_eq!(of("FETCH /a"), ["bad-value: there is no method `FETCH`"]);
    assert_eq!(of("get /a"), ["bad-value: there is no method `get`"]);
    for path in ["a", "/a#x", "/a b", "/a\tb", "/{a", "/a}", "/{}", "/{a}/{a}", "/{a{b}}"] {
        assert_eq!(of(&format!("\"GET {path}\"")), [format!("bad-value: `{path}` is not a path")]);
    }
}

#[test]
fn what_the_path_names_is_described_and_the_other_way_round() {
    let named = "bad-endpoint: the path of `a.get` names `user`, which is not described";
    assert_eq!(of_parameters("\"GET /{user}\"", "users: Who."), [named]);
    assert_eq!(
        of_parameters("GET /a", "user: { in: path }"),
        ["bad-endpoint: `user` is said to be in the path, but the path does not name it"]
    );
    let in_query = of_parameters("\"GET /{user}\"", "user: { in: query }");
    assert_eq!(in_query, ["bad-endpoint: `user` is said to be in no part of the path, but the path names it"]);
    assert_eq!(
        of_parameters("\"GET /{user}\"", "user: { required: false }"),
        ["bad-endpoint: `user` is a part of the path"]
    );
}

#[test]
fn a_parameter_of_which_nothing_is_said_is_one_of_the_catalogs() {
    assert_eq!(of_parameters("GET /a", "acount: "), ["unknown-parameter: the parameter `acount` is described nowhere"]);
}

#[test]
fn the_values_of_a_parameter_fit_its_type() {
    let of = |said: &str| of_parameters("GET /a", &format!("x: {{ {said} }}"));
    assert_eq!(of("type: integr"), ["bad-value: `integr` is not allowed here"]);
    assert_eq!(of("type: integer, default: many"), ["bad-value: `many` is not a whole number"]);
    assert_eq!(of("type: integer, minimum: 1, default: 0"), ["bad-value: `0` is not a whole number of at least 1"]);
    assert_eq!(of("type: integer, minimum: 5, maximum: 1"), ["bad-value: the minimum is more than the maximum"]);
    assert_eq!(of("type: boolean, default: yes"), ["bad-value: `yes` is not `true` or `false`"]);
    assert_eq!(of("type: number, allowed: [1.5, x]"), ["bad-value: `x` is not a number"]);
    assert_eq!(of("allowed: [DAY, MONTH], default: YEAR"), ["bad-value: the default `YEAR` is not allowed"]);
    assert_eq!(of("maximum: 5"), ["bad-endpoint: a parameter of the type `text` has a bound"]);
    assert_eq!(of("kind: integer"), ["unknown-key: a parameter has no key `kind`"]);
}

#[test]
fn paging_names_parameters_of_the_query_that_count() {
    let of = |paging: &str, parameters: &str| {
        of(&format!(
            "catalog: x\nsummary: x\nendpoints: {{ a.get: {{ request: GET /a, summary: x, paging: {{ {paging} }}, parameters: {{ {parameters} }} }} }}\n"
        ))
    };
    let page = "kind: page, page: page, first: 0, size: size, default_size: 100";
    assert_eq!(of(page, "page: { type: integer }"), ["bad-endpoint: `a.get` has no parameter `size`"]);
    assert_eq!(
        of(page, "page: The page., size: { type: integer }"),
        ["bad-endpoint: the paging of `a.get` counts with `page`, which is not an `integer`"]
    );
    assert_eq!(
        of(page, "page: { type: integer, in: header }, size: { type: integer }"),
        ["bad-endpoint: the paging of `a.get` counts with `page`, which is not in the query"]
    );
    assert_eq!(
        of(page, "page: { type: integer }, size: { type: integer, maximum: 50 }"),
        ["bad-value: 100 is not a size that `size` allows"]
    );
    assert_eq!(of("kind: cursor, next: x, parameter: after", ""), ["bad-endpoint: `a.get` has no parameter `after`"]);
    assert_eq!(
        of("kind: cursor", ""),
        ["missing-key: paging has no `next`", "missing-key: paging has no `parameter`",]
    );
    assert_eq!(of("kind: pages", ""), ["bad-value: `pages` is not allowed here"]);
    assert_eq!(of_endpoint("    paging: cursor\n"), ["missing-key: paging of the kind `cursor` has to say more"]);
}

#[test]
fn endpoints_have_ids_of_a_noun_and_a_verb_and_requests_of_their_own() {
    let found = of(
        "catalog: x\nsummary: x\nendpoints:\n  Users: { request: GET /a, summary: x }\n  b.get: { request: GET /b, summary: x }\n  c.get: { request: GET /b, summary: x }\n",
    );
    assert_eq!(
        found,
        ["bad-name: `Users` is not an id for an endpoint", "bad-endpoint: `b.get` and `c.get` are the same request",]
    );
    let found = of(
        "catalog: x\nsummary: x\nendpoints:\n  a.get: { request: GET /a, summary: x }\n  a.get: { request: GET /b, summary: x }\n",
    );
    assert_eq!(found, ["duplicate-key: the key `a.get` is there twice"]);
}

#[test]
fn examples_fit() {
    let of = |rest: &str| {
        of(&format!("catalog: x\nsummary: x\nendpoints:\n  a.add:\n    request: POST /a\n    summary: x\n    {rest}\n"))
    };
    assert_eq!(
        of("body: { schema: { required: [name] }, example: { nam: x } }"),
        ["bad-endpoint: the example's `name` is required and has no value"]
    );
    assert_eq!(
        of("response: { schema: { type: array }, example: {} }"),
        ["bad-endpoint: the example must be a list, not a map"]
    );
    assert_eq!(
        of("response: { records: data, example: { items: [] } }"),
        ["bad-endpoint: the example has nothing at `data`"]
    );
    assert_eq!(
        of("response: { records: data, example: { data: 5 } }"),
        ["bad-endpoint: the example has a single value at `data`"]
    );
    assert_eq!(of("body: { example: { x: .inf } }"), ["bad-value: JSON has no such number"]);
    assert_eq!(
        of("order_by: [user]\n    body: { example: { name: x } }"),
        ["bad-endpoint: `user` is neither a parameter nor a field of the payload"]
    );
}

#[test]
fn schemas_are_json_schemas_and_say_where_they_are_not() {
    let text = "catalog: x
summary: x
endpoints:
  a.add:
    request: POST /a
    summary: x
    body:
      schema:
        properties:
          seats: { type: integr }
    response:
      schema: { $ref: https://example.test/schema.json }
";
    let problems = parse(text).expect_err("there are problems");
    assert_snapshot!(problems.report(GraphicalTheme::unicode_nocolor(), 100), @r"
     × the schema's `properties.seats.type` must be one of `array`, `boolean`, `integer`, `null`,
     │ `number`, `object`, `string`, not `integr`
       ╭─[vendor.yaml:10:26]
    10 │           seats: { type: integr }
       ·                          ───┬──
       ·                             ╰── not what a JSON Schema says here
       ╰────

     × the schema refers to `https://example.test/schema.json`, which is outside of it, and nothing
     │ is fetched
       ╭─[vendor.yaml:12:15]
    12 │       schema: { $ref: https://example.test/schema.json }
       ·               ─────────────────────┬────────────────────
       ·                                    ╰── not what a JSON Schema says here
       ╰────
    ");
}

#[test]
fn examples_are_told_where_they_do_not_fit() {
    let text = "catalog: x
summary: x
endpoints:
  a.add:
    request: POST /a
    summary: x
    body:
      schema: { properties: { keys: { items: { required: [key], properties: { seats: { type: integer } } } } } }
      example:
        keys:
          - { key: A, seats: 1 }
          - { seats: two }
";
    let problems = parse(text).expect_err("there are problems");
    assert_snapshot!(problems.report(GraphicalTheme::unicode_nocolor(), 100), @r"
     × the example's `keys.1.key` is required and has no value
       ╭─[vendor.yaml:12:13]
    12 │           - { seats: two }
       ·             ───────┬──────
       ·                    ╰── not as the schema says
       ╰────

     × the example's `keys.1.seats` must be a whole number, not `two`
       ╭─[vendor.yaml:12:22]
    12 │           - { seats: two }
       ·                      ─┬─
       ·                       ╰── not as the schema says
       ╰────
    ");
}

#[test]
fn writes_are_ordered_by_what_the_schema_knows() {
    let of = |order: &str| {
        let text = format!(
            "catalog: x\nsummary: x\nparameters: {{ account: Which. }}\nendpoints:\n  a.add:\n    request: POST /a\n    summary: x\n    order_by: [{order}]\n    parameters: {{ account: }}\n    body:\n      schema: {{ properties: {{ host: {{ properties: {{ id: {{}} }} }}, name: {{}} }} }}\n      example: {{ host: {{ id: 1 }}, other: 1 }}\n"
        );
        parse(&text).map(|_| ()).map_err(|problems| {
            let problem = problems.iter().next().expect("there is one");
            format!("{}: {} ({})", problem.slug, problem.message, problem.help.as_deref().unwrap_or_default())
        })
    };
    assert_eq!(of("account, name, host.id"), Ok(()));
    let neither = "is neither a parameter nor a field of the payload";
    let valid = "The valid ones are `account`, `host`, `host.id` and `name`";
    assert_eq!(of("host.ids"), Err(format!("bad-endpoint: `host.ids` {neither} (did you mean `host.id`? {valid})")));
    assert_eq!(of("nam"), Err(format!("bad-endpoint: `nam` {neither} (did you mean `name`? {valid})")));
    assert!(of("other").is_err());
}

#[test]
fn the_rest_of_an_endpoint_is_checked_too() {
    assert_eq!(of_endpoint("    body: {}\n"), ["bad-endpoint: `a.get` is a GET and has a body"]);
    assert_eq!(of_endpoint("    success: [20]\n"), ["bad-value: 20 is not a status of HTTP"]);
    assert_eq!(of_endpoint("    success: 200\n"), ["wrong-type: expected a list, found a whole number"]);
    assert_eq!(of_endpoint("    effect: delete\n"), ["bad-value: `delete` is not allowed here"]);
    assert_eq!(of_endpoint("    source: guessed\n"), ["bad-value: `guessed` is not allowed here"]);
    assert_eq!(
        of_endpoint("    fails_when: [{ path: x }, { path: x, is: present, equals: 1 }, { is: absent }]\n"),
        [
            "missing-key: nothing is said of the value",
            "bad-endpoint: of a value both `is` and `equals` are said",
            "missing-key: `fails_when` has no `path`",
        ]
    );
}

#[test]
fn the_ways_to_authorize_and_the_limits_are_checked() {
    let of = |rest: &str| {
        of(&format!("catalog: x\nsummary: x\n{rest}\nendpoints: {{ a.get: {{ request: GET /a, summary: x }} }}\n"))
    };
    assert_eq!(of("authorization: [baerer]"), ["bad-value: `baerer` is not allowed here"]);
    assert_eq!(of("authorization: [header]"), ["missing-key: the way `header` has no `header`"]);
    assert_eq!(
        of("authorization: [{ kind: bearer, header: X-Key }]"),
        ["bad-value: only the way `header` has a header like `X-Key`"]
    );
    assert_eq!(of("limits: { concurrency: 0, requests_per_second: 0 }").len(), 2);
    assert_eq!(of("defaults: { summary: x }"), ["unknown-key: `defaults` has no key `summary`"]);
}

#[test]
fn the_page_of_bad_endpoint_has_an_example_that_gives_it() {
    let page = seatflow_spec::Slug::BAD_ENDPOINT.page().expect("the slug has a page");
    let example =
        page.text.split("```").nth(1).and_then(|block| block.strip_prefix("yaml\n")).expect("there is an example");
    assert_eq!(of(example), ["bad-endpoint: the path of `users.get` names `userId`, which is not described"]);
}

#[test]
fn a_write_has_no_pages() {
    let of = |request: &str| {
        of(&format!(
            "catalog: x\nsummary: x\nendpoints: {{ a.add: {{ request: {request}, summary: x, paging: link }} }}\n"
        ))
    };
    assert_eq!(of("POST /a"), ["bad-endpoint: `a.add` writes and has pages"]);
    assert_eq!(of("GET /a, effect: write"), ["bad-endpoint: `a.add` writes and has pages"]);
    let read =
        "catalog: x\nsummary: x\nendpoints: { a.find: { request: POST /a, summary: x, effect: read, paging: link } }\n";
    assert!(parse(read).is_ok());
}

#[test]
fn nothing_is_said_of_what_is_in_a_file() {
    assert_eq!(
        of_endpoint("    response: { form: file, records: data, scalar: name, schema: {}, example: PDF }\n"),
        [
            "bad-endpoint: a response is a file and has `records`",
            "bad-endpoint: a response is a file and has `scalar`",
            "bad-endpoint: a response is a file and has `schema`",
        ]
    );
    assert!(parse("catalog: x\nsummary: x\ndefaults: { response: { form: file, records: a } }\nendpoints: { a.get: { request: GET /a, summary: x } }\n").is_err());
}
