//! Reads that tell whether a write happened, as catalogs name them.

use insta::assert_snapshot;
use seatflow_catalog::{Given, Presence, endpoint_json, endpoint_text};
use serde_json::json;

use crate::{catalog, endpoint, parse};

/// A catalog with a write that is reconciled so.
fn with(reconcile: &str) -> String {
    format!(
        "catalog: x
summary: x
defaults: {{ response: {{ records: data }} }}
endpoints:
  users.change:
    request: PATCH /users/{{userId}}
    summary: Changes a user
    parameters: {{ userId: The user., account: {{ description: The account. }} }}
    body: {{ schema: {{ properties: {{ role: {{}}, keys: {{ type: array, items: {{ properties: {{ key: {{}} }} }} }} }} }} }}
    reconcile: {reconcile}
  users.list:
    request: GET /users
    summary: The users
    paging: {{ kind: page, page: page, first: 0, size: size, default_size: 20 }}
    parameters:
      account: {{ required: true, description: The account. }}
      page: {{ type: integer }}
      size: {{ type: integer, maximum: 50 }}
    response: {{ example: {{ data: [{{ id: 7, role: ADMIN, keys: [{{ key: K, seats: [] }}], last: ~ }}] }} }}
  users.search:
    request: POST /users/search
    summary: The users
    effect: read
    body: {{}}
  users.photo: {{ request: GET /photo, summary: A photo, response: {{ form: file }} }}
"
    )
}

/// The problems of a write that is reconciled so, each with its help.
fn of(reconcile: &str) -> Vec<String> {
    let problems = parse(&with(reconcile)).expect_err("there are problems");
    problems.iter().map(|problem| format!("{}: {}", problem.slug, problem.message)).collect()
}

const WHOLE: &str = "{ read: users.list, parameters: { account: { parameter: account }, size: 50 }, \
                     find: { id: { parameter: userId }, keys.key: { payload: keys.key } }, \
                     compare: { role: { payload: role } }, done: present, not_found: [404] }";

#[test]
fn it_names_a_read_what_it_is_given_and_what_is_looked_for() {
    let catalog = catalog(&with(WHOLE));
    let reconcile = endpoint(&catalog, "users.change").reconcile.as_ref().expect("it is there");
    assert_eq!(*reconcile.read, *endpoint(&catalog, "users.list"));
    let entry = |name: &str, given| (name.to_owned(), given);
    let parameter = |name: &str| Given::Parameter(name.to_owned());
    let payload = |path: &str| Given::Payload(path.to_owned());
    let size = Given::Literal(json!(50));
    assert_eq!(reconcile.parameters, [entry("account", parameter("account")), entry("size", size)]);
    assert_eq!(reconcile.find, [entry("id", parameter("userId")), entry("keys.key", payload("keys.key"))]);
    assert_eq!(reconcile.compare, [entry("role", payload("role"))]);
    assert_eq!((reconcile.done, reconcile.not_found.as_slice()), (Presence::Present, [404].as_slice()));
    assert_eq!(endpoint(&catalog, "users.list").reconcile, None);
}

#[test]
fn it_is_shown_with_its_endpoint() {
    let catalog = catalog(&with(WHOLE));
    let change = endpoint(&catalog, "users.change");
    let text = endpoint_text(&catalog, change);
    let facts: Vec<_> =
        text.lines().skip_while(|line| !line.starts_with("source")).take_while(|l| !l.is_empty()).collect();
    assert_snapshot!(facts.join("\n"), @r"
    source          assumed
    effect          write, not sent again when its outcome is not known
    success         200
    asked in doubt  users.list, with account = { parameter: account }, size = 50
    it happened if  a record has id = { parameter: userId }, keys.key = { payload: keys.key }; and, where the call says it, role = { payload: role }
    records         data
    ");
    assert_eq!(
        endpoint_json(&catalog, change)["reconcile"],
        json!({
            "read": "users.list",
            "parameters": { "account": { "parameter": "account" }, "size": 50 },
            "find": { "id": { "parameter": "userId" }, "keys.key": { "payload": "keys.key" } },
            "compare": { "role": { "payload": "role" } },
            "done": "present",
            "not_found": [404],
        })
    );
    let gone =
        with("{ read: users.list, parameters: { account: a }, find: { id: 7 }, done: absent, not_found: [404, 410] }");
    let gone = crate::catalog(&gone);
    let text = endpoint_text(&gone, endpoint(&gone, "users.change"));
    assert!(text.contains("it happened if  no record has id = 7, or it answers 404 or 410\n"), "{text}");
    assert!(text.contains("asked in doubt  users.list, with account = \"a\"\n"), "{text}");
}

#[test]
fn all_that_does_not_fit_is_told_at_its_place_with_an_offer() {
    let text = with(
        "{ read: users.list, parameters: { acount: { parameter: user }, page: 0, size: 51 }, \
         find: { idd: { parameter: userID }, keys.kez: x }, compare: { role: { payload: rol } }, done: absent }",
    );
    let problems = parse(&text).expect_err("there are problems");
    let told = problems.iter().map(|problem| {
        let (place, help) = (problem.labels[0].place.text(), problem.help.as_deref().unwrap_or_default());
        format!("{place}: {} ({help})", problem.message)
    });
    assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
    acount: `users.list` has no parameter `acount` (did you mean `account`? The valid ones are `account`, `page` and `size`)
    { parameter: user }: `users.change` has no parameter `user` (did you mean `userId`? The valid ones are `userId` and `account`)
    page: `page` of `users.list` tells one of its pages (remove `page`)
    51: the parameter `size` must be a whole number of at most 50, not `51` ()
    idd: the records of `users.list` have no `idd` (did you mean `id`? The valid ones are `id`, `role`, `keys`, `keys.key`, `keys.seats` and `last`)
    { parameter: userID }: `users.change` has no parameter `userID` (did you mean `userId`? The valid ones are `userId` and `account`)
    keys.kez: the records of `users.list` have no `keys.kez` (did you mean `keys.key`? The valid ones are `id`, `role`, `keys`, `keys.key`, `keys.seats` and `last`)
    compare: what must be absent is compared (remove `compare`, or say `done: present`)
    { payload: rol }: the payload of `users.change` has no `rol` (did you mean `role`? The valid ones are `role`, `keys` and `keys.key`)
    ");
}

#[test]
fn what_tells_is_a_read_without_a_payload_that_looks_into_its_answer() {
    let reconciled = |read: &str| of(&format!("{{ read: {read}, find: {{ id: 1 }}, done: present }}"));
    let by = "bad-endpoint: `users.change` is reconciled by";
    assert_eq!(reconciled("users.lst"), [format!("{by} `users.lst`, which there is not")]);
    assert_eq!(reconciled("users.change"), [format!("{by} `users.change`, which writes")]);
    assert_eq!(reconciled("users.search"), [format!("{by} `users.search`, which takes a payload")]);
    assert_eq!(reconciled("users.photo"), [format!("{by} `users.photo`, which answers a file")]);
    assert_eq!(reconciled("users.list"), ["bad-endpoint: `users.list` is not given its parameter `account`"]);
}

#[test]
fn an_endpoint_that_cannot_be_read_is_not_missed_as_well() {
    let broken = with("{ read: users.list, find: { id: 1 }, done: present }").replace("GET /users\n", "GTE /users\n");
    let problems = parse(&broken).expect_err("there are problems");
    assert_eq!(
        problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>(),
        ["there is no method `GTE`"]
    );
}

#[test]
fn what_is_left_out_or_said_twice_is_told() {
    assert_eq!(of("{}"), ["`read`", "`find`", "`done`"].map(|key| format!("missing-key: `reconcile` has no {key}")));
    let said =
        |find: &str| of(&format!("{{ read: users.list, parameters: {{ account: a }}, find: {find}, done: present }}"));
    assert_eq!(said("{}"), ["bad-value: nothing is said of the record that is looked for"]);
    assert_eq!(said("{ id: {} }"), ["missing-key: nothing is said of where a value comes from"]);
    assert_eq!(said("{ id: { parameter: userId, payload: role } }"), ["bad-endpoint: a value comes from two places"]);
    assert_eq!(said("{ id: [1] }"), ["wrong-type: expected a single value, or where it comes from, found a list"]);
    assert_eq!(
        said("{ id: { payload: keys.kex } }"),
        ["bad-endpoint: the payload of `users.change` has no `keys.kex`"]
    );
    assert_eq!(
        of("{ read: users.list, parameters: { account: ~ }, find: { id: 1 }, done: gone, not_found: [4] }"),
        ["bad-value: `gone` is not allowed here", "bad-value: 4 is not a status of HTTP",]
    );
    let null = of("{ read: users.list, parameters: { account: ~ }, find: { id: 1 }, done: absent }");
    assert_eq!(null, ["wrong-type: expected a single value, found nothing"]);
}

#[test]
fn what_nothing_is_known_of_may_be_looked_for() {
    let open =
        "{ read: users.list, parameters: { account: a }, find: { last.at: 1, keys.seats.no: 1 }, done: present }";
    assert!(parse(&with(open)).is_ok());
    let bare = with("{ read: users.list, parameters: { account: a }, find: { any.thing: 1 }, done: present }");
    let bare: Vec<_> = bare.lines().filter(|line| !line.contains("id: 7")).collect();
    assert!(parse(&bare.join("\n")).is_ok());
}

#[test]
fn a_read_and_a_payload_that_there_is_not_cannot_be_reconciled() {
    let text = "catalog: x
summary: x
endpoints:
  a.get: { request: GET /a, summary: x, reconcile: { read: a.get, find: { id: 1 }, done: present } }
  a.end: { request: DELETE /a, summary: x, reconcile: { read: a.get, find: { id: { payload: id } }, done: absent } }
";
    let problems = parse(text).expect_err("there are problems");
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["`a.get` reads and is reconciled", "`a.end` has no payload"]);
}
